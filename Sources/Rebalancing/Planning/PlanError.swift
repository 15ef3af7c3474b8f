/// Why no rebalance can be planned.
public enum PlanError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Every plan tried breaks a rule of the mandate; these are the rules that the nearest one breaks.
    case noAdmissiblePlan(rules: [ObligationFailure])
    /// The state does not fit the mandate.
    case unfitState(HoldingsError)

    /// The message for the person at the prompt: the rules' names, never amounts.
    public var description: String {
        switch self {
        case .noAdmissiblePlan(let rules):
            "no admissible plan: every plan tried breaks " + rules.map { "`\($0.name)`" }.joined(separator: ", ")
        case .unfitState(let error): error.description
        }
    }
}
