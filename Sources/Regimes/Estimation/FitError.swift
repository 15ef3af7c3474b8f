/// Why no model can be fitted.
public enum FitError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of regimes asked for is outside what a model may have.
    case stateCount(got: Int, allowed: ClosedRange<Int>)
    /// Fewer restarts than one.
    case restarts(got: Int)
    /// Too few observations for that many regimes.
    case tooFewObservations(got: Int, expected: Int, states: Int)
    /// Every observation is missing.
    case allMissing(bars: Int)
    /// All observations are equal, or differ only by rounding.
    case constantSeries(value: Double)
    /// An observation is infinite or not a number.
    case observation(ObservationError)
    /// The observations are so large that their variance is not a finite Double.
    case varianceOverflow
    /// A setting of the search or of its prior is outside its domain.
    case setting(String, got: Double, expected: String)
    /// The lagged means of the series do not determine the coefficients of an autoregression.
    case undeterminedAutoregression(bars: Int)
    /// The autoregression leaves nothing over in which there could be regimes.
    case nothingLeftOver(bars: Int)
    /// No restart ended with a usable model.
    case noRestartSucceeded

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .stateCount(let got, let allowed):
            "\(got) regimes asked for, expected \(allowed.lowerBound) to \(allowed.upperBound)"
        case .restarts(let got): "\(got) restarts asked for, expected at least 1"
        case .tooFewObservations(let got, let expected, let states):
            "the series has \(got) observations, \(states) regimes need at least \(expected)"
        case .allMissing(let bars): "all \(bars) observations of the series are missing"
        case .constantSeries(let value): "the series is constant at \(value), which has no regimes"
        case .observation(let error): error.description
        case .varianceOverflow: "the observations are too large: their variance is not a finite number"
        case .setting(let name, let got, let expected): "\(name) is \(got), expected \(expected)"
        case .undeterminedAutoregression(let bars):
            "the lagged means of \(bars) bars are collinear and determine no autoregression"
        case .nothingLeftOver(let bars):
            "the autoregression explains all \(bars) bars exactly and leaves no residuals that could have regimes"
        case .noRestartSucceeded: "no restart ended with a usable model"
        }
    }
}
