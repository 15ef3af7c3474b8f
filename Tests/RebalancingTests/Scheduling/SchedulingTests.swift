import CanonicalJSON
import Rebalancing
import TestSupport
import Testing

@Suite("A liquidation schedule")
struct LiquidationScheduleTests {
    /// Tests/Fixtures/engine/theory_vectors.json, `almgren_chriss`.
    @Test("has the reference holdings, cost and variance")
    func meetsReferences() throws {
        let cases = try EngineVectors.read("theory_vectors").elements("almgren_chriss")
        #expect(cases.count == 3)
        for value in cases {
            let schedule = try LiquidationSchedule(
                amount: value.double("X"),
                horizon: value.double("T"),
                steps: Int(value.double("N")),
                volatility: value.double("sigma"),
                temporaryImpact: value.double("eta"),
                permanentImpact: value.double("gamma"),
                riskAversion: value.double("lam")
            )
            #expect(abs(schedule.urgency - (try value.double("kappa"))) <= 1e-12 * schedule.urgency)
            let amount = schedule.remaining[0]
            for (left, expected) in zip(schedule.remaining, try value.doubles("x")) {
                #expect(abs(left - expected) <= 1e-9 * amount)
            }
            let (cost, variance) = (try value.double("expected_cost_ex_spread"), try value.double("variance"))
            #expect(abs(schedule.expectedCost - cost) <= 1e-9 * cost)
            #expect(abs(schedule.variance - variance) <= 1e-9 * variance)
        }
    }

    @Test("without risk aversion trades evenly, and all of it however urgent")
    func extremes() throws {
        func schedule(_ riskAversion: Double) throws -> LiquidationSchedule {
            try LiquidationSchedule(
                amount: 100,
                horizon: 10,
                steps: 10,
                volatility: 1,
                temporaryImpact: 1,
                permanentImpact: 0,
                riskAversion: riskAversion
            )
        }
        for trade in try schedule(0).trades { #expect(abs(trade - 10) <= 1e-12) }
        let urgent = try schedule(1e12)
        #expect(urgent.trades[0] > 99.999 && abs(urgent.trades.reduce(-100, +)) <= 1e-10)
        #expect(throws: OptimisationError.self) { try schedule(-1) }
        #expect(throws: OptimisationError.self) {
            try LiquidationSchedule(
                amount: 1,
                horizon: 1,
                steps: 1,
                volatility: 1,
                temporaryImpact: 1,
                permanentImpact: 2,
                riskAversion: 1
            )
        }
    }
}

@Suite("A partial adjustment")
struct PartialAdjustmentTests {
    /// The plain version: the value function's curvature by iterating the Bellman equation of one asset with σ² = 1.
    @Test("goes as far as dynamic programming says", arguments: UInt64(0)..<40)
    func agreesWithDynamicProgramming(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let risk = Double.random(in: 0.1...10, using: &random)
        let cost = Double.random(in: 0.1...100, using: &random)
        let discount = Double.random(in: 0...0.2, using: &random)
        // V(x) = −½·q·x² before a trade: the best x' maximises (1 − ρ)(−½γx'² − ½q·x'²) − ½λ(x' − x)².
        var curvature = 0.0
        for _ in 0..<100_000 {
            let ahead = (1 - discount) * (risk + curvature)
            curvature = ahead * cost / (ahead + cost)
        }
        let ahead = (1 - discount) * (risk + curvature)
        let adjustment = try PartialAdjustment(riskAversion: risk, costMultiple: cost, discount: discount)
        #expect(abs(adjustment.pace - ahead / (ahead + cost)) <= 1e-9)
    }

    @Test("aims at a weighted mean of the targets to come, and at a lasting target itself")
    func aims() throws {
        let adjustment = try PartialAdjustment(riskAversion: 3, costMultiple: 5)
        let lasting = try adjustment.aim(at: [[0.4, 0.6], [0.4, 0.6], [0.4, 0.6]])
        #expect(abs(lasting[0] - 0.4) <= 1e-15)
        let z = adjustment.presentWeight
        let moving = try adjustment.aim(at: [[0], [1]])
        #expect(abs(moving[0] - (1 - z)) <= 1e-15)
        let next = try adjustment.step(from: [1], towards: [0])
        #expect(next == [1 - adjustment.pace])
        #expect(throws: OptimisationError.self) { try adjustment.aim(at: [[1], [1, 2]]) }
        #expect(throws: OptimisationError.self) { try PartialAdjustment(riskAversion: 0, costMultiple: 1) }
    }
}
