import BigIntegers
import MarketData
import Rebalancing
import TestSupport
import Testing

@Suite("Rules over the number of positions")
struct PositionsRuleTests {
    private static func portfolio(
        _ sense: ConcentrationForm.Sense = .atMost,
        _ limit: Int = 3,
        destination: Int64 = 50_000,
        limits: TradingLimits = TradingLimits(costCeiling: PartsPerMillion(10_000))
    ) throws -> Portfolio {
        try Portfolio(
            symbols: ["BTC", "ETH", "SOL", "USD"],
            targets: [500_000, 300_000, 0, 200_000],
            triggers: [50_000, 50_000, 50_000, 50_000],
            destinations: [destination, destination, destination, destination],
            limits: limits,
            requirements: [Requirement(name: "few", predicate: .positions(sense, limit: limit))]
        )
    }

    @Test(
        "count assets of one unit and of many alike, cash included",
        arguments: [
            ([0, 0, 0, 0], 0), ([0, 0, 0, 1], 1), ([1, 0, 0, 0], 1), ([1, 0, 1, 0], 2), ([5, 1, 0, 1], 3),
            ([1, 1, 1, 1], 4), ([.max, .max, .max, .max], 4),
        ] as [([UInt64], Int)]
    )
    func counts(units: [UInt64], count: Int) throws {
        let values = units.map { BigInteger($0) }
        for limit in -1...5 {
            let form = { PositionsForm(moment: .before, limit: limit, sense: $0).margin(values: values) }
            #expect((form(.atMost) >= 0) == (count <= limit))
            #expect((form(.above) >= 0) == (count > limit))
        }
        let (few, many) = try (Self.portfolio(.atMost, count), Self.portfolio(.above, count))
        for (portfolio, isKept) in [(few, true), (many, false)] {
            let values = try portfolio.values(units, units)
            let rule = portfolio.mandate.requirements[0]
            #expect((portfolio.mandate.kept(rule, .after).margin(values) >= 0) == isKept)
            #expect((portfolio.mandate.broken(rule, .before).margin(values) >= 0) == !isKept)
        }
    }

    @Test(
        "broken inside every band, sell the asset that has no target to its last unit",
        arguments: [1, 2, 1_000, 100_000_000, 1_234_567_890_123_457, 100_000_000_000_000_003] as [UInt64]
    )
    func closesPosition(units: UInt64) throws {
        let portfolio = try Self.portfolio()
        let whole = max(units * 30, 1_000_000_000)
        let state = try portfolio.state([whole / 2, whole / 10 * 3, units, whole / 10 * 2 - units])
        #expect(try portfolio.mandate.decision(for: state) == .rebalance(because: [.requirement(name: "few")]))
        let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
        let plan = try portfolio.mandate.plan(for: state, costs: costs)
        #expect(plan.after.quantities[2].units == 0)
        #expect(plan.legs.first { $0.index == 2 }?.quantity.units == units)
    }

    @Test("are kept by every plan, of whatever state, and no position is closed that need not be", arguments: 0..<60)
    func everyPlanKeepsThem(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portfolio = try Self.portfolio(
            .atMost,
            Bool.random(using: &random) ? 3 : 4,
            destination: [0, 20_000, 50_000].randomElement(using: &random) ?? 0
        )
        var units = [5, 3, 0, 2].map { UInt64($0) * UInt64.random(in: 500_000_000...1_500_000_000, using: &random) }
        units[2] = [0, 1, 5_000, 100_000_000, 900_000_000].randomElement(using: &random) ?? 0
        let state = try portfolio.state(units)
        let decision = try portfolio.mandate.decision(for: state)
        guard case .rebalance = decision else {
            let few = portfolio.mandate.kept(portfolio.mandate.requirements[0], .before)
            #expect(try few.margin(portfolio.values(units, units)) >= 0)
            return
        }
        let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
        let plan = try portfolio.mandate.plan(for: state, costs: costs)
        let values = try portfolio.values(units, plan.after.quantities.map(\.units))
        #expect(portfolio.mandate.failures(ofRebalance: values, sameDay: false, scheduleDue: false) == [])
        let limit = if case .positions(_, let limit) = portfolio.mandate.requirements[0].predicate { limit } else { 0 }
        #expect(plan.after.quantities.count { $0.units > 0 } <= limit)
    }

    @Test("that ask for more, buy the asset that is missing")
    func opensPosition() throws {
        let portfolio = try Self.portfolio(.above, 2)
        // ETH within its band of 30 points is not held at all.
        let wide = try Portfolio(
            symbols: ["BTC", "ETH", "USD"],
            triggers: [400_000, 400_000, 400_000],
            destinations: [400_000, 400_000, 400_000],
            requirements: portfolio.mandate.requirements
        )
        let state = try wide.state([60_000_000_000, 0, 40_000_000_000])
        #expect(try wide.mandate.decision(for: state) == .rebalance(because: [.requirement(name: "few")]))
        let plan = try wide.mandate.plan(for: state, costs: TransactionCosts(proportional: PartsPerMillion(1_000)))
        #expect(plan.after.quantities.allSatisfy { $0.units > 0 })
    }

    @Test("are named as the conflict where a smallest trade keeps a position open, with the number that would do")
    func conflict() throws {
        let limits = TradingLimits(
            smallestTrade: Money(units: 1_000_000_000),
            costCeiling: PartsPerMillion(10_000)
        )
        let portfolio = try Self.portfolio(limits: limits)
        let state = try portfolio.state([50_000_000_000, 30_000_000_000, 5, 20_000_000_000])
        let costs = TransactionCosts(proportional: PartsPerMillion(1_000))
        let error = #expect(throws: PlanError.self) { try portfolio.mandate.plan(for: state, costs: costs) }
        #expect(error?.description.contains("`few`") == true, "\(String(describing: error))")
    }
}
