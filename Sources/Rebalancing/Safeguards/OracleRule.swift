public import MarketData

/// When signed price reports are good enough to trade on: the `oracle` block in numbers.
public struct OracleRule: Sendable, Hashable {
    /// How many sources there are.
    public let sources: Int
    /// How many of them must count for every asset, 1…``sources``.
    public let quorum: Int
    /// A report counts until it is this old, in milliseconds; the bound itself counts.
    public let maximumAge: Int64
    /// A report counts if it is at most this far ahead of the decision, in milliseconds.
    public let maximumAhead: Int64
    /// The widest distance between an asset's highest and lowest report, in parts per million of its median; `nil` for any.
    public let maximumSpread: Int64?
    /// No rebalance at t if the oracle was bad at a close in (t − this, t]; 0 for none but at t itself.
    public let outageHold: Int64

    /// The largest number of sources.
    public static let mostSources = 16

    /// Creates a rule.
    ///
    /// - Precondition: 1 ≤ `quorum` ≤ `sources` ≤ ``mostSources``, and no duration is negative: the policy's check saw to it.
    public init(
        sources: Int,
        quorum: Int,
        maximumAge: Int64,
        maximumAhead: Int64 = 0,
        maximumSpread: Int64? = nil,
        outageHold: Int64 = 0
    ) {
        precondition(quorum >= 1 && quorum <= sources && sources <= Self.mostSources, "a quorum of the sources")
        precondition(maximumAge >= 0 && maximumAhead >= 0 && outageHold >= 0, "durations count up")
        self.sources = sources
        self.quorum = quorum
        self.maximumAge = maximumAge
        self.maximumAhead = maximumAhead
        self.maximumSpread = maximumSpread
        self.outageHold = outageHold
    }
}

extension OracleRule: CustomStringConvertible {
    /// The canonical text.
    public var description: String {
        "\(quorum) of \(sources), median, age <= \(maximumAge) ms, ahead <= \(maximumAhead) ms, "
            + "spread <= \(maximumSpread.map(String.init) ?? "any"), outage hold \(outageHold) ms"
    }
}

/// One source's price of one asset, its signature checked by whoever made this.
public struct PriceReport: Sendable, Hashable {
    /// Which of the policy's sources, from 0.
    public let source: Int
    /// What is priced.
    public let asset: Asset
    /// When, by the source's clock.
    public let time: Timestamp
    /// The price.
    public let price: Price

    /// Creates a report.
    public init(source: Int, asset: Asset, time: Timestamp, price: Price) {
        self.source = source
        self.asset = asset
        self.time = time
        self.price = price
    }
}
