public import MarketData

/// How the cost of a trade moves with the market.
public enum CostModel: String, Sendable, Hashable, CaseIterable {
    /// Always the same share.
    case flat
    /// In proportion to volatility.
    case volatility
    /// In proportion to its square.
    case variance

    /// The most that a side may cost, whatever the volatility: a tenth.
    static let most = PartsPerMillion(100_000)

    /// The cost of one side at each close of a market, known at that close.
    ///
    /// c_t = c·m_t, m_t = σ_t^k ÷ mean(σ^k) with k = 0, 1 or 2: on average over the span a side costs `share` under every model,
    /// so that two models differ in when trading is dear and in nothing else. σ_t² is the mean over the assets, cash
    /// aside, of an exponentially weighted mean of squared log returns, which halves a weight every ``halfLife`` bars; in the bars before
    /// that many were seen, m is that of the first one after.
    ///
    /// - Returns: `[T]`, in parts per million, rounded to nearest, a tenth at most.
    public func shares(of share: PartsPerMillion, in market: BacktestMarket) -> [PartsPerMillion] {
        guard self != .flat else { return [PartsPerMillion](repeating: share, count: market.times.count) }
        var levels = Self.meanSquares(market)
        if self == .volatility { levels = levels.map { $0.squareRoot() } }
        let mean = levels.reduce(0, +) / Double(levels.count)
        guard mean > 0 else { return [PartsPerMillion](repeating: share, count: market.times.count) }
        return levels.map { level in
            let scaled = (Double(share.value) * level / mean).rounded()
            return PartsPerMillion(Int64(min(max(scaled, 0), Double(Self.most.value))))
        }
    }

    /// Bars after which a squared return counts half.
    public static let halfLife = 10

    /// 2^(−1/10).
    private static let decay = 0.933_032_991_536_807_4

    private static func meanSquares(_ market: BacktestMarket) -> [Double] {
        let risky = market.assets.indices.filter { market.assets[$0] != market.quote }
        guard !risky.isEmpty else { return [Double](repeating: 0, count: market.times.count) }
        var sum = 0.0
        var weight = 0.0
        var levels = [0.0]
        for bar in market.times.indices.dropFirst() {
            let squares = risky.reduce(0.0) { total, index in
                let move = logarithm(
                    Double(market.prices[bar][index].units) / Double(market.prices[bar - 1][index].units)
                )
                return total + move * move
            }
            sum = decay * sum + squares / Double(risky.count)
            weight = decay * weight + 1
            levels.append(sum / weight)
        }
        let warm = min(halfLife, levels.count - 1)
        for bar in 0..<warm { levels[bar] = levels[warm] }
        return levels
    }
}
