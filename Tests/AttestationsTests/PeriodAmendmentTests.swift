import CanonicalJSON
import MarketData
import Testing

@testable import Attestations

@Suite("A report over an amend that has a proof")
struct PeriodAmendmentTests {
    @Test("brings that proof, which is verified apart, and shows no return over what it leaves out or counts anew")
    func provedAmend() throws {
        let life = try AmendmentScenario.shared.get()
        let amend = try life.amend(after: life.head, from: life.four, to: life.three)
        let prover = try ChainLife.prover(life.three.policy)
        let hold = try prover.hold(
            after: amend,
            at: life.three.moment(2, prices: AmendmentScenario.prices("ETH", "USD", "BTC", btc: 50_000)),
            ground: .proved
        )
        let heads = life.chain + [amend, hold]
        let others = [PeriodPolicy(life.four.policy)]
        let report = try prover.period(heads, since: nil, under: others, provingReturn: .hidden)
        let policies = [life.four.policy, life.three.policy]
        func failures(_ report: PeriodReport) -> [String] {
            PeriodLife.checks(report, policies).compactMap { item in
                guard case .failed = item.check.outcome else { return nil }
                return (item.index.map { "\($0): " } ?? "") + item.check.name
            }
        }
        #expect(failures(report) == [])
        #expect(report.evidence[2].proof == amend.attestation.proof && !amend.attestation.proof.isEmpty)
        #expect(try PeriodReport(fileBytes: report.json.canonicalBytes) == report)

        var proof = amend.attestation.proof
        proof[40] ^= 1
        let signature = try #require(report.evidence[2].ownerSignature)
        for proof in [proof, []] {
            let evidence = StepEvidence(ownerSignature: signature, proof: proof)
            let refused = failures(try report.altered(evidence: { $0[2] = evidence }))
            #expect(refused.contains("2: proof") && refused.contains("2: owner signature") && refused.last == "proof")
        }

        let reason = "number 2 is an amend, and it counts BTC in other units: end the period before it"
        #expect(throws: AttestationError.unreportable(reason: reason)) {
            try prover.period(heads, since: nil, under: others, provingReturn: .disclosed)
        }
        #expect(failures(try report.altered(periodReturn: PeriodReturn(basisPoints: 0))) == ["return"])
    }
}
