import BigIntegers
import MarketData
import Rebalancing
import Testing

@Suite("For every mandate and state")
struct RebalancingPropertyTests {
    private let costs = TransactionCosts(proportional: PartsPerMillion(1_000))

    /// Checks a decision against the evaluator; returns the plan's failure, if it is a rebalance without a plan.
    private func check(_ mandate: Mandate, _ state: VaultState) throws -> PlanError? {
        let decision = try mandate.decision(for: state)
        let unmoved = try DecisionValues(
            before: state.holdings,
            after: state.holdings,
            prices: state.prices,
            carriedBefore: state.carriedTurnover,
            carriedAfter: state.carriedTurnover,
            under: mandate
        )
        let isDue = mandate.isScheduleDue(after: state.lastRebalance, at: state.time)
        let hold = mandate.failures(ofHold: unmoved, sameDay: state.isSameDay, scheduleDue: isDue)
        switch decision {
        case .hold:
            #expect(hold.isEmpty, "an attestable hold")
            return nil
        case .rebalance:
            #expect(!hold.isEmpty, "what must be rebalanced cannot be held")
        }
        let plan: TradePlan
        do { plan = try mandate.plan(for: state, costs: costs) } catch { return error }
        let moved = try DecisionValues(
            before: state.holdings,
            after: plan.after,
            prices: state.prices,
            carriedBefore: state.carriedTurnover,
            carriedAfter: plan.carriedTurnover,
            under: mandate
        )
        #expect(mandate.failures(ofRebalance: moved, sameDay: state.isSameDay, scheduleDue: isDue).isEmpty)
        #expect(plan.cost == moved.totalBefore - moved.totalAfter)
        let (_, after) = try PaperVenue(costs: costs)
            .execute(plan, from: state.holdings, at: state.prices, under: mandate)
        #expect(after == plan.after)
        return nil
    }

    @Test("a decision is an attestable hold or a rebalance, and a plan is admissible", arguments: UInt64(0)..<300)
    func decisionsAreSound(seed: UInt64) throws {
        var generator = RandomMandate(seed: seed)
        let mandate = try generator.mandate()
        let error = try check(mandate, generator.ordinaryState(of: mandate))
        // A limit may leave too little room for a requirement; for anything else there is always a plan.
        if case .noAdmissiblePlan(let rules, _) = error {
            #expect(Set(rules.map(\.name)).isSubset(of: mandate.requirements.map(\.name)))
        }
    }

    @Test("extreme holdings and prices trap nowhere", arguments: UInt64(0)..<300)
    func extremesAreSound(seed: UInt64) throws {
        var generator = RandomMandate(seed: seed ^ 0xE0)
        let mandate = try generator.mandate()
        _ = try check(mandate, generator.extremeState(of: mandate))
    }

    @Test("an ordinary state whose targets keep every requirement has a plan", arguments: UInt64(0)..<300)
    func ordinaryStatesHavePlans(seed: UInt64) throws {
        var generator = RandomMandate(seed: seed ^ 0x0D)
        let mandate = try generator.mandate(mildLimits: true)
        let error = try check(mandate, generator.ordinaryState(of: mandate))
        #expect(error == nil)
    }
}
