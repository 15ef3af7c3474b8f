import BigIntegers
import MarketData
import Rebalancing
import Testing

@Suite("A plan")
struct RebalancePlannerTests {
    private let tenBasisPoints = TransactionCosts(proportional: PartsPerMillion(1_000))
    /// V = 10⁶ whole units at price 1.
    private func whole(_ units: [UInt64]) -> [UInt64] { units.map { $0 * 100_000_000 } }

    private func weights(_ plan: TradePlan) -> [Double] {
        let units = plan.after.quantities.map { Double($0.units) }
        return units.map { $0 / units.reduce(0, +) }
    }

    @Test("to the edge sells down to the band and lets cash take the money")
    func toTheEdge() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state(whole([560_000, 280_000, 160_000]))
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        #expect(plan.after.quantities.map(\.units) == whole([550_000, 280_000, 170_000]))
        #expect(plan.legs.map(\.description) == ["sell BTC"])
        #expect(plan.cost == 0 && !plan.isLimited)
    }

    @Test("buys up to the band from cash that is overweight")
    func buysFromCash() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state(whole([510_000, 240_000, 250_000]))
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        #expect(plan.after.quantities.map(\.units) == whole([510_000, 250_000, 240_000]))
    }

    @Test("halfway, to a width and to the target end where they say")
    func otherDestinations() throws {
        for (width, expected) in [(25_000, 0.525), (10_000, 0.51), (0, 0.5)] as [(Int64, Double)] {
            let portfolio = try Portfolio(destinations: [width, width, width])
            let state = try portfolio.state(whole([560_000, 280_000, 160_000]))
            let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
            // Two parts per million is the first nudge inward that outlasts rounding.
            #expect(abs(weights(plan)[0] - expected) <= 3e-6)
        }
    }

    @Test("charges each leg its fee, against the vault, and names the sum as cost")
    func chargesFees() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state(whole([600_000, 240_000, 160_000]))
        let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
        #expect(plan.cost == plan.legs.reduce(0) { $0 + $1.fee })
        for leg in plan.legs {
            // At price 1 a cash unit is 10⁸ value units: rounding adds less than one to the fee.
            let exact = leg.value * 1_000
            #expect(leg.fee * 1_000_000 >= exact && leg.fee * 1_000_000 < exact + 100_000_000 * 1_000_000)
        }
    }

    /// The reference runs (`bt`, vectors/engine) project the weights onto band box ∩ simplex by Euclid's distance; the
    /// plan does the same among the assets that may move, and the two coincide while nobody is pushed past its target.
    @Test("spreads the rest as the Euclidean projection does")
    func coincidesWithProjection() throws {
        let portfolio = try Portfolio(
            symbols: ["A", "B", "C", "D"],
            targets: [250_000, 250_000, 250_000, 250_000],
            triggers: [50_000, 50_000, 50_000, 50_000],
            destinations: [50_000, 50_000, 50_000, 50_000]
        )
        let state = try portfolio.state(whole([330_000, 230_000, 225_000, 215_000]))
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        // 3 points leave A; the other three take 1 point each, and none passes 25%.
        let expected = [0.3, 0.24, 0.235, 0.225]
        for (weight, reference) in zip(weights(plan), expected) { #expect(abs(weight - reference) <= 3e-6) }
    }

    @Test("with a turnover limit uses it up and says what is missed")
    func usesUpTurnover() throws {
        let limits = TradingLimits(turnoverPerRebalance: PartsPerMillion(4_000), costCeiling: PartsPerMillion(3_000))
        let portfolio = try Portfolio(limits: limits)
        let state = try portfolio.state(whole([570_000, 240_000, 190_000]))
        let plan = try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
        #expect(plan.isLimited)
        #expect(plan.missedDestinations.map(\.symbol) == ["BTC", "ETH"])
        // 2T of 2 × 0.4% of 10⁶ whole units, in value units of 10⁻¹⁶.
        let limit = BigInteger(8_000) * BigInteger("10000000000000000")!
        #expect(plan.twiceTurnover <= limit && plan.twiceTurnover * 1_000 > limit * 999)
    }

    @Test("leaves room for what the day has used already, and carries the sum on")
    func respectsTheDay() throws {
        let limits = TradingLimits(turnoverPerDay: PartsPerMillion(10_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits)
        let carried = BigInteger(12_000) * BigInteger("10000000000000000")!
        let state = try portfolio.state(whole([570_000, 240_000, 190_000]), carried: carried, sinceLast: 3_600_000)
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        #expect(plan.isLimited)
        #expect(plan.carriedTurnover == carried + plan.twiceTurnover)
        #expect(plan.carriedTurnover <= BigInteger(20_000) * BigInteger("10000000000000000")!)
    }

    @Test("clips a trade at its cap")
    func clipsAtCap() throws {
        let limits = TradingLimits(
            largestTrades: [try Asset("BTC"): Money(units: 5_000 * 100_000_000)],
            costCeiling: PartsPerMillion(10_000)
        )
        let portfolio = try Portfolio(limits: limits)
        let plan = try portfolio.mandate.plan(for: portfolio.state(whole([570_000, 270_000, 160_000])), costs: .none)
        #expect(plan.legs.map(\.quantity.units) == whole([5_000]))
        #expect(plan.isLimited)
    }

    @Test("raises a move below the smallest trade, and never makes a smaller one")
    func raisesSmallTrades() throws {
        let limits = TradingLimits(
            smallestTrade: Money(units: 4_000 * 100_000_000),
            costCeiling: PartsPerMillion(10_000)
        )
        let portfolio = try Portfolio(limits: limits)
        let plan = try portfolio.mandate.plan(for: portfolio.state(whole([551_000, 279_000, 170_000])), costs: .none)
        #expect(plan.legs.map(\.description) == ["sell BTC"])
        #expect(plan.legs.map(\.quantity.units) == whole([4_000]))
    }

    @Test("goes no farther towards the target than a requirement needs, and moves only what weighs on it")
    func mendsRequirement() throws {
        let cap = Requirement(
            name: "BTC cap",
            predicate: .nonNegative(coefficients: [-480_000, 520_000, 520_000], constant: 0)
        )
        let portfolio = try Portfolio(
            symbols: ["BTC", "ETH", "USD"],
            targets: [450_000, 350_000, 200_000],
            requirements: [cap]
        )
        let plan = try portfolio.mandate.plan(for: portfolio.state(whole([530_000, 310_000, 160_000])), costs: .none)
        // Written as 0.52·rest ≥ 0.48·BTC, the cap is 52%; the band's edge is 50%, so the band decides.
        #expect(abs(weights(plan)[0] - 0.5) <= 3e-6)
        let tight = Requirement(
            name: "BTC cap",
            predicate: .nonNegative(coefficients: [-530_000, 470_000, 470_000], constant: 0)
        )
        let tightened = try Portfolio(
            symbols: ["BTC", "ETH", "USD"],
            targets: [450_000, 350_000, 200_000],
            requirements: [tight]
        )
        let pulled = try tightened.mandate.plan(for: tightened.state(whole([480_000, 330_000, 190_000])), costs: .none)
        #expect(weights(pulled)[0] <= 0.47 && weights(pulled)[0] > 0.47 - 1e-6)
        // Of the 1 point sold, cash takes what it is below its target, which is all.
        #expect(abs(weights(pulled)[1] - 0.33) <= 1e-6)
    }

    @Test("mends a broken concentration")
    func mendsConcentration() throws {
        let limit = Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(390_000)))
        let portfolio = try Portfolio(requirements: [limit])
        let plan = try portfolio.mandate.plan(for: portfolio.state(whole([540_000, 280_000, 180_000])), costs: .none)
        let index = weights(plan).reduce(0) { $0 + $1 * $1 }
        #expect(index <= 0.39 && index > 0.3899)
    }

    @Test("that the cost ceiling forbids is refused, naming `cost`")
    func refusesDearTrades() throws {
        let limits = TradingLimits(costCeiling: PartsPerMillion(500))
        let portfolio = try Portfolio(limits: limits)
        let state = try portfolio.state(whole([570_000, 270_000, 160_000]))
        #expect {
            try portfolio.mandate.plan(for: state, costs: tenBasisPoints)
        } throws: { error in
            guard case PlanError.noAdmissiblePlan(let rules, _) = error else { return false }
            return rules.map(\.name) == ["cost"]
                && "\(error)" == "no admissible plan: every plan tried breaks `cost`"
        }
    }

    @Test("for nothing that is due is refused")
    func refusesUnwarranted() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state(whole([500_000, 300_000, 200_000]))
        #expect {
            try portfolio.mandate.plan(for: state, costs: .none)
        } throws: { error in
            guard case PlanError.noAdmissiblePlan(let rules, _) = error else { return false }
            return rules.map(\.name) == ["a trigger"]
        }
    }
}

@Suite("A paper venue")
struct PaperVenueTests {
    @Test("fills a plan to exactly the holdings it promised")
    func fillsPlans() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000, 240_000, 160_000].map { $0 * 100_000_000 })
        let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
        let plan = try portfolio.mandate.plan(for: state, costs: costs)
        let (fills, after) = try PaperVenue(costs: costs)
            .execute(plan, from: state.holdings, at: state.prices, under: portfolio.mandate)
        #expect(after == plan.after)
        #expect(fills.map(\.fee) == plan.legs.map(\.fee))
        #expect(fills.map(\.description) == ["sold BTC at 1", "bought ETH at 1"])
    }

    @Test("fills nothing when the last leg fails")
    func fillsAllOrNothing() throws {
        let portfolio = try Portfolio()
        let state = try portfolio.state([600_000, 240_000, 160_000].map { $0 * 100_000_000 })
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        let venue = PaperVenue(costs: .none)
        let poor = try portfolio.holdings([600_000, .max - 1, 0])
        #expect(throws: VenueError.insufficientBalance(try Asset("BTC"))) {
            try venue.execute(plan, from: poor, at: state.prices, under: portfolio.mandate)
        }
        // At a fee of 90% the sale goes through, the purchase cannot be paid, and nothing is sold either.
        let dear = PaperVenue(costs: TransactionCosts(proportional: PartsPerMillion(900_000)))
        let cashless = try portfolio.holdings([600_000 * 100_000_000, 0, 0])
        #expect(throws: VenueError.insufficientBalance(try Asset("USD"))) {
            try dear.execute(plan, from: cashless, at: state.prices, under: portfolio.mandate)
        }
        #expect(cashless.quantities.map(\.units) == [600_000 * 100_000_000, 0, 0])
    }
}
