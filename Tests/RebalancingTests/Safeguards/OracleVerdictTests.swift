import BigIntegers
import MarketData
import TestSupport
import Testing

@testable import Rebalancing

@Suite("An oracle")
struct OracleVerdictTests {
    private static let close = TestMarket.time(10)

    private func report(_ source: Int, _ price: UInt64, secondsBefore: Int64 = 0, asset: String = "BTC") throws
        -> PriceReport
    {
        PriceReport(
            source: source,
            asset: try Asset(asset),
            time: Self.close.adding(milliseconds: -1_000 * secondsBefore),
            price: try #require(Price(units: price))
        )
    }

    private func verdict(_ reports: [PriceReport], _ rule: OracleRule? = nil) throws -> OracleVerdict {
        let rule =
            rule
            ?? OracleRule(sources: 5, quorum: 2, maximumAge: 180_000, maximumAhead: 60_000, maximumSpread: 10_000)
        let history = try TestMarket.history([], [], oracle: rule, reports: reports, closes: [Self.close])
        return try #require(history.oracle(at: Self.close))
    }

    @Test("takes the median, for an even count the lower middle")
    func takesTheMedian() throws {
        let prices = { (units: [UInt64]) in
            try self.verdict(try units.enumerated().map { try self.report($0, $1) }).prices?.first?.units
        }
        #expect(try prices([1_000, 1_003, 1_001]) == 1_001)
        #expect(try prices([1_003, 1_000]) == 1_000)
        #expect(try prices([1_003, 1_000, 1_002, 1_001]) == 1_001)
    }

    @Test("stays within the honest range with fewer than half lying, whatever the order", arguments: UInt64(0)..<200)
    func outvotesLiars(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 3...16, using: &random)
        let liars = Int.random(in: 0..<(count + 1) / 2, using: &random)
        let honest = try (liars..<count).map { try report($0, .random(in: 990...1_010, using: &random)) }
        let lies = try (0..<liars).map { try report($0, .random(in: 1...1_000_000, using: &random)) }
        let rule = OracleRule(sources: count, quorum: count, maximumAge: 0)
        let all = honest + lies
        let verdict = try verdict(all.shuffled(using: &random), rule)
        let price = try #require(verdict.prices?.first)
        let range = try #require(honest.map(\.price).min())...#require(honest.map(\.price).max())
        #expect(range.contains(price))
        #expect(try self.verdict(all.shuffled(using: &random), rule) == verdict)
    }

    @Test("counts a report of exactly the largest age or lead, and none beyond")
    func knowsItsEdges() throws {
        for (seconds, counts) in [(180, true), (181, false), (-60, true), (-61, false)] as [(Int64, Bool)] {
            let verdict = try verdict([report(0, 1_000), report(1, 1_000, secondsBefore: seconds)])
            #expect((verdict.problem == nil) == counts)
            #expect(verdict.counted.count == (counts ? 2 : 1))
        }
        // 10 of 1 000 is one per cent, which the rule allows.
        #expect(try verdict([report(0, 1_000), report(1, 1_010)]).problem == nil)
        #expect(try verdict([report(0, 1_000), report(1, 1_011)]).problem != nil)
    }

    @Test("takes each source's newest, once, and nothing of a source that contradicts itself or is not one")
    func countsSourcesOnce() throws {
        let newer = try verdict([report(0, 1_000, secondsBefore: 9), report(0, 1_005), report(1, 1_005)])
        #expect(newer.prices?.first?.units == 1_005)
        #expect(
            try verdict([report(0, 1_000), report(0, 1_000)]).problem == .tooFew(Asset("BTC"), got: 1, expected: 2)
        )
        let contradiction = try verdict([report(0, 1_000), report(0, 1_001), report(1, 1_000)])
        #expect(contradiction.problem == .tooFew(try Asset("BTC"), got: 1, expected: 2))
        #expect(try verdict([report(0, 1_000), report(5, 1_000), report(-1, 1_000)]).problem != nil)
        #expect(try verdict([report(0, 1_000), report(1, 1_000, asset: "ETH")]).problem != nil)
    }

    @Test("after an outage rests for its time, and trades at exactly the end of it")
    func restsAfterOutage() throws {
        let rule = OracleRule(sources: 1, quorum: 1, maximumAge: 0, outageHold: 2 * TestMarket.hour)
        let closes = (1...6).map { TestMarket.time($0) }
        let price = try #require(Price(units: 5))
        let reports = try closes.enumerated().filter { $0.offset != 2 }.map {
            PriceReport(source: 0, asset: try Asset("BTC"), time: $0.element, price: price)
        }
        let history = try TestMarket.history([], [], oracle: rule, reports: reports, closes: closes)
        let verdicts = closes.map { history.verdict(at: $0) }
        #expect(verdicts.map { $0.outage != nil } == [false, false, true, true, false, false])
        #expect(verdicts.map(\.isOracleBad) == [false, false, true, false, false, false])
    }

    @Test("is bad where too few sources signed the candles")
    func wantsSignedCandles() throws {
        let rule = OracleRule(sources: 3, quorum: 2, maximumAge: 0)
        for (signatures, isGood) in [([Self.close: 2], true), ([Self.close: 1], false), ([:], false)] {
            let history = try SafeguardHistory(
                Safeguards(breakers: [], oracle: rule),
                candles: [],
                reports: [report(0, 10), report(1, 10)],
                closes: [Self.close],
                assets: [Asset("BTC")],
                quote: Asset("USD"),
                signatures: signatures
            )
            #expect((history.verdict(at: Self.close).outage == nil) == isGood)
        }
    }

    @Test("trips a breaker that reads it, over the closes of the halt")
    func tripsBreakers() throws {
        let rule = OracleRule(sources: 2, quorum: 1, maximumAge: 0)
        let closes = (1...5).map { TestMarket.time($0) }
        let price = try #require(Price(units: 5))
        let both = try closes.flatMap { time in
            try (0...1).map { PriceReport(source: $0, asset: try Asset("BTC"), time: time, price: price) }
        }
        let reports = both.filter { $0.source == 0 || $0.time != closes[1] }
        let condition = MarketCondition.compared(.oracleSources, .below, .value(2_000_000))
        let breaker = CircuitBreaker(name: "b", action: .halt(milliseconds: 2 * TestMarket.hour), condition: condition)
        let history = try TestMarket.history([breaker], [], oracle: rule, reports: reports, closes: closes)
        #expect(closes.map { history.verdict(at: $0).halts.isEmpty } == [true, false, false, true, true])
    }
}
