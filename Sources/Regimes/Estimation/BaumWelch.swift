/// Maximum-likelihood fits of hidden Markov models by expectation–maximization, from many starting points.
///
/// - Note: Source: Baum, Petrie, Soules, Weiss (1970), *Ann. Math. Statist.* 41(1); derived in <doc:FilterAndFit>.
public enum BaumWelch {
    /// The seed used where none is given, so that a fit is reproducible without being told how.
    public static let defaultSeed: UInt64 = 0x0062_616c_6c61_7374

    /// How long and how widely to search.
    public struct Options: Sendable, Equatable {
        /// Starting points tried, at least 1.
        public var restarts = 20
        /// Fixes every random start.
        public var seed = BaumWelch.defaultSeed
        /// Passes over the data of a restart, at most. The best restarts are then given ten times as many.
        public var iterations = 500
        /// A search ends when a step gains less than this share of |log-likelihood| + 1.
        public var tolerance = 1e-9
        /// The smallest variance of a regime, as a share of the variance of all observations.
        ///
        /// Without it the likelihood has no maximum: a regime that sits on one observation grows without bound. At 10⁻³ a
        /// regime gains at most 3.5 nats for each point it explains, less than entering and leaving it for one costs.
        public var varianceFloor = 1e-3
        /// The kind of every regime's emissions.
        public var emission = EmissionFamily.gaussian
        /// What is believed before any observation; the fit is then a maximum a posteriori.
        ///
        /// nil for what suits the model: nothing (``RegimePrior/flat``) for regimes alone, which makes it a fit by maximum
        /// likelihood, and ``RegimePrior/besideAutoregression`` for ``AutoregressiveRegimes``.
        public var prior: RegimePrior?
        /// Where the chain is at the first bar.
        public var start = StartDistribution.free
        /// Threads; nil for one a core. The result does not depend on it.
        public var threads: Int?

        /// The default search.
        public init() {}

        func check() throws(FitError) {
            guard restarts >= 1 else { throw .restarts(got: restarts) }
            guard varianceFloor >= 0, varianceFloor <= 1 else {
                throw .setting("variance floor", got: varianceFloor, expected: "0 to 1")
            }
            try prior?.check()
        }
    }

    /// The fewest observations that a fit of `states` regimes accepts.
    public static func minimumObservations(states: Int) -> Int { 10 * states }

    /// Fits a model of `states` regimes to `observations` (nil = missing).
    ///
    /// Every restart runs to the tolerance; the best three that differ are polished to a thousandth of it, and the best of
    /// those that did not collapse wins, ties to the earlier start.
    ///
    /// - Parameters:
    ///   - observations: One entry a bar, finite where present.
    ///   - states: *K*, 1 to ``HiddenMarkovModel/maximumStateCount``.
    ///   - options: The search.
    /// - Throws: ``FitError``.
    public static func fit(
        _ observations: [Double?],
        states: Int,
        options: Options = Options()
    ) throws(FitError) -> FitReport {
        let sample = try Sample(observations, states: states, options: options)
        let starts = StartingPoints(sample: sample, states: states, seed: options.seed)
        let (winner, convergence) = try best(of: options) { index in
            let (kind, model) = starts[index]
            return Search(
                index: index,
                start: kind,
                model: model.with(options.emission).with(options.start),
                sample: sample
            )
        }
        return report(winner, convergence, sample, options)
    }

    /// One unpenalized EM step: the model that maximizes the expected log-likelihood under the smoothed regimes of `model`.
    ///
    /// A regime that is never visited keeps its parameters; missing observations say nothing about emissions.
    ///
    /// - Returns: The new model, and the log-likelihood of the **old** one.
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no path explains.
    public static func step(
        _ model: HiddenMarkovModel,
        observations: [Double?]
    ) throws(ObservationError) -> (model: HiddenMarkovModel, logLikelihood: Double) {
        let flat = try ForwardBackward.flatten(observations)
        guard !flat.isEmpty else { return (model, 0) }
        var passes = ForwardBackward(barCount: flat.count, stateCount: model.stateCount)
        let statistics = try passes.run(model, flat)
        let objective = PenalizedObjective(varianceFloor: .leastNormalMagnitude)
        return (maximize(model, statistics, objective), statistics.logLikelihood)
    }

    /// The M-step: the parameters that maximize the expected objective.
    static func maximize(
        _ model: HiddenMarkovModel,
        _ statistics: ExpectedStatistics,
        _ objective: PenalizedObjective
    ) -> HiddenMarkovModel {
        let chain = objective.chain(statistics, from: model.transitionMatrix)
        var emissions = model.emissions
        for state in emissions.indices {
            let weight = statistics.occupancy[state]
            guard weight > 1e-200 else { continue }
            let shift = statistics.deviation[state] / statistics.precision[state]
            let share = statistics.precision[state] / weight
            let squaredScale = objective.squaredScale(
                squares: statistics.squaredDeviation[state] - shift * shift * share * weight,
                weight: weight
            )
            switch emissions[state] {
            case .gaussian(let mean, _):
                emissions[state] = .gaussian(mean: mean + shift, variance: squaredScale)
            case .studentT(let location, _, let degrees):
                emissions[state] = .studentT(
                    location: location + shift,
                    scale: squaredScale.squareRoot(),
                    degreesOfFreedom: DegreesOfFreedom.maximizing(
                        from: degrees,
                        meanLogPrecision: statistics.logPrecision[state] / weight
                    )
                )
            }
        }
        return HiddenMarkovModel(
            uncheckedInitial: chain.initial,
            transitions: chain.transitions,
            emissions: emissions
        )
    }

    private static func report(
        _ winner: Search,
        _ convergence: Convergence,
        _ sample: Sample,
        _ options: Options
    ) -> FitReport {
        let model = winner.parameters.orderedByMean()
        let entropy = (try? SmoothedRegimes(model, observations: sample.observations))?.entropy ?? .nan
        return FitReport(
            model: model,
            criteria: InformationCriteria(
                logLikelihood: winner.record.logLikelihood,
                parameterCount: model.parameterCount(options.start),
                observedCount: sample.observedCount,
                entropy: entropy
            ),
            convergence: convergence,
            missingCount: sample.flat.count - sample.observedCount,
            varianceFloor: sample.objective.varianceFloor
        )
    }
}

extension HiddenMarkovModel {
    /// The same model, started where `start` says.
    func with(_ start: StartDistribution) -> HiddenMarkovModel {
        guard start == .stationary, let share = stationaryDistribution() else { return self }
        return HiddenMarkovModel(uncheckedInitial: share, transitions: transitionMatrix, emissions: emissions)
    }

    /// The number of free parameters: a start from the long-run distribution has none of its own.
    func parameterCount(_ start: StartDistribution) -> Int {
        parameterCount - (start == .stationary ? stateCount - 1 : 0)
    }
}
