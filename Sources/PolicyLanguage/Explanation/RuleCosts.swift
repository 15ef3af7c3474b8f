/// What each rule of a policy costs to prove: known to whoever has the circuits, and given to this module as an argument.
public struct RuleCosts: Sendable {
    /// Multipliers that a rule adds to the largest circuit of a rebalance, by the rule's title in the explanation.
    public let multipliers: @Sendable (Policy) -> [String: Int]

    /// Costs by a function of the policy.
    public init(_ multipliers: @escaping @Sendable (Policy) -> [String: Int]) {
        self.multipliers = multipliers
    }

    /// No rule's cost is known.
    public static let unknown = RuleCosts { _ in [:] }
}
