import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

@Suite("Rules over risk in the analysis", .enabled(if: PolicyAnalyzer.isAvailable))
struct RiskAnalysisTests {
    private let analyzer = PolicyAnalyzer(timeLimit: 5_000)

    private func budget(_ parts: Int64, days: Int = 60) -> Requirement {
        Requirement(
            name: "budget",
            predicate: .risk(RiskMeasure(.volatility, days: days), atMost: PartsPerMillion(parts))
        )
    }

    @Test("leave every question open that they bear on", arguments: Finding.Question.allCases)
    func open(question: Finding.Question) throws {
        let mandate = try AnalysedMandate.mandate(requirements: [budget(700_000)])
        for finding in analyzer.findings(of: [mandate], asking: [question]) {
            switch (question, finding.answer) {
            case (.redemption, .sound): break
            case (_, .undecided(let why)): #expect(why.contains("`budget` depends on the covariance"), "\(why)")
            default: Issue.record("\(question): \(finding.answer)")
            }
        }
    }

    @Test("hide nothing that is wrong without them")
    func flawsRemain() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [
            AnalysedMandate.weight("cash", 2, atLeast: 600_000), budget(700_000),
            AnalysedMandate.weight("btc", 0, atLeast: 500_000),
        ])
        let answer = analyzer.findings(of: [mandate], asking: [.contradiction]).first?.answer
        guard case .flawed(let rules, _)? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(Set(rules) == ["\"cash\"", "\"btc\""])
    }

    @Test("are the same only to themselves: another limit, window or target is never called no difference")
    func differences() throws {
        let mandate = try AnalysedMandate.mandate(requirements: [budget(700_000)])
        func answers(_ other: Mandate) -> [PolicyDifference.Answer] {
            analyzer.difference(from: [mandate], to: [other], besides: []).changes.map(\.answer)
        }
        #expect(try answers(AnalysedMandate.mandate(requirements: [budget(700_000)])).allSatisfy { $0 == .nothing })
        for other in [budget(800_000), budget(700_000, days: 30)] {
            let found = try answers(AnalysedMandate.mandate(requirements: [other]))
            #expect(found.contains { if case .undecided = $0 { true } else { false } }, "\(found)")
            #expect(!found.contains { if case .example = $0 { true } else { false } }, "\(found)")
        }
    }
}
