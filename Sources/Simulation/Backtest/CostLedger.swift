public import BigIntegers
public import MarketData
import Rebalancing

/// Where a portfolio's change in value came from, in exact integers: the market asset by asset, and what trading cost leg by leg.
///
/// closing − opening = Σ market − Σ fees − Σ rounding − unspent, to the last unit: ``residual`` is 0. Amounts are in value units,
/// 10^(−``exponent``) of the quote currency.
public struct CostLedger: Sendable, Hashable {
    /// The assets, in the policy's order.
    public let assets: [Asset]
    /// What amounts are counted in.
    public let quote: Asset
    /// Decimals of a value unit.
    public let exponent: Int
    /// Value at the first close.
    public let opening: BigInteger
    /// Value after the last decision.
    public internal(set) var closing: BigInteger
    /// What price moves of each asset brought, `[n]`: Σ quantity held · change in price.
    public internal(set) var market: [BigInteger]
    /// What purchases of each asset cost, `[n]`.
    public internal(set) var purchases: [Leg]
    /// What sales of each asset cost, `[n]`.
    public internal(set) var sales: [Leg]
    /// What sales brought beyond what purchases took, under policies that hold no cash to keep it in.
    public internal(set) var unspent: BigInteger = 0

    /// All trades of one asset in one direction.
    public struct Leg: Sendable, Hashable {
        /// How many.
        public internal(set) var count = 0
        /// What was traded, at the decisions' prices.
        public internal(set) var value: BigInteger = 0
        /// The venue's share of it.
        public internal(set) var fee: BigInteger = 0
        /// What rounding the settlement to whole units of the quote currency left with the venue.
        public internal(set) var rounding: BigInteger = 0
    }

    init(assets: [Asset], quote: Asset, exponent: Int, opening: BigInteger) {
        self.assets = assets
        self.quote = quote
        self.exponent = exponent
        self.opening = opening
        closing = opening
        market = [BigInteger](repeating: 0, count: assets.count)
        purchases = [Leg](repeating: Leg(), count: assets.count)
        sales = purchases
    }

    /// What trading cost: all fees, all rounding and what was left unspent.
    public var cost: BigInteger {
        (purchases + sales).reduce(unspent) { $0 + $1.fee + $1.rounding }
    }

    /// What was traded, both sides.
    public var traded: BigInteger {
        (purchases + sales).reduce(0) { $0 + $1.value }
    }

    /// closing − opening − market + cost: zero, or the ledger is wrong.
    public var residual: BigInteger {
        closing - opening - market.reduce(0, +) + cost
    }

    /// Books what a rebalance lost beyond the fees of its legs.
    ///
    /// - Parameters:
    ///   - cost: V⁻ − V⁺ of the rebalance.
    ///   - fees: Of all its legs.
    mutating func bookUnspent(cost: BigInteger, fees: BigInteger) {
        unspent += cost - fees
    }

    /// Books a fill.
    ///
    /// - Parameter share: What the venue charged.
    mutating func book(_ fill: Fill, share: PartsPerMillion) {
        guard let index = assets.firstIndex(of: fill.asset) else { return }
        // The venue rounds its share up to a value unit, and the settlement against the vault to a whole unit of the quote.
        let fee = min((BigInteger(share.value) * fill.value).ceilingDivided(by: 1_000_000), fill.fee)
        func add(to leg: inout Leg) {
            leg.count += 1
            leg.value += fill.value
            leg.fee += fee
            leg.rounding += fill.fee - fee
        }
        switch fill.side {
        case .buy: add(to: &purchases[index])
        case .sell: add(to: &sales[index])
        }
    }

    /// An amount as exact decimal text in the quote currency, without trailing zeros.
    public func text(_ amount: BigInteger) -> String {
        let digits = amount.magnitude.description
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.utf8.count)) + digits
        let whole = padded.dropLast(exponent)
        let fraction = String(padded.suffix(exponent).reversed().drop { $0 == "0" }.reversed())
        return (amount.isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// An amount in the quote currency, in floating point.
    public func amount(_ amount: BigInteger) -> Double {
        Double(amount) / unit
    }

    /// Value units of one unit of the quote currency.
    var unit: Double { power(10, Double(exponent)) }
}
