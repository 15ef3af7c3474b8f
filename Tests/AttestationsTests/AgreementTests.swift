import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import TestSupport
import Testing

@testable import Attestations

@Suite("Circuit and evaluator")
struct AgreementTests {
    @Test("agree on every rebalance, boundary states above all", arguments: 0..<8)
    func rebalances(block: Int) throws {
        var accepted = 0
        for seed in UInt64(block * 40)..<UInt64(block * 40 + 40) {
            var random = RandomDecision(seed: seed)
            let mandate = try random.mandate(.all)
            for sameDay in mandate.carriesTurnover ? [false, true] : [false] {
                for scheduleDue in mandate.schedules.isEmpty ? [false] : [false, true] {
                    let trial = try CircuitTrial(
                        .rebalance,
                        mandate,
                        sameDay: sameDay,
                        scheduleDue: scheduleDue,
                        prices: random.prices,
                        risk: random.risk,
                        elapsed: random.elapsed
                    )
                    for round in 0..<10 {
                        let move = random.move(of: mandate, sameDay: sameDay)
                        let failures = mandate.failures(
                            ofRebalance: try move.values(random.prices, mandate, risk: random.risk),
                            sameDay: sameDay,
                            scheduleDue: scheduleDue
                        )
                        let isAccepted = try trial.accepts(move.committed(.rebalance, mandate))
                        #expect(
                            isAccepted == failures.isEmpty,
                            "seed \(seed), round \(round), same day \(sameDay), due \(scheduleDue): \(failures)"
                        )
                        accepted += isAccepted ? 1 : 0
                    }
                }
            }
        }
        #expect(accepted > 20, "too few admissible moves to mean anything: \(accepted)")
    }

    @Test("agree on every hold, boundary states above all", arguments: 0..<4)
    func holds(block: Int) throws {
        var accepted = 0
        for seed in UInt64(block * 50)..<UInt64(block * 50 + 50) {
            var random = RandomDecision(seed: seed)
            let mandate = try random.mandate(.all)
            for sameDay in mandate.carriesTurnover ? [false, true] : [false] {
                for scheduleDue in mandate.schedules.isEmpty ? [false] : [false, true] {
                    let trial = try CircuitTrial(
                        .hold,
                        mandate,
                        sameDay: sameDay,
                        scheduleDue: scheduleDue,
                        prices: random.prices,
                        risk: random.risk,
                        elapsed: random.elapsed
                    )
                    for round in 0..<12 {
                        let stay = random.stay(of: mandate)
                        let failures = mandate.failures(
                            ofHold: try stay.values(random.prices, mandate, risk: random.risk),
                            sameDay: sameDay,
                            scheduleDue: scheduleDue
                        )
                        let isAccepted = try trial.accepts(stay.committed(.hold, mandate))
                        #expect(
                            isAccepted == failures.isEmpty,
                            "seed \(seed), round \(round), same day \(sameDay), due \(scheduleDue): \(failures)"
                        )
                        accepted += isAccepted ? 1 : 0
                    }
                }
            }
        }
        #expect(accepted > 50, "too few admissible holds to mean anything: \(accepted)")
    }

    @Test("agree on every plan that the planner finds", arguments: 0..<4)
    func plans(block: Int) throws {
        var planned = 0
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            var random = RandomDecision(seed: seed)
            let mandate = try random.mandate()
            let before = random.stay(of: mandate).before.map { $0 * 100_000_000 }
            let state = try VaultState(
                holdings: Holdings(before.map(Quantity.init(units:)), under: mandate),
                prices: random.prices,
                lastRebalance: TestVault.start,
                time: TestVault.start.adding(milliseconds: TestVault.day)
            )
            guard
                let plan = try? mandate.plan(for: state, costs: TransactionCosts(proportional: PartsPerMillion(1_000)))
            else { continue }
            let values = try DecisionValues(
                before: state.holdings,
                after: plan.after,
                prices: random.prices,
                under: mandate
            )
            let move = RandomDecision.Move(
                before: before,
                after: plan.after.quantities.map(\.units),
                carriedBefore: 0,
                carriedAfter: mandate.carriesTurnover ? values.value(of: mandate.twiceTurnover) : 0
            )
            let failures = mandate.failures(
                ofRebalance: try move.values(random.prices, mandate),
                sameDay: false,
                scheduleDue: false
            )
            guard failures.isEmpty else { continue }
            let trial = try CircuitTrial(.rebalance, mandate, prices: random.prices)
            #expect(try trial.accepts(move.committed(.rebalance, mandate)), "seed \(seed)")
            planned += 1
        }
        #expect(planned > 5, "too few plans to mean anything: \(planned)")
    }
}
