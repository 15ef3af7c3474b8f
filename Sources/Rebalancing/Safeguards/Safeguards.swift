/// What a policy asks of the market before it trades: breakers and the oracle's rule.
public struct Safeguards: Sendable, Hashable {
    /// The breakers, in the order of the policy.
    public let breakers: [CircuitBreaker]
    /// The oracle's rule; `nil` where prices are the candles' closes.
    public let oracle: OracleRule?

    /// No safeguards.
    public static let none = Safeguards(breakers: [], oracle: nil)

    /// Creates safeguards.
    public init(breakers: [CircuitBreaker], oracle: OracleRule?) {
        self.breakers = breakers
        self.oracle = oracle
    }

    /// How many guardians it takes to reset any of the breakers; `nil` where all of them end by themselves.
    public var guardians: Int? { breakers.compactMap(\.guardians).max() }

    /// Whether there is nothing to ask.
    public var isEmpty: Bool { self == .none }
}

/// What the safeguards say at one moment: recomputed by operator and verifier from public data.
public struct SafeguardVerdict: Sendable, Hashable {
    /// The names of the breakers that halt trading, in the policy's order.
    public let halts: [String]
    /// Those among them that stay until guardians reset them.
    public let untilReset: [String]
    /// Why the oracle stops trading, now or after an outage; `nil` if it does not.
    public let outage: String?
    /// Whether the oracle is bad at this very moment, so that there are no prices to decide on.
    public let isOracleBad: Bool
    /// How many times as long the cooldown is; 1 where no breaker slows.
    public let cooldownFactor: Int64

    /// Nothing in the way.
    public static let clear = SafeguardVerdict(halts: [], outage: nil, isOracleBad: false, cooldownFactor: 1)

    /// Creates a verdict.
    public init(
        halts: [String],
        untilReset: [String] = [],
        outage: String?,
        isOracleBad: Bool,
        cooldownFactor: Int64
    ) {
        self.halts = halts
        self.untilReset = untilReset
        self.outage = outage
        self.isOracleBad = isOracleBad
        self.cooldownFactor = cooldownFactor
    }

    /// Whether no rebalance may be made.
    public var forbidsTrading: Bool { !halts.isEmpty || outage != nil }

    /// A cooldown made longer, saturating.
    public func cooldown(_ milliseconds: Int64) -> Int64 {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: cooldownFactor)
        return overflow ? .max : product
    }
}
