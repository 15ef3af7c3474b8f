import Dispatch
import Synchronization

extension BaumWelch {
    /// Climbs from every starting point; the best three that differ are polished to a thousandth of the tolerance, and the
    /// best of those that did not collapse wins, ties to the earlier start.
    static func best<Climb: RestartedSearch>(
        of options: Options,
        start: @Sendable (Int) -> Climb
    ) throws(FitError) -> (winner: Climb, convergence: Convergence) {
        let searches = concurrentMap(0..<options.restarts, threads: options.threads) { index in
            var search = start(index)
            search.climb(iterations: options.iterations, tolerance: options.tolerance)
            return search
        }
        let finalists = ranked(searches.filter { !$0.record.hasFailed }, count: 3, apart: 1e-3)
        let polished = concurrentMap(finalists, threads: options.threads) { search in
            var search = search
            search.climb(iterations: 10 * options.iterations, tolerance: options.tolerance * 1e-3)
            return search
        }
        guard let winner = ranked(polished.filter { !$0.record.hasFailed }, count: 1, apart: 0).first else {
            throw .noRestartSucceeded
        }
        let convergence = Convergence(
            history: winner.record.history,
            hasConverged: winner.record.hasConverged,
            largestLoss: (searches + polished).map(\.record.largestLoss).max() ?? 0,
            seed: options.seed,
            restarts: searches.map(\.summary)
        )
        return (winner, convergence)
    }

    /// The best `count` searches whose objectives differ by more than `apart`; collapsed ones come last.
    private static func ranked<Climb: RestartedSearch>(_ searches: [Climb], count: Int, apart: Double) -> [Climb] {
        var chosen: [Climb] = []
        let ranked = searches.sorted { left, right in
            if left.record.isCollapsed != right.record.isCollapsed { return right.record.isCollapsed }
            if left.record.objective != right.record.objective {
                return left.record.objective > right.record.objective
            }
            return left.index < right.index
        }
        for search in ranked where chosen.count < count {
            let isNew = chosen.allSatisfy { abs($0.record.objective - search.record.objective) > apart }
            if isNew || apart == 0 { chosen.append(search) }
        }
        return chosen
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
