import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("The no-trade test")
struct NoTradeTestTests {
    private func bitcoinAlone(horizonDays: Int = 365, costs: [Int64] = [1_000, 1_000, 0]) throws -> NoTradeTest {
        try NoTradeTest(
            covariance: Covariance([[0.64, 0, 0], [0, 0, 0], [0, 0, 0]]),
            costs: costs.map { PartsPerMillion($0) },
            riskAversion: 3,
            horizonDays: horizonDays
        )
    }

    /// By hand: g = 3·0.64·x over a year for BTC and 0 for cash; 10 bps a side are reached at x = 0.001/1.92 = 520.8 ppm.
    @Test("holds up to the drift at which the saving is the cost, to one unit", arguments: [(520, false), (521, true)])
    func byHand(drift: UInt64, isWorthIt: Bool) throws {
        let portfolio = try Portfolio(triggers: [0, 0, 0], destinations: [0, 0, 0])
        let state = try portfolio.state([500_000 + drift, 300_000, 200_000 - drift])
        let decision = try portfolio.mandate.decision(for: state, unless: bitcoinAlone())
        switch decision {
        case .rebalance(let reasons): #expect(isWorthIt && reasons.count == 2)
        case .hold(.notWorthTheCost(let pending, let benefit)):
            #expect(!isWorthIt && pending.count == 2)
            #expect(benefit.sell.symbol == "BTC" && benefit.buy.symbol == "USD" && benefit.cost.value == 1_000)
            #expect(benefit.saving == ExactFraction(9_984, over: 10))
        case .hold: Issue.record("another reason")
        }
    }

    @Test("without costs everything that strays is worth trading, without risk nothing is")
    func extremes() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000, 250_000, 150_000])
        let free = try bitcoinAlone(costs: [0, 0, 0])
        guard case .rebalance = try portfolio.mandate.decision(for: state, unless: free) else {
            Issue.record("a free trade that saves risk is worth it")
            return
        }
        let instant = try bitcoinAlone(horizonDays: 0)
        guard case .hold(.notWorthTheCost) = try portfolio.mandate.decision(for: state, unless: instant) else {
            Issue.record("no horizon, no saving")
            return
        }
    }

    @Test("excuses a schedule, and never a broken requirement")
    func requirementsStand() throws {
        let dear = try bitcoinAlone(costs: [90_000, 90_000, 0])
        let cap = Requirement(
            name: "cap",
            predicate: .nonNegative(coefficients: [-450_000, 550_000, 550_000], constant: 0)
        )
        let scheduled = try Portfolio(schedules: [.every(milliseconds: 3_600_000)], requirements: [cap])
        let inside = try scheduled.state([510_000, 290_000, 200_000])
        guard case .hold(.notWorthTheCost(let pending, _)) = try scheduled.mandate.decision(for: inside, unless: dear)
        else {
            Issue.record("a due schedule is excused")
            return
        }
        #expect(pending.count == 1)
        let broken = try scheduled.state([560_000, 260_000, 180_000])
        guard case .rebalance(let reasons) = try scheduled.mandate.decision(for: broken, unless: dear) else {
            Issue.record("a broken requirement is not")
            return
        }
        #expect(reasons.map(\.description).contains("`cap` broken"))
    }

    @Test("finds what the floating-point test of the optimiser finds", arguments: UInt64(0)..<200)
    func agreesWithTheOptimiser(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portfolio = try Portfolio()
        let loadings = (0..<3).map { _ in (0..<3).map { _ in Double.random(in: -0.6...0.6, using: &random) } }
        let covariance = try Covariance(
            (0..<3).map { row in (0..<3).map { column in zip(loadings[row], loadings[column]).map(*).reduce(0, +) } }
        )
        let sides = (0..<3).map { _ in Int64.random(in: 0...20_000, using: &random) }
        let first = UInt64.random(in: 350_000...650_000, using: &random)
        let second = UInt64.random(in: 150_000...340_000, using: &random)
        let units = [first, second, 1_000_000 - first - second]
        let test = try NoTradeTest(
            covariance: covariance,
            costs: sides.map { PartsPerMillion($0) },
            riskAversion: 2,
            horizonDays: 73
        )
        let benefit = try PreparedMandate(portfolio.mandate).benefit(of: portfolio.state(units), by: test)
        let problem = try OneStepProblem(
            held: units.map { Double($0) / 1e6 },
            targets: [0.5, 0.3, 0.2],
            covariance: covariance,
            riskAversion: 2 * 73 / 365.0,
            costs: sides.map { try TradeCost(proportional: Double($0) / 1e6) }
        )
        // Rounding λHΣ to 10⁻¹² moves no gain by 10⁻¹¹; nearer to the edge than that the two may differ.
        if abs(problem.bestExchange.gain) > 1e-11 { #expect(benefit.isWorthIt == !problem.isHoldingOptimal) }
        if benefit.isWorthIt {
            let gain = benefit.saving.approximation / 1e6 - Double(benefit.cost.value) / 1e6
            #expect(abs(gain - problem.bestExchange.gain) <= 1e-11)
        }
    }

    @Test(
        "some μ is within every cost of every slope, exactly where nothing is worth trading",
        arguments: UInt64(0)..<100
    )
    func multiplierExists(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portfolio = try Portfolio()
        let first = UInt64.random(in: 490_000...510_000, using: &random)
        let units = [first, 300_000, 700_000 - first]
        let test = try bitcoinAlone()
        let benefit = try PreparedMandate(portfolio.mandate).benefit(of: portfolio.state(units), by: test)
        // g in 10⁻¹² of value, whole numbers here: 1.92·10⁶ for each ppm that BTC strays.
        let slopes = [1_920_000 * (Int(first) - 500_000), 0, 0]
        let sides = [1_000, 1_000, 0].map { $0 * 1_000_000 }
        let least = zip(slopes, sides).map { $0 - $1 }.max() ?? 0
        let most = zip(slopes, sides).map { $0 + $1 }.min() ?? 0
        #expect(benefit.isWorthIt == (least > most))
    }

    @Test("says what is saved and what it costs, and prints neither")
    func explains() throws {
        let portfolio = try Portfolio(triggers: [0, 0, 0], destinations: [0, 0, 0])
        let state = try portfolio.state([500_500, 300_000, 199_500])
        let decision = try portfolio.mandate.decision(for: state, unless: bitcoinAlone())
        #expect(decision.description == "hold: not worth its cost, pending drift(BTC), drift(USD)")
        #expect(
            decision.explanation.hasPrefix(
                "hold: BTC for USD saves 0.096pp of what moves and costs 0.1pp: not worth its cost, pending BTC weighs 50.05%"
            )
        )
    }

    @Test("refuses other assets, negative figures and covariances without bounds")
    func refuses() throws {
        let covariance = try Covariance([[1e30]])
        #expect(throws: OptimisationError.self) { try NoTradeTest(covariance: covariance, costs: [.zero]) }
        #expect(throws: OptimisationError.self) {
            try NoTradeTest(covariance: Covariance([[1]]), costs: [.zero, .zero])
        }
        #expect(throws: OptimisationError.self) {
            try NoTradeTest(covariance: Covariance([[1]]), costs: [.zero], riskAversion: -1)
        }
        #expect(throws: OptimisationError.self) {
            try NoTradeTest(covariance: Covariance([[1]]), costs: [.zero], horizonDays: -1)
        }
        let portfolio = try Portfolio()
        let foreign = try NoTradeTest(covariance: Covariance([[1]]), costs: [.zero])
        #expect(throws: HoldingsError.countMismatch(got: 1, expected: 3)) {
            try portfolio.mandate.decision(for: portfolio.state([900_000, 50_000, 50_000]), unless: foreign)
        }
    }
}
