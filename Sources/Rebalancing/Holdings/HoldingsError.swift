public import MarketData

/// Why balances or prices do not fit a mandate. Names assets, never amounts.
public enum HoldingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The policy holds an asset that has no balance.
    case missing(Asset)
    /// A balance of an asset that the policy does not hold.
    case foreign(Asset)
    /// The balance is not decimal text.
    case notADecimal(Asset)
    /// The balance is below zero.
    case negative(Asset)
    /// The balance is 2⁶⁴ units or more.
    case tooLarge(Asset)
    /// The snapshot has no price of an asset that the policy holds.
    case noPrice(Asset)
    /// Not one figure per asset.
    case countMismatch(got: Int, expected: Int)
    /// A rule looks back over so many days, and the covariance of that window is not at hand.
    case noCovariance(days: Int)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .missing(let asset): "no balance of `\(asset)`: the policy holds it, write 0 if there is none"
        case .foreign(let asset): "balance of `\(asset)`: the policy does not hold it"
        case .notADecimal(let asset): "balance of `\(asset)` is not a decimal number"
        case .negative(let asset): "balance of `\(asset)` is negative"
        case .tooLarge(let asset): "balance of `\(asset)` does not fit 64 bits of its unit"
        case .noPrice(let asset): "no price of `\(asset)`"
        case .noCovariance(let days): "no covariance of the last \(days) days, and a rule reads it"
        case .countMismatch(let got, let expected): "\(got) balances or prices: expected \(expected)"
        }
    }
}
