/// Why no rebalance can be planned.
public enum PlanError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Every plan tried breaks a rule of the mandate: the rules that the nearest one breaks, and the limits that it uses up.
    case noAdmissiblePlan(rules: [ObligationFailure], limitsUsedUp: [String])
    /// The state does not fit the mandate.
    case unfitState(HoldingsError)

    /// The message for the person at the prompt: the rules' names, never amounts.
    public var description: String {
        switch self {
        case .noAdmissiblePlan(let rules, let limits):
            "no admissible plan: every plan tried breaks " + rules.map { "`\($0.name)`" }.joined(separator: ", ")
                + (limits.isEmpty ? "" : ", with " + limits.joined(separator: " and "))
        case .unfitState(let error): error.description
        }
    }
}
