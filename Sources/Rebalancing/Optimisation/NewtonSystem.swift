import Liquidity

/// The linear system of one iteration of ``InteriorPoint``: factored once, used for predictor and corrector.
///
/// With each pair's step z·dx + x·dz = τ, multipliers are eliminated first: a bound leaves z/x on the diagonal, a row
/// z/x·aaᵀ, a limit 2θQ + θ/x·∇q∇qᵀ. A split asset's parts obey D·dv = target ∓ R, where R is the change of the asset's slope;
/// so dΔ = Σ ±dv takes E = 1/Σ(1/D) on the diagonal. What remains is M·dΔ − dν·e = right, e·dΔ = what the balance lacks.
struct NewtonSystem {
    private let factor: CholeskyFactor
    private let balanceAnswer: [Double]
    /// G: the slope of all but an asset's own costs and bounds.
    private let slope: [Double]
    /// ∇q of each limit.
    private let tangents: [[Double]]
    /// D of the parts.
    private let bends: [Double]
    /// E of split assets; 0 of others.
    private let commonBends: [Double]

    /// dΔ.
    private(set) var tradeSteps: [Double]
    /// dν.
    private(set) var balanceStep = 0.0

    /// Assembles and factors; `nil` where rounding left no positive definite matrix.
    init?(_ method: borrowing InteriorPoint) {
        let program = method.program
        let count = program.count
        let tangents = program.quadratics.map { $0.gradient(method.trades) }
        var matrix = program.curvature
        func addOuter(_ vector: [Double], _ weight: Double) {
            for row in 0..<count where vector[row] != 0 {
                for column in 0..<count { matrix[row * count + column] += weight * vector[row] * vector[column] }
            }
        }
        for (row, pair) in zip(program.rows, method.rows) { addOuter(row.coefficients, pair.dual / pair.slack) }
        for (index, pair) in method.quadratics.enumerated() {
            for element in matrix.indices {
                matrix[element] += 2 * pair.dual * program.quadratics[index].matrix[element]
            }
            addOuter(tangents[index], pair.dual / pair.slack)
        }
        let bends = method.parts.map(\.bend)
        var common = [Double](repeating: 0, count: count)
        for (part, bend) in zip(method.parts, bends) { common[part.asset] += 1 / bend }
        for index in 0..<count {
            if common[index] > 0 { common[index] = 1 / common[index] }
            let bounds =
                method.lows[index].dual / method.lows[index].slack
                + method.highs[index].dual / method.highs[index].slack
            let own = common[index] > 0 ? common[index] : program.ownBend(index, method.trades[index])
            matrix[index * count + index] += bounds + own
        }
        guard let factor = CholeskyFactor(matrix, count: count) else { return nil }
        self.factor = factor
        self.tangents = tangents
        slope = program.slope(method.trades, method.multipliers)
        (self.bends, commonBends) = (bends, common)
        balanceAnswer = factor.solve(program.balance)
        tradeSteps = []
    }

    /// Gives all pairs of `method` their steps for their targets; false if there is no finite step.
    mutating func direct(_ method: inout InteriorPoint) -> Bool {
        let program = method.program
        let count = program.count
        var right = [Double](repeating: 0, count: count)
        let slopes = (0..<count).map { slope[$0] + method.highs[$0].dual - method.lows[$0].dual }
        let targets = method.parts.map { $0.target(slopes[$0.asset]) }
        var pulls = [Double](repeating: 0, count: count)
        for (index, part) in method.parts.enumerated() {
            pulls[part.asset] += part.sign * targets[index] / bends[index] * commonBends[part.asset]
        }
        for index in 0..<count {
            let (low, high) = (method.lows[index], method.highs[index])
            if commonBends[index] == 0 { pulls[index] = -slopes[index] - program.ownSlope(index, method.trades[index]) }
            right[index] = pulls[index] + low.target / low.slack - high.target / high.slack
        }
        for (index, pair) in method.rows.enumerated() {
            let weight = (pair.target - pair.dual * method.rowResidual(index)) / pair.slack
            subtract(weight, program.rows[index].coefficients, from: &right)
        }
        for (index, pair) in method.quadratics.enumerated() {
            let weight = (pair.target - pair.dual * method.quadraticResidual(index)) / pair.slack
            subtract(weight, tangents[index], from: &right)
        }
        let answer = factor.solve(right)
        let missing = method.balanceResidual - inner(program.balance, answer)
        balanceStep = missing / inner(program.balance, balanceAnswer)
        tradeSteps = zip(answer, balanceAnswer).map { $0 + balanceStep * $1 }
        guard balanceStep.isFinite, tradeSteps.allSatisfy(\.isFinite) else { return false }
        for index in 0..<count {
            let step = tradeSteps[index]
            method.lows[index].move(step)
            method.highs[index].move(-step)
        }
        for (index, part) in method.parts.enumerated() {
            let change = pulls[part.asset] - commonBends[part.asset] * tradeSteps[part.asset]
            method.parts[index].move((targets[index] - part.sign * change) / bends[index])
        }
        for index in method.rows.indices {
            let residual = method.rowResidual(index)
            method.rows[index].move(residual - inner(program.rows[index].coefficients, tradeSteps))
        }
        for index in method.quadratics.indices {
            let residual = method.quadraticResidual(index)
            method.quadratics[index].move(residual - inner(tangents[index], tradeSteps))
        }
        return true
    }

    private func subtract(_ weight: Double, _ vector: [Double], from right: inout [Double]) {
        for index in right.indices { right[index] -= weight * vector[index] }
    }
}
