import BigIntegers
import MarketData
import Rebalancing
import Testing

/// Value 1 of the tests' portfolios is one unit at price 1, that is 10⁸ value units.
private let one: BigInteger = 100_000_000

@Suite("An evaluator of obligations")
struct ObligationEvaluatorTests {
    /// V = 10⁶, so that one unit is one part per million.
    private let overweight: [UInt64] = [560_000, 260_000, 180_000]

    @Test("accepts a rebalance to the edge")
    func acceptsToEdge() throws {
        #expect(try Portfolio().broken(overweight, [550_000, 270_000, 180_000]) == [])
    }

    @Test("holds exactly at the edge and is triggered one unit beyond")
    func bandsAreStrict() throws {
        let portfolio = try Portfolio()
        for (units, isBroken) in [([550_000, 270_000, 180_000], false), ([550_001, 269_999, 180_000], true)] {
            let state = units.map(UInt64.init)
            let hold = portfolio.mandate.failures(
                ofHold: try portfolio.values(state, state),
                sameDay: false,
                scheduleDue: false
            )
            #expect(hold.map(\.name) == (isBroken ? ["drift(BTC) not above its band"] : []))
            #expect(try portfolio.broken(state, state).contains("a trigger") == !isBroken)
        }
    }

    @Test("refuses a rebalance that nothing made due, unless a schedule did")
    func refusesUnwarranted() throws {
        let (before, after): ([UInt64], [UInt64]) = ([510_000, 300_000, 190_000], [505_000, 300_000, 195_000])
        #expect(try Portfolio().broken(before, after) == ["a trigger"])
        #expect(try Portfolio().broken(before, after, scheduleDue: true) == [])
    }

    @Test("takes a broken requirement for a trigger")
    func brokenRequirementTriggers() throws {
        let cap = Requirement(
            name: "BTC cap",
            predicate: .nonNegative(coefficients: [-480_000, 520_000, 520_000], constant: 0)
        )
        let portfolio = try Portfolio(requirements: [cap])
        #expect(try portfolio.broken([520_000, 290_000, 190_000], [520_000, 290_000, 190_000]) == ["a trigger"])
        #expect(
            try portfolio.broken([520_001, 290_000, 189_999], [520_001, 290_000, 189_999]) == ["BTC cap"]
        )
        #expect(try portfolio.broken([520_001, 290_000, 189_999], [520_000, 290_000, 190_000]) == [])
    }

    @Test("refuses to buy what is overweight, and to sell what is underweight")
    func refusesWrongSide() throws {
        let portfolio = try Portfolio()
        #expect(
            try portfolio.broken([560_000, 305_000, 135_000], [545_000, 306_000, 149_000]).sorted()
                == ["destination of USD", "no purchase of overweight ETH"]
        )
        #expect(
            try portfolio.broken([560_000, 290_000, 150_000], [550_000, 289_000, 161_000])
                == ["no sale of underweight ETH"]
        )
    }

    @Test("refuses to pass the target by more than the rounding tolerance")
    func refusesPassingTarget() throws {
        let portfolio = try Portfolio()
        #expect(try portfolio.broken(overweight, [499_000, 300_000, 201_000]) == [])
        #expect(
            try portfolio.broken(overweight, [498_999, 300_500, 200_501]) == ["target of BTC not passed"]
        )
    }

    @Test("refuses a destination missed while no limit is used up")
    func refusesMissedDestination() throws {
        #expect(try Portfolio().broken(overweight, [550_001, 269_999, 180_000]) == ["destination of BTC"])
    }

    @Test("excuses a missed destination exactly when a limit has less room than the tolerance")
    func exhaustedLimitExcuses() throws {
        let limits = TradingLimits(turnoverPerRebalance: PartsPerMillion(6_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits)
        #expect(try portfolio.broken(overweight, [554_000, 266_000, 180_000]) == [])
        #expect(try portfolio.broken(overweight, [554_999, 264_999, 180_002]) == [])
        #expect(try portfolio.broken(overweight, [555_000, 265_000, 180_000]) == ["destination of BTC"])
        #expect(
            try portfolio.broken(overweight, [553_999, 266_001, 180_000]) == ["turnover per rebalance"]
        )
    }

    @Test("counts a weight within one smallest trade of its destination as inside")
    func smallestTradeIsSlack() throws {
        let limits = TradingLimits(
            smallestTrade: Money(units: 4_000),
            costCeiling: PartsPerMillion(10_000)
        )
        let portfolio = try Portfolio(limits: limits)
        #expect(try portfolio.broken(overweight, [554_000, 266_000, 180_000]) == [])
        #expect(try portfolio.broken(overweight, [554_001, 265_999, 180_000]) == ["destination of BTC"])
        #expect(
            try portfolio.broken(overweight, [550_000, 260_000, 190_000]) == []
        )
        #expect(
            try portfolio.broken(overweight, [550_000, 263_999, 186_001]) == ["smallest trade(ETH)"]
        )
    }

    @Test("refuses a trade above its cap")
    func refusesTradeAboveCap() throws {
        let limits = TradingLimits(
            largestTrades: [try Asset("BTC"): Money(units: 9_000)],
            costCeiling: PartsPerMillion(10_000)
        )
        let portfolio = try Portfolio(limits: limits)
        #expect(try portfolio.broken(overweight, [551_000, 269_000, 180_000]) == [])
        #expect(try portfolio.broken(overweight, [550_999, 269_001, 180_000]) == ["trade(BTC)"])
    }

    @Test("bounds loss and surplus by the cost ceiling of turnover")
    func boundsCost() throws {
        let portfolio = try Portfolio()
        // Of 11 000 sold and 10 891 bought, turnover is 10 945.5 and one percent of it 109.455.
        #expect(try portfolio.broken(overweight, [549_000, 270_891, 180_000]) == [])
        #expect(try portfolio.broken(overweight, [549_000, 270_890, 180_000]) == ["cost"])
        #expect(try portfolio.broken(overweight, [549_000, 271_110, 180_000]) == [])
        #expect(try portfolio.broken(overweight, [549_000, 271_111, 180_000]) == ["surplus"])
    }

    @Test("carries the day's turnover, and forgets yesterday's")
    func carriesTurnover() throws {
        let limits = TradingLimits(turnoverPerDay: PartsPerMillion(20_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits)
        let after: [UInt64] = [550_000, 270_000, 180_000]
        let (carried, traded) = (20_000 * one, 20_000 * one)
        let full = try portfolio.broken(
            overweight,
            after,
            carriedBefore: carried,
            carriedAfter: carried + traded,
            sameDay: true
        )
        #expect(full == [])
        let over = try portfolio.broken(
            overweight,
            after,
            carriedBefore: carried + 1,
            carriedAfter: carried + traded + 1,
            sameDay: true
        )
        #expect(over == ["turnover per day"])
        #expect(
            try portfolio.broken(overweight, after, carriedBefore: carried, carriedAfter: traded, sameDay: false) == []
        )
        #expect(
            try portfolio.broken(overweight, after, carriedBefore: carried, carriedAfter: traded, sameDay: true)
                == ["turnover carried"]
        )
    }

    @Test("lets a broken band wait only when the day's limit is used up")
    func holdIsExcusedByLimit() throws {
        let limits = TradingLimits(turnoverPerDay: PartsPerMillion(20_000), costCeiling: PartsPerMillion(10_000))
        let portfolio = try Portfolio(limits: limits)
        // Room of a thousandth of value, the rounding tolerance, counts as none; 2T carries both sides of each trade.
        for (carried, isExcused) in [(38_000 * one, false), (38_000 * one + 1, true)] {
            let values = try portfolio.values(overweight, overweight, carriedBefore: carried, carriedAfter: carried)
            let failures = portfolio.mandate.failures(ofHold: values, sameDay: true, scheduleDue: false)
            #expect(failures.isEmpty == isExcused)
            #expect(!portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false).isEmpty)
        }
    }

    @Test("refuses a hold in which something moves")
    func holdMovesNothing() throws {
        let portfolio = try Portfolio()
        let values = try portfolio.values([500_000, 300_000, 200_000], [500_000, 300_000, 199_999])
        let failures = portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false)
        #expect(failures.map(\.name) == ["nothing moves in a hold"])
    }

    @Test("reads concentration over floored values, in both directions")
    func concentrationIsExact() throws {
        let limit = Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(380_000)))
        let portfolio = try Portfolio(requirements: [limit])
        // 0.5² + 0.3² + 0.2² = 0.38 exactly; the scaling by 2²⁴ divides evenly.
        let even: [UInt64] = [500_000 << 24, 300_000 << 24, 200_000 << 24]
        let hold = try portfolio.values(even, even)
        #expect(portfolio.mandate.failures(ofHold: hold, sameDay: false, scheduleDue: false).isEmpty)
        let uneven: [UInt64] = [500_001 << 24, 300_000 << 24, 199_999 << 24]
        let broken = try portfolio.values(uneven, uneven)
        #expect(
            portfolio.mandate.failures(ofHold: broken, sameDay: false, scheduleDue: false).map(\.name)
                == ["diversified"]
        )
        #expect(try portfolio.broken(uneven, uneven) == ["diversified"])
        #expect(try portfolio.broken(even, even) == ["a trigger"])
    }

    @Test("says how far off a rule is, for the operator alone")
    func saysHowFarOff() throws {
        let portfolio = try Portfolio()
        let values = try portfolio.values(overweight, [551_500, 268_500, 180_000])
        let failures = portfolio.mandate.failures(ofRebalance: values, sameDay: false, scheduleDue: false)
        #expect(failures.map(\.explanation) == ["destination of BTC: 0.15pp short"])
        #expect("\(failures)" == "[destination of BTC]")
        #expect("\(values)" == "<hidden>")
    }

    @Test("judges an empty portfolio by the cross-multiplied form: nothing is beyond anything")
    func emptyPortfolioHolds() throws {
        let portfolio = try Portfolio()
        let empty: [UInt64] = [0, 0, 0]
        let values = try portfolio.values(empty, empty)
        #expect(portfolio.mandate.failures(ofHold: values, sameDay: false, scheduleDue: false).isEmpty)
        #expect(try portfolio.broken(empty, empty) == ["a trigger"])
        #expect(try portfolio.broken(empty, empty, scheduleDue: true) == [])
    }
}
