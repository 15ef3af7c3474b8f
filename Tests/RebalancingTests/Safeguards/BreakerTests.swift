import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("A circuit breaker")
struct BreakerTests {
    private let hour = TestMarket.hour

    private func bitcoin() throws -> Asset { try Asset("BTC") }

    @Test("trips in the bar of the crossing, holds for its duration, and is over at exactly that")
    func timesHalts() throws {
        // A fall of 13% from the close an hour before, at hour 6 alone; hour 1 has no hour before it, and counts too.
        let series = try TestMarket.series("BTC", [100, 100, 100, 100, 100, 87, 87, 87, 87, 87])
        let history = try TestMarket.history(
            [TestMarket.halt(3, .fall(bitcoin(), window: hour), above: 120_000)],
            [series]
        )
        let halted = (3...10).map { !history.verdict(at: TestMarket.time($0)).halts.isEmpty }
        //                 3     4      5      6     7     8     9      10
        #expect(halted == [true, false, false, true, true, true, false, false])
    }

    @Test("is strict at its bound, and a window has both its ends")
    func knowsItsEdges() throws {
        let fall = { (closes: [Int?], window: Int64, bound: Int) in
            let series = try TestMarket.series("BTC", closes)
            let breaker = TestMarket.halt(1, .fall(try Asset("BTC"), window: window), above: bound)
            return try !TestMarket.history([breaker], [series])
                .verdict(at: TestMarket.time(Int64(closes.count))).halts.isEmpty
        }
        #expect(try !fall([100, 88], hour, 120_000))
        #expect(try fall([100, 88], hour, 119_999))
        // 100 closed exactly two hours before: in the window of two hours, out of one a millisecond shorter.
        #expect(try fall([100, 90, 85], 2 * hour, 149_999))
        #expect(try !fall([100, 90, 85], 2 * hour - 1, 149_999))
    }

    @Test("cannot be told before its window is whole or across a gap, and then it is in force")
    func treatsTheUnknownAsTripped() throws {
        let series = try TestMarket.series("BTC", [100, 100, 100, nil, 100, 100, 100, 100])
        let history = try TestMarket.history(
            [TestMarket.halt(1, .fall(bitcoin(), window: 2 * hour), above: 120_000)],
            [series]
        )
        let halted = (0...9).map { !history.verdict(at: TestMarket.time($0)).halts.isEmpty }
        //                 0     1     2     3      4     5     6     7      8      9: no candle
        #expect(halted == [true, true, true, false, true, true, true, false, false, true])
    }

    @Test("reads nothing from the future", arguments: UInt64(0)..<60)
    func doesNotLookAhead(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let closes = (0..<30).map { _ in Int?(Int.random(in: 80...120, using: &random)) }
        let figures: [MarketFigure] = [
            .fall(try bitcoin(), window: 3 * hour), .rise(try bitcoin(), window: 3 * hour),
            .realizedVolatility(try bitcoin(), window: 5 * hour), .price(try bitcoin()),
        ]
        let bounds = [150_000, 150_000, 9_000_000, 10_000_000_000]
        let breakers = zip(figures, bounds).map { TestMarket.halt(2, $0, above: $1) }
        let whole = try TestMarket.history(breakers, [TestMarket.series("BTC", closes)])
        let cut = Int.random(in: 8..<30, using: &random)
        let known = try TestMarket.history(breakers, [TestMarket.series("BTC", Array(closes[..<cut]))])
        for time in 1...Int64(cut) {
            #expect(whole.verdict(at: TestMarket.time(time)) == known.verdict(at: TestMarket.time(time)))
        }
    }

    @Test("gives the figures that floating point gives", arguments: UInt64(0)..<60)
    func agreesWithDoubles(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (one, other) = (try bitcoin(), try Asset("ETH"))
        let closes = (0..<2).map { _ in (0..<12).map { _ in Int.random(in: 800...1_200, using: &random) } }
        let series = [try TestMarket.series("BTC", closes[0]), try TestMarket.series("ETH", closes[1])]
        let window = 6 * hour
        let figures: [MarketFigure] = [
            .fall(one, window: window), .rise(one, window: window), .realizedVolatility(one, window: window),
            .correlation(one, other, window: window),
        ]
        let history = try FigureHistory(figures, candles: series)
        let values = try figures.map { figure -> Double in
            let value = try #require(history.value(of: figure, at: TestMarket.time(12)))
            let ratio = Double(value.numerator) / Double(value.denominator)
            return (value.isSquared ? (ratio < 0 ? -1 : 1) * abs(ratio).squareRoot() : ratio) / 1e6
        }
        let last = closes.map { $0.suffix(7).map(Double.init) }
        let returns = last.map { prices in zip(prices.dropFirst(), prices).map { $0 / $1 - 1 } }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let centred = returns.map { item in item.map { $0 - item.reduce(0, +) / 6 } }
        let expected = [
            1 - last[0][6] / last[0].max()!, last[0][6] / last[0].min()! - 1,
            (dot(returns[0], returns[0]) / 6 * 365 * 24).squareRoot(),
            dot(centred[0], centred[1]) / (dot(centred[0], centred[0]) * dot(centred[1], centred[1])).squareRoot(),
        ]
        // Returns are floored to 2⁻⁴⁰, some 10⁻¹² each.
        for (value, expected) in zip(values, expected) { #expect(abs(value - expected) < 1e-9) }
    }

    @Test("slows while its condition holds, and several multiply")
    func slows() throws {
        let series = try TestMarket.series("BTC", [100, 100, 80, 80])
        let figure = MarketFigure.fall(try bitcoin(), window: hour)
        let slow = { (factor: Int64, bound: Int) in
            CircuitBreaker(
                name: "\(factor)",
                action: .slow(factor: factor),
                condition: .compared(figure, .above, .value(BigInteger(bound)))
            )
        }
        let history = try TestMarket.history([slow(2, 100_000), slow(3, 199_999), slow(5, 200_000)], [series])
        #expect((2...4).map { history.verdict(at: TestMarket.time($0)).cooldownFactor } == [1, 6, 1])
        #expect(SafeguardVerdict(halts: [], outage: nil, isOracleBad: false, cooldownFactor: .max).cooldown(2) == .max)
    }

    @Test("compares one figure with a multiple of another, roots by their squares")
    func comparesFigures() throws {
        let series = [
            try TestMarket.series("BTC", [100, 110, 100]), try TestMarket.series("ETH", [1_000, 1_050, 1_000]),
        ]
        let volatility = { (symbol: String) in MarketFigure.realizedVolatility(try Asset(symbol), window: 2 * hour) }
        for (factor, trips) in [(1_500_000, true), (3_000_000, false)] as [(Int64, Bool)] {
            let breaker = CircuitBreaker(
                name: "b",
                action: .halt(milliseconds: hour),
                condition: .compared(try volatility("BTC"), .above, .figure(try volatility("ETH"), factor: factor))
            )
            let verdict = try TestMarket.history([breaker], series).verdict(at: TestMarket.time(3))
            #expect(verdict.halts.isEmpty != trips)
        }
    }

    @Test("is refused where bars are too long for it, candles are missing or nothing measures it")
    func refuses() throws {
        let (one, other) = (try bitcoin(), try Asset("ETH"))
        let daily = try TestMarket.series("BTC", [1, 2], interval: 24 * hour)
        let hourly = try TestMarket.series("ETH", [1, 2, 3])
        func error(_ breaker: CircuitBreaker) -> String? {
            do {
                _ = try TestMarket.history([breaker], [daily, hourly])
                return nil
            } catch {
                return "\(error)"
            }
        }
        let cases: [(CircuitBreaker, String)] = [
            (TestMarket.halt(1, .fall(one, window: hour), above: 1), "give candles of shorter bars"),
            (TestMarket.halt(1, .fall(try Asset("SOL"), window: hour), above: 1), "there are none"),
            (TestMarket.halt(1, .correlation(other, one, window: 48 * hour), above: 1), "bars of one length"),
            (TestMarket.halt(1, .depth(one, distance: 1), above: 1), "`execute`"),
            (TestMarket.halt(1, .gas, above: 1), "`execute`"), (TestMarket.halt(1, .elapsed, above: 1), "`cooldown`"),
        ]
        for (breaker, words) in cases { #expect(error(breaker)?.contains(words) == true, "\(error(breaker) ?? "-")") }
    }

    @Test("that waits for a reset counts every instant after the last one, and none at or before it")
    func waitsForReset() throws {
        // A fall of 13% at hour 6 alone; hour 1 has no hour before it, and hour 9 is missing, which hour 10 looks back to.
        let series = try TestMarket.series("BTC", [100, 100, 100, 100, 100, 87, 87, 87, nil, 87, 87, 87])
        let condition = MarketCondition.compared(.fall(try bitcoin(), window: hour), .above, .value(120_000))
        let history = try TestMarket.history(
            [CircuitBreaker(name: "b", action: .haltUntilReset(guardians: 2), condition: condition)],
            [series]
        )
        func halts(at time: Int64, since reset: Int64?) -> Bool {
            let verdict = history.verdict(at: TestMarket.time(time), since: reset.map(TestMarket.time))
            #expect(verdict.halts == verdict.untilReset)
            return !verdict.halts.isEmpty
        }
        for reset in Int64(1)...12 {
            for time in reset...12 {
                let trips = [6, 9, 10].contains { reset < $0 && $0 <= time }
                #expect(halts(at: time, since: reset) == trips, "\(reset) to \(time)")
            }
        }
        #expect(halts(at: 5, since: nil))
        // Past the last candle nothing is known.
        #expect(halts(at: 13, since: 12))
        let half = TestMarket.time(9).adding(milliseconds: 1)
        #expect(history.verdict(at: TestMarket.time(10).adding(milliseconds: -1), since: half).halts.isEmpty)
    }

    @Test("survives candles a world apart", arguments: [Int64.max / 2, 1 << 50])
    func survivesHostileGaps(far: Int64) throws {
        let price = try #require(ExactDecimal(significand: 1, exponent: 0))
        let candles = try [0, far - far % hour].map {
            try Candle(
                openTime: Timestamp(milliseconds: $0),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: price
            )
        }
        let series = try CandleSeries(asset: bitcoin(), interval: hour, candles: candles)
        let breaker = TestMarket.halt(1, .fall(try bitcoin(), window: hour), above: 1)
        let history = try TestMarket.history([breaker], [series])
        #expect(history.verdict(at: Timestamp(milliseconds: far / 2)).halts == ["b"])
        #expect(history.verdict(at: Timestamp(milliseconds: .min)).halts == ["b"])
        #expect(history.verdict(at: Timestamp(milliseconds: .max)).halts == ["b"])
    }
}
