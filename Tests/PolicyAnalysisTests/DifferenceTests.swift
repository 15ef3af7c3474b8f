import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

@Suite("The difference of two policies", .enabled(if: PolicyAnalyzer.isAvailable))
struct DifferenceTests {
    private let analyzer = PolicyAnalyzer(timeLimit: 20_000)

    @Test("is proved to be nothing where only words differ")
    func nothing() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [AnalysedMandate.weight("cash", 2, atLeast: 50_000)])
        let renamed = try AnalysedMandate.mandate(requirements: [AnalysedMandate.weight("floor", 2, atLeast: 50_000)])
        let difference = difference(mandate, renamed)
        #expect(difference.isNone)
        #expect(difference.text == "nothing changed: both allow the same holds and rebalances, which is proved")
    }

    @Test("of a band wider by one part per million shows a state between the two edges, and a rebalance now forbidden")
    func narrow() throws {
        let difference = difference(
            try AnalysedMandate.mandate(trigger: 50_000),
            try AnalysedMandate.mandate(trigger: 50_001)
        )
        let permitted = try #require(difference.changes.first { $0.relation == .hold && $0.direction == .permits })
        guard case .example(let example) = permitted.answer else {
            Issue.record("\(permitted.answer)")
            return
        }
        let drifts = zip([500_000, 300_000, 200_000], example.before).map { target, value in
            (1_000_000 * value - BigInteger(target) * example.total).magnitude
        }
        let widest = drifts.max() ?? 0
        #expect(widest > 50_000 * example.total)
        #expect(widest <= 50_001 * example.total)
        let forbidden = try #require(difference.changes.first { $0.relation == .hold && $0.direction == .forbids })
        #expect(forbidden.answer == .nothing)
    }

    @Test("of a tighter limit is a rebalance that it forbids, and nothing that it permits")
    func tighter() throws {
        func mandate(_ turnover: Int64) throws -> Mandate {
            try AnalysedMandate.mandate(
                limits: TradingLimits(
                    turnoverPerRebalance: PartsPerMillion(turnover),
                    costCeiling: PartsPerMillion(3_500)
                )
            )
        }
        let difference = difference(try mandate(300_000), try mandate(200_000))
        let rebalances = difference.changes.filter { $0.relation == .rebalance }
        let forbidden = try #require(rebalances.first { $0.direction == .forbids })
        guard case .example(let example) = forbidden.answer else {
            Issue.record("\(forbidden.answer)")
            return
        }
        let after = try #require(example.after)
        let turnover = zip(example.before, after).reduce(BigInteger(0)) { $0 + ($1.0 - $1.1).magnitude }
        #expect(10 * turnover > 4 * example.total)
    }

    /// What a single rebalance may lose, 35 bps of 30%, fits an empty bucket of 1% by far.
    private static func bucket(_ capacity: Int64?, refill: Int64 = 604_800_000) throws -> Mandate {
        try AnalysedMandate.mandate(
            limits: TradingLimits(
                turnoverPerRebalance: PartsPerMillion(300_000),
                slippageBucket: capacity.map { SlippageBucket(capacity: PartsPerMillion($0), refill: refill) },
                costCeiling: PartsPerMillion(3_500)
            )
        )
    }

    @Test("of a slippage bucket is what it forbids when it is full, and the hold that it then permits")
    func fullBucket() throws {
        let changes = difference(try Self.bucket(nil), try Self.bucket(10_000)).changes
        for (relation, direction) in [
            (PolicyDifference.Relation.rebalance, PolicyDifference.Direction.forbids), (.hold, .permits),
        ] {
            let change = try #require(changes.first { $0.relation == relation && $0.direction == direction })
            guard case .example(let example) = change.answer else {
                Issue.record("\(relation): \(change.answer)")
                continue
            }
            #expect(200 * example.carriedSlippage > example.total, "\(example.text)")
            #expect(example.text.contains("in the slippage bucket"))
        }
        let permitted = try #require(changes.first { $0.relation == .hold && $0.direction == .forbids })
        #expect(permitted.answer == .nothing)
    }

    @Test("of two slippage buckets is a state between them, and of the same one it is nothing")
    func buckets() throws {
        #expect(difference(try Self.bucket(10_000), try Self.bucket(10_000)).isNone)
        let smaller = difference(try Self.bucket(10_000), try Self.bucket(9_000)).changes
        let forbidden = try #require(smaller.first { $0.relation == .rebalance && $0.direction == .forbids })
        guard case .example = forbidden.answer else {
            Issue.record("\(forbidden.answer)")
            return
        }
        let slower = difference(try Self.bucket(10_000), try Self.bucket(10_000, refill: 86_400_000))
        #expect(slower.plain == ["in any, the slippage bucket drains in 86400 s, and drained in 604800 s"])
    }

    @Test("says plainly what no search is needed for")
    func plain() throws {
        let difference = difference(try AnalysedMandate.mandate(), try AnalysedMandate.mandate(cooldown: 3_600_000))
        #expect(difference.plain == ["in any, the cooldown is 3600 s, and was 0 s"])
        #expect(!difference.isNone)
    }

    private static let daily = [Schedule.every(milliseconds: 86_400_000)]

    private static func limits(_ turnover: Int64? = nil, day: Int64? = nil, cost: Int64 = 3_500) -> TradingLimits {
        TradingLimits(
            turnoverPerRebalance: turnover.map { PartsPerMillion($0) },
            turnoverPerDay: day.map { PartsPerMillion($0) },
            costCeiling: PartsPerMillion(cost)
        )
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let what: String
        let first: TradingLimits
        let second: TradingLimits
        let schedules: [Schedule]
        var testDescription: String { what }
    }

    @Test(
        "is seen in each direction that it has",
        arguments: [
            Pair(what: "turnover, by calendar alone", first: limits(500_000), second: limits(50_000), schedules: daily),
            Pair(what: "cost, by calendar alone", first: limits(), second: limits(cost: 30_000), schedules: daily),
            Pair(what: "the day's limit dropped", first: limits(day: 200_000), second: limits(), schedules: []),
            Pair(what: "the day's limit, by calendar", first: limits(day: 200_000), second: limits(), schedules: daily),
        ]
    )
    func isSeen(pair: Pair) throws {
        let first = try AnalysedMandate.mandate(limits: pair.first, schedules: pair.schedules)
        let second = try AnalysedMandate.mandate(limits: pair.second, schedules: pair.schedules)
        for difference in [difference(first, second), difference(second, first)] {
            #expect(!difference.isNone)
            #expect(difference.changes.contains { if case .example = $0.answer { true } else { false } })
            for change in difference.changes {
                if case .undecided(let why) = change.answer { Issue.record("\(change.relation): \(why)") }
            }
        }
    }

    @Test("takes what differs outside the mandates from its caller, and is then not nothing")
    func besides() throws {
        let mandate = try AnalysedMandate.mandate()
        let difference = analyzer.difference(from: [mandate], to: [mandate], besides: ["the grid is another"])
        #expect(!difference.isNone)
        #expect(difference.text == "the grid is another")
    }

    private func difference(_ first: Mandate, _ second: Mandate) -> PolicyDifference {
        analyzer.difference(from: [first], to: [second], besides: [])
    }
}
