import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("The rule `unless cost > benefit`")
struct NoTradeRuleTests {
    private func rule(horizonDays: Int = 365, cost: Int64 = 1_000) -> NoTradeRule {
        NoTradeRule(horizonDays: horizonDays, cost: PartsPerMillion(cost))
    }

    /// BTC swings by 80% a year, the others not at all.
    private func bitcoinAlone() throws -> MarketRisk {
        MarketRisk([
            try ExactCovariance(
                days: 60,
                volatilities: [800_000, 0, 0].map { PartsPerMillion($0) },
                correlations: (0..<3).map { row in (0..<3).map { PartsPerMillion(row == $0 ? 1_000_000 : 0) } }
            )
        ])
    }

    /// By hand: g = 3·0.64·x over a year for BTC and 0 for cash; 10 bps are reached at x = 0.001/1.92 = 520.8 ppm.
    @Test("holds up to the drift at which the saving is the cost, to one unit", arguments: [(520, false), (521, true)])
    func byHand(drift: UInt64, isWorthIt: Bool) throws {
        let portfolio = try Portfolio(triggers: [0, 0, 0], destinations: [0, 0, 0], noTrade: rule())
        let state = try portfolio.state([500_000 + drift, 300_000, 200_000 - drift], risk: bitcoinAlone())
        let values = try portfolio.mandate.unmovedValues(of: state)
        let holds = portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false)
        switch try portfolio.mandate.decision(for: state) {
        case .rebalance(let reasons):
            #expect(isWorthIt && reasons.count == 2)
            #expect(holds.map(\.name) == ["drift(BTC) not above its band", "drift(USD) not below its band"])
        case .hold(.notWorthTheCost(let pending, let benefit)):
            #expect(!isWorthIt && pending.count == 2 && holds == [])
            #expect(benefit.sell.symbol == "BTC" && benefit.cost.value == 1_000)
            #expect(benefit.saving == ExactFraction(9_984, over: 10))
        case .hold: Issue.record("another reason")
        }
    }

    @Test("finds no exchange worth its cost where nothing swings, and any where trading is free")
    func extremes() throws {
        let free = try Portfolio(noTrade: rule(cost: 0))
        guard
            case .rebalance = try free.mandate.decision(
                for: free.state([600_000, 250_000, 150_000], risk: bitcoinAlone())
            )
        else {
            Issue.record("a free trade that saves risk is worth it")
            return
        }
        let calm = MarketRisk([
            try ExactCovariance(closes: (0..<3).map { _ in Array(repeating: Price.one, count: 61) })
        ])
        let dear = try Portfolio(noTrade: rule())
        let state = try dear.state([900_000, 50_000, 50_000], risk: calm)
        guard case .hold(.notWorthTheCost) = try dear.mandate.decision(for: state) else {
            Issue.record("no risk, no saving")
            return
        }
    }

    @Test("excuses bands, triggers and a schedule, and never a broken requirement, in decision and evaluator alike")
    func requirementsStand() throws {
        let cap = Requirement(
            name: "cap",
            predicate: .nonNegative(coefficients: [-450_000, 550_000, 550_000], constant: 0)
        )
        let astray = Requirement(
            name: "astray",
            predicate: .risk(RiskMeasure(.trackingError, days: 60), atMost: PartsPerMillion(1_000))
        )
        let scheduled = try Portfolio(
            triggers: [1_000, 1_000, 1_000],
            schedules: [.every(milliseconds: 3_600_000)],
            requirements: [cap],
            furtherTriggers: [astray],
            noTrade: rule(cost: 200_000)
        )
        let inside = try scheduled.state([510_000, 290_000, 200_000], risk: bitcoinAlone())
        guard case .hold(.notWorthTheCost(let pending, _)) = try scheduled.mandate.decision(for: inside) else {
            Issue.record("whatever is due is excused")
            return
        }
        #expect(pending.count == 4)
        let broken = try scheduled.state([560_000, 260_000, 180_000], risk: bitcoinAlone())
        guard case .rebalance(let reasons) = try scheduled.mandate.decision(for: broken) else {
            Issue.record("a broken requirement is not")
            return
        }
        #expect(reasons.map(\.description).contains("`cap` broken"))
        for due in [false, true] {
            let failures = { (state: VaultState) in
                try scheduled.mandate.failures(
                    ofHold: scheduled.mandate.unmovedValues(of: state),
                    sameDay: false,
                    scheduleDue: due
                ).map(\.name)
            }
            #expect(try failures(inside) == [])
            #expect(try failures(broken) == ["cap"])
        }
    }

    @Test("a hold that the evaluator admits is one that is decided, on random states", arguments: UInt64(0)..<100)
    func decisionAgrees(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let closes = (0..<3).map { asset in
            (0...4).compactMap { _ in
                Price(units: asset == 2 ? 100_000_000 : UInt64.random(in: 95_000_000...105_000_000, using: &random))
            }
        }
        let risk = MarketRisk([try ExactCovariance(closes: closes)])
        let portfolio = try Portfolio(
            schedules: Bool.random(using: &random) ? [.every(milliseconds: 3_600_000)] : [],
            noTrade: NoTradeRule(
                windowDays: 4,
                riskAversion: Int.random(in: 1...9_000, using: &random),
                cost: PartsPerMillion(Int64.random(in: 0...10_000, using: &random))
            )
        )
        let first = UInt64.random(in: 400_000...600_000, using: &random)
        let state = try portfolio.state([first, 300_000, 700_000 - first], risk: risk)
        let mandate = portfolio.mandate
        let failures = try mandate.failures(
            ofHold: mandate.unmovedValues(of: state),
            sameDay: false,
            scheduleDue: mandate.isScheduleDue(after: state.lastRebalance, at: state.time)
        )
        if case .hold = try mandate.decision(for: state) {
            #expect(failures == [])
        } else {
            #expect(failures != [])
        }
    }

    @Test("finds what the floating-point test of the optimiser finds", arguments: UInt64(0)..<200)
    func agreesWithTheOptimiser(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let closes = (0..<3).map { _ in
            (0...6).compactMap { _ in Price(units: UInt64.random(in: 90_000_000...110_000_000, using: &random)) }
        }
        let covariance = try ExactCovariance(closes: closes)
        let cost = Int64.random(in: 0...40_000, using: &random)
        let portfolio = try Portfolio(
            noTrade: NoTradeRule(windowDays: 6, horizonDays: 73, riskAversion: 2_000, cost: PartsPerMillion(cost))
        )
        let first = UInt64.random(in: 350_000...650_000, using: &random)
        let second = UInt64.random(in: 150_000...340_000, using: &random)
        let units = [first, second, 1_000_000 - first - second]
        let state = try portfolio.state(units, risk: MarketRisk([covariance]))
        let benefit = try #require(try PreparedMandate(portfolio.mandate).benefit(of: state))
        let unit = Double(sign: .plus, exponent: -80, significand: 1)
        let problem = try OneStepProblem(
            held: units.map { Double($0) / 1e6 },
            targets: [0.5, 0.3, 0.2],
            covariance: Covariance(covariance.entries.map { $0.map { Double($0) * unit } }),
            riskAversion: 2 * 73 / 365.0,
            // Half of what an exchange costs, of either side.
            costs: (0..<3).map { _ in try TradeCost(proportional: Double(cost) / 2e6) }
        )
        // Rounding λHΣ to 10⁻⁹ moves no gain by more than 2·10⁻⁹; nearer to the edge than that the two may differ.
        if abs(problem.bestExchange.gain) > 2e-9 { #expect(benefit.isWorthIt == !problem.isHoldingOptimal) }
        if benefit.isWorthIt {
            let gain = benefit.saving.approximation / 1e6 - Double(benefit.cost.value) / 1e6
            #expect(abs(gain - problem.bestExchange.gain) <= 2e-9)
        }
    }

    @Test(
        "some μ is within half the cost of every slope, exactly where nothing is worth trading",
        arguments: UInt64(0)..<100
    )
    func multiplierExists(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portfolio = try Portfolio(noTrade: rule())
        let first = UInt64.random(in: 490_000...510_000, using: &random)
        let state = try portfolio.state([first, 300_000, 700_000 - first], risk: bitcoinAlone())
        let benefit = try #require(try PreparedMandate(portfolio.mandate).benefit(of: state))
        // g in 10⁻¹² of value, whole numbers here: 1.92·10⁶ for each ppm that BTC strays.
        let slopes = [1_920_000 * (Int(first) - 500_000), 0, 0]
        let half = 500 * 1_000_000
        let least = slopes.map { $0 - half }.max() ?? 0
        let most = slopes.map { $0 + half }.min() ?? 0
        #expect(benefit.isWorthIt == (least > most))
    }

    @Test("the market's slopes stay below the bound that circuits rely on, at the wildest market that is taken")
    func bound() throws {
        let wild = try ExactCovariance(
            days: 60,
            volatilities: [50_000_000, 50_000_000].map { PartsPerMillion($0) },
            correlations: [[1_000_000, -1_000_000], [-1_000_000, 1_000_000]].map { $0.map { PartsPerMillion($0) } }
        )
        let rule = NoTradeRule(horizonDays: 365, riskAversion: 100_000, cost: PartsPerMillion(1))
        let slopes = try #require(BenefitSlopes(rule, of: MarketRisk([wild]), assetCount: 2))
        #expect(
            slopes.rows
                == [[250_000, -250_000], [-250_000, 250_000]].map { $0.map { 1_000_000_000 * BigInteger($0) } }
        )
        #expect(slopes.rows.flatMap { $0 }.allSatisfy { $0.magnitude <= BenefitSlopes.largest(rule) })
        #expect(BenefitSlopes.largest(rule) <= 250_000_000_000_002)
        #expect(BenefitSlopes(rule, of: .none, assetCount: 2) == nil)
        #expect(BenefitSlopes(rule, of: MarketRisk([wild]), assetCount: 3) == nil)
    }

    @Test("plans weigh the same risk: an asset goes further in than its destination where that pays")
    func plansByTheRule() throws {
        let plain = try Portfolio()
        let state = { (portfolio: Portfolio) in try portfolio.state([600_000, 250_000, 150_000], risk: bitcoinAlone()) }
        let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
        let edge = try plain.mandate.plan(for: state(plain), costs: costs)
        let weighing = try Portfolio(noTrade: rule())
        let inside = try weighing.mandate.plan(for: state(weighing), costs: costs)
        #expect(edge.after.quantities[0].units > 549_000 && inside.after.quantities[0].units < 510_000)
    }

    @Test("has nothing to excuse where only a schedule or a requirement is ever due, until the schedule is")
    func schedulesAlone() throws {
        let portfolio = try Portfolio(
            triggersOnDrift: false,
            schedules: [.every(milliseconds: 3_600_000)],
            noTrade: rule()
        )
        #expect(portfolio.mandate.holdObligations(sameDay: false, scheduleDue: false).noTrade == nil)
        #expect(portfolio.mandate.holdObligations(sameDay: false, scheduleDue: true).noTrade?.deferrable.count == 1)
    }

    @Test("says what is saved and what it costs, and prints neither")
    func explains() throws {
        let portfolio = try Portfolio(triggers: [0, 0, 0], destinations: [0, 0, 0], noTrade: rule())
        let decision = try portfolio.mandate.decision(
            for: portfolio.state([500_500, 300_000, 199_500], risk: bitcoinAlone())
        )
        #expect(decision.description == "hold: not worth its cost, pending drift(BTC), drift(USD)")
        #expect(
            decision.explanation.hasPrefix(
                "hold: BTC for ETH saves 0.096pp of what moves and costs 0.1pp: not worth its cost, pending BTC weighs 50.05%"
            )
        )
        #expect("\(rule())" == "cost 0.1% > benefit(60d) over 365d at risk aversion 3")
        #expect("\(NoTradeRule(riskAversion: 1_250, cost: .zero))".hasSuffix("at risk aversion 1.25"))
    }

    @Test("refuses to decide without the covariance of its window")
    func refuses() throws {
        let portfolio = try Portfolio(noTrade: rule())
        #expect(portfolio.mandate.riskWindows == [60])
        #expect(throws: HoldingsError.noCovariance(days: 60)) {
            try portfolio.mandate.decision(for: portfolio.state([900_000, 50_000, 50_000]))
        }
        #expect(throws: HoldingsError.noCovariance(days: 60)) {
            try PreparedMandate(portfolio.mandate).benefit(of: portfolio.state([900_000, 50_000, 50_000]))
        }
    }
}
