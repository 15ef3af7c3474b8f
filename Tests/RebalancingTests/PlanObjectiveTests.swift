import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("A plan by an objective")
struct PlanObjectiveTests {
    private let costs = TransactionCosts(proportional: PartsPerMillion(1_000))

    private func covariance(_ variance: Double = 0.64) throws -> Covariance {
        try Covariance([[variance, 0, 0], [0, variance, 0], [0, 0, 0]])
    }

    private func weights(_ plan: TradePlan, _ portfolio: Portfolio) -> [Double] {
        let values = portfolio.mandate.values(of: plan.after, at: portfolio.unitPrices).map { Double($0) }
        let total = values.reduce(0, +)
        return values.map { $0 / total }
    }

    /// By hand: selling BTC for cash to a deviation of x saves λHσ²·x of each unit moved; at λH = 3·73/365 and σ² = 0.64 that is the
    /// fee of 0.001 at x = 0.0026. The band alone would stop at 5 points.
    @Test("goes in as far as risk is worth its cost, past the edge and short of the target")
    func goesPastTheEdge() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000_000, 300_000_000, 100_000_000])
        let objective = try PlanObjective(covariance: covariance(), riskAversion: 3, horizonDays: 73)
        let plan = try RebalancePlanner(mandate: portfolio.mandate, costs: costs, objective: objective).plan(for: state)
        let plain = try RebalancePlanner(mandate: portfolio.mandate, costs: costs).plan(for: state)
        #expect(abs(weights(plain, portfolio)[0] - 0.55) < 1e-4)
        // The fee takes a ten-thousandth of the portfolio, and weights after are shares of what is left.
        #expect(abs(weights(plan, portfolio)[0] - 0.5 - 0.001 / (0.6 * 0.64)) < 1e-4)
    }

    @Test("stops at the edge where risk is worth nothing, and at the target where trades are free")
    func limits() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000_000, 300_000_000, 100_000_000])
        let none = try PlanObjective(covariance: covariance(0), riskAversion: 3)
        let still = try RebalancePlanner(mandate: portfolio.mandate, costs: costs, objective: none).plan(for: state)
        #expect(abs(weights(still, portfolio)[0] - 0.55) < 1e-4)
        let risk = try PlanObjective(covariance: covariance(), riskAversion: 3)
        let free = try RebalancePlanner(mandate: portfolio.mandate, costs: .none, objective: risk).plan(for: state)
        #expect(abs(weights(free, portfolio)[0] - 0.5) < 1e-4)
    }

    @Test("impact and fixed costs make it trade less")
    func impactTradesLess() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000_000, 300_000_000, 100_000_000])
        func traded(_ impacts: [Double]?, _ fixed: [Double]?) throws -> BigInteger {
            let objective = try PlanObjective(
                covariance: covariance(),
                riskAversion: 3,
                horizonDays: 73,
                impacts: impacts,
                fixedCosts: fixed
            )
            let planner = RebalancePlanner(mandate: portfolio.mandate, costs: costs, objective: objective)
            return try planner.plan(for: state).twiceTurnover
        }
        let free = try traded(nil, nil)
        #expect(try traded([0.01, 0.01, 0], nil) < free)
        #expect(try traded(nil, [0.0001, 0.0001, 0]) <= free)
    }

    @Test("is admissible and no worse by its objective than the cheapest plan", arguments: UInt64(0)..<200)
    func isNoWorse(seed: UInt64) throws {
        var random = RandomMandate(seed: seed)
        let mandate = try random.mandate()
        let state = try random.ordinaryState(of: mandate)
        guard case .rebalance = try mandate.decision(for: state),
            let plain = try? mandate.plan(for: state, costs: costs)
        else { return }
        let count = mandate.assets.count
        let loadings = (0..<count).map { _ in Double.random(in: 0.2...0.9, using: &random.random) }
        let objective = try PlanObjective(
            covariance: Covariance(
                (0..<count).map { row in (0..<count).map { loadings[row] * loadings[$0] + (row == $0 ? 0.05 : 0) } }
            ),
            impacts: loadings.map { $0 / 100 }
        )
        let plan = try RebalancePlanner(mandate: mandate, costs: costs, objective: objective).plan(for: state)
        let values = try DecisionValues(
            before: state.holdings,
            after: plan.after,
            prices: state.prices,
            carriedBefore: state.carriedTurnover,
            carriedAfter: plan.carriedTurnover,
            under: mandate
        )
        let isDue = mandate.isScheduleDue(after: state.lastRebalance, at: state.time)
        #expect(mandate.failures(ofRebalance: values, sameDay: state.isSameDay, scheduleDue: isDue).isEmpty)
        let attempts = try PlanAttempts(
            PreparedMandate(mandate),
            costs: costs,
            state: state,
            values: mandate.unmovedValues(of: state)
        )
        #expect(attempts.value(of: plan, by: objective) <= attempts.value(of: plain, by: objective))
    }

    @Test("refuses figures of other assets, and below zero")
    func refuses() throws {
        let covariance = try covariance()
        #expect(throws: OptimisationError.self) { try PlanObjective(covariance: covariance, impacts: [0]) }
        #expect(throws: OptimisationError.self) { try PlanObjective(covariance: covariance, fixedCosts: [0, 0, -1]) }
        #expect(throws: OptimisationError.self) { try PlanObjective(covariance: covariance, riskAversion: .nan) }
        #expect(throws: OptimisationError.self) { try PlanObjective(covariance: covariance, horizonDays: -1) }
    }
}
