public import MarketData

/// Why no model came out of candles.
public enum TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The volatility of the candles cannot be estimated.
    case volatility(VolatilityError)
    /// No bar lies wholly in the span asked for.
    case emptySpan
    /// The series cannot be fitted.
    case fit(FitError)
    /// A refit and its predecessor were trained on no bar in common, so nothing tells their regimes to be the same.
    case noOverlap
    /// The labels or the hysteresis are unusable.
    case model(RegimeModelError)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .volatility(let error): error.description
        case .emptySpan: "no bar lies between the times given"
        case .fit(let error): error.description
        case .noOverlap: "the candles share no bar with those the model was trained on"
        case .model(let error): error.description
        }
    }
}

/// What a training yields.
public struct RegimeTraining: Sendable {
    /// The model.
    public let model: RegimeModel
    /// What it was fitted to.
    public let volatility: VolatilitySeries
    /// How the chain of regimes was fitted; the model's file keeps a summary.
    public let report: FitReport
    /// How the forecast was fitted, or why it could not be; nil where none was asked for.
    public let forecast: Result<AutoregressiveFitReport, FitError>?
}

/// What is trained beside the chain of regimes, to forecast the volatility.
public enum ForecastKind: String, Sendable, Hashable, CaseIterable {
    /// A heterogeneous autoregression with regimes of its residuals: ``AutoregressiveRegimes``.
    case autoregressiveRegimes = "har-hmm"
    /// Nothing.
    case none
}

extension RegimeModel {
    /// Trains a model on candles: volatility, fit, labels.
    ///
    /// - Parameters:
    ///   - candles: Candles of the bar's length or finer.
    ///   - bar: Length of a model bar in milliseconds.
    ///   - estimator: How variances are estimated; nil for the finest that the candles allow.
    ///   - start: Only bars that open at or after this time are fitted; nil for all.
    ///   - end: Only bars that close at or before this time are fitted; nil for all.
    ///   - states: *K*, the number of regimes.
    ///   - labels: Names, lowest volatility first; nil for the standard ones.
    ///   - hysteresis: The model's own rule.
    ///   - forecast: What forecasts the volatility. A series too short for it yields a model without.
    ///   - options: The search.
    public static func train(
        on candles: CandleSeries,
        bar: Int64,
        estimator: VolatilityEstimator? = nil,
        from start: Timestamp? = nil,
        to end: Timestamp? = nil,
        states: Int,
        labels: [String]? = nil,
        hysteresis: Hysteresis = .standard,
        forecast: ForecastKind = .autoregressiveRegimes,
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(TrainingError) -> RegimeTraining {
        if let labels, (1...HiddenMarkovModel.maximumStateCount).contains(states) {
            // Before the fit, which takes longer than a misspelled label deserves.
            do throws(RegimeModelError) { try RegimeLabels.check(labels, count: states) } catch { throw .model(error) }
        }
        let whole: VolatilitySeries
        do throws(VolatilityError) {
            whole = try VolatilitySeries(of: candles, bar: bar, estimator: estimator)
        } catch {
            throw .volatility(error)
        }
        guard let volatility = whole.slice(from: start, to: end), let last = volatility.bars.last else {
            throw .emptySpan
        }
        let report: FitReport
        do throws(FitError) {
            report = try BaumWelch.fit(volatility.observations, states: states, options: options)
        } catch {
            throw .fit(error)
        }
        let outlook = Self.forecast(forecast, volatility.observations, states: states, options)
        guard var digest = try? MarketDigest(series: [candles]) else {
            preconditionFailure("one series repeats no asset")
        }
        do throws(RegimeModelError) {
            let model = try RegimeModel(
                report: report,
                of: volatility,
                dataDigest: digest.digest(through: last.closeTime),
                labels: labels,
                hysteresis: hysteresis,
                forecast: (try? outlook?.get())?.model
            )
            return RegimeTraining(model: model, volatility: volatility, report: report, forecast: outlook)
        } catch {
            throw .model(error)
        }
    }

    private static func forecast(
        _ kind: ForecastKind,
        _ observations: [Double?],
        states: Int,
        _ options: BaumWelch.Options
    ) -> Result<AutoregressiveFitReport, FitError>? {
        switch kind {
        case .none: nil
        case .autoregressiveRegimes:
            Result { () throws(FitError) in
                try AutoregressiveRegimes.fit(observations, states: states, options: options)
            }
        }
    }
}
