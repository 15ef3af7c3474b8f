import Foundation
import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

/// No bytes trap the readers of proofs, and none but the proof itself is taken for it.
@Suite("Fuzzing proofs")
struct ProofFuzzTests {
    private static let targets = Result {
        let claim = ProductClaim()
        let product = try claim.prove().bytes
        let circuit = FuzzTarget("r1cs-proof", corpus: [product], dictionary: []) { bytes, _ in
            guard bytes != product else { return }
            let proof = try R1CSProof(bytes: bytes)
            #expect(proof.bytes == bytes)
            #expect(throws: VerificationError.self) { try claim.verify(proof) }
        }
        var transcript = MerlinTranscript(label: "fuzz")
        let (proved, opened) = try RangeProof.prove(
            values: [3, 250],
            blindings: [.one, .one],
            bits: 8,
            transcript: &transcript
        )
        let commitments = opened.map(\.compressed)
        let range = FuzzTarget("range-proof", corpus: [proved.bytes], dictionary: []) { bytes, _ in
            guard bytes != proved.bytes else { return }
            let proof = try RangeProof(bytes: bytes)
            #expect(proof.bytes == bytes)
            var transcript = MerlinTranscript(label: "fuzz")
            #expect(throws: VerificationError.self) {
                try proof.verify(commitments: commitments, bits: 8, transcript: &transcript)
            }
        }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/zk")
        let files = try ["r1cs_invalid", "range_invalid", "scalar", "transcript"].map { name in
            // Some items of each: a file of all takes a second to check.
            var file =
                try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: name + ".json")))
                as? [String: Any] ?? [:]
            file["items"] = Array((file["items"] as? [Any] ?? []).prefix(3))
            return [UInt8](try JSONSerialization.data(withJSONObject: file))
        }
        let vectors = FuzzTarget("proof-vectors", corpus: files) { bytes, _ in
            let results = try ProofVectorFile.read(bytes).check()
            for result in results where !result.accepted { #expect(result.reason != nil) }
        }
        return [circuit, range, vectors]
    }

    @Test("mutations of the corpus never trap", arguments: 0..<3, UInt64(0)..<4)
    func smoke(target: Int, seed: UInt64) throws { try Self.targets.get()[target].run(seed: seed, count: 60) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<3)
    func long(target: Int) throws { try Self.targets.get()[target].runLong() }
}
