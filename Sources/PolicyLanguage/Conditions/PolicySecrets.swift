public import Rebalancing

/// What a policy's `secret` statement hides: the mandates as strangers may see them, and the numbers that complete them.
///
/// The numbers stand in the policy's own text too. Printing this prints none of them.
public struct PolicySecrets: Sendable, Hashable {
    /// One per regime, with places in the stead of secret targets and bands.
    public let mandates: [Mandate]
    /// The secret parameters, in parts per million, in the order of `SecretParameters.parameters`.
    public let values: [Int64]
}

extension PolicySecrets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }
    /// `<hidden>`, always.
    public var debugDescription: String { "<hidden>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
