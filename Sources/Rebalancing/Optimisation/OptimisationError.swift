/// Why an optimisation has no answer.
public enum OptimisationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A figure is outside its domain.
    case unusableParameter(name: String, got: String, expected: String)
    /// Lists that should be as long as there are assets are not.
    case countMismatch(name: String, got: Int, expected: Int)
    /// No weights keep all bounds and limits; proved by a dual bound above everything that weights could cost.
    case infeasible
    /// The method did not close the gap between the best weights found and the bound.
    case noConvergence

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .unusableParameter(let name, let got, let expected): "\(name) is `\(got)`: expected \(expected)"
        case .countMismatch(let name, let got, let expected): "\(got) \(name): expected \(expected)"
        case .infeasible: "no weights keep all bounds and limits"
        case .noConvergence: "the optimisation did not converge"
        }
    }
}
