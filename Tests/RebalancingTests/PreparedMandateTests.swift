import BigIntegers
import MarketData
import Testing

@testable import Rebalancing

@Suite("A prepared mandate")
struct PreparedMandateTests {
    @Test("decides what its obligations say, read one by one in big integers", arguments: UInt64(0)..<200)
    func agreesWithTheObligations(seed: UInt64) throws {
        var random = RandomMandate(seed: seed)
        let mandate = try random.mandate()
        let prepared = PreparedMandate(mandate)
        for _ in 0..<4 {
            let state = try random.ordinaryState(of: mandate)
            #expect(try prepared.decision(for: state) == plainDecision(mandate, state))
        }
    }

    /// Up to 2⁶⁴ units at up to 2⁶⁴: values pass 127 bits, and forms do so long before.
    @Test("reads what no machine word holds from big integers", arguments: UInt64(0)..<200)
    func readsHugeValues(seed: UInt64) throws {
        var random = RandomMandate(seed: seed)
        let mandate = try random.mandate()
        let state = try random.extremeState(of: mandate)
        #expect(try PreparedMandate(mandate).decision(for: state) == plainDecision(mandate, state))
    }

    @Test("an edge is exact to one unit, on both sides and in both readings", arguments: [UInt64(1), 1 << 40])
    func isExactAtEdges(factor: UInt64) throws {
        let portfolio = try Portfolio()
        let prepared = PreparedMandate(portfolio.mandate)
        func decision(_ units: [UInt64]) throws -> DriftDecision {
            try prepared.decision(for: portfolio.state(units.map { $0 * factor }))
        }
        guard case .hold(.withinBands(let figures)) = try decision([550_000, 269_999, 180_001]) else {
            Issue.record("an asset on its edge is within its band")
            return
        }
        #expect(figures.count == 3 && figures[0].weight == ExactFraction(550_000))
        guard case .rebalance(let reasons) = try decision([550_001, 269_999, 180_000]) else {
            Issue.record("an asset one unit beyond its edge is not")
            return
        }
        #expect(reasons.map(\.description) == ["drift(BTC)"])
    }

    /// The plain reading: every obligation by itself, over ``DecisionValues``.
    private func plainDecision(_ mandate: Mandate, _ state: VaultState) throws -> DriftDecision {
        let values = try mandate.unmovedValues(of: state)
        let figures = DriftFigures(PreparedMandate(mandate), try PreparedMandate(mandate).values(of: state))
        let elapsed = state.time.milliseconds(since: state.lastRebalance)
        guard elapsed >= mandate.cooldown else {
            return .hold(.cooldown(remainingMilliseconds: mandate.cooldown - elapsed))
        }
        var reasons: [TriggerReason] = []
        for index in mandate.assets.indices
        where mandate.triggersOnDrift && mandate.driftTriggers(index).contains(where: { $0.margin(values) >= 0 }) {
            reasons.append(.drift(figures[index]))
        }
        for requirement in mandate.requirements where mandate.broken(requirement, .before).margin(values) >= 0 {
            reasons.append(.requirement(name: requirement.name))
        }
        for schedule in mandate.schedules {
            if let instant = schedule.dueInstant(after: state.lastRebalance, at: state.time) {
                reasons.append(.schedule(schedule, instant: instant))
            }
        }
        guard !reasons.isEmpty else { return .hold(.withinBands(figures)) }
        let exhaustions = mandate.holdObligations(sameDay: state.isSameDay, scheduleDue: true).exhaustions
        if exhaustions.contains(where: { $0.margin(values) >= 0 }) { return .hold(.limitUsedUp(pending: reasons)) }
        return .rebalance(because: reasons)
    }
}
