import Synchronization

/// Chooses the number of regimes by what forecasts are worth out of sample.
///
/// Each candidate is fitted to all bars, for its criteria and durations; and then walked forward: fitted to the bars before
/// a date, scored by the log density that it gave each of the next bars before they came, and fitted again. Criteria that
/// count parameters judge a model as if it were true, and on volatility they want as many regimes as are offered.
public struct StateSelection: Sendable, Equatable {
    /// What carries the level of volatility.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The regimes themselves: ``HiddenMarkovModel``.
        case regimes = "hmm"
        /// An autoregression, with regimes in what it leaves: ``AutoregressiveRegimes``.
        case autoregressiveRegimes = "har-hmm"
    }

    /// The numbers of regimes tried.
    public var states = 1...5
    /// What carries the level, each tried with every number of regimes.
    public var kinds = Kind.allCases
    /// The bars before the first forecast.
    public var initialBars = 500
    /// Bars between refits, at least 1.
    public var refitEvery = 20
    /// The search of each fit; six restarts unless set otherwise.
    public var options = BaumWelch.Options()

    /// One to five regimes of both kinds, an expanding window of 500 bars at first, refitted every 20.
    public init() { options.restarts = 6 }

    /// Judges all candidates on `observations` (nil = missing: never scored, and seen as missing).
    ///
    /// Fits run on all cores, or on `options.threads` of them; the result does not depend on it.
    ///
    /// - Parameters:
    ///   - observations: One entry a bar.
    ///   - progress: Told after each fit how many are done, and of how many; from any thread, one call at a time.
    /// - Throws: ``FitError`` for fewer bars than the first fit needs, or where no candidate can be fitted.
    public func evaluate(
        _ observations: [Double?],
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(FitError) -> StateSelectionReport {
        guard observations.count > initialBars, initialBars > 0, refitEvery > 0 else {
            throw .tooFewObservations(
                got: observations.count,
                expected: max(initialBars, 0) + 1,
                states: states.upperBound
            )
        }
        guard states.lowerBound >= 1, states.upperBound <= HiddenMarkovModel.maximumStateCount else {
            let isLow = states.lowerBound < 1
            throw .stateCount(
                got: isLow ? states.lowerBound : states.upperBound,
                allowed: 1...HiddenMarkovModel.maximumStateCount
            )
        }
        try options.check()
        let starts = Array(stride(from: initialBars, to: observations.count, by: refitEvery))
        let tasks = kinds.flatMap { kind in
            states.flatMap { count in (-1..<starts.count).map { Task(kind: kind, states: count, refit: $0) } }
        }
        var inner = options
        inner.threads = 1
        let done = Mutex(0)
        let results = BaumWelch.concurrentMap(tasks, threads: options.threads) { [inner, starts] task in
            defer {
                done.withLock { done in
                    done += 1
                    progress?(done, tasks.count)
                }
            }
            return Self.result(of: task, observations, starts, every: refitEvery, inner)
        }
        let width = starts.count + 1
        let candidates = stride(from: 0, to: tasks.count, by: width).map { first in
            Self.candidate(tasks[first], results[first..<first + width])
        }
        guard candidates.contains(where: { $0.failure == nil }) else {
            throw candidates.first?.failure ?? .noRestartSucceeded
        }
        return StateSelectionReport(candidates, forecastBars: observations.count - initialBars)
    }

    /// One fit: of everything (−1), or of the bars before a refit.
    private struct Task: Sendable {
        let kind: Kind
        let states: Int
        let refit: Int
    }

    /// What one fit gave.
    private enum Outcome: Sendable {
        case whole(InformationCriteria, durations: [Double], convergence: Convergence)
        /// Log scores of the bars until the next refit, and the most probable regime, as filtered, of all bars before.
        case refit(scores: [Double?], regimes: [Int])
        case failure(FitError)
    }

    private static func result(
        of task: Task,
        _ observations: [Double?],
        _ starts: [Int],
        every bars: Int,
        _ options: BaumWelch.Options
    ) -> Outcome {
        do throws(FitError) {
            let start = task.refit < 0 ? observations.count : starts[task.refit]
            let fitted = try fit(task, Array(observations[..<start]), options)
            guard task.refit >= 0 else {
                let chain = fitted.chain
                let durations = (0..<chain.stateCount).map { chain.expectedDuration($0) }
                return .whole(fitted.criteria, durations: durations, convergence: fitted.convergence)
            }
            let known = Array(observations[..<min(start + bars, observations.count)])
            let residuals = fitted.level?.residuals(of: known) ?? known
            var filter = ForwardFilter(fitted.chain)
            var scores: [Double?] = []
            var regimes: [Int] = []
            for (bar, observation) in residuals.enumerated() {
                do throws(ObservationError) { try filter.update(observation) } catch { throw .observation(error) }
                if bar >= start {
                    scores.append(observation == nil ? nil : filter.lastLogLikelihood)
                } else {
                    let probabilities = filter.filteredProbabilities
                    regimes.append(
                        probabilities.indices.max { (probabilities[$0], -$0) < (probabilities[$1], -$1) } ?? 0
                    )
                }
            }
            return .refit(scores: scores, regimes: regimes)
        } catch {
            return .failure(error)
        }
    }

    private static func fit(
        _ task: Task,
        _ past: [Double?],
        _ options: BaumWelch.Options
    ) throws(FitError) -> (
        chain: HiddenMarkovModel, level: HeterogeneousAutoregression?, criteria: InformationCriteria,
        convergence: Convergence
    ) {
        switch task.kind {
        case .regimes:
            let report = try BaumWelch.fit(past, states: task.states, options: options)
            return (report.model, nil, report.criteria, report.convergence)
        case .autoregressiveRegimes:
            let report = try AutoregressiveRegimes.fit(past, states: task.states, options: options)
            return (report.model.residuals, report.model.autoregression, report.criteria, report.convergence)
        }
    }

    private static func candidate(_ task: Task, _ outcomes: ArraySlice<Outcome>) -> StateSelectionReport.Candidate {
        var candidate = StateSelectionReport.Candidate(kind: task.kind, states: task.states)
        var before: [Int]?
        for outcome in outcomes {
            switch outcome {
            case .failure(let error):
                candidate.failure = candidate.failure ?? error
            case .whole(let criteria, let durations, let convergence):
                candidate.criteria = criteria
                candidate.expectedDurations = durations
                candidate.convergence = convergence
            case .refit(let scores, let regimes):
                candidate.logScores += scores
                if let before {
                    let same = zip(before, regimes).count { $0 == $1 }
                    candidate.refitAgreements.append(Double(same) / Double(max(1, before.count)))
                }
                before = regimes
            }
        }
        return candidate
    }
}
