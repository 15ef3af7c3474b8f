import Ristretto

extension ProofVectorCheck {
    static func checkRange(_ item: JSONItem) throws(ProofVectorRefusal) {
        var transcript = try transcript(of: item)
        transcript.recordedChallenges = []
        let commitments = try commitments(of: item)
        let bits = try item.count("n")
        let bytes = try item.bytes("proof")
        do throws(VerificationError) {
            let proof = try RangeProof(bytes: bytes)
            try proof.verify(commitments: commitments, bits: bits, transcript: &transcript)
        } catch {
            throw .verification(error)
        }
        try checkChallenges(item, &transcript)
        if item.has("prover") { try checkProver(item, bits: bits, proof: bytes) }
    }

    /// Proves again from the item's tape, and compares bytes.
    private static func checkProver(_ item: JSONItem, bits: Int, proof: [UInt8]) throws(ProofVectorRefusal) {
        let prover = try item.object("prover")
        var values: [UInt64] = []
        for value in try prover.array("values") { values.append(try JSONItem.unsigned(value, "values")) }
        var blindings: [Scalar] = []
        for blinding in try prover.array("blindings") {
            guard let scalar = Scalar(canonical: try JSONItem.bytes(blinding, "blindings", count: 32)) else {
                throw .malformed("`blindings` holds no canonical scalar")
            }
            blindings.append(scalar)
        }
        var tape = DeterministicTape(seed: try prover.bytes("tape_seed"))
        var transcript = try transcript(of: item)
        let proved: [UInt8]
        do throws(ProvingError) {
            proved = try RangeProof.prove(
                values: values,
                blindings: blindings,
                bits: bits,
                transcript: &transcript,
                drawingFrom: &tape
            ).proof.bytes
        } catch {
            throw .malformed("`prover`: \(error)")
        }
        guard proved == proof else { throw .mismatch("prover") }
    }

    static func checkR1CS(_ item: JSONItem) throws(ProofVectorRefusal) {
        var transcript = try transcript(of: item)
        transcript.recordedChallenges = []
        let commitments = try commitments(of: item)
        let bytes = try item.bytes("proof")
        let circuit = try Circuit(item.object("circuit"))
        do throws(VerificationError) {
            let proof = try R1CSProof(bytes: bytes)
            try Verifier.verify(circuit: circuit, commitments: commitments, proof: proof, transcript: &transcript)
        } catch {
            throw .verification(error)
        }
        try checkChallenges(item, &transcript)
    }

    private static func commitments(of item: JSONItem) throws(ProofVectorRefusal) -> [CompressedRistretto] {
        var commitments: [CompressedRistretto] = []
        for value in try item.array("commitments") {
            guard let point = CompressedRistretto(try JSONItem.bytes(value, "commitments", count: 32)) else {
                throw .malformed("`commitments` holds no 32 bytes")
            }
            commitments.append(point)
        }
        return commitments
    }

    private static func checkChallenges(
        _ item: JSONItem,
        _ transcript: inout MerlinTranscript
    ) throws(ProofVectorRefusal) {
        let drawn = transcript.recordedChallenges ?? []
        if item.has("post") {
            guard try item.bytes("post") == transcript.challengeBytes("post", count: 32) else {
                throw .mismatch("post")
            }
        }
        guard item.has("challenges") else { return }
        let expected = try item.array("challenges")
        guard expected.count == drawn.count else { throw .mismatch("challenges") }
        for (expected, drawn) in zip(expected, drawn) {
            let (label, value) = try labelled(expected, "challenges")
            let bytes = try JSONItem.bytes(value, "challenges")
            guard label == drawn.label, bytes == drawn.challenge.bytes else { throw .mismatch("challenges") }
        }
    }
}
