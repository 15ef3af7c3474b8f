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

    @Test("`unless cost > benefit` is the same only to itself, and no state is shown that rests on the market")
    func noTrade() throws {
        let rule = NoTradeRule(cost: PartsPerMillion(2_000))
        let mandate = try AnalysedMandate.mandate()
        let excused = try mandate.replacing(noTrade: rule)
        func answers(_ first: Mandate, _ second: Mandate) -> [PolicyDifference.Answer] {
            analyzer.difference(from: [first], to: [second], besides: []).changes.map(\.answer)
        }
        #expect(answers(excused, excused).allSatisfy { $0 == .nothing })
        let longer = try mandate.replacing(noTrade: NoTradeRule(horizonDays: 31, cost: PartsPerMillion(2_000)))
        for (first, second) in [(mandate, excused), (excused, longer), (excused, mandate)] {
            let found = answers(first, second)
            #expect(
                found.contains(.undecided("whether a trade pays depends on the covariance of the market")),
                "\(found)"
            )
            #expect(!found.contains { if case .example = $0 { true } else { false } }, "\(found)")
        }
        // It never permits a rebalance that was forbidden, nor forbids one: only holds are compared by it.
        #expect(
            analyzer.difference(from: [mandate], to: [excused], besides: []).changes
                .filter { $0.relation == .rebalance }.allSatisfy { $0.answer == .nothing }
        )
    }
}
