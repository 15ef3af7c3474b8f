/// An exponentially weighted covariance of simple returns about zero, updated bar by bar and known at each.
///
/// S ← λS + rrᵀ and W ← λW + 1; the estimate is S ÷ W, which is unbiased for returns of mean zero from the first bar on. λ halves
/// a weight every ``halfLife`` bars.
///
/// - Note: Source: J.P. Morgan (1996), *RiskMetrics Technical Document*, section 5.2, with the weights normalised.
public struct CovarianceEstimate: Sendable {
    /// Bars after which a return counts half.
    public static let halfLife = 60
    /// Bars before the estimate is used.
    static let warmUp = halfLife

    private static let decay = 0.988_514_020_352_896_2

    private let count: Int
    private var sums: [Double]
    private var weight = 0.0
    private(set) var updates = 0

    /// Creates an estimate that has seen nothing.
    init(count: Int) {
        self.count = count
        sums = [Double](repeating: 0, count: count * count)
    }

    /// Takes one bar's returns, `[n]`.
    mutating func update(_ returns: [Double]) {
        for row in 0..<count {
            let scale = returns[row]
            for column in 0..<count {
                sums[row * count + column] = Self.decay * sums[row * count + column] + scale * returns[column]
            }
        }
        weight = Self.decay * weight + 1
        updates += 1
    }

    /// xᵀΣx a bar; 0 before anything was seen.
    func variance(of exposure: [Double]) -> Double {
        guard weight > 0 else { return 0 }
        var total = 0.0
        for row in 0..<count {
            var inner = 0.0
            for column in 0..<count { inner += sums[row * count + column] * exposure[column] }
            total += exposure[row] * inner
        }
        return total / weight
    }
}
