/// The covariance of estimates from the curvature of the log-likelihood around its maximum.
///
/// The information is −∂²ℓ/∂θ², here by central differences of the score ∂ℓ/∂θ, which Fisher's identity gives from one pass:
/// it is the expectation of the complete-data score under the smoothed regimes. Scaled to a unit diagonal and taken apart
/// into eigenvectors, directions without curvature are not identified, and neither is a parameter that has a part in one.
///
/// - Note: Source: Louis (1982), *J. R. Stat. Soc. B* 44(2), eq. 3.1 for the identity; Jamshidian and Jennrich (2000), *J. R. Stat.
///   Soc. B* 62(2) for differences of the score.
struct ObservedInformation {
    /// The covariance, `[P][P]` in one flat array; meaningless where a parameter is not identified.
    let covariance: [Double]
    /// Whether the data determine each parameter, `[P]`.
    let isIdentified: [Bool]
    private let count: Int

    /// Measures the curvature at `point`.
    ///
    /// - Parameters:
    ///   - point: θ at the maximum, `[P]`.
    ///   - steps: How far to go for each difference, `[P]`.
    ///   - score: ∂ℓ/∂θ at a point; nil where it cannot be computed.
    init(at point: [Double], steps: [Double], score: ([Double]) -> [Double]?) {
        count = point.count
        var information = [Double](repeating: 0, count: count * count)
        var isMeasured = [Bool](repeating: true, count: count)
        for index in 0..<count {
            var (ahead, behind) = (point, point)
            ahead[index] += steps[index]
            behind[index] -= steps[index]
            guard let above = score(ahead), let below = score(behind) else {
                isMeasured[index] = false
                continue
            }
            // The step that was made, not the one that was meant: a coordinate rounds.
            let width = ahead[index] - behind[index]
            for other in 0..<count { information[index * count + other] = (below[other] - above[other]) / width }
        }
        (covariance, isIdentified) = Self.inverted(information, isMeasured)
    }

    /// The standard error of parameter `index`; nil where it is not identified.
    func standardError(_ index: Int) -> Double? { standardError([index: 1]) }

    /// The standard error of a function whose derivatives by the parameters are `slopes`; nil where one is not identified.
    func standardError(_ slopes: [Int: Double]) -> Double? {
        var variance = 0.0
        for (first, left) in slopes where left != 0 {
            guard isIdentified[first] else { return nil }
            for (second, right) in slopes where right != 0 {
                variance += left * right * covariance[first * count + second]
            }
        }
        return variance >= 0 && variance.isFinite ? variance.squareRoot() : nil
    }

    private static func inverted(_ information: [Double], _ isMeasured: [Bool]) -> ([Double], [Bool]) {
        let count = isMeasured.count
        var isIdentified = isMeasured
        var covariance = [Double](repeating: 0, count: count * count)
        for index in 0..<count where !(information[index * count + index] > 0) { isIdentified[index] = false }
        let kept = (0..<count).filter { isIdentified[$0] }
        let scales = kept.map { information[$0 * count + $0].squareRoot() }
        var scaled: [Double] = []
        for (row, first) in kept.enumerated() {
            for (column, second) in kept.enumerated() {
                let mean = (information[first * count + second] + information[second * count + first]) / 2
                scaled.append(mean / (scales[row] * scales[column]))
            }
        }
        guard scaled.allSatisfy(\.isFinite) else { return (covariance, isMeasured.map { _ in false }) }
        let eigen = SymmetricEigen(scaled, count: kept.count)
        // The differences leave some 1e-7 of the diagonal: curvature below that is not seen.
        let flat = eigen.values.indices.filter { eigen.values[$0] < 1e-6 }
        for (row, index) in kept.enumerated() {
            let part = flat.reduce(0.0) { sum, direction in
                let loading = eigen.vectors[row * kept.count + direction]
                return sum + loading * loading
            }
            if part > 1e-4 { isIdentified[index] = false }
        }
        let inverse = eigen.mapped { $0 < 1e-6 ? 0 : 1 / $0 }
        for (row, first) in kept.enumerated() {
            for (column, second) in kept.enumerated() {
                covariance[first * count + second] =
                    inverse[row * kept.count + column] / (scales[row] * scales[column])
            }
        }
        return (covariance, isIdentified)
    }
}
