/// Why a series of observations cannot be filtered.
public enum ObservationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An observation is infinite or not a number; `index` counts from 0.
    case notFinite(index: Int, got: Double)
    /// An observation is finite, but so far from every reachable regime that its log density is below the range of a Double.
    case impossible(index: Int, got: Double)

    /// A vector of observations has another number of dimensions than the model.
    case dimension(index: Int, got: Int, expected: Int)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .notFinite(let index, let got): "observation \(index) is \(got), expected a finite number"
        case .dimension(let index, let got, let expected):
            "observation \(index) has \(got) dimensions, expected \(expected)"
        case .impossible(let index, let got):
            "observation \(index) is \(got), which no regime that can be reached then explains"
        }
    }
}
