import BigIntegers
public import MarketData
import Pipeline
public import Rebalancing

/// What a policy did over a stretch of market. **Secret** where the holdings were: it shows them.
public struct PolicyRun: Sendable {
    /// The closes, `[T]`.
    public let times: [Timestamp]
    /// Index of the regime in force, `[T]`.
    public let regimes: [Int]
    /// Value after the decision of each close, in the quote currency, `[T]`.
    public private(set) var equity: [Double] = []
    /// Weights after it, `[T·n]`, close by close.
    public private(set) var weights: [Double] = []
    /// What trading had cost by then, in the quote currency, `[T]`.
    public private(set) var cumulatedCost: [Double] = []
    /// The rebalances, and the closes at which one was due and none possible, by time.
    public private(set) var decisions: [BacktestDecision] = []
    /// Holds by their reason.
    public private(set) var holds: [String: Int] = [:]
    /// Where the change in value came from.
    public private(set) var ledger: CostLedger
    /// Σ over rebalances of ½·Σ|Δvalue| ÷ value.
    public private(set) var turnover = 0.0
    /// Rebalances that a limit stopped short of a destination.
    public private(set) var limited = 0

    /// The first close at which something was due and not worth its cost, and why, with figures.
    public private(set) var firstSpared: (time: Timestamp, why: String)?
    /// Why the first close that was blocked had no plan, and the smallest relaxation; `nil` if none was blocked.
    public private(set) var conflict: PlanConflict?

    private var paid = 0.0
    /// Value units of one unit of the quote currency.
    private let unit: Double

    init(market: BacktestMarket, ledger: CostLedger) {
        times = market.times
        regimes = market.regimes
        self.ledger = ledger
        unit = ledger.unit
        equity.reserveCapacity(times.count)
        cumulatedCost.reserveCapacity(times.count)
        weights.reserveCapacity(times.count * market.assets.count)
    }

    /// How many rebalances there were.
    public var rebalances: Int { decisions.count { !$0.isBlocked } }

    /// At how many closes a rebalance was due and no plan satisfied the policy.
    public var blocked: Int { decisions.count { $0.isBlocked } }

    /// Single trades.
    public var tradeCount: Int { decisions.reduce(0) { $0 + $1.trades.count } }

    mutating func move(_ position: PaperCycle.Position, under mandate: Mandate, from before: [Price], to after: [Price])
    {
        for index in before.indices where before[index] != after[index] {
            let change = BigInteger(after[index].units) - BigInteger(before[index].units)
            ledger.market[index] +=
                BigInteger(position.holdings.quantities[index].units) * change * mandate.valueScale(index)
        }
    }

    mutating func book(_ outcome: PaperCycle.Outcome, bar: Int, share: PartsPerMillion) {
        switch outcome.decision {
        case .hold(let reason):
            switch reason {
            case .cooldown: holds["cooldown", default: 0] += 1
            case .withinBands: holds["within bands", default: 0] += 1
            case .limitUsedUp: holds["the day's turnover is used up", default: 0] += 1
            case .bucketUsedUp: holds["the slippage bucket is used up", default: 0] += 1
            case .notWorthTheCost:
                holds["not worth its cost", default: 0] += 1
                if firstSpared == nil { firstSpared = (times[bar], reason.explanation) }
            case .breaker: holds["breaker", default: 0] += 1
            case .oracle: holds["oracle", default: 0] += 1
            }
        case .rebalance(let reasons):
            for fill in outcome.fills {
                ledger.book(fill, share: share)
            }
            let value = outcome.mandate.value(of: outcome.state.holdings.quantities, at: outcome.state.prices)
            if let plan = outcome.plan {
                ledger.bookUnspent(cost: plan.cost, fees: outcome.fills.reduce(0) { $0 + $1.fee })
                paid += ledger.amount(plan.cost)
                turnover += Double(plan.twiceTurnover) / (2 * Double(value))
                if plan.isLimited { limited += 1 }
            }
            decisions.append(
                BacktestDecision(
                    bar: bar,
                    time: times[bar],
                    regime: outcome.mandate.regime,
                    why: reasons.map(\.explanation) + (outcome.benefit.map { [$0.explanation] } ?? []),
                    trades: outcome.fills.map { fill in
                        BacktestDecision.Trade(
                            asset: fill.asset,
                            side: fill.side,
                            price: Double(fill.price.units) / 1e8,
                            value: ledger.amount(fill.value),
                            cost: ledger.amount(fill.fee)
                        )
                    },
                    missed: outcome.plan?.missedDestinations ?? [],
                    refusal: nil
                )
            )
        }
    }

    mutating func block(bar: Int, reason: PlanError, conflict: PlanConflict?) {
        self.conflict = self.conflict ?? conflict
        decisions.append(
            BacktestDecision(
                bar: bar,
                time: times[bar],
                regime: "",
                why: [],
                trades: [],
                missed: [],
                refusal: reason.description
            )
        )
    }

    /// Takes the value and the weights after a close's decision.
    mutating func record(_ values: StateValues) {
        let (sum, each): (Double, [Double])
        if let words = values.words {
            (sum, each) = (Self.nearest(values.total), words.map(Self.nearest))
        } else {
            let exact = values.exact
            (sum, each) = (Double(exact.reduce(0, +)), exact.map { Double($0) })
        }
        equity.append(sum / unit)
        cumulatedCost.append(paid)
        for value in each { weights.append(sum > 0 ? value / sum : 0) }
    }

    /// Takes the exact value after the last decision.
    mutating func close(_ values: StateValues) {
        ledger.closing = values.exact.reduce(0, +)
    }

    /// The nearest double of a number that is not negative, ties to even: 64 leading bits and a sticky one decide.
    private static func nearest(_ value: Int128) -> Double {
        let excess = max(0, 64 - value.leadingZeroBitCount)
        var leading = UInt64(truncatingIfNeeded: value >> excess)
        if value.trailingZeroBitCount < excess { leading |= 1 }
        return Double(sign: .plus, exponent: excess, significand: Double(leading))
    }
}

/// A rebalance of a backtest and why it was made, or why it could not be.
public struct BacktestDecision: Sendable, Hashable {
    /// Index of the close.
    public let bar: Int
    /// The close.
    public let time: Timestamp
    /// The label of the regime in force; empty if blocked.
    public let regime: String
    /// What made it due, with figures.
    public let why: [String]
    /// What was traded.
    public let trades: [Trade]
    /// Assets that a limit kept outside their destinations.
    public let missed: [Asset]
    /// Why no plan satisfied the policy; `nil` if one did.
    public let refusal: String?

    /// Whether a rebalance was due and none possible.
    public var isBlocked: Bool { refusal != nil }

    /// One trade against the quote currency.
    public struct Trade: Sendable, Hashable {
        /// What was traded.
        public let asset: Asset
        /// Bought or sold.
        public let side: TradeLeg.Side
        /// At which price.
        public let price: Double
        /// Its value in the quote currency.
        public let value: Double
        /// What it cost, in the quote currency.
        public let cost: Double
    }
}
