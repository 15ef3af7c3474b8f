/// What one venue does at given prices: the trade worth most, its worth, and how it answers to a change of prices.
///
/// Kept by the caller and filled again and again, so that evaluating a hundred venues allocates nothing.
struct ArbitrageAnswer {
    /// Σ νᵢ·tradeᵢ.
    var value = 0.0
    /// What the trader receives of each of the venue's tokens, less what is tendered.
    var trade: [Double] = []
    /// ∂trade/∂ν, row by row: symmetric and positive semidefinite.
    var slope: [Double] = []

    mutating func reset(count: Int) {
        value = 0
        trade.removeAll(keepingCapacity: true)
        slope.removeAll(keepingCapacity: true)
        for _ in 0..<count { trade.append(0) }
        for _ in 0..<count * count { slope.append(0) }
    }
}

/// The most of a piece that may be used, softened: argmax of u·M + ln u + ln(1 − u) over 0 < u < 1.
///
/// The logarithms keep u inside and make its answer smooth; at M → ±∞ it is all or nothing.
struct SoftShare {
    /// u.
    let share: Double
    /// du/dM.
    let slope: Double
    /// The maximum.
    let value: Double

    init(_ incentive: Double) {
        let root = (incentive * incentive + 4).squareRoot()
        let up = incentive > 0 ? 1 / (1 + 2 / (root + incentive)) : 2 / (root - incentive + 2)
        let down = incentive > 0 ? 2 / (root + incentive + 2) : 1 / (1 + 2 / (root - incentive))
        share = up
        slope = 1 / (1 / (up * up) + 1 / (down * down))
        value = up * incentive + up.logarithm + down.logarithm
    }
}
