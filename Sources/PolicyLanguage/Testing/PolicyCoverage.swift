import Rebalancing

/// Which rules of a policy its tests have seen true, and which false.
///
/// A rule counts where the engine looked at it: during a cooldown, a halt or an outage it looks at nothing else.
public struct PolicyCoverage: Sendable, Hashable, CustomStringConvertible {
    /// Every rule that decides whether something is done, in the order in which the engine looks at them.
    public let branches: [Branch]

    /// One rule that is true or false of a state.
    public struct Branch: Sendable, Hashable {
        /// The rule in the policy's words.
        public let title: String
        /// In how many decisions it was true.
        public internal(set) var timesTrue = 0
        /// In how many it was false.
        public internal(set) var timesFalse = 0
    }

    /// Counts the branches that the results of a policy's tests went through.
    public init(of policy: Policy, _ results: [PolicyTestResult]) {
        var counter = BranchCounter(policy)
        for run in results.flatMap(\.runs) { counter.count(run, policy.mandates[run.regime]) }
        branches = counter.order.compactMap { counter.branches[$0] }
    }

    /// How many of the ways that the rules can come out were seen; each rule has two.
    public var waysSeen: Int {
        branches.reduce(0) { $0 + ($1.timesTrue > 0 ? 1 : 0) + ($1.timesFalse > 0 ? 1 : 0) }
    }

    /// The figure, then every rule that was never true or never false.
    public var description: String {
        var lines = ["coverage: \(waysSeen) of \(2 * branches.count) branches"]
        lines += branches.filter { $0.timesTrue == 0 }.map { "  never true:  \($0.title)" }
        lines += branches.filter { $0.timesFalse == 0 }.map { "  never false: \($0.title)" }
        return lines.joined(separator: "\n")
    }
}

/// Counts, decision by decision, how the rules came out.
private struct BranchCounter {
    private(set) var branches: [Rule: PolicyCoverage.Branch] = [:]
    private(set) var order: [Rule] = []

    enum Rule: Hashable {
        case regime(Int), cooldown, drift(Int), requirement(String), condition(String), schedule(Schedule), limit
        case breaker(String), oracle, noTrade
    }

    init(_ policy: Policy) {
        if policy.mandates.count > 1 {
            for (index, mandate) in policy.mandates.enumerated() {
                add(.regime(index), "the regime is \(mandate.regime)")
            }
        }
        if policy.safeguards.oracle != nil { add(.oracle, "the oracle is bad") }
        for breaker in policy.safeguards.breakers { add(.breaker(breaker.name), "breaker \"\(breaker.name)\" trips") }
        for mandate in policy.mandates {
            if mandate.cooldown > 0 { add(.cooldown, "the cooldown is active") }
            for (index, asset) in mandate.assets.enumerated() where Self.canDrift(index, mandate) {
                add(.drift(index), "drift(\(asset)) > band")
            }
            for requirement in mandate.requirements {
                add(.requirement(requirement.name), "\"\(requirement.name)\" is broken")
            }
            for trigger in mandate.furtherTriggers { add(.condition(trigger.name), trigger.name) }
            for schedule in mandate.schedules { add(.schedule(schedule), "due: \(schedule)") }
            if mandate.limits.turnoverPerDay != nil { add(.limit, "the day's turnover is used up") }
            if mandate.noTrade != nil { add(.noTrade, "cost > benefit") }
        }
    }

    private static func canDrift(_ index: Int, _ mandate: Mandate) -> Bool {
        mandate.triggersOnDrift && mandate.bands[index].trigger != nil
    }

    private mutating func add(_ rule: Rule, _ title: String) {
        guard branches[rule] == nil else { return }
        branches[rule] = PolicyCoverage.Branch(title: title)
        order.append(rule)
    }

    private mutating func note(_ rule: Rule, _ isTrue: Bool) {
        if isTrue { branches[rule]?.timesTrue += 1 } else { branches[rule]?.timesFalse += 1 }
    }

    mutating func count(_ run: PolicyTestResult.Run, _ mandate: Mandate) {
        for rule in order { if case .regime(let index) = rule { note(rule, index == run.regime) } }
        note(.oracle, run.safeguards.isOracleBad)
        for (breaker, holds) in run.safeguards.conditions { note(.breaker(breaker.name), holds) }
        let reasons: [TriggerReason]
        switch run.decision {
        case .hold(.cooldown): return note(.cooldown, true)
        case .hold(.breaker), .hold(.oracle): return
        case .hold(.withinBands): reasons = []
        case .hold(.bucketUsedUp(let pending)):
            reasons = pending
            note(.limit, false)
        case .hold(.limitUsedUp(let pending)):
            reasons = pending
            note(.limit, true)
        case .hold(.notWorthTheCost(let pending, _)):
            reasons = pending
            note(.limit, false)
            note(.noTrade, true)
        case .rebalance(let because):
            reasons = because
            note(.limit, false)
            note(.noTrade, false)
        }
        note(.cooldown, false)
        for (index, asset) in mandate.assets.enumerated() where Self.canDrift(index, mandate) {
            note(.drift(index), reasons.contains { PolicyTest.Reason.drift(asset).matches($0) })
        }
        for requirement in mandate.requirements {
            note(
                .requirement(requirement.name),
                reasons.contains { PolicyTest.Reason.requirement(requirement.name).matches($0) }
            )
        }
        for trigger in mandate.furtherTriggers {
            note(
                .condition(trigger.name),
                reasons.contains { PolicyTest.Reason.condition(trigger.name).matches($0) }
            )
        }
        for schedule in mandate.schedules {
            note(.schedule(schedule), reasons.contains { if case .schedule(schedule, _) = $0 { true } else { false } })
        }
    }
}
