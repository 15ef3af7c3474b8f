public import MarketData

extension RegimeModel {
    /// The regimes as they were known at each bar's close: one entry for each model bar from the one that holds the first
    /// candle to the last one closed.
    ///
    /// Causal, bit for bit: an entry depends on candles up to its bar's close alone, so later candles, or their absence,
    /// change nothing before them. The filter starts from the model's initial distribution at the first bar, the label from
    /// the most probable regime; a bar without an observation moves the chain one step on. <doc:Labels> has the rules.
    ///
    /// - Parameters:
    ///   - candles: Candles of the model's asset, of the length it was trained on.
    ///   - rules: A policy's rules, at most one for each regime, which replace the model's hysteresis for those regimes.
    /// - Returns: `[T]`, by time.
    /// - Throws: ``RegimeModelError`` for candles of another asset or length, for unusable rules, or for a volatility that
    ///   no regime explains within the range of a Double.
    public func filteredRegimes(
        of candles: CandleSeries,
        rules: [HysteresisRule] = []
    ) throws(RegimeModelError) -> [FilteredRegime] {
        guard let fixedPoint else { return try filteredRegimes(try volatility(of: candles), rules) }
        let measured: FixedPointVolatility
        try checkCandles(candles)
        do throws(VolatilityError) {
            measured = try FixedPointVolatility(of: candles, bar: bar, estimator: estimator)
        } catch {
            throw .volatility(error)
        }
        return try filteredRegimes(fixedPoint, measured, rules)
    }

    /// In whole numbers: files of version 2 and later.
    private func filteredRegimes(
        _ fixedPoint: FixedPointRegimes,
        _ measured: FixedPointVolatility,
        _ rules: [HysteresisRule]
    ) throws(RegimeModelError) -> [FilteredRegime] {
        var labels = try LabelState(stateCount: stateCount, hysteresis: hysteresis, rules: rules)
        var filter = FixedPointFilter(fixedPoint)
        return measured.bars.map { bar in
            filter.update(bar.value)
            let probabilities = filter.filteredProbabilities
            return FilteredRegime(
                time: bar.closeTime,
                probabilities: probabilities,
                label: labels.update(probabilities),
                missing: bar.missingReason
            )
        }
    }

    /// In Doubles: files of version 1.
    private func filteredRegimes(
        _ volatility: VolatilitySeries,
        _ rules: [HysteresisRule]
    ) throws(RegimeModelError) -> [FilteredRegime] {
        var labels = try LabelState(stateCount: stateCount, hysteresis: hysteresis, rules: rules)
        var filter = ForwardFilter(parameters)
        var regimes: [FilteredRegime] = []
        regimes.reserveCapacity(volatility.bars.count)
        for measured in volatility.bars {
            do throws(ObservationError) {
                try filter.update(measured.observation)
            } catch {
                throw .observation(error)
            }
            regimes.append(
                FilteredRegime(
                    time: measured.closeTime,
                    probabilities: filter.filteredProbabilities,
                    label: labels.update(filter.filteredProbabilities),
                    missing: measured.missingReason
                )
            )
        }
        return regimes
    }
}
