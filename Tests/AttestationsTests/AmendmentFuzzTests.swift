import CanonicalJSON
import MarketData
import TestSupport
import Testing

@testable import Attestations

/// No bytes trap the readers of amends with proofs and of dated resumptions, and none but the chain itself is accepted.
@Suite("Fuzzing a vault's life")
struct AmendmentFuzzTests {
    private static let target = Result {
        let scenario = try AmendmentScenario.shared.get()
        let guarded = try ChainLife.shared.get()
        let amend = try scenario.amend(after: scenario.head, from: scenario.four, to: scenario.three).attestation
        let halt = try guarded.prover.halt(after: guarded.genesis, at: ChainLife.time(6), cause: .data)
        let term = try ResetTerm(covers: ChainLife.time(8), expires: ChainLife.time(18))
        let resumption = try guarded.prover.resume(
            after: halt,
            at: ChainLife.time(12),
            from: halt.attestation.digest,
            signatures: ChainLife.guardians.map {
                try GuardianOrder(resuming: halt.attestation, term: term, signer: $0.signer).signature
            }
        ).attestation
        let files = [amend, resumption].flatMap { [Array($0.fileText.utf8), $0.json.canonicalBytes] }
        return FuzzTarget("life", corpus: files) { bytes, _ in
            let read = try Attestation(fileBytes: bytes)
            #expect(try Attestation(fileBytes: read.json.canonicalBytes) == read)
            guard read != amend, read != resumption else { return }
            #expect(scenario.failure(read) != nil)
            let chain = [guarded.genesis.attestation, halt.attestation, read]
            #expect(ChainLife.failures(chain, [guarded.vault.policy])[2] != nil)
        }
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<4)
    func smoke(seed: UInt64) throws { try Self.target.get().run(seed: seed, count: 100) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.get().runLong() }
}
