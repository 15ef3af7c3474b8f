import CanonicalJSON
import Rebalancing
import TestSupport
import Testing

@Suite("Risk parity")
struct RiskParityTests {
    /// Tests/Fixtures/engine/opt_single_step.json, `risk_parity`.
    @Test("has the reference weights")
    func meetsReference() throws {
        let file = try EngineVectors.read("opt_single_step")
        let instance = try #require(try file.elements("instances").last)
        let covariance = try file.covariance()
        let weights = try RiskParity.weights(under: covariance)
        for (weight, expected) in zip(weights, try instance.doubles("optimal_w")) {
            #expect(abs(weight - expected) <= 1e-10)
        }
        #expect(abs(covariance.variance(of: weights) - (try instance.double("value"))) <= 1e-12)
    }

    @Test("gives each asset its share of the risk", arguments: UInt64(0)..<30)
    func sharesRisk(seed: UInt64) throws {
        var random = RandomProblem(seed: seed)
        let count = Int.random(in: 1...15, using: &random.random)
        let covariance = try random.covariance(count)
        let budgets = random.weights(count)
        let weights = try RiskParity.weights(under: covariance, budgets: budgets)
        let variance = covariance.variance(of: weights)
        for index in 0..<count {
            let pull = (0..<count).reduce(0) { $0 + covariance[index, $1] * weights[$1] }
            #expect(abs(weights[index] * pull / variance - budgets[index]) <= 1e-10)
        }
        #expect(throws: OptimisationError.self) { try RiskParity.weights(under: Covariance([[0]])) }
        #expect(throws: OptimisationError.self) { try RiskParity.weights(under: covariance, budgets: [-1]) }
    }
}

@Suite("A shrunk covariance")
struct ShrinkageTests {
    /// The plain version: the definitions of Ledoit and Wolf (2004), lemma 3.2–3.4, matrix by matrix.
    @Test("is what the definitions say", arguments: UInt64(0)..<20)
    func agreesWithDefinition(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (count, periods) = (Int.random(in: 1...6, using: &random), Int.random(in: 2...30, using: &random))
        let returns = (0..<periods).map { _ in (0..<count).map { _ in Double.random(in: -1...1, using: &random) } }
        let means = (0..<count).map { index in returns.reduce(0) { $0 + $1[index] } / Double(periods) }
        let centred = returns.map { zip($0, means).map { $0 - $1 } }
        func outer(_ row: [Double]) -> [[Double]] { row.map { first in row.map { first * $0 } } }
        func norm(_ matrix: [[Double]]) -> Double { matrix.joined().reduce(0) { $0 + $1 * $1 } / Double(count) }
        func minus(_ left: [[Double]], _ right: [[Double]]) -> [[Double]] {
            zip(left, right).map { zip($0, $1).map { $0 - $1 } }
        }
        let sample = (0..<count).map { first in
            (0..<count).map { second in
                centred.reduce(0) { $0 + $1[first] * $1[second] } / Double(periods)
            }
        }
        let mean = (0..<count).reduce(0) { $0 + sample[$1][$1] } / Double(count)
        let identity = (0..<count).map { first in (0..<count).map { $0 == first ? mean : 0 } }
        let distance = norm(minus(sample, identity))
        let spread = centred.reduce(0) { $0 + norm(minus(outer($1), sample)) } / Double(periods * periods)
        let share = distance > 1e-15 ? min(spread, distance) / distance : 0
        let (estimate, shrinkage) = try Covariance.shrunk(from: returns)
        if distance > 1e-12 { #expect(abs(shrinkage - share) <= 1e-9) }
        for first in 0..<count {
            for second in 0..<count {
                let expected = share * identity[first][second] + (1 - share) * sample[first][second]
                #expect(abs(estimate[first, second] - expected) <= 1e-9)
            }
        }
    }

    @Test("refuses returns without shape or figures")
    func refuses() {
        #expect(throws: OptimisationError.self) { try Covariance.shrunk(from: [[1]]) }
        #expect(throws: OptimisationError.self) { try Covariance.shrunk(from: [[1, 2], [1]]) }
        #expect(throws: OptimisationError.self) { try Covariance.shrunk(from: [[.nan], [1]]) }
        #expect(throws: OptimisationError.self) { try Covariance.shrunk(from: [[], []]) }
    }

    @Test("of two equal, uncorrelated assets held half and half earns a quarter of their variance as premium")
    func premium() throws {
        let covariance = try Covariance([[0.04, 0], [0, 0.04]])
        #expect(abs(covariance.rebalancingPremium(of: [0.5, 0.5]) - 0.01) <= 1e-17)
        #expect(covariance.rebalancingPremium(of: [1, 0]) == 0)
    }
}

@Suite("The no-trade test")
struct NoTradeTests {
    @Test("holds exactly where the optimum is to hold", arguments: UInt64(0)..<100)
    func agreesWithOptimum(seed: UInt64) throws {
        var random = RandomProblem(seed: seed)
        let count = Int.random(in: 2...8, using: &random.random)
        let (held, targets, covariance) = (random.weights(count), random.weights(count), try random.covariance(count))
        let costs = try (0..<count).map { _ in
            try TradeCost(proportional: Double.random(in: 0.001...0.05, using: &random.random))
        }
        let problem = try OneStepProblem(
            held: held,
            targets: targets,
            covariance: covariance,
            riskAversion: Double.random(in: 0.1...2, using: &random.random),
            costs: costs
        )
        let optimum = try problem.optimum()
        #expect(problem.isHoldingOptimal == (optimum.weights == held))
        let (sell, buy, gain) = problem.bestExchange
        guard let sell, let buy, gain > 1e-6 else { return }
        var moved = held
        moved[sell] -= 1e-7
        moved[buy] += 1e-7
        #expect(problem.objective(of: moved) < problem.objective(of: held))
    }
}
