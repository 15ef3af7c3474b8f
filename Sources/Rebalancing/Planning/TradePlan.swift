public import BigIntegers
public import MarketData

/// A list of trades that a mandate admits, settled in whole units. **Secret.**
public struct TradePlan: Sendable, Hashable {
    /// What is held before.
    public let before: Holdings
    /// What is held after all legs.
    public let after: Holdings
    /// Sales first, then purchases, each in the mandate's order. Cash takes the other side of all of them and has no leg.
    public let legs: [TradeLeg]
    /// 2T = Σ |Δvalue| over all assets, cash included, in value units.
    public let twiceTurnover: BigInteger
    /// V⁻ − V⁺ in value units: fees, and what rounding to whole units leaves behind.
    public let cost: BigInteger
    /// Twice the day's turnover to carry on: the A⁺ of the attestation; 0 under a mandate that carries none.
    public let carriedTurnover: BigInteger
    /// What the slippage bucket holds afterwards; 0 under a mandate without one.
    public let carriedSlippage: BigInteger
    /// The assets that a limit keeps outside their destinations.
    public let missedDestinations: [Asset]

    /// Whether a limit stopped the plan short of a destination.
    public var isLimited: Bool { !missedDestinations.isEmpty }
}

/// One trade against the quote currency. **Secret.**
public struct TradeLeg: Sendable, Hashable {
    /// What is traded.
    public let asset: Asset
    /// Its index in the mandate.
    public let index: Int
    /// Bought or sold.
    public let side: Side
    /// How much of it.
    public let quantity: Quantity
    /// Its value at the decision's price, in value units.
    public let value: BigInteger
    /// What the leg costs, in value units: the fee and the rounding of the settlement currency, both against the vault.
    public let fee: BigInteger

    /// The direction of a trade.
    public enum Side: Sendable, Hashable {
        /// Quote currency for the asset.
        case buy
        /// The asset for quote currency.
        case sell
    }
}

extension TradePlan: CustomStringConvertible, CustomReflectable {
    /// The number of legs alone: sizes would tell of the holdings.
    public var description: String { legs.count == 1 ? "1 trade" : "\(legs.count) trades" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension TradeLeg: CustomStringConvertible, CustomReflectable {
    /// Direction and asset, without amounts.
    public var description: String { "\(side == .buy ? "buy" : "sell") \(asset.symbol)" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
