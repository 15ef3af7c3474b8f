/// One thing a verifier looked at, and what came of it.
public struct AttestationCheck: Sendable, Hashable {
    /// What was looked at, in words that a report prints.
    public let name: String
    /// What came of it.
    public let outcome: Outcome

    /// Creates a check.
    public init(_ name: String, _ outcome: Outcome) {
        self.name = name
        self.outcome = outcome
    }

    /// The outcome of a check.
    public enum Outcome: Sendable, Hashable {
        /// It holds.
        case passed
        /// It does not; what was got and expected.
        case failed(String)
        /// Nothing can be said, and why.
        case unchecked(String)
    }

    static func require(_ condition: Bool, _ name: String, _ failure: @autoclosure () -> String) -> AttestationCheck {
        AttestationCheck(name, condition ? .passed : .failed(failure()))
    }
}
