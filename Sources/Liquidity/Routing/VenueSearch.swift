import MarketData

/// The choice of venues worth their gas, by branch and bound over the dual.
///
/// A node fixes some venues as used or unused and leaves the others open. Its relaxation uses shares of open venues' best trades, which
/// is the convex hull of using them or not. The bound of a node at any prices is cheap, so prices found anywhere prune everywhere.
struct VenueSearch {
    let problem: DualProblem

    private static let nodeLimit = 4_000
    /// Shares beyond these count as decided when a relaxation is rounded.
    private static let tolerance = 1e-9

    func optimum() throws(RoutingError) -> Route {
        let hasGas = problem.entries.contains { $0.venue.gas > 0 }
        let root = problem.entries.map { $0.venue.gas > 0 ? DualProblem.Use.open : .included }
        guard hasGas else {
            guard let solution = problem.solve(root), isSound(solution, root) else { throw .noConvergence }
            return route(solution, root, bound: problem.bound(at: solution.surplus, root))
        }
        var best: (solution: DualProblem.Solution, uses: [DualProblem.Use])?
        var bestValue = 0.0
        var surpluses: [[Double]] = []
        var tried: Set<[Bool]> = []
        var open: [(uses: [DualProblem.Use], bound: Double)] = [(root, .infinity)]
        var abandoned = -Double.infinity
        var nodeCount = 0
        func bound(_ uses: [DualProblem.Use]) -> Double {
            surpluses.reduce(Double.infinity) { min($0, problem.bound(at: $1, uses)) }
        }
        func attempt(_ chosen: [Bool]) {
            guard tried.insert(chosen).inserted else { return }
            let uses = zip(chosen, root).map { $0 || $1 == .included ? DualProblem.Use.included : .excluded }
            guard let solution = problem.solve(uses), isSound(solution, uses) else { return }
            surpluses.append(solution.surplus)
            if solution.value > bestValue {
                bestValue = solution.value
                best = (solution, uses)
            }
        }
        while let node = open.popLast() {
            let slack = Self.tolerance * max(abs(bestValue), 1e-300)
            if min(node.bound, bound(node.uses)) <= bestValue + slack { continue }
            nodeCount += 1
            if nodeCount > Self.nodeLimit {
                abandoned = max(abandoned, min(node.bound, bound(node.uses)))
                continue
            }
            guard let relaxed = problem.solve(node.uses) else { throw .noConvergence }
            surpluses.append(relaxed.surplus)
            attempt(relaxed.shares.map { $0 > 0.5 })
            let limit = bound(node.uses)
            if limit <= bestValue + slack { continue }
            let candidates = node.uses.indices.filter { node.uses[$0] == .open }
            guard let pivot = candidates.min(by: { abs(relaxed.shares[$0] - 0.5) < abs(relaxed.shares[$1] - 0.5) })
            else {
                // Every venue is decided: the node's own value is its optimum.
                attempt(node.uses.map { $0 == .included })
                continue
            }
            var without = node.uses
            without[pivot] = .excluded
            var with = node.uses
            with[pivot] = .included
            // The likelier side last, because the last is taken first.
            let sides = relaxed.shares[pivot] > 0.5 ? [without, with] : [with, without]
            for side in sides { open.append((side, limit)) }
        }
        let upper = max(bestValue * (1 + Self.tolerance), abandoned)
        guard let best else { return Route(legs: [], value: 0, gas: 0, upperBound: max(0, upper)) }
        return route(best.solution, best.uses, bound: upper)
    }

    /// Whether trades are worth what their prices say and owe nothing: where floating point does not resolve a venue they are not, and are no plan.
    private func isSound(_ solution: DualProblem.Solution, _ uses: [DualProblem.Use]) -> Bool {
        let bound = problem.bound(at: solution.surplus, uses)
        let gas = zip(problem.entries, uses).reduce(0) { $0 + ($1.1 == .included ? $1.0.venue.gas : 0) }
        guard abs(bound - solution.value) <= 1e-3 * max(abs(bound), gas) else { return false }
        var (left, moved) = (problem.holdings, problem.holdings)
        for (entry, trades) in zip(problem.entries, solution.trades) {
            for (token, trade) in zip(entry.tokens, trades) {
                left[token] += trade
                moved[token] += abs(trade)
            }
        }
        return zip(left, moved).allSatisfy { $0 >= -1e-4 * $1 }
    }

    private func route(_ solution: DualProblem.Solution, _ uses: [DualProblem.Use], bound: Double) -> Route {
        var legs: [Route.Leg] = []
        var gas = 0.0
        for (index, entry) in problem.entries.enumerated() where uses[index] != .excluded {
            gas += entry.venue.gas
            let trades = Array(zip(entry.venue.assets, solution.trades[index]))
            guard trades.contains(where: { $0.1 != 0 }) else { continue }
            legs.append(
                Route.Leg(
                    venue: entry.venue.name,
                    tendered: Dictionary(uniqueKeysWithValues: trades.filter { $0.1 < 0 }.map { ($0.0, -$0.1) }),
                    received: Dictionary(uniqueKeysWithValues: trades.filter { $0.1 > 0 })
                )
            )
        }
        return Route(legs: legs, value: solution.value, gas: gas, upperBound: bound)
    }
}
