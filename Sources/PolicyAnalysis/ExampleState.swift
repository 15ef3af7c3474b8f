public import BigIntegers
public import CanonicalJSON
public import MarketData
import Rebalancing

/// A state of a portfolio, and perhaps the trade out of it, that shows an answer: invented, nobody's holdings.
public struct ExampleState: Sendable, Hashable {
    /// The assets, in the mandate's order.
    public let assets: [Asset]
    /// The currency that values count.
    public let quote: Asset
    /// Value of each asset before, in value units.
    public let before: [BigInteger]
    /// Value of each asset after; `nil` where nothing is traded.
    public let after: [BigInteger]?
    /// Twice the turnover of the day so far, in value units.
    public let carriedTurnover: BigInteger
    /// What the slippage bucket holds before, in value units.
    public let carriedSlippage: BigInteger
    /// m of the value unit 10^(−m).
    private let valueExponent: Int

    init(
        _ mandate: Mandate,
        before: [BigInteger],
        after: [BigInteger]?,
        carriedTurnover: BigInteger,
        carriedSlippage: BigInteger = 0
    ) {
        self.carriedSlippage = carriedSlippage
        assets = mandate.assets
        quote = mandate.quote
        valueExponent = mandate.valueExponent
        self.before = before
        self.after = after
        self.carriedTurnover = carriedTurnover
    }

    /// The state as the evaluator reads it.
    var values: DecisionValues {
        DecisionValues(
            before: before,
            after: after ?? before,
            carriedBefore: carriedTurnover,
            carriedAfter: carriedTurnover,
            bucket: BucketValues(before: carriedSlippage, after: carriedSlippage, elapsed: 0)
        )
    }

    /// The state with what a rebalance under a mandate carries on from it.
    ///
    /// - Parameter carried: The form of the turnover carried out; `nil` where none is.
    func rebalanced(under mandate: Mandate, carrying carried: LinearForm?) -> DecisionValues {
        let values = values
        return DecisionValues(
            before: values.before,
            after: values.after,
            carriedBefore: values.carriedBefore,
            carriedAfter: carried.map { values.value(of: $0) } ?? 0,
            bucket: BucketValues(before: carriedSlippage, after: mandate.bucketAfter(values), elapsed: 0)
        )
    }

    /// The portfolio's value before.
    public var total: BigInteger { before.reduce(0, +) }

    /// `BTC 45%, USD 55% of 10 000 USD`, and what a trade makes of it.
    public var text: String {
        var text = Self.weights(assets, before) + " of \(money(total)) \(quote)"
        if carriedTurnover > 0 {
            text += ", \(money(carriedTurnover.floorDivided(by: 2))) \(quote) turned over today"
        }
        if carriedSlippage > 0 { text += ", \(money(carriedSlippage)) \(quote) in the slippage bucket" }
        if let after {
            text += "; traded to " + Self.weights(assets, after)
            let cost = total - after.reduce(0, +)
            if cost != 0 { text += ", \(cost < 0 ? "gaining" : "losing") \(money(cost.magnitude)) \(quote)" }
        }
        return text
    }

    /// The same for programs: values are decimal strings of the quote currency.
    public var json: JSONValue {
        func portfolio(_ values: [BigInteger]) -> JSONValue {
            .object(zip(assets, values).map { JSONMember($0.symbol, .string(decimal($1))) })
        }
        return .object(
            [JSONMember("before", portfolio(before))] + (after.map { [JSONMember("after", portfolio($0))] } ?? [])
                + [JSONMember("turnoverToday", .string(decimal(carriedTurnover.floorDivided(by: 2))))]
                + (carriedSlippage > 0 ? [JSONMember("slippageBucket", .string(decimal(carriedSlippage)))] : [])
        )
    }

    /// Weights in percent, `~` before one that does not end after four decimals; assets without value are left out.
    private static func weights(_ assets: [Asset], _ values: [BigInteger]) -> String {
        let total = values.reduce(0, +)
        guard total > 0 else { return "nothing" }
        return zip(assets, values).filter { $0.1 > 0 }.map { asset, value in
            let (parts, rest) = (1_000_000 * value).quotientAndRemainder(dividingBy: total)
            return "\(asset) \(rest == 0 ? "" : "~")\(trimmed(parts, decimals: 4))%"
        }.joined(separator: ", ")
    }

    private func decimal(_ value: BigInteger) -> String { Self.trimmed(value, decimals: valueExponent) }

    /// An amount to read: whole thousands apart, no more decimals than cents.
    private func money(_ value: BigInteger) -> String {
        let cent = BigInteger(10).raised(to: max(0, valueExponent - 2))
        let isRounded = value.floorRemainder(dividingBy: cent) != 0
        let text = Self.trimmed(value.floorDivided(by: cent), decimals: 2)
        let parts = text.split(separator: ".")
        var grouped = ""
        for (index, digit) in (parts.first ?? "").enumerated() {
            if index > 0, ((parts.first?.count ?? 0) - index) % 3 == 0 { grouped += " " }
            grouped.append(digit)
        }
        return (isRounded ? "~" : "") + grouped + (parts.count > 1 ? ".\(parts[1])" : "")
    }

    /// A non-negative whole number of 10^(−decimals), without trailing zeros.
    private static func trimmed(_ value: BigInteger, decimals: Int) -> String {
        let digits = value.description
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var fraction = Substring(padded.suffix(decimals))
        while fraction.last == "0" { fraction.removeLast() }
        return padded.dropLast(decimals) + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
