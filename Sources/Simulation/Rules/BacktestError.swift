public import MarketData

/// Why nothing can be replayed.
public enum BacktestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No asset, or no time at which all of them have a price.
    case nothingToReplay
    /// An asset stands twice.
    case repeatedAsset
    /// Lists that belong together differ in length.
    case countMismatch(what: String, got: Int, expected: Int)
    /// A price of zero, less, or none at all.
    case priceNotPositive(Asset, time: Timestamp, got: Double)
    /// Times do not ascend.
    case unsorted(Timestamp, after: Timestamp)
    /// Target weights are negative or do not sum to one.
    case targetWeights(sum: Double)
    /// A cost outside 0…1 of what is traded.
    case cost(got: Double)
    /// The opening value is not positive.
    case openingValue(got: Double)
    /// Spans of candles without a common close.
    case noCommonSpan(Asset, from: Timestamp, to: Timestamp, other: Asset, otherFrom: Timestamp, otherTo: Timestamp)
    /// An asset of the policy has no candles.
    case missingSeries(Asset)
    /// A rule's text is none.
    case rule(text: String, reason: String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .nothingToReplay: "nothing to replay: expected at least one time at which every asset has a price"
        case .repeatedAsset: "an asset stands twice"
        case .countMismatch(let what, let got, let expected): "\(got) \(what): expected \(expected)"
        case .priceNotPositive(let asset, let time, let got):
            "the price of \(asset) at \(time) must be above zero, got `\(got)`"
        case .unsorted(let time, let before): "times must ascend: \(time) follows \(before)"
        case .targetWeights(let sum): "target weights must not be negative and sum to 1, got a sum of `\(sum)`"
        case .cost(let got): "a cost must be a share from 0 to 1, got `\(got)`"
        case .openingValue(let got): "the opening value must be above zero, got `\(got)`"
        case .noCommonSpan(let asset, let from, let to, let other, let otherFrom, let otherTo):
            "the candles share no time: \(asset) has \(from) to \(to), \(other) has \(otherFrom) to \(otherTo)"
        case .missingSeries(let asset): "no candles of \(asset): give them with --candles \(asset)=FILE"
        case .rule(let text, let reason): "rule `\(text)`: \(reason)"
        }
    }
}
