public import MarketData
public import Rebalancing

/// What a study found. **Secret** where the holdings were: it shows them.
public struct BacktestReport: Sendable {
    /// The policy's name.
    public let name: String
    /// What the market said.
    public let market: BacktestMarket
    /// What had to hold, one mandate a regime.
    public let mandates: [Mandate]
    /// What one side of a trade cost on average.
    public let share: PartsPerMillion
    /// How that moved with the market.
    public let costModel: CostModel
    /// The least and the most that one side cost.
    public let costRange: (least: PartsPerMillion, most: PartsPerMillion)
    /// What bounded the policy's decisions beyond its mandates.
    public let restraints: PolicyBacktest.Restraints
    /// What the policy did.
    public let run: PolicyRun
    /// The policy, then each rule.
    public let rows: [Row]
    /// What tracking error is measured against.
    public let book: TargetBook
    /// The policy as its controls see it.
    public let trial: RegimeControls.Trial
    /// What the regimes are worth; `nil` where there is one regime and one cost.
    public let controls: RegimeControls?

    /// One portfolio.
    public struct Row: Sendable {
        /// The policy's name, or the rule.
        public let name: String
        /// Value at each close, `[T]`.
        public let equity: [Double]
        /// What trading had cost by then, `[T]`.
        public let cumulatedCost: [Double]
        /// The figures.
        public let performance: Performance
        /// What trading cost a year, as a share of the value at the time.
        public let costPerYear: Double
        /// Σ ½Σ|Δvalue| ÷ value, a year.
        public let turnoverPerYear: Double
        /// Closes with trades.
        public let rebalances: Int
        /// Trades.
        public let trades: Int

        /// What trading cost in all, in the quote currency.
        public var cost: Double { cumulatedCost.last ?? 0 }

        init(
            name: String,
            times: [Timestamp],
            equity: [Double],
            cumulatedCost: [Double],
            book: [Double],
            barsPerYear: Double,
            turnoverPerYear: Double,
            rebalances: Int,
            trades: Int
        ) {
            self.name = name
            self.equity = equity
            self.cumulatedCost = cumulatedCost
            performance = Performance(times: times, equity: equity, book: book, barsPerYear: barsPerYear)
            costPerYear = Performance.costPerYear(cumulatedCost, equity: equity, years: Performance.years(times))
            self.turnoverPerYear = turnoverPerYear
            self.rebalances = rebalances
            self.trades = trades
        }
    }

    /// Drawdown of a path: 1 − value ÷ highest value so far, `[T]`.
    static func drawdown(_ equity: [Double]) -> [Double] {
        var peak = 0.0
        return equity.map { value in
            peak = max(peak, value)
            return 1 - value / peak
        }
    }
}
