/// Why a regime model, or the file that holds it, is refused.
public enum RegimeModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of regimes is outside what a model may have.
    case stateCount(got: Int, allowed: ClosedRange<Int>)
    /// A list does not have one entry for each regime.
    case count(of: String, got: Int, expected: Int)
    /// An entry is negative, above 1 or not a number.
    case notAProbability(of: String, state: Int, got: Double)
    /// A row's entries do not sum to 1 within 10⁻⁹.
    case notADistribution(of: String, sum: Double)
    /// A regime's mean is not finite.
    case meanNotFinite(state: Int, got: Double)
    /// A regime's variance is not finite and positive.
    case varianceNotPositive(state: Int, got: Double)
    /// A regime's degrees of freedom are not finite and positive.
    case degreesOfFreedomNotPositive(state: Int, got: Double)
    /// A regime's covariance matrix is not symmetric and positive definite.
    case covarianceNotPositive(state: Int)
    /// The regimes of a file are not in ascending order of their means.
    case notOrderedByMean(state: Int)
    /// A number is beyond the range of the whole numbers that labels are computed in.
    case notRepresentable(of: String, got: Double)
    /// A regime's label is not a lower-case identifier.
    case labelNotAnIdentifier(String)
    /// Two regimes bear the same label.
    case labelRepeated(String)
    /// A hysteresis setting is outside its domain.
    case hysteresis(setting: String, got: String, expected: String)
    /// A hysteresis rule is unusable with this model.
    case rule(String)
    /// The file is not of the expected form; the text says where and what.
    case malformed(String)
    /// The file is of a format version that this program does not read.
    case unsupportedVersion(got: String, expected: String)
    /// The candles are of another asset than the model.
    case otherAsset(got: String, expected: String)
    /// The candles are finer or coarser than those the model was trained on.
    case otherInterval(gotMilliseconds: Int64, expectedMilliseconds: Int64)
    /// The volatility of the candles cannot be estimated.
    case volatility(VolatilityError)
    /// An observation cannot be filtered.
    case observation(ObservationError)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .stateCount(let got, let allowed):
            "a regime model has \(allowed.lowerBound) to \(allowed.upperBound) regimes, got \(got)"
        case .count(let part, let got, let expected):
            "\(part) has \(got) entries, expected one for each of \(expected) regimes"
        case .notAProbability(let part, let state, let got):
            "\(part) holds \(got) for regime \(state), expected a probability between 0 and 1"
        case .notADistribution(let part, let sum):
            "\(part) is not a probability distribution: expected a sum of 1, got \(sum)"
        case .meanNotFinite(let state, let got): "the mean of regime \(state) is \(got), expected a finite number"
        case .varianceNotPositive(let state, let got):
            "the variance of regime \(state) is \(got), expected a finite number above 0"
        case .degreesOfFreedomNotPositive(let state, let got):
            "regime \(state) has \(got) degrees of freedom, expected a finite number above 0"
        case .covarianceNotPositive(let state):
            "the covariance of regime \(state) is not a symmetric, positive definite matrix"
        case .notOrderedByMean(let state):
            "regime \(state) has a lower mean than regime \(state - 1), expected regimes in order of volatility"
        case .notRepresentable(let part, let got):
            "\(part) is \(got), beyond what labels are computed with: expected a size of 2⁻⁶⁴ to 2⁶³"
        case .labelNotAnIdentifier(let label):
            "`\(label)` cannot name a regime: expected a lower-case letter, then lower-case letters, digits or `_`"
        case .labelRepeated(let label): "two regimes are named `\(label)`"
        case .hysteresis(let setting, let got, let expected): "\(setting) is \(got), expected \(expected)"
        case .rule(let text): text
        case .malformed(let text): text
        case .unsupportedVersion(let got, let expected):
            "regime model of format version \(got), this program reads version \(expected)"
        case .otherAsset(let got, let expected): "the candles are of \(got), the model was trained on \(expected)"
        case .otherInterval(let got, let expected):
            "the candles are \(got) ms long, the model was trained on candles of \(expected) ms"
        case .volatility(let error): error.description
        case .observation(let error): error.description
        }
    }
}
