/// Target weights under which every asset carries its share of the risk.
public enum RiskParity {
    /// The long-only weights `[n]` with wᵢ(Σw)ᵢ ∝ budgetᵢ.
    ///
    /// They are the minimiser of ½xᵀΣx − Σ bᵢ ln xᵢ, scaled to sum to 1. Each coordinate has a closed form,
    /// xᵢ = (−rᵢ + √(rᵢ² + 4σᵢᵢbᵢ)) / (2σᵢᵢ) with rᵢ = Σ_{j≠i} σᵢⱼxⱼ, and cycling over them converges to the only minimum.
    ///
    /// - Parameters:
    ///   - covariance: Σ, with positive variances.
    ///   - budgets: b: positive shares of the risk; equal ones if absent.
    /// - Throws: ``OptimisationError``: an asset without variance has no such weight, and
    ///   ``OptimisationError/noConvergence`` where contributions do not settle to 1e-12.
    /// - Complexity: O(n²) a cycle.
    /// - Note: Source: Spinu (2013), *An Algorithm for Computing Risk Parity Weights*; Griveau-Billion, Richard, Roncalli
    ///   (2013), *A Fast Algorithm for Computing High-dimensional Risk Parity Portfolios*, eq. 11.
    public static func weights(
        under covariance: Covariance,
        budgets: [Double]? = nil
    ) throws(OptimisationError) -> [Double] {
        let count = covariance.count
        let shares = budgets ?? [Double](repeating: 1, count: count)
        guard shares.count == count else {
            throw .countMismatch(name: "risk budgets", got: shares.count, expected: count)
        }
        for (index, share) in shares.enumerated() {
            guard share > 0, share.isFinite else {
                throw .unusableParameter(name: "risk budget", got: "\(share)", expected: "a positive number")
            }
            guard covariance[index, index] > 0 else {
                throw .unusableParameter(
                    name: "variance of asset \(index + 1)",
                    got: "\(covariance[index, index])",
                    expected: "a positive number"
                )
            }
        }
        let total = shares.reduce(0, +)
        let budget = shares.map { $0 / total }
        var scaled = (0..<count).map { (budget[$0] / covariance[$0, $0]).squareRoot() }
        for _ in 0..<cycleLimit {
            for index in 0..<count {
                let variance = covariance[index, index]
                var rest = 0.0
                for other in 0..<count where other != index { rest += covariance[index, other] * scaled[other] }
                let root = (rest * rest + 4 * variance * budget[index]).squareRoot()
                // The form without cancellation on either side of 0.
                scaled[index] = rest > 0 ? 2 * budget[index] / (rest + root) : (root - rest) / (2 * variance)
            }
            let pulls = covariance.times(scaled)
            let worst = (0..<count).reduce(0) { max($0, abs(scaled[$1] * pulls[$1] - budget[$1])) }
            if worst <= 1e-13 {
                let sum = scaled.reduce(0, +)
                return scaled.map { $0 / sum }
            }
        }
        throw .noConvergence
    }

    private static let cycleLimit = 100_000
}
