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
        let difference = analyzer.difference(from: [mandate], to: [renamed])
        #expect(difference.isNone)
        #expect(difference.text == "nothing changed: both policies allow the same, which is proved")
    }

    @Test("of a band wider by one part per million shows a state between the two edges, and a rebalance now forbidden")
    func narrow() throws {
        let difference = analyzer.difference(
            from: [try AnalysedMandate.mandate(trigger: 50_000)],
            to: [try AnalysedMandate.mandate(trigger: 50_001)]
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
        let difference = analyzer.difference(from: [try mandate(300_000)], to: [try mandate(200_000)])
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

    @Test("says plainly what no search is needed for")
    func plain() throws {
        let difference = analyzer.difference(
            from: [try AnalysedMandate.mandate()],
            to: [try AnalysedMandate.mandate(cooldown: 3_600_000)]
        )
        #expect(difference.plain == ["in any, the cooldown is 3600 s, and was 0 s"])
        #expect(!difference.isNone)
    }

    @Test("in one direction is refinement: a policy that adds and tightens refines its house, and not the other way")
    func refinement() throws {
        let house = try AnalysedMandate.mandate()
        let child = try AnalysedMandate.mandate(
            trigger: 40_000,
            requirements: [
                AnalysedMandate.weight("cash", 2, atLeast: 100_000)
            ]
        )
        let holds = analyzer.refinement(of: [child], by: [house]).changes.filter { $0.relation == .hold }
        #expect(holds.map(\.answer) == [.nothing])
        let backwards = analyzer.refinement(of: [house], by: [child]).changes.filter { $0.relation == .hold }
        #expect(backwards.allSatisfy { $0.answer != .nothing })
    }
}
