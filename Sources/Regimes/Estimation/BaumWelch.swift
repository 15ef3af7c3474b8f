import Dispatch
import Synchronization

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
        /// EM steps of a restart, at most. The best restarts are then given ten times as many.
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
        /// Threads; nil for one a core. The result does not depend on it.
        public var threads: Int?

        /// The default search.
        public init() {}
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
        let searches = concurrentMap(0..<options.restarts, threads: options.threads) { index in
            let (kind, model) = starts[index]
            var search = Search(index: index, start: kind, model: model.with(options.emission))
            search.run(sample, iterations: options.iterations, tolerance: options.tolerance)
            return search
        }
        let finalists = best(searches.filter { !$0.hasFailed }, count: 3, apart: 1e-3)
        let polished = concurrentMap(finalists, threads: options.threads) { search in
            var search = search
            search.run(sample, iterations: 10 * options.iterations, tolerance: options.tolerance * 1e-3)
            return search
        }
        guard let winner = best(polished, count: 1, apart: 0).first else { throw .noRestartSucceeded }
        return report(winner, of: searches, sample, options)
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
        return (maximize(model, statistics, varianceFloor: .leastNormalMagnitude), statistics.logLikelihood)
    }

    /// The M-step: the parameters that the expected statistics make most likely.
    ///
    /// Where a variance would fall below the floor, the floor **is** the constrained maximum (the expected log-likelihood
    /// has one peak in each variance), so the log-likelihood still never decreases.
    static func maximize(
        _ model: HiddenMarkovModel,
        _ statistics: ExpectedStatistics,
        varianceFloor: Double
    ) -> HiddenMarkovModel {
        let count = model.stateCount
        var transitions = model.transitionMatrix
        var emissions = model.emissions
        for state in 0..<count {
            let row = state * count..<(state + 1) * count
            let departures = statistics.transitions[row].reduce(0, +)
            if departures > 0 {
                for entry in row { transitions[entry] = statistics.transitions[entry] / departures }
            }
            let weight = statistics.occupancy[state]
            guard weight > 1e-200 else { continue }
            let shift = statistics.deviation[state] / statistics.precision[state]
            let share = statistics.precision[state] / weight
            let squaredScale = max(
                statistics.squaredDeviation[state] / weight - shift * shift * share,
                varianceFloor
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
        let total = statistics.first.reduce(0, +)
        return HiddenMarkovModel(
            uncheckedInitial: statistics.first.map { $0 / total },
            transitions: transitions,
            emissions: emissions
        )
    }

    /// The best `count` searches whose log-likelihoods differ by more than `apart`; collapsed ones come last.
    private static func best(_ searches: [Search], count: Int, apart: Double) -> [Search] {
        var chosen: [Search] = []
        let ranked = searches.sorted { left, right in
            if left.isCollapsed != right.isCollapsed { return right.isCollapsed }
            if left.logLikelihood != right.logLikelihood { return left.logLikelihood > right.logLikelihood }
            return left.index < right.index
        }
        for search in ranked where chosen.count < count {
            let isNew = chosen.allSatisfy { abs($0.logLikelihood - search.logLikelihood) > apart }
            if isNew || apart == 0 { chosen.append(search) }
        }
        return chosen
    }

    private static func report(
        _ winner: Search,
        of searches: [Search],
        _ sample: Sample,
        _ options: Options
    ) -> FitReport {
        let model = winner.model.orderedByMean()
        let parameters = Double(model.parameterCount)
        let aic = -2 * winner.logLikelihood + 2 * parameters
        let bic = -2 * winner.logLikelihood + parameters * sample.logObservedCount
        let entropy = (try? SmoothedRegimes(model, observations: sample.observations))?.entropy ?? .nan
        return FitReport(
            model: model,
            logLikelihood: winner.logLikelihood,
            history: winner.history,
            hasConverged: winner.hasConverged,
            aic: aic,
            bic: bic,
            icl: bic + 2 * entropy,
            observedCount: sample.observedCount,
            missingCount: sample.flat.count - sample.observedCount,
            varianceFloor: sample.varianceFloor,
            seed: options.seed,
            restarts: searches.map(\.summary)
        )
    }

    /// Maps `inputs` on several threads. Each element depends on its input alone, so the result is that of a plain map.
    static func concurrentMap<Input: Sendable, Output: Sendable>(
        _ inputs: some RandomAccessCollection<Input> & Sendable,
        threads: Int?,
        _ transform: @Sendable (Input) -> Output
    ) -> [Output] {
        let slots = Mutex([Output?](repeating: nil, count: inputs.count))
        let next = Mutex(0)
        let workers = threads ?? inputs.count
        // Dispatch runs no more workers at a time than there are cores.
        DispatchQueue.concurrentPerform(iterations: max(1, min(workers, inputs.count))) { _ in
            while true {
                let position = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard position < inputs.count else { return }
                let output = transform(inputs[inputs.index(inputs.startIndex, offsetBy: position)])
                slots.withLock { $0[position] = output }
            }
        }
        return slots.withLock { $0.compactMap(\.self) }
    }
}
