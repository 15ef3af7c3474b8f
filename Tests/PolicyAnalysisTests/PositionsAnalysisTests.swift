import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

@Suite("Rules over the number of positions in the analysis", .enabled(if: PolicyAnalyzer.isAvailable))
struct PositionsAnalysisTests {
    private let analyzer = PolicyAnalyzer(timeLimit: 5_000)

    private func positions(_ sense: ConcentrationForm.Sense, _ limit: Int) -> Requirement {
        Requirement(name: "few", predicate: .positions(sense, limit: limit))
    }

    @Test("contradict weights that need one asset more")
    func contradiction() throws {
        let weights = (0..<3).map { AnalysedMandate.weight("w\($0)", $0, atLeast: 10_000) }
        for (rule, isFlawed) in [(positions(.atMost, 2), true), (positions(.atMost, 3), false)] {
            let mandate = try AnalysedMandate.mandate(requirements: weights + [rule])
            let answer = analyzer.findings(of: [mandate], asking: [.contradiction]).first?.answer
            switch answer {
            case .flawed(let rules, _)?: #expect(isFlawed && Set(rules) == ["\"few\"", "\"w0\"", "\"w1\"", "\"w2\""])
            case .sound?: #expect(!isFlawed)
            default: Issue.record("\(String(describing: answer))")
            }
        }
    }

    @Test("are the same in either words, and otherwise differ at a state that the evaluator confirms")
    func differences() throws {
        // Cash has a target of 0, so that a state in order holds two assets, or three.
        let targets: [Int64] = [700_000, 300_000, 0]
        let mandate = try AnalysedMandate.mandate(targets: targets, requirements: [positions(.atMost, 2)])
        func answers(_ other: Requirement) throws -> [PolicyDifference.Answer] {
            let other = try AnalysedMandate.mandate(targets: targets, requirements: [other])
            return analyzer.difference(from: [mandate], to: [other], besides: []).changes.map(\.answer)
        }
        #expect(try answers(positions(.atMost, 2)).allSatisfy { $0 == .nothing })
        for other in [positions(.atMost, 3), positions(.above, 2)] {
            let found = try answers(other)
            #expect(found.contains { if case .example = $0 { true } else { false } }, "\(found)")
        }
    }

    @Test("that a smallest trade keeps open are found to be a deadlock")
    func deadlock() throws {
        let limits = TradingLimits(smallestTrade: Money(units: 100_000_000_000), costCeiling: PartsPerMillion(3_500))
        let free = try AnalysedMandate.mandate(
            targets: [700_000, 300_000, 0],
            requirements: [positions(.atMost, 2)],
            limits: limits
        )
        let answer = analyzer.findings(of: [free], asking: [.deadlock]).first?.answer
        guard case .sound? = answer else { return }
        Issue.record("called sound")
    }
}
