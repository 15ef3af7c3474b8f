import MarketData
import Testing

@testable import Attestations

/// The steps of a stored report over a halt, a resumption, an amend and trades, each field altered once and signed anew.
@Suite("Each field of each step of a report over a period,")
struct AlteredPeriodTests {
    @Test(
        "altered once and signed anew by the operator, is refused before or by the proof of the whole",
        arguments: 0..<7
    )
    func everyField(step: Int) throws {
        let life = try PeriodLife.shared.get()
        let stored = try PeriodReport(fileBytes: StoredFiles.bytes("period-v2/whole.json"))
        #expect(stored.steps.count == 7 && life.failures(stored) == [])
        #expect(try life.failures(stored.altered()) == [])
        // Others' steps are checked against what the market said before the alteration.
        let expectations = stored.steps.map {
            AttestationVerifier.Expectation(regime: Int($0.regime), candles: $0.candles, prices: $0.prices)
        }
        for (field, apply) in AlteredStatementsTests.alterations() {
            var statement = stored.steps[step]
            apply(&statement)
            guard statement != stored.steps[step] else { continue }
            let altered = try stored.altered(steps: { $0[step] = statement })
            let failed = AttestationVerifier(policy: life.policies[0]).checks(
                of: altered,
                others: life.policies.dropFirst().map { AttestationVerifier(policy: $0) },
                expecting: expectations,
                now: ChainLife.time(24 * 1_000)
            ).compactMap { item in
                if case .failed = item.check.outcome { item.check.name } else { nil }
            }
            // Past a step without form nothing is laid out, and with a flow in it no return is asked a proof of.
            let isRefused = ["proof", "form", "return"].contains(failed.last)
            #expect(isRefused, "\(field): \(failed)")
        }
    }
}
