import BigIntegers
import MarketData
import Testing

@testable import Rebalancing

@Suite("Bands under a speed limit")
struct BandPathTests {
    private static let day: Int64 = 86_400_000

    private func mandates(_ triggers: [Int64?]) throws -> [Mandate] {
        try triggers.map { trigger in
            try Portfolio(triggers: [trigger, trigger, trigger], destinations: [20_000, 20_000, 20_000]).mandate
        }
    }

    private func trigger(_ path: inout BandPath, _ regime: Int, day: Int64) throws -> ExactFraction? {
        try path.mandate(inRegime: regime, at: Timestamp(milliseconds: day * Self.day)).mandate.bands[0].trigger
    }

    @Test("move by no more than the limit a day, both ways, and stop where the regime's are")
    func movesSlowly() throws {
        var path = try BandPath(mandates: mandates([40_000, 65_000]), pointsPerDay: PartsPerMillion(10_000))
        let found = try [(0, 0), (1, 1), (1, 2), (1, 3), (1, 4), (0, 5), (0, 8)].map {
            try trigger(&path, $0.0, day: Int64($0.1))
        }
        #expect(found == [40_000, 50_000, 60_000, 65_000, 65_000, 55_000, 40_000].map { ExactFraction($0) })
    }

    @Test("count time by the millisecond, exactly")
    func isExact() throws {
        var path = try BandPath(mandates: mandates([40_000, 90_000]), pointsPerDay: PartsPerMillion(1))
        _ = try path.mandate(inRegime: 0, at: Timestamp(milliseconds: 0))
        let moved = try path.mandate(inRegime: 1, at: Timestamp(milliseconds: 1))
        #expect(moved.mandate.bands[0].trigger == ExactFraction(40_000) + ExactFraction(1, over: 86_400_000))
    }

    @Test("never leave the span of the regimes' own bands", arguments: UInt64(0)..<20)
    func staysInside(seed: UInt64) throws {
        var random = RandomMandate(seed: seed)
        var path = try BandPath(mandates: mandates([40_000, 90_000]), pointsPerDay: PartsPerMillion(7_000))
        var before: ExactFraction?
        for day in 0..<30 {
            let width = try #require(try trigger(&path, random.chance(50) ? 1 : 0, day: Int64(day)))
            #expect(width >= ExactFraction(40_000) && width <= ExactFraction(90_000))
            if let before {
                let step = before > width ? before - width : width - before
                #expect(step <= ExactFraction(7_000))
            }
            before = width
        }
    }

    @Test("a band that another regime lacks appears and disappears at once")
    func someAndNone() throws {
        var path = try BandPath(mandates: mandates([40_000, nil]), pointsPerDay: PartsPerMillion(1))
        #expect(try trigger(&path, 0, day: 0) == ExactFraction(40_000))
        #expect(try trigger(&path, 1, day: 1) == nil)
        #expect(try trigger(&path, 0, day: 2) == ExactFraction(40_000))
    }

    @Test("refuse a regime that is not there")
    func refuses() throws {
        var path = try BandPath(mandates: mandates([40_000]), pointsPerDay: .zero)
        #expect(throws: MandateError.countMismatch(what: "mandates", got: 1, expected: 2)) {
            try path.mandate(inRegime: 1, at: Timestamp(milliseconds: 0))
        }
    }
}
