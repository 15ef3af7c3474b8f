import BigIntegers
import MarketData
@testable import Rebalancing
import Testing

@Suite("A conflict")
struct PlanConflictTests {
    private let tenBasisPoints = TransactionCosts(proportional: PartsPerMillion(1_000))

    private func whole(_ units: [UInt64]) -> [UInt64] { units.map { $0 * 100_000_000 } }

    @Test("of a cost ceiling below the fee names it, and the ceiling that would do")
    func costCeiling() throws {
        let portfolio = try Portfolio(limits: TradingLimits(costCeiling: PartsPerMillion(500)))
        let state = try portfolio.state(whole([570_000, 270_000, 160_000]))
        let planner = RebalancePlanner(mandate: portfolio.mandate, costs: tenBasisPoints)
        let conflict = try #require(try planner.conflict(for: state))
        #expect(conflict.rules == ["cost"] && !conflict.needsAll)
        // 10 bps of the sale alone: turnover counts both sides of it, once each half.
        #expect(conflict.relaxations.map(\.rule) == ["cost"])
        let relaxed = try Portfolio(limits: TradingLimits(costCeiling: try Self.ceiling(conflict)))
        #expect(throws: Never.self) { try relaxed.mandate.plan(for: state, costs: tenBasisPoints) }
        let short = PartsPerMillion(try Self.ceiling(conflict).value - 1)
        let stillRefused = try Portfolio(limits: TradingLimits(costCeiling: short))
        #expect(throws: PlanError.self) { try stillRefused.mandate.plan(for: state, costs: tenBasisPoints) }
        #expect(!"\(conflict)".contains("%") && conflict.explanation.contains("0.05% → "))
    }

    /// `0.1001%` as parts per million.
    private static func ceiling(_ conflict: PlanConflict) throws -> PartsPerMillion {
        let text = try #require(conflict.relaxations.first).to.dropLast()
        return PartsPerMillion(Int64((try #require(Double(text)) * 10_000).rounded()))
    }

    @Test("of a cap that a turnover limit leaves no room to mend offers either to give way")
    func capAgainstTurnover() throws {
        let cap = Requirement(
            name: "BTC cap",
            predicate: .nonNegative(coefficients: [-480_000, 520_000, 520_000], constant: 0)
        )
        let limits = TradingLimits(turnoverPerRebalance: PartsPerMillion(10_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits, requirements: [cap])
        let state = try portfolio.state(whole([570_000, 260_000, 170_000]))
        let planner = RebalancePlanner(mandate: portfolio.mandate, costs: .none)
        let conflict = try #require(try planner.conflict(for: state))
        #expect(conflict.relaxations.map(\.rule) == ["turnover per rebalance", "BTC cap"])
        // From 57% to 52% is 5 points of turnover; after 1 point the cap would have to be 4 points looser.
        // The planner keeps a hair below each limit, which may take one part per million more.
        #expect(["5%", "5.0001%"].contains(conflict.relaxations[0].to))
        #expect(["4pp looser", "4.0001pp looser"].contains(conflict.relaxations[1].to))
        #expect("\(conflict)".contains("cannot hold together here"))
    }

    @Test("is none where there is a plan, and has no relaxation where nothing is due")
    func nothingToRelax() throws {
        let portfolio = try Portfolio()
        let planner = RebalancePlanner(mandate: portfolio.mandate, costs: .none)
        #expect(try planner.conflict(for: portfolio.state(whole([570_000, 270_000, 160_000]))) == nil)
        let conflict = try planner.conflict(for: portfolio.state(whole([500_000, 300_000, 200_000])))
        #expect(conflict?.rules == ["a trigger"] && conflict?.relaxations.isEmpty == true)
    }

    @Test(
        "and the optimiser: no plan costs more than the direct one, and whatever it finds is admissible",
        arguments: UInt64(0)..<200
    )
    func isNeverDearer(seed: UInt64) throws {
        var generator = RandomMandate(seed: seed ^ 0x0C)
        let mandate = try generator.mandate()
        let state = try generator.ordinaryState(of: mandate)
        guard case .rebalance = try mandate.decision(for: state) else { return }
        let planner = RebalancePlanner(mandate: mandate, costs: tenBasisPoints)
        let values = try mandate.unmovedValues(of: state)
        let attempts = PlanAttempts(PreparedMandate(mandate), costs: tenBasisPoints, state: state, values: values)
        let direct = planner.direct(attempts).plan
        let plan = try? planner.plan(for: state)
        if let direct {
            let plan = try #require(plan)
            #expect(plan.cost < direct.cost || plan.cost == direct.cost && plan.twiceTurnover <= direct.twiceTurnover)
        }
        if let plan {
            let moved = try DecisionValues(
                before: state.holdings,
                after: plan.after,
                prices: state.prices,
                carriedBefore: state.carriedTurnover,
                carriedAfter: plan.carriedTurnover,
                under: mandate
            )
            let isDue = mandate.isScheduleDue(after: state.lastRebalance, at: state.time)
            #expect(mandate.failures(ofRebalance: moved, sameDay: state.isSameDay, scheduleDue: isDue).isEmpty)
        }
    }
}
