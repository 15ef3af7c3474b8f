/// The most valuable trade against a weighted product of reserves, in closed form for two tokens.
///
/// The trader minimises Σ pᵢ·rᵢ over ∏ rᵢ^wᵢ ≥ ∏ Rᵢ^wᵢ, where pᵢ is νᵢ for a token received (rᵢ < Rᵢ) and νᵢ/γ for one tendered.
/// With multiplier λ: rᵢ = min(λwᵢ/νᵢ, max(Rᵢ, γλwᵢ/νᵢ)), and not below the offset oᵢ of a range. ln ∏ rᵢ^wᵢ rises with ln λ in
/// straight pieces, so λ is found exactly.
///
/// - Note: Source: Angeris et al. (2022), *Optimal Routing for Constant Function Market Makers*; Diamandis et al. (2023),
///   *An Efficient Algorithm for Optimal Routing Through Constant Function Market Makers*, section 4.
struct WeightedArbitrage: Sendable {
    /// R, offsets included.
    let reserves: [Double]
    /// o: what a range lacks of its reserves; a token's reserve ends there.
    let offsets: [Double]
    /// w, together 1.
    let weights: [Double]
    /// γ = 1 − fee.
    let retained: Double
    private let logarithm: Double

    init(reserves: [Double], offsets: [Double], weights: [Double], fee: Double) {
        self.reserves = reserves
        self.offsets = offsets
        let total = weights.reduce(0, +)
        self.weights = weights.map { $0 / total }
        retained = 1 - fee
        logarithm = zip(self.weights, reserves).reduce(0) { $0 + $1.0 * $1.1.logarithm }
    }

    /// Prices at which nothing is traded, up to a common factor.
    var restingPrices: [Double] { zip(weights, reserves).map { $0 / $1 } }

    func answer(_ prices: ArraySlice<Double>, _ answer: inout ArbitrageAnswer) {
        let first = prices.startIndex
        var (low, high) = (0.0, Double.infinity)
        var (bottom, top) = (Double.infinity, 0.0)
        for index in reserves.indices {
            let rest = reserves[index] * prices[first + index] / weights[index]
            low = max(low, rest)
            bottom = min(bottom, rest)
            high = min(high, rest / retained)
            top = max(top, rest / retained)
        }
        if low <= high { return }
        let multiplier = solve(prices, bottom.logarithm, top.logarithm)
        // Moving tokens answer to prices by rᵢ²/(λwᵢ) along the surface of constant product.
        var (total, movingCount) = (0.0, 0)
        for index in reserves.indices {
            let (reserve, moves) = balance(index, prices[first + index], multiplier)
            let given = reserves[index] - reserve
            answer.trade[index] = given < 0 ? given / retained : given
            answer.value += answer.trade[index] * prices[first + index]
            if moves {
                total += weights[index]
                movingCount += 1
            }
        }
        guard movingCount > 1 else { return }
        let count = reserves.count
        for row in 0..<count {
            let (rowReserve, rowMoves) = balance(row, prices[first + row], multiplier)
            guard rowMoves else { continue }
            let rowScale = rowReserve > reserves[row] ? 1 / retained : 1
            for column in 0..<count {
                let (reserve, moves) = balance(column, prices[first + column], multiplier)
                guard moves else { continue }
                let scale = rowScale * (reserve > reserves[column] ? 1 / retained : 1)
                let own = row == column ? reserve * reserve / weights[row] : 0
                answer.slope[row * count + column] = scale * (own - rowReserve * reserve / total) / multiplier
            }
        }
    }

    private func balance(_ index: Int, _ price: Double, _ multiplier: Double) -> (Double, moves: Bool) {
        let received = multiplier * weights[index] / price
        let tendered = received * retained
        if tendered > reserves[index] { return (tendered, true) }
        if received >= reserves[index] { return (reserves[index], false) }
        if received <= offsets[index] { return (offsets[index], false) }
        return (received, true)
    }

    /// λ with Σ wᵢ ln rᵢ(λ) = Σ wᵢ ln Rᵢ, by Newton's method on straight pieces between bounds of ln λ.
    private func solve(_ prices: ArraySlice<Double>, _ low: Double, _ high: Double) -> Double {
        var (low, high) = (low, high)
        var candidate = (low + high) / 2
        for _ in 0..<100 {
            let multiplier = candidate.exponential
            var (sum, slope) = (-logarithm, 0.0)
            for index in reserves.indices {
                let (reserve, moves) = balance(index, prices[prices.startIndex + index], multiplier)
                sum += weights[index] * reserve.logarithm
                if moves { slope += weights[index] }
            }
            if sum > 0 { high = min(high, candidate) } else { low = max(low, candidate) }
            let next = slope > 0 ? candidate - sum / slope : (low + high) / 2
            if slope > 0, abs(next - candidate) <= 1e-15 * max(1, abs(candidate)) { break }
            candidate = next > low && next < high ? next : (low + high) / 2
            if high - low <= 1e-16 * max(1, abs(candidate)) { break }
        }
        return candidate.exponential
    }
}
