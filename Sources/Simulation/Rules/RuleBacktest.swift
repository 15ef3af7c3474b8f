public import MarketData

/// Replays rules of thumb over closing prices in floating point: built to run thousands of them over millions of bars.
///
/// At each bar V = cash + Σqp. Where the rule fires with destination x, asset i moves by Aᵢ = (xᵢ − wᵢ)V: a purchase adds
/// Aᵢ ÷ (p(1 + c)), a sale takes |Aᵢ| ÷ (p(1 − c)), a sale to zero takes all, and cash moves by −Aᵢ; the fee is c·|Δq|p. This is
/// how `bt` (1.4.1) trades, and equity agrees with it to 1e-10; <doc:HowBacktestsRun> states the rules for first and last bars.
///
/// What decides live, in exact integers, is another engine: see ``PolicyBacktest``. This one gives the yardsticks beside it.
public struct RuleBacktest: Sendable {
    /// What was paid.
    public let market: PriceMatrix
    /// t, `[n]`, summing to one.
    public let target: [Double]
    /// What a trade costs on each side.
    public let costs: CostPath
    /// What there is before the first bar.
    public let opening: Opening
    /// The asset that is the quote currency, if one is: it takes the other side of every trade and costs nothing.
    public let cash: Asset?

    /// The cost of one side of a trade, as a share of its value.
    public enum CostPath: Sendable, Hashable {
        /// The same at every bar.
        case flat(Double)
        /// One share a bar, `[T]`.
        case path([Double])
    }

    /// What a backtest begins with.
    public enum Opening: Sendable, Hashable {
        /// Cash, which buys the target on the first bar and pays for it.
        case cash(Double)
        /// Quantities, `[n]`; nothing is bought on the first bar.
        case quantities([Double])
    }

    /// Which trades to keep: a rule that trades every bar makes more of them than there are prices.
    public enum Recording: Sendable, Hashable {
        /// Sums alone.
        case totals
        /// Every trade.
        case trades
    }

    /// Checks that all parts fit.
    ///
    /// - Throws: ``BacktestError``.
    public init(
        market: PriceMatrix,
        target: [Double],
        costs: CostPath,
        opening: Opening,
        cash: Asset? = nil
    ) throws(BacktestError) {
        let count = market.assets.count
        guard target.count == count else {
            throw .countMismatch(what: "target weights", got: target.count, expected: count)
        }
        let sum = target.reduce(0, +)
        guard target.allSatisfy({ $0 >= 0 }), abs(sum - 1) <= 1e-9 else { throw .targetWeights(sum: sum) }
        switch costs {
        case .flat(let share): guard (0..<1).contains(share) else { throw .cost(got: share) }
        case .path(let shares):
            guard shares.count == market.times.count else {
                throw .countMismatch(what: "costs", got: shares.count, expected: market.times.count)
            }
            for share in shares where !(0..<1).contains(share) { throw .cost(got: share) }
        }
        switch opening {
        case .cash(let value): guard value > 0, value.isFinite else { throw .openingValue(got: value) }
        case .quantities(let quantities):
            guard quantities.count == count else {
                throw .countMismatch(what: "opening quantities", got: quantities.count, expected: count)
            }
            let value = quantities.indices.reduce(0) { $0 + quantities[$1] * market.price($1, at: 0) }
            guard quantities.allSatisfy({ $0 >= 0 }), value > 0, value.isFinite else {
                throw .openingValue(got: value)
            }
        }
        self.market = market
        self.target = target
        self.costs = costs
        self.opening = opening
        self.cash = cash
    }

    /// Replays one rule.
    ///
    /// - Complexity: O(T·n), O(T·n²) with a tracking-error trigger; nothing is allocated per bar but the trades kept.
    public func run(_ rule: RebalancingRule, recording: Recording = .totals) -> RuleRun {
        var state = RuleState(self, rule, recording)
        var equity: [Double] = []
        var paid: [Double] = []
        equity.reserveCapacity(market.times.count)
        paid.reserveCapacity(market.times.count)
        for bar in market.times.indices {
            equity.append(state.step(bar))
            paid.append(state.fees)
        }
        return RuleRun(
            rule: rule,
            times: market.times,
            equity: equity,
            cumulatedCost: paid,
            rebalances: state.rebalances,
            tradeCount: state.tradeCount,
            traded: state.traded,
            turnover: state.turnover,
            trades: state.trades
        )
    }
}

/// What a rule did.
public struct RuleRun: Sendable {
    /// The rule.
    public let rule: RebalancingRule
    /// The closes, `[T]`.
    public let times: [Timestamp]
    /// Value after the trades of each bar, `[T]`.
    public let equity: [Double]
    /// Fees paid by then, `[T]`.
    public let cumulatedCost: [Double]
    /// Bars with trades, the opening purchase included.
    public let rebalances: Int
    /// Trades.
    public let tradeCount: Int
    /// Σ|Δq|·p.
    public let traded: Double
    /// Σ over rebalances after the opening of ½·Σ|Δq|p ÷ V.
    public let turnover: Double
    /// Every trade, if asked for; else empty.
    public let trades: [RuleTrade]
}

/// One trade of a rule.
public struct RuleTrade: Sendable, Hashable {
    /// Index of the bar.
    public let bar: Int
    /// Index of the asset.
    public let asset: Int
    /// Bought if positive, sold if negative.
    public let quantity: Double
    /// The close it was filled at.
    public let price: Double
    /// What it cost.
    public let fee: Double
}
