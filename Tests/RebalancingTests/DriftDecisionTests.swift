import BigIntegers
import MarketData
import Rebalancing
import Testing

@Suite("A decision")
struct DriftDecisionTests {
    private let overweight: [UInt64] = [560_000, 260_000, 180_000]
    private let day: Int64 = 86_400_000

    @Test("holds within bands and says how far each asset is from its target")
    func holdsWithinBands() throws {
        let portfolio = try Portfolio()
        let decision = try portfolio.mandate.decision(for: portfolio.state([550_000, 269_999, 180_001]))
        guard case .hold(.withinBands(let figures)) = decision else {
            Issue.record("expected a hold within bands, got \(decision)")
            return
        }
        #expect(figures.map(\.drift) == [50_000, -30_001, -19_999].map { ExactFraction($0) })
        #expect(decision.description == "hold: within bands")
        #expect(
            decision.explanation == "hold: within bands: BTC weighs 55%, 5pp above its target of 50% (band 5pp); "
                + "ETH weighs 26.9999%, 3.0001pp below its target of 30% (band 5pp); "
                + "USD weighs 18.0001%, 1.9999pp below its target of 20% (band 5pp)"
        )
    }

    @Test("rebalances one unit beyond a band and says which")
    func rebalancesBeyondBand() throws {
        let portfolio = try Portfolio()
        let decision = try portfolio.mandate.decision(for: portfolio.state([550_001, 269_999, 180_000]))
        #expect(decision.description == "rebalance because drift(BTC)")
        #expect(
            decision.explanation
                == "rebalance because BTC weighs 55.0001%, 5.0001pp above its target of 50% (band 5pp)"
        )
    }

    @Test("names every reason in the mandate's order")
    func namesEveryReason() throws {
        let cap = Requirement(
            name: "cash floor",
            predicate: .nonNegative(coefficients: [-100_000, -100_000, 900_000], constant: 0)
        )
        let portfolio = try Portfolio(schedules: [.daily(minuteOfDay: 0)], requirements: [cap])
        let decision = try portfolio.mandate.decision(for: portfolio.state([600_000, 320_000, 80_000]))
        #expect(
            decision.description
                == "rebalance because drift(BTC), drift(USD), `cash floor` broken, "
                + "every day at 00:00 UTC due at 2023-11-15T00:00:00Z"
        )
    }

    @Test("waits for the cooldown, to the millisecond")
    func waitsForCooldown() throws {
        let portfolio = try Portfolio(cooldown: 6 * 3_600_000)
        let early = try portfolio.mandate.decision(for: portfolio.state(overweight, sinceLast: 6 * 3_600_000 - 1))
        #expect(early == .hold(.cooldown(remainingMilliseconds: 1)))
        #expect(early.description == "hold: cooldown for another 1ms")
        let allowed = try portfolio.mandate.decision(for: portfolio.state(overweight, sinceLast: 6 * 3_600_000))
        #expect(allowed.description == "rebalance because drift(BTC)")
    }

    @Test("holds when the day's turnover is used up, and not on the next day")
    func holdsWhenLimitIsUsedUp() throws {
        let limits = TradingLimits(turnoverPerDay: PartsPerMillion(20_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits)
        let carried: BigInteger = 3_900_000_000_000
        let today = try portfolio.mandate.decision(for: portfolio.state(overweight, carried: carried, sinceLast: 1))
        #expect(today.description == "hold: the day's turnover is used up, pending drift(BTC)")
        let later = try portfolio.mandate.decision(for: portfolio.state(overweight, carried: carried, sinceLast: day))
        #expect(later.description == "rebalance because drift(BTC)")
    }

    @Test("is a rebalance without trades when a schedule is due and everything is on target")
    func dueScheduleMayTradeNothing() throws {
        let portfolio = try Portfolio(schedules: [.every(milliseconds: day)])
        let state = try portfolio.state([500_000, 300_000, 200_000], sinceLast: day)
        #expect(
            try portfolio.mandate.decision(for: state).description
                == "rebalance because every 1d due at 2023-11-15T12:00:00Z"
        )
        let plan = try portfolio.mandate.plan(for: state, costs: .none)
        #expect(plan.legs.isEmpty && plan.cost == 0 && !plan.isLimited)
    }

    @Test("ignores drift where the policy names no drift rule")
    func ignoresDriftWithoutRule() throws {
        let portfolio = try Portfolio(triggersOnDrift: false, schedules: [.every(milliseconds: 30 * day)])
        let decision = try portfolio.mandate.decision(for: portfolio.state(overweight))
        #expect(decision.description == "hold: within bands")
    }

    @Test("refuses a state of other assets")
    func refusesForeignState() throws {
        let two = try Portfolio(
            symbols: ["BTC", "USD"],
            targets: [500_000, 500_000],
            triggers: [1, 1],
            destinations: [1, 1]
        )
        #expect(throws: HoldingsError.countMismatch(got: 2, expected: 3)) {
            try Portfolio().mandate.decision(for: two.state([1, 1]))
        }
    }
}
