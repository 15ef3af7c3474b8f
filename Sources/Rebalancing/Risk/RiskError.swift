/// Why prices give no covariance that a rule can be measured with.
public enum RiskError: Error, Sendable, Hashable {
    /// A window needs one close more than it has returns, of every asset alike.
    case tooFewCloses(got: Int, expected: Int)
    /// An asset swung more than circuits have room for.
    case tooVolatile(asset: Int, mostPercent: Int)
    /// Assets explain each other so nearly, and an asset swings so much, that rounding alone makes up a row of the factor.
    case entangled(asset: Int)
    /// Under these figures some portfolio would have a negative variance.
    case impossible
}

extension RiskError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .tooFewCloses(let got, let expected): "\(got) daily closes: expected at least \(expected)"
        case .tooVolatile(let asset, let most):
            "asset \(asset + 1) swung by more than \(most)% a year, which no rule over volatility has room for"
        case .entangled(let asset):
            "the prices of asset \(asset + 1) and of those before it explain each other too nearly to measure its volatility"
        case .impossible: "these volatilities and correlations contradict each other"
        }
    }
}
