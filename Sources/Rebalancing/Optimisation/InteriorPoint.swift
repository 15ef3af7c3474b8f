/// A primal-dual interior point for ``ConvexTradeProgram``, with Mehrotra's predictor and corrector.
///
/// An asset whose cost has a kink, because it may go both ways and pays for it, is split into parts Δ = Σ ±v with v ≥ 0, each
/// with a smooth cost (``TradePart``). Each pair of slack x and multiplier z is driven to x·z = μ → 0. Every step eliminates
/// slacks, multipliers and parts, so that one factorisation of an n × n matrix remains (``NewtonSystem``). The start need not
/// keep rows, limits or the balance.
///
/// - Note: Source: Mehrotra (1992), *SIAM Journal on Optimization* 2(4); Boyd and Vandenberghe (2004), section 11.7.
struct InteriorPoint {
    /// Where the method ended.
    struct Solution {
        var trades: [Double]
        var value: Double
        var lowerBound: Double
    }

    /// The program, its objective divided by ``scale``.
    let program: ConvexTradeProgram
    /// What the objective is divided by, so that slopes are about 1.
    private let scale: Double

    var trades: [Double]
    /// ν.
    var balanceMultiplier = 0.0
    /// The parts of the assets that are split, by asset.
    var parts: [TradePart]
    /// Δ − low and high − Δ.
    var lows: [ComplementaryPair]
    var highs: [ComplementaryPair]
    var rows: [ComplementaryPair]
    var quadratics: [ComplementaryPair]

    /// Steps taken although they brought the conditions no closer.
    private var leaps = 0

    private static let iterationLimit = 100
    /// Iterations without a smaller gap after which rounding must have the last word.
    private static let patience = 6

    /// Solves a program whose bounds all leave room.
    ///
    /// - Throws: ``OptimisationError/infeasible`` with a proof, ``OptimisationError/noConvergence`` without.
    /// - Complexity: O(n³) an iteration; about 15 iterations.
    static func solve(
        _ program: ConvexTradeProgram,
        from distance: Start = .near
    ) throws(OptimisationError) -> Solution {
        var method = InteriorPoint(program, distance)
        return try method.run()
    }

    /// Where the method starts: how large slacks and multipliers are at first.
    enum Start: Double {
        /// Close, for most problems.
        case near = 0.1
        /// Far inside: more steps, and a way out of narrow corners.
        case far = 10
    }

    private init(_ program: ConvexTradeProgram, _ distance: Start) {
        let count = program.count
        let (low, high) = (program.low, program.high)
        let start = (0..<count).map { index in
            let margin = 0.1 * (high[index] - low[index])
            return min(max(0, low[index] + margin), high[index] - margin)
        }
        let slopes = zip(program.gradient, product(program.curvature, start)).map { abs($0 + $1) }
        let costs = (0..<count).map { index in
            max(program.purchases[index].slope(max(high[index], 0)), program.sales[index].slope(max(-low[index], 0)))
        }
        let scale = max((slopes + costs).max() ?? 1, 1e-300)
        let scaled = program.divided(by: scale)
        (self.program, self.scale, trades) = (scaled, scale, start)
        let width = (0..<count).reduce(0) { $0 + high[$1] - low[$1] } / Double(max(count, 1))
        let pair = { (slack: Double) in ComplementaryPair(slack: slack, dual: distance.rawValue * width / slack) }
        parts = []
        for index in 0..<count where program.isSplit(index) {
            let isBoth = low[index] < 0 && high[index] > 0
            let bought = isBoth ? max(start[index], 0) + 0.05 * width : start[index]
            if high[index] > 0 {
                let cost = scaled.purchases[index]
                parts += TradePart.parts(of: cost, asset: index, sign: 1, size: bought, room: high[index], pair)
            }
            if low[index] < 0 {
                let (cost, sold) = (scaled.sales[index], isBoth ? bought - start[index] : -start[index])
                parts += TradePart.parts(of: cost, asset: index, sign: -1, size: sold, room: -low[index], pair)
            }
        }
        lows = (0..<count).map { pair(start[$0] - low[$0]) }
        highs = (0..<count).map { pair(high[$0] - start[$0]) }
        rows = scaled.rows.map { row in
            let size = row.coefficients.map(abs).max() ?? 1
            return pair(max(row.limit - inner(row.coefficients, start), distance.rawValue * width * size, 1e-9))
        }
        quadratics = scaled.quadratics.map { quadratic in
            pair(max(quadratic.limit - quadratic.value(start), distance.rawValue))
        }
    }

    private mutating func run() throws(OptimisationError) -> Solution {
        var best: Solution?
        var waited = 0
        var farthest = Double.infinity
        let impossible = program.largestValue
        for _ in 0..<Self.iterationLimit {
            let bound = program.lowerBound(at: trades, multipliers)
            if bound > impossible + 1e-6 * (1 + abs(impossible)) { throw .infeasible }
            let value = program.value(trades)
            if violation <= 1e-11 {
                if best.map({ value - bound < 0.9 * ($0.value - $0.lowerBound) }) ?? true {
                    best = Solution(trades: trades, value: value, lowerBound: bound)
                    waited = 0
                }
                waited += 1
                if value - bound <= 1e-13 * max(abs(value), 1e-4) || waited > Self.patience { break }
            }
            // Limits that cannot be kept stop the steps before the bound has grown into a proof: the caller asks then.
            if violation < farthest / 2 { (farthest, waited) = (violation, best == nil ? 0 : waited) }
            if best == nil {
                waited += 1
                if waited > 3 * Self.patience { break }
            }
            guard step() else { break }
        }
        guard var best, best.value - best.lowerBound <= 1e-7 * max(abs(best.value), 1e-4) else { throw .noConvergence }
        best.value *= scale
        best.lowerBound *= scale
        return best
    }

    var multipliers: ConvexTradeProgram.Multipliers {
        .init(balance: balanceMultiplier, rows: rows.map(\.dual), quadratics: quadratics.map(\.dual))
    }

    /// β − e·Δ.
    var balanceResidual: Double { program.balanceTotal - inner(program.balance, trades) }

    /// r − a·Δ − slack of a row.
    func rowResidual(_ index: Int) -> Double {
        program.rows[index].limit - inner(program.rows[index].coefficients, trades) - rows[index].slack
    }

    /// R − q(Δ) − slack of a quadratic limit.
    func quadraticResidual(_ index: Int) -> Double {
        program.quadratics[index].limit - program.quadratics[index].value(trades) - quadratics[index].slack
    }

    /// How far balance, rows and limits are from holding with their slacks.
    private var violation: Double {
        let all = rows.indices.map(rowResidual) + quadratics.indices.map(quadraticResidual) + [balanceResidual]
        return all.reduce(0) { max($0, abs($1)) }
    }

    private mutating func forEachPair(_ body: (inout ComplementaryPair) -> Void) {
        for index in trades.indices {
            body(&lows[index])
            body(&highs[index])
        }
        for index in parts.indices {
            body(&parts[index].size)
            if var rest = parts[index].rest {
                body(&rest)
                parts[index].rest = rest
            }
        }
        for index in rows.indices { body(&rows[index]) }
        for index in quadratics.indices { body(&quadratics[index]) }
    }

    /// One predictor and corrector; false if the system cannot be solved or no step is left.
    private mutating func step() -> Bool {
        var (sum, number) = (0.0, 0.0)
        forEachPair { pair in
            pair.target = -pair.slack * pair.dual
            sum -= pair.target
            number += 1
        }
        guard var system = NewtonSystem(self), system.direct(&self) else { return false }
        let reach = longestStep()
        var predicted = 0.0
        forEachPair { predicted += ($0.slack + reach * $0.slackStep) * ($0.dual + reach * $0.dualStep) }
        let ratio = max(predicted, 0) / sum
        let before = distance
        let origin = self
        // The corrector first. Where the root in the impact's slope leads it astray, plain steps back to the centre.
        for (share, correction) in [(ratio * ratio * ratio, 1.0), (0.3, 0), (0.9, 0)] {
            let aim = sum / number * share
            forEachPair { $0.target = aim - $0.slack * $0.dual - correction * $0.slackStep * $0.dualStep }
            guard system.direct(&self) else { return false }
            var length = min(1, 0.995 * longestStep())
            let from = self
            for _ in 0..<(correction > 0 ? 2 : 8) where length > 1e-10 {
                advance(length, system)
                if distance <= (1 - 0.01 * length) * before { return true }
                self = from
                length /= 2
            }
        }
        // Nothing brings all conditions closer together: a few times the whole step is taken all the same.
        self = origin
        leaps += 1
        guard leaps <= Self.patience, system.direct(&self) else { return false }
        let length = min(1, 0.995 * longestStep())
        advance(length, system)
        return length > 1e-10
    }

    private mutating func advance(_ length: Double, _ system: NewtonSystem) {
        for index in trades.indices { trades[index] += length * system.tradeSteps[index] }
        balanceMultiplier += length * system.balanceStep
        forEachPair { pair in
            pair.slack += length * pair.slackStep
            pair.dual += length * pair.dualStep
        }
    }

    /// How far the conditions of an optimum are from holding, all summed: every good step makes it smaller.
    private var distance: Double {
        let slope = program.slope(trades, multipliers)
        let slopes = trades.indices.map { slope[$0] + highs[$0].dual - lows[$0].dual }
        var isSplit = trades.map { _ in false }
        var sum = abs(balanceResidual)
        func add(_ pair: ComplementaryPair) { sum += pair.slack * pair.dual }
        for part in parts {
            isSplit[part.asset] = true
            sum += abs(part.residual(slopes[part.asset]))
            add(part.size)
            part.rest.map(add)
        }
        for index in trades.indices {
            if !isSplit[index] { sum += abs(slopes[index] + program.ownSlope(index, trades[index])) }
            add(lows[index])
            add(highs[index])
        }
        for index in rows.indices {
            sum += abs(rowResidual(index))
            add(rows[index])
        }
        for index in quadratics.indices {
            sum += abs(quadraticResidual(index))
            add(quadratics[index])
        }
        return sum
    }

    private mutating func longestStep() -> Double {
        var length = 1.0
        forEachPair { pair in
            if pair.slackStep < 0 { length = min(length, -pair.slack / pair.slackStep) }
            if pair.dualStep < 0 { length = min(length, -pair.dual / pair.dualStep) }
        }
        return length
    }
}

/// A slack x, its multiplier z, and a step of both.
struct ComplementaryPair {
    var slack: Double
    var dual: Double
    var slackStep = 0.0
    var dualStep = 0.0
    /// What z·dx + x·dz is to be.
    var target = 0.0

    init(slack: Double, dual: Double) {
        (self.slack, self.dual) = (slack, dual)
    }

    /// Takes the slack's step; the multiplier's follows.
    mutating func move(_ step: Double) {
        slackStep = step
        dualStep = (target - dual * step) / slack
    }
}
