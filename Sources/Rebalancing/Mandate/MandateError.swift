/// Why a mandate cannot be.
public enum MandateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The targets sum to something other than 10⁶ parts per million.
    case targetsDoNotSumToOne(got: Int64)
    /// A target is below zero.
    case negativeTarget(index: Int)
    /// Assets, targets, bands or coefficients disagree in number.
    case countMismatch(what: String, got: Int, expected: Int)
    /// More assets than an attestation can carry.
    case tooManyAssets(got: Int, most: Int)
    /// Nothing ever makes a rebalance due.
    case nothingTriggers
    /// An asset stands twice, or a limit names an asset that is not held.
    case badAsset(String)
    /// A secret parameter is not what it may be; says which and never its value.
    case badSecret(String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .targetsDoNotSumToOne(let got): "targets sum to \(got) parts per million: expected 1000000"
        case .negativeTarget(let index): "target \(index + 1) is negative"
        case .countMismatch(let what, let got, let expected): "\(got) \(what): expected \(expected)"
        case .tooManyAssets(let got, let most): "\(got) assets: at most \(most) can be attested"
        case .nothingTriggers: "nothing ever makes a rebalance due: no drift rule, no schedule and no requirement"
        case .badAsset(let symbol): "asset `\(symbol)` stands twice or is not held"
        case .badSecret(let reason): "secret parameters: \(reason)"
        }
    }
}
