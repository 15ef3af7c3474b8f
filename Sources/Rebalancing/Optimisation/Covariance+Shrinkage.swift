extension Covariance {
    /// The sample covariance shrunk towards a multiple of 1: well conditioned where assets are many and returns few.
    ///
    /// With S the sample covariance over *T* returns (divisor *T*), m = tr S / n, d² = ‖S − m1‖²/n,
    /// b̄² = Σₜ ‖xₜxₜᵀ − S‖² / (nT²) and b² = min(b̄², d²), the estimate is b²/d²·m·1 + (1 − b²/d²)·S. ‖·‖ is Frobenius' norm.
    ///
    /// - Parameter returns: `[T][n]`: one row a period, at least two.
    /// - Returns: The estimate per period, and the share b²/d² that was shrunk.
    /// - Throws: ``OptimisationError``.
    /// - Complexity: O(T·n²).
    /// - Note: Source: Ledoit and Wolf (2004), *A well-conditioned estimator for large-dimensional covariance matrices*, J. of
    ///   Multivariate Analysis 88, section 3.2.
    public static func shrunk(from returns: [[Double]]) throws(OptimisationError) -> (Covariance, shrinkage: Double) {
        let periods = returns.count
        guard periods >= 2 else { throw .countMismatch(name: "rows of returns", got: periods, expected: 2) }
        let count = returns[0].count
        guard count > 0 else { throw .countMismatch(name: "returns in a row", got: 0, expected: 1) }
        var means = [Double](repeating: 0, count: count)
        for row in returns {
            guard row.count == count else {
                throw .countMismatch(name: "returns in a row", got: row.count, expected: count)
            }
            for (index, value) in row.enumerated() {
                guard value.isFinite else {
                    throw .unusableParameter(name: "return", got: "\(value)", expected: "a finite number")
                }
                means[index] += value / Double(periods)
            }
        }
        var sample = [Double](repeating: 0, count: count * count)
        // Σₜ ‖xₜxₜᵀ‖² = Σₜ (xₜ·xₜ)², and Σₜ ‖xₜxₜᵀ − S‖² = that − T‖S‖².
        var fourth = 0.0
        for row in returns {
            let centred = zip(row, means).map { $0 - $1 }
            let square = inner(centred, centred)
            fourth += square * square
            for first in 0..<count {
                for second in 0...first { sample[first * count + second] += centred[first] * centred[second] }
            }
        }
        for first in 0..<count {
            for second in 0...first {
                sample[first * count + second] /= Double(periods)
                sample[second * count + first] = sample[first * count + second]
            }
        }
        let norm = inner(sample, sample)
        let mean = (0..<count).reduce(0) { $0 + sample[$1 * count + $1] } / Double(count)
        let distance = max(norm / Double(count) - mean * mean, 0)
        let spread = max(fourth / Double(periods) - norm, 0) / Double(periods * count)
        let share = distance > 0 ? min(spread, distance) / distance : 0
        var estimate = sample.map { (1 - share) * $0 }
        for index in 0..<count { estimate[index * count + index] += share * mean }
        return (Covariance(unchecked: estimate, count: count), share)
    }
}
