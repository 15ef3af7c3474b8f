import BigIntegers
import MarketData
import Rebalancing
import Testing

@testable import PolicyAnalysis

@Suite("A deadlock", .enabled(if: PolicyAnalyzer.isAvailable))
struct DeadlockTests {
    private func answer(_ mandate: Mandate, within milliseconds: Int = 20_000) throws -> Finding {
        try #require(PolicyAnalyzer(timeLimit: milliseconds).findings(of: [mandate], asking: [.deadlock]).first)
    }

    @Test("is not there where everything can be traded back")
    func none() throws {
        let finding = try answer(AnalysedMandate.mandate())
        #expect(finding.answer == .sound(nil))
        #expect(!finding.isGrave)
    }

    @Test("is found where a requirement must hold at once and turnover does not reach, nearest first and read again")
    func turnover() throws {
        let mandate = try AnalysedMandate.mandate(
            requirements: [AnalysedMandate.weight("cash", 2, atLeast: 150_000)],
            limits: TradingLimits(turnoverPerRebalance: PartsPerMillion(50_000), costCeiling: PartsPerMillion(3_500))
        )
        let finding = try answer(mandate)
        guard case .stuck(let points, let rules, let example) = finding.answer else {
            Issue.record("\(finding.answer)")
            return
        }
        // Cash of less than 10% cannot reach 15% with turnover of 5%: eleven points from 20% is the first whole point beyond.
        #expect(points == 11)
        #expect(finding.isGrave == (points < Finding.graveDistance))
        #expect(rules.contains("`cash` broken"))
        #expect(100 * example.before[2] == 9 * example.total)
    }

    @Test("is sought at a schedule's instants too, at the target first")
    func scheduled() throws {
        let daily = [Schedule.every(milliseconds: 86_400_000)]
        #expect(try answer(AnalysedMandate.mandate(schedules: daily)).answer == .sound(nil))
        let stuck = try answer(
            AnalysedMandate.mandate(
                requirements: [AnalysedMandate.weight("cash", 2, atLeast: 300_000)],
                limits: TradingLimits(turnoverPerRebalance: PartsPerMillion(0), costCeiling: PartsPerMillion(3_500)),
                schedules: daily
            )
        )
        guard case .stuck(0, let rules, _) = stuck.answer else {
            Issue.record("\(stuck.answer)")
            return
        }
        #expect(rules == ["`cash` broken", "a schedule due"])
    }

    @Test("near the target is grave")
    func grave() throws {
        let mandate = try AnalysedMandate.mandate(
            requirements: [AnalysedMandate.weight("cash", 2, atLeast: 190_000)],
            limits: TradingLimits(turnoverPerRebalance: PartsPerMillion(1_000), costCeiling: PartsPerMillion(3_500))
        )
        let finding = try answer(mandate)
        #expect(finding.isGrave)
        #expect(finding.text.contains("for example"))
    }

    @Test("that only squares could rule out is left open, never denied")
    func squares() throws {
        let mandate = try AnalysedMandate.mandate(
            requirements: [AnalysedMandate.concentration(381_000)],
            limits: TradingLimits(turnoverPerRebalance: PartsPerMillion(10_000), costCeiling: PartsPerMillion(3_500))
        )
        let finding = try answer(mandate, within: 500)
        #expect(finding.answer != .sound(nil))
    }
}
