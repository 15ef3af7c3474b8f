/// A `property` of a policy file: a claim about every state, with no part in what the policy demands.
///
/// The check reads it; analysis answers it.
public struct PolicyProperty: Sendable, Hashable {
    /// The name in its header.
    public let name: String
    /// What is claimed.
    public let claim: Claim
    /// The line on which it stands.
    public let line: Int

    /// What a property can claim.
    public enum Claim: String, Sendable, Hashable, CaseIterable {
        /// Wherever a rebalance is due, some trade is admissible.
        case neverStuck = "always (rebalance due) implies (some admissible trade)"
        /// The owner can withdraw in every state.
        case alwaysRedeemable = "always redeem allowed"
    }
}
