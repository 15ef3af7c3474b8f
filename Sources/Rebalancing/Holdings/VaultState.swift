public import BigIntegers
public import MarketData

/// Everything a decision looks at: holdings and prices at one moment, and what the last rebalance left behind.
public struct VaultState: Sendable, Hashable {
    /// What is held. Secret.
    public let holdings: Holdings
    /// One price per asset, in the mandate's order; the quote currency's is 1.
    public let prices: [Price]
    /// Twice the turnover carried from the rebalances of ``lastRebalance``'s day, in value units. Secret.
    ///
    /// It is the A⁻ of the attestation; 0 under a mandate that carries none.
    public let carriedTurnover: BigInteger
    /// What the slippage bucket holds since the last rebalance, in value units; 0 under a mandate without one. Secret.
    public let carriedSlippage: BigInteger
    /// The time of the last rebalance, or else of genesis.
    public let lastRebalance: Timestamp
    /// The moment of the decision.
    public let time: Timestamp
    /// What the market says of risk. Public.
    public let risk: MarketRisk

    /// Checks that there is one price per holding.
    ///
    /// - Throws: ``HoldingsError/countMismatch(got:expected:)``.
    public init(
        holdings: Holdings,
        prices: [Price],
        carriedTurnover: BigInteger = 0,
        carriedSlippage: BigInteger = 0,
        lastRebalance: Timestamp,
        time: Timestamp,
        risk: MarketRisk = .none
    ) throws(HoldingsError) {
        guard prices.count == holdings.quantities.count else {
            throw .countMismatch(got: prices.count, expected: holdings.quantities.count)
        }
        self.holdings = holdings
        self.prices = prices
        self.carriedTurnover = carriedTurnover
        self.carriedSlippage = carriedSlippage
        self.lastRebalance = lastRebalance
        self.time = time
        self.risk = risk
    }

    /// Takes each asset's price from a snapshot of the same or more assets.
    ///
    /// - Throws: ``HoldingsError/noPrice(_:)`` naming the first asset that the snapshot does not price.
    public init(
        holdings: Holdings,
        snapshot: PriceSnapshot,
        carriedTurnover: BigInteger = 0,
        lastRebalance: Timestamp,
        under mandate: Mandate
    ) throws(HoldingsError) {
        var prices: [Price] = []
        for asset in mandate.assets {
            guard let price = snapshot.price(of: asset) else { throw .noPrice(asset) }
            prices.append(price)
        }
        try self.init(
            holdings: holdings,
            prices: prices,
            carriedTurnover: carriedTurnover,
            lastRebalance: lastRebalance,
            time: snapshot.time
        )
    }

    /// Whether the last rebalance was on the same UTC day, so that its turnover still counts against the day's limit.
    public var isSameDay: Bool { time.dayNumber == lastRebalance.dayNumber }
}

extension VaultState: CustomStringConvertible, CustomReflectable {
    /// The time alone: holdings and carried turnover are secret.
    public var description: String { "state at \(time)" }

    /// A mirror of the time alone.
    public var customMirror: Mirror { Mirror(self, children: ["time": time]) }
}
