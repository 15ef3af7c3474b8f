import Liquidity

/// Which assets trade, by branch and bound: fixed costs and smallest trades make trading a decision.
///
/// A node decides some assets (not traded, bought, sold) and leaves the others open. An open asset pays its fixed cost in
/// proportion, F·|Δ| over the most it can trade: the convex envelope of the step, so that every node's optimum is a lower bound.
struct TradeSelection {
    private let problem: OneStepProblem
    private let base: ConvexTradeProgram
    /// How far each asset may trade: by its bounds, and narrower where more would cost more than the best plan known.
    private var low: [Double]
    private var high: [Double]

    private enum Choice {
        /// Nothing to decide: no fixed cost, no smallest trade.
        case free
        case open
        case none
        case bought
        case sold
    }

    private struct Node {
        var choices: [Choice]
        var bound: Double
    }

    private static let nodeLimit = 4_000
    /// Trades below this share of the portfolio are none.
    private static let smallest = 1e-9

    init(_ problem: OneStepProblem) {
        self.problem = problem
        let start = zip(problem.held, problem.targets).map { $0 - $1 }
        let covariance = problem.covariance.elements
        low = zip(problem.lowest, problem.held).map { $0 - $1 }
        high = zip(problem.highest, problem.held).map { $0 - $1 }
        let drift = problem.covariance.times(start)
        var program = ConvexTradeProgram(
            curvature: covariance.map { problem.riskAversion * $0 },
            gradient: drift.map { problem.riskAversion * $0 },
            constant: problem.riskAversion / 2 * inner(start, drift),
            low: low,
            high: high,
            purchases: problem.costs.map { SideCost(proportional: $0.proportional, impact: $0.impact) },
            sales: problem.costs.map { SideCost(proportional: $0.proportional, impact: $0.impact) },
            balance: problem.balance,
            balanceTotal: problem.balance.allSatisfy { $0 == 1 } ? 1 - problem.held.reduce(0, +) : 0
        )
        program.rows = problem.limits.map { limit in
            ConvexTradeProgram.Row(
                coefficients: limit.coefficients,
                limit: limit.bound - inner(limit.coefficients, problem.held)
            )
        }
        if let cap = problem.trackingErrorCap {
            program.quadratics.append(.init(matrix: covariance, origin: start, limit: cap * cap))
        }
        if let cap = problem.concentrationCap {
            let count = problem.held.count
            var identity = [Double](repeating: 0, count: count * count)
            for index in 0..<count { identity[index * count + index] = 1 }
            program.quadratics.append(.init(matrix: identity, origin: problem.held, limit: cap))
        }
        base = program
    }

    mutating func optimum() throws(OptimisationError) -> OneStepOptimum {
        let root = base.low.indices.map { index -> Choice in
            guard problem.costs[index].fixed > 0 || problem.smallestTrades[index] > 0 else { return .free }
            if low[index] > 0 { return .bought }
            return high[index] < 0 ? .sold : .open
        }
        var best: (trades: [Double], value: Double)?
        var floor = Double.infinity
        var solved = 0
        var tried: Set<[Choice]> = []
        var lastError = OptimisationError.infeasible
        if root.contains(.open) {
            best = start(root)
            solved += 2
            if let best { narrow(root, below: best.value) }
        }
        var open = [Node(choices: root, bound: -.infinity)]
        while let node = open.popLast() {
            let value = best?.value ?? .infinity
            guard node.bound < value - Self.slack(value), solved < Self.nodeLimit else {
                floor = min(floor, node.bound)
                continue
            }
            let relaxed: InteriorPoint.Solution
            do {
                solved += 1
                relaxed = try solve(node.choices)
            } catch {
                if error != .infeasible { (lastError, floor) = (error, min(floor, node.bound)) }
                continue
            }
            let pivot = pivot(node.choices, relaxed.trades)
            // Where every trade is 0 or as large as it can be, the envelope is the step itself.
            let decided = pivot == nil ? node.choices : rounded(node.choices, relaxed.trades)
            if pivot == nil || tried.insert(decided).inserted {
                let candidate: InteriorPoint.Solution?
                if pivot == nil {
                    candidate = relaxed
                } else {
                    solved += 1
                    candidate = try? solve(decided)
                }
                if let trades = candidate.map({ polished($0.trades, decided) }) {
                    let value = problem.objective(of: zip(problem.held, trades).map { $0 + $1 })
                    if value < best?.value ?? .infinity { best = (trades, value) }
                }
            }
            guard let pivot else {
                floor = min(floor, relaxed.lowerBound)
                continue
            }
            var sides: [Choice] = [.none]
            if high[pivot] > 0, high[pivot] >= problem.smallestTrades[pivot] { sides.append(.bought) }
            if low[pivot] < 0, -low[pivot] >= problem.smallestTrades[pivot] { sides.append(.sold) }
            // The likeliest last, because the last is taken first.
            let likely = decided[pivot]
            for side in sides.filter({ $0 != likely }) + sides.filter({ $0 == likely }) {
                var choices = node.choices
                choices[pivot] = side
                open.append(Node(choices: choices, bound: relaxed.lowerBound))
            }
        }
        guard let best else { throw lastError }
        return OneStepOptimum(
            weights: zip(problem.held, best.trades).map { $0 + $1 },
            value: best.value,
            lowerBound: min(floor, best.value),
            problemCount: solved
        )
    }

    /// A plan to begin with: no trade at all, or what is traded where nothing is fixed.
    private func start(_ root: [Choice]) -> (trades: [Double], value: Double)? {
        let still = root.map { $0 == .open ? Choice.none : $0 }
        let moving = try? solve(root.map { $0 == .open ? .free : $0 })
        let settled = moving.map { self.rounded(root, $0.trades) }
        var best: (trades: [Double], value: Double)?
        for choices in [still, settled ?? still] {
            guard let solution = try? solve(choices) else { continue }
            let trades = polished(solution.trades, choices)
            let value = problem.objective(of: zip(problem.held, trades).map { $0 + $1 })
            if value < best?.value ?? .infinity { best = (trades, value) }
        }
        return best
    }

    /// Narrows how far open assets may trade to what does not alone cost more than `value`.
    ///
    /// A deviation x of asset *i* has at least the risk λ/2·x²/Pᵢᵢ, whatever the others do, where P is the inverse of Σ, or its
    /// projection where deviations sum to 0. With the trade's own costs that bounds the trade.
    private mutating func narrow(_ root: [Choice], below value: Double) {
        let leverages = inverseDiagonal()
        for index in root.indices where root[index] == .open {
            let deviation = problem.held[index] - problem.targets[index]
            let cost = { [problem] (trade: Double) in
                let risk = leverages.map {
                    problem.riskAversion / 2 * (deviation + trade) * (deviation + trade) / $0[index]
                }
                return problem.costs[index](trade) + (risk ?? 0)
            }
            for sign in [1.0, -1.0] {
                let reach = sign > 0 ? high[index] : -low[index]
                guard reach > 0, cost(sign * reach) > value else { continue }
                // Beyond the target cost only rises, so that one crossing is left to find.
                var (inside, outside) = (min(max(-sign * deviation, 0), reach), reach)
                if cost(sign * inside) > value { outside = inside }
                while outside - inside > max(1e-6 * outside, Self.smallest / 10) {
                    let middle = (inside + outside) / 2
                    if cost(sign * middle) > value { outside = middle } else { inside = middle }
                }
                if outside <= Self.smallest { outside = 0 }
                if sign > 0 { high[index] = outside } else { low[index] = -outside }
            }
        }
    }

    /// Pᵢᵢ, or `nil` where Σ has no inverse that floating point can find.
    private func inverseDiagonal() -> [Double]? {
        let covariance = problem.covariance
        guard problem.riskAversion > 0, let factor = CholeskyFactor(covariance.elements, count: covariance.count) else {
            return nil
        }
        func solved(_ right: [Double]) -> [Double]? {
            let answer = factor.solve(right)
            let size = right.map(abs).max() ?? 0
            let isExact = zip(covariance.times(answer), right).allSatisfy { abs($0 - $1) <= 1e-6 * size }
            return isExact ? answer : nil
        }
        let ones = [Double](repeating: 1, count: covariance.count)
        let sumsToZero =
            problem.balance == ones && abs(problem.targets.reduce(-1, +)) <= 1e-9
        guard let spread = solved(ones) else { return nil }
        var diagonal: [Double] = []
        for index in ones.indices {
            var unit = [Double](repeating: 0, count: ones.count)
            unit[index] = 1
            guard let column = solved(unit) else { return nil }
            let projected = sumsToZero ? spread[index] * spread[index] / spread.reduce(0, +) : 0
            // A millionth more covers what rounding may have left of the inverse.
            let leverage = (column[index] - projected) * (1 + 1e-6) + 1e-6 * column[index]
            guard leverage > 0 else { return nil }
            diagonal.append(leverage)
        }
        return diagonal
    }

    /// What a node may fall short of the best and still be dropped.
    private static func slack(_ value: Double) -> Double { value.isFinite ? 1e-10 * abs(value) : 0 }

    private func solve(_ choices: [Choice]) throws(OptimisationError) -> InteriorPoint.Solution {
        var program = base
        for (index, choice) in choices.enumerated() {
            let (fixed, least) = (problem.costs[index].fixed, problem.smallestTrades[index])
            switch choice {
            case .free: break
            case .open:
                (program.low[index], program.high[index]) = (low[index], high[index])
                program.purchases[index] = SideCost(problem.costs[index], envelopeTo: high[index])
                program.sales[index] = SideCost(problem.costs[index], envelopeTo: -low[index])
            case .none: (program.low[index], program.high[index]) = (0, 0)
            case .bought:
                (program.low[index], program.high[index]) = (max(low[index], least), high[index])
                program.constant += fixed
            case .sold:
                (program.low[index], program.high[index]) = (low[index], min(high[index], -least))
                program.constant += fixed
            }
        }
        return try program.solved()
    }

    /// The open asset whose relaxation is farthest from a decision; `nil` if all are decided in effect.
    private func pivot(_ choices: [Choice], _ trades: [Double]) -> Int? {
        var (worst, pivot) = (0.0, Int?.none)
        for (index, trade) in trades.enumerated() where choices[index] == .open && abs(trade) > Self.smallest {
            let envelope = SideCost(problem.costs[index], envelopeTo: trade > 0 ? high[index] : -low[index])
            var distance = max(problem.costs[index](trade) - envelope.value(abs(trade)), 0)
            let least = problem.smallestTrades[index]
            if abs(trade) < least * (1 - 1e-9) { distance += min(abs(trade), least - abs(trade)) }
            if distance > worst * (1 + 1e-9), distance > 1e-14 { (worst, pivot) = (distance, index) }
        }
        return pivot
    }

    private func rounded(_ choices: [Choice], _ trades: [Double]) -> [Choice] {
        choices.indices.map { index in
            guard choices[index] == .open else { return choices[index] }
            let size = abs(trades[index])
            guard size > max(Self.smallest * 100, problem.smallestTrades[index] / 2) else { return .none }
            return trades[index] > 0 ? .bought : .sold
        }
    }

    /// The trades with those that are none or at a bound exactly so, the balance restored by the one with most room.
    private func polished(_ trades: [Double], _ choices: [Choice]) -> [Double] {
        var result = trades
        for index in result.indices {
            let edges = [0, low[index], high[index], problem.smallestTrades[index], -problem.smallestTrades[index]]
            for edge in edges
            where abs(result[index] - edge) <= Self.smallest && low[index] <= edge && edge <= high[index] {
                result[index] = edge
                break
            }
        }
        let room = { (index: Int) in
            min(abs(result[index]), result[index] - low[index], high[index] - result[index])
        }
        if let widest = result.indices.max(by: { room($0) < room($1) }), room(widest) > 1e-6 {
            for _ in 0..<2 {
                result[widest] += (base.balanceTotal - inner(base.balance, result)) / base.balance[widest]
            }
        }
        let worsened = base.value(result) - base.value(trades)
        return worsened <= 1e-9 * abs(base.value(trades)) && excess(result) <= max(excess(trades), 1e-10)
            ? result : trades
    }

    /// How far rows and limits are broken.
    private func excess(_ trades: [Double]) -> Double {
        var worst = abs(base.balanceTotal - inner(base.balance, trades))
        for row in base.rows { worst = max(worst, inner(row.coefficients, trades) - row.limit) }
        for quadratic in base.quadratics { worst = max(worst, quadratic.value(trades) - quadratic.limit) }
        return worst
    }
}
