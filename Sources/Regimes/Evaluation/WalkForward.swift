/// Walks forecasters through a series: each forecasts every bar from what was known before it, refitted now and then.
///
/// Nothing of a bar or of those after it enters its forecast. What a forecaster loses is reported as plainly as what it wins.
public struct WalkForward: Sendable, Equatable {
    /// Which bars a refit sees.
    public enum Window: Sendable, Hashable {
        /// All bars so far.
        case expanding
        /// The last so many bars.
        case rolling(bars: Int)
    }

    /// The bars before the first forecast.
    public var initialBars = 500
    /// Bars between refits, at least 1.
    public var refitEvery = 20
    /// Which bars a refit sees.
    public var window = Window.expanding
    /// *K*, for the forecasters with regimes, and the number of labels.
    public var states = 3
    /// The search of each refit.
    public var options = BaumWelch.Options()
    /// What is compared.
    public var forecasters = Forecaster.allCases
    /// What the others are compared with; the first forecaster where it is not among them.
    public var baseline = Forecaster.rollingGaussian
    /// When the label of a chain of regimes changes.
    public var hysteresis = Hysteresis.standard
    /// By how much the level must pass a threshold, in log volatility: see ``LevelLabels``.
    public var margin = LevelLabels.standardMargin

    /// An expanding window of 500 bars at first, refitted every 20.
    public init() {}

    /// Evaluates the forecasters on `observations` (nil = missing: never scored, and seen as missing).
    ///
    /// - Parameters:
    ///   - observations: One entry a bar.
    ///   - barsPerYear: For the label changes a year.
    ///   - progress: Told after each refit how many of how many are done.
    /// - Throws: ``FitError`` for fewer bars than the first fit needs, or for what cannot be fitted.
    public func evaluate(
        _ observations: [Double?],
        barsPerYear: Double,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(FitError) -> WalkForwardReport {
        guard observations.count > initialBars, initialBars > 0, refitEvery > 0 else {
            throw .tooFewObservations(got: observations.count, expected: max(initialBars, 0) + 1, states: states)
        }
        var densities = [[PredictiveDensity?]](repeating: [], count: forecasters.count)
        var trials = LabelRule.allCases.filter { rule in rule.forecaster.map(forecasters.contains) ?? true }
            .map { LabelTrial(rule: $0, states: states, hysteresis: hysteresis, margin: margin) }
        let starts = Array(stride(from: initialBars, to: observations.count, by: refitEvery))
        for (done, start) in starts.enumerated() {
            let end = min(start + refitEvery, observations.count)
            let from =
                switch window {
                case .expanding: 0
                case .rolling(let bars): max(0, start - bars)
                }
            let past = Array(observations[from..<start])
            let known = Array(observations[from..<end])
            var fitted: [Forecaster: FittedForecaster] = [:]
            for (index, forecaster) in forecasters.enumerated() {
                let model = try forecaster.fit(past, states: states, options: options)
                densities[index] += model.densities(of: known, from: start - from)
                fitted[forecaster] = model
            }
            for index in trials.indices {
                try trials[index].refit(
                    from: from,
                    start: start,
                    known: known,
                    chain: trials[index].rule.forecaster.flatMap { fitted[$0]?.chain(of: known) }
                )
            }
            progress(done + 1, starts.count)
        }
        var labels: [LabelRecord] = []
        for trial in trials {
            var chain: (model: HiddenMarkovModel, observations: [Double?])?
            if let forecaster = trial.rule.forecaster {
                chain = try forecaster.fit(observations, states: states, options: options).chain(of: observations)
            }
            labels.append(try trial.record(observations, from: initialBars, barsPerYear: barsPerYear, chain: chain))
        }
        return WalkForwardReport(
            observations: observations,
            from: initialBars,
            forecasts: Array(zip(forecasters, densities)),
            labels: labels,
            baseline: forecasters.contains(baseline) ? baseline : forecasters.first ?? baseline
        )
    }
}
