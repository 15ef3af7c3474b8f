public import MarketData

/// What one rebalance, and one day of them, may do at most.
public struct TradingLimits: Sendable, Hashable {
    /// Turnover of one rebalance, of its value before; `nil` for no limit.
    public let turnoverPerRebalance: PartsPerMillion?
    /// Turnover of all rebalances of one UTC day, of the value before the latest; `nil` for no limit.
    public let turnoverPerDay: PartsPerMillion?
    /// Largest trade of single assets, in the quote currency.
    public let largestTrades: [Asset: Money]
    /// Trades of an asset are nothing or at least this; `nil` for no limit.
    public let smallestTrade: Money?
    /// What rebalances may lose together; `nil` for no limit.
    public let slippageBucket: SlippageBucket?
    /// What a rebalance may cost at most, of its turnover: also the largest surplus it may show.
    public let costCeiling: PartsPerMillion

    /// Creates limits; every figure is non-negative by its type's own check.
    public init(
        turnoverPerRebalance: PartsPerMillion? = nil,
        turnoverPerDay: PartsPerMillion? = nil,
        largestTrades: [Asset: Money] = [:],
        smallestTrade: Money? = nil,
        slippageBucket: SlippageBucket? = nil,
        costCeiling: PartsPerMillion
    ) {
        self.turnoverPerRebalance = turnoverPerRebalance
        self.turnoverPerDay = turnoverPerDay
        self.largestTrades = largestTrades
        self.smallestTrade = smallestTrade
        self.slippageBucket = slippageBucket
        self.costCeiling = costCeiling
    }
}
