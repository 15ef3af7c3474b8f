import BigIntegers
import MarketData

/// Why a state has no admissible plan: which rules conflict, and what would have to give way by how much.
public struct PlanConflict: Sendable, Hashable {
    /// The rules that cannot hold together here, in the policy's words.
    public let rules: [String]
    /// What would make a plan exist. Each alone does where ``needsAll`` is false, all together where it is true; empty if no
    /// limit and no requirement is to blame.
    public let relaxations: [Relaxation]
    /// Whether no single relaxation is enough.
    public let needsAll: Bool

    /// The smallest change of one rule that makes a plan exist, others as they are. **Secret**: it depends on the holdings.
    public struct Relaxation: Sendable, Hashable {
        /// The rule, in the policy's words. Public.
        public let rule: String
        /// What the rule says now, in its own unit.
        public let from: String
        /// What it would have to say at least, or at most for a smallest trade.
        public let to: String
    }
}

extension PlanConflict.Relaxation: CustomStringConvertible, CustomReflectable {
    /// The rule alone.
    public var description: String { rule }

    /// A mirror of the rule alone.
    public var customMirror: Mirror { Mirror(self, children: ["rule": rule]) }

    /// The rule with both figures, for the operator's eyes only.
    public var explanation: String { "\(rule): \(from) → \(to)" }
}

extension PlanConflict: CustomStringConvertible {
    /// One line without figures.
    public var description: String {
        let list = rules.map { "`\($0)`" }.joined(separator: ", ")
        guard !relaxations.isEmpty else { return "\(list) cannot hold here, whatever the limits" }
        let names = relaxations.map { "`\($0.rule)`" }.joined(separator: needsAll ? " and " : " or ")
        return "\(list) cannot hold together here: \(names) would have to give way"
    }

    /// The same with every figure. **Secret.**
    public var explanation: String {
        guard !relaxations.isEmpty else { return description }
        let changes = relaxations.map(\.explanation).joined(separator: needsAll ? " and " : ", or ")
        return rules.map { "`\($0)`" }.joined(separator: ", ") + " cannot hold together here; it would take " + changes
    }
}

extension RebalancePlanner {
    /// Explains why ``plan(for:)`` finds no plan.
    ///
    /// Each rule that a mandate can state differently (turnover limits, trade caps, smallest trade, cost ceiling, requirements)
    /// is loosened alone, to the last unit that makes the planner find a plan which the exact evaluator admits. Where none is
    /// enough alone, all are loosened and tightened again one by one: what cannot be is the conflict.
    ///
    /// - Returns: `nil` if there is a plan.
    /// - Throws: ``PlanError/unfitState(_:)``.
    /// - Complexity: Some 40 plans for each rule.
    public func conflict(for state: VaultState) throws(PlanError) -> PlanConflict? {
        let failures: [ObligationFailure]
        let used: [String]
        do {
            _ = try plan(for: state)
            return nil
        } catch {
            guard case .noAdmissiblePlan(let rules, let limits) = error else { throw error }
            (failures, used) = (rules, limits)
        }
        let search = ConflictSearch(planner: self, state: state)
        let alone = search.levers.compactMap { lever in
            search.smallest(lever, beside: [:]).map { (lever, $0) }
        }
        let names = failures.map(\.name)
        if !alone.isEmpty {
            let relaxations = alone.map { search.relaxation($0.0, to: $0.1) }
            let rules = names + relaxations.map(\.rule).filter { !names.contains($0) }
            return PlanConflict(rules: rules, relaxations: relaxations, needsAll: false)
        }
        let together = search.together()
        let relaxations = together.map { search.relaxation($0.0, to: $0.1) }
        let rules = names + relaxations.map(\.rule).filter { !names.contains($0) }
        return PlanConflict(
            rules: relaxations.isEmpty ? names + used : rules,
            relaxations: relaxations,
            needsAll: !relaxations.isEmpty
        )
    }
}
