import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

@Suite("A batch of proofs")
struct BatchVerifierTests {
    @Test("of none holds")
    func holdsWhenEmpty() {
        #expect(BatchVerifier().verify().isEmpty)
    }

    @Test("of ranges of every shape and of circuits holds")
    func accepts() throws {
        var batch = BatchVerifier()
        for bits in RangeProof.bitSizes {
            for count in [1, 2, 4] {
                let claim = try RangeClaim(values: Array(repeating: 9, count: count), bits: bits)
                batch.add(claim.proof, of: claim)
            }
        }
        let product = ProductClaim()
        for _ in 0..<3 { try batch.add(product.prove(), of: product) }
        #expect(batch.count == 15)
        #expect(batch.verify() == Array(repeating: nil, count: 15))
    }

    @Test("answers for each proof what its own verifier answers", arguments: UInt64(0)..<12)
    func agreesWithSingleVerification(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let range = try RangeClaim(values: [200, 7], bits: 8)
        let product = ProductClaim()
        let circuitProof = try product.prove()
        var batch = BatchVerifier()
        var expected: [VerificationError?] = []
        for _ in 0..<Int.random(in: 1...20, using: &random) {
            let isRange = Bool.random(using: &random)
            var bytes = isRange ? range.proof.bytes : circuitProof.bytes
            if Int.random(in: 0..<4, using: &random) == 0 {
                bytes[Int.random(in: 1..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            // What cannot even be read never reaches a batch.
            if isRange {
                guard let proof = try? RangeProof(bytes: bytes) else { continue }
                batch.add(proof, of: range)
                expected.append(error { () throws(VerificationError) in try range.verify(bytes) })
            } else {
                guard let proof = try? R1CSProof(bytes: bytes) else { continue }
                batch.add(proof, of: product)
                expected.append(error { () throws(VerificationError) in try product.verify(proof) })
            }
        }
        #expect(batch.verify(using: &random) == expected)
    }

    @Test("names every offender and nobody else", arguments: [[0], [7], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7]])
    func namesOffenders(offenders: [Int]) throws {
        let claim = try RangeClaim(values: [200], bits: 8)
        var batch = BatchVerifier()
        for index in 0..<8 {
            batch.add(
                offenders.contains(index) ? try claim.proofWithLastScalars(shiftedBy: .one) : claim.proof,
                of: claim
            )
        }
        let verdicts = batch.verify()
        #expect(verdicts.indices.filter { verdicts[$0] != nil } == offenders)
        #expect(offenders.allSatisfy { verdicts[$0] == .equation })
    }

    // The scalar a of the inner-product argument enters its relation linearly and no challenge covers it: a + 1 and a − 1
    // make up for each other in a plain sum. Only the weights keep them apart.
    @Test("is not fooled by two false proofs that make up for each other, which equal weights would be")
    func needsItsWeights() throws {
        let claim = try RangeClaim(values: [200], bits: 8)
        var batch = BatchVerifier()
        batch.add(try claim.proofWithLastScalars(shiftedBy: .one), of: claim)
        batch.add(try claim.proofWithLastScalars(shiftedBy: -.one), of: claim)
        var constant = ConstantGenerator()
        #expect(batch.verify(using: &constant) == [nil, nil])
        #expect(batch.verify() == [.equation, .equation])
    }

    private func error(_ body: () throws(VerificationError) -> Void) -> VerificationError? {
        do throws(VerificationError) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

/// Gives all claims one weight and one joining factor: what a batch must never do.
private struct ConstantGenerator: RandomNumberGenerator {
    mutating func next() -> UInt64 { 5 }
}

extension BatchVerifier {
    fileprivate mutating func add(_ proof: RangeProof, of claim: RangeClaim) {
        add(proof, commitments: claim.commitments, bits: claim.bits, transcript: MerlinTranscript(label: "range"))
    }

    fileprivate mutating func add(_ proof: R1CSProof, of claim: ProductClaim) {
        let circuit = claim.circuit
        add(
            proof,
            about: { circuit },
            commitments: claim.commitments,
            transcript: MerlinTranscript(label: "product")
        )
    }
}

extension RangeClaim {
    /// The proof with `shift` added to the scalar a of its inner-product argument.
    fileprivate func proofWithLastScalars(shiftedBy shift: Scalar) throws -> RangeProof {
        let bytes = proof.bytes
        let place = bytes.count - 64..<bytes.count - 32
        let a = try #require(Scalar(canonical: Array(bytes[place])))
        return try RangeProof(bytes: Array(bytes[..<place.lowerBound] + (a + shift).bytes + bytes[place.upperBound...]))
    }
}
