public import MarketData

/// What a model expects of the bars after the last one closed.
public struct RegimeOutlook: Sendable {
    /// When the last bar closed: what follows is known from then on.
    public let time: Timestamp
    /// The next bars by the chain of regimes, nearest first: probabilities of the labels, and the volatility these imply.
    public let regimes: [VolatilityForecast]
    /// The next bars' volatility by the model's forecast; nil where it has none, or the last 22 bars hold no observation.
    public let volatility: [VolatilityForecast]?

    /// The forecast to go by: the model's own where there is one, else what the regimes imply.
    public var best: [VolatilityForecast] { volatility ?? regimes }
}

extension VolatilityForecast {
    /// The annualized volatility that lies so many standard deviations of its logarithm from the mean: 0 is the median of a
    /// symmetric density, ±1 bound two thirds of a Gaussian one.
    public func volatility(atDeviations deviations: Double) -> Double {
        exponential(mean + deviations * variance.squareRoot())
    }
}

extension RegimeModel {
    /// What the model expects of the `steps` bars after the last one of `candles` that has closed.
    ///
    /// In Doubles: an outlook is an estimate, and nothing attested rests on it.
    ///
    /// - Throws: ``RegimeModelError`` for candles of another asset or length, or for a volatility that no regime explains.
    public func outlook(after candles: CandleSeries, steps: Int) throws(RegimeModelError) -> RegimeOutlook {
        let measured = try volatility(of: candles)
        guard let last = measured.bars.last else { throw .volatility(.noCompleteBar(bar: bar)) }
        var filter = ForwardFilter(parameters)
        do throws(ObservationError) {
            for bar in measured.bars { try filter.update(bar.observation) }
            return RegimeOutlook(
                time: last.closeTime,
                regimes: filter.forecast(steps: steps),
                volatility: try forecast?.forecast(after: measured.observations, steps: steps) ?? nil
            )
        } catch {
            throw .observation(error)
        }
    }

    /// The log volatility that the model observes in candles, in Doubles.
    ///
    /// - Throws: ``RegimeModelError`` for candles of another asset or length, or that yield no volatility.
    public func volatility(of candles: CandleSeries) throws(RegimeModelError) -> VolatilitySeries {
        try checkCandles(candles)
        do throws(VolatilityError) {
            return try VolatilitySeries(of: candles, bar: bar, estimator: estimator)
        } catch {
            throw .volatility(error)
        }
    }

    /// Refuses candles that the model was not made for.
    func checkCandles(_ candles: CandleSeries) throws(RegimeModelError) {
        guard candles.asset == asset else { throw .otherAsset(got: candles.asset.symbol, expected: asset.symbol) }
        guard candles.interval == candleInterval else {
            throw .otherInterval(gotMilliseconds: candles.interval, expectedMilliseconds: candleInterval)
        }
    }
}
