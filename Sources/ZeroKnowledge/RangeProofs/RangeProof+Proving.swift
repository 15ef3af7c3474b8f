public import Ristretto

extension RangeProof {
    /// Proves that every value lies in [0, 2ⁿ).
    ///
    /// Blindings and masks are drawn from the transcript keyed with the values, their blinding factors and the system's
    /// entropy. Time does not depend on the secrets up to the inner-product argument, whose vectors are no secrets.
    ///
    /// - Parameters:
    ///   - values: The committed values, 1 to ``maximumPartyCount`` of them, their number a power of two.
    ///   - blindings: The blinding factor of each commitment.
    ///   - bits: The width n: 8, 16, 32 or 64.
    ///   - transcript: Must already hold whatever the proof is about; afterwards it covers the proof.
    /// - Returns: The proof, and the commitments it speaks about.
    /// - Throws: ``ProvingError/valueOutOfRange(index:bits:)`` rather than a proof that cannot verify.
    public static func prove(
        values: [UInt64],
        blindings: [Scalar],
        bits: Int,
        transcript: inout MerlinTranscript
    ) throws(ProvingError) -> (proof: RangeProof, commitments: [PedersenCommitment]) {
        let secrets =
            values.map { ("v", Scalar($0).bytes) } + blindings.map { ("v_blinding", $0.bytes) }
        var randomness = transcript.makeRandomness(rekeyed: secrets, entropy: systemEntropy())
        return try prove(
            values: values,
            blindings: blindings,
            bits: bits,
            transcript: &transcript,
            drawingFrom: &randomness
        )
    }

    /// As the public prover, with masks from `source`: in party order α, ρ, s_L, s_R; then τ₁, τ₂.
    package static func prove<Source: ScalarSource & ~Copyable>(
        values: [UInt64],
        blindings: [Scalar],
        bits: Int,
        transcript: inout MerlinTranscript,
        drawingFrom source: inout Source
    ) throws(ProvingError) -> (proof: RangeProof, commitments: [PedersenCommitment]) {
        try check(values: values, blindings: blindings, bits: bits)
        let parties = values.count
        let size = bits * parties
        let generators = BulletproofGenerators.proverVectors(parties: parties, each: bits)

        let commitments = zip(values, blindings).map { PedersenCommitment.commit(value: Scalar($0), blinding: $1) }
        transcript.startRangeProof(bits: bits, parties: parties)
        for commitment in commitments { transcript.append("V", commitment.compressed) }

        var witness = BitWitness(values: values, bits: bits, drawingFrom: &source)
        defer { witness.erase() }
        let a = witness.bitCommitment(generators).compressed()
        let s = witness.maskCommitment(generators).compressed()
        transcript.append("A", a)
        transcript.append("S", s)
        let y = transcript.challengeScalar("y")
        let z = transcript.challengeScalar("z")

        // l(X) = l0 + l1·X and r(X) = r0 + r1·X; t(X) = ⟨l(X), r(X)⟩ = t0 + t1·X + t2·X².
        let yPowers = powers(of: y, count: size)
        let zPowers = powers(of: z, count: parties + 2)
        let twoPowers = powers(of: Scalar(2 as UInt64), count: bits)
        var l0 = witness.left.map { $0 - z }
        var r0 = (0..<size).map { i in
            yPowers[i] * (witness.right[i] + z) + zPowers[i / bits + 2] * twoPowers[i % bits]
        }
        var r1 = zip(yPowers, witness.rightMask).map { $0 * $1 }
        defer {
            l0.erase()
            r0.erase()
            r1.erase()
        }
        let t1 = dotProduct(l0, r1) + dotProduct(witness.leftMask, r0)
        let t2 = dotProduct(witness.leftMask, r1)
        var (tau1, tau2) = (Scalar.zero, Scalar.zero)
        for _ in 0..<parties {
            tau1 = tau1 + source.nextScalar()
            tau2 = tau2 + source.nextScalar()
        }
        let t1Commitment = PedersenCommitment.commit(value: t1, blinding: tau1).compressed
        let t2Commitment = PedersenCommitment.commit(value: t2, blinding: tau2).compressed
        transcript.append("T_1", t1Commitment)
        transcript.append("T_2", t2Commitment)
        let x = transcript.challengeScalar("x")

        let l = zip(l0, witness.leftMask).map { $0 + x * $1 }
        let r = zip(r0, r1).map { $0 + x * $1 }
        let tX = dotProduct(l, r)
        let tXBlinding = dotProduct(zPowers[2...], blindings) + x * (tau1 + x * tau2)
        let eBlinding = witness.blinding + x * witness.maskBlinding
        transcript.append("t_x", tX)
        transcript.append("t_x_blinding", tXBlinding)
        transcript.append("e_blinding", eBlinding)
        let w = transcript.challengeScalar("w")
        let argument = InnerProductProver.prove(
            a: l,
            b: r,
            generators: generators,
            gWeights: Array(repeating: .one, count: size),
            hWeights: powers(of: y.invertedVartime(), count: size),
            q: RistrettoPoint.multiplyBase(w),
            transcript: &transcript
        )
        let proof = RangeProof(
            a: a,
            s: s,
            t1: t1Commitment,
            t2: t2Commitment,
            tX: tX,
            tXBlinding: tXBlinding,
            eBlinding: eBlinding,
            innerProduct: argument
        )
        return (proof, commitments)
    }

    private static func check(values: [UInt64], blindings: [Scalar], bits: Int) throws(ProvingError) {
        guard bitSizes.contains(bits) else { throw .bitSize(got: bits) }
        let parties = values.count
        guard parties > 0, parties <= maximumPartyCount, parties & (parties - 1) == 0 else {
            throw .partyCount(got: parties)
        }
        guard blindings.count == parties else { throw .blindingCount(got: blindings.count, expected: parties) }
        for (index, value) in values.enumerated() where bits < 64 && value >> UInt64(bits) != 0 {
            throw .valueOutOfRange(index: index, bits: bits)
        }
    }
}

extension RangeProof {
    /// A and S of a range proof, with tables of the generators and without: all that its prover computes on bits and masks
    /// before a challenge. For the check of constant time.
    package static func secretCommitments(
        to values: [UInt64],
        bits: Int,
        drawingFrom randomness: inout TranscriptRandomness
    ) -> [RistrettoPoint] {
        var witness = BitWitness(values: values, bits: bits, drawingFrom: &randomness)
        defer { witness.erase() }
        let tabled = BulletproofGenerators.proverVectors(parties: values.count, each: bits)
        return [tabled, ProverGenerators(g: tabled.g, h: tabled.h, tables: nil)].flatMap {
            [witness.bitCommitment($0), witness.maskCommitment($0)]
        }
    }
}

/// The secrets of one range proof: a_L, the bits of all values; a_R = a_L − 1; masks and blinding factors.
private struct BitWitness {
    private var isSet: [ConstantTimeMask] = []
    private(set) var left: [Scalar] = []
    private(set) var right: [Scalar] = []
    private(set) var leftMask: [Scalar] = []
    private(set) var rightMask: [Scalar] = []
    private(set) var blinding = Scalar.zero
    private(set) var maskBlinding = Scalar.zero

    init<Source: ScalarSource & ~Copyable>(values: [UInt64], bits: Int, drawingFrom source: inout Source) {
        for value in values {
            blinding = blinding + source.nextScalar()
            maskBlinding = maskBlinding + source.nextScalar()
            for position in 0..<UInt64(bits) {
                let bit = value >> position & 1
                isSet.append(ConstantTimeMask(bit: bit))
                left.append(Scalar(bit))
                right.append(left[left.count - 1] - .one)
            }
            for _ in 0..<bits { leftMask.append(source.nextScalar()) }
            for _ in 0..<bits { rightMask.append(source.nextScalar()) }
        }
    }

    /// A = ⟨a_L, G⟩ + ⟨a_R, H⟩ + α·B̃: for every bit either G or −H, chosen under a mask.
    func bitCommitment(_ generators: ProverGenerators) -> RistrettoPoint {
        var sum = PedersenGenerators.blindingMultiple(blinding)
        if let tables = generators.tables { return sum + tables.g.sum(where: isSet, elseSubtracting: tables.h) }
        for i in isSet.indices { sum += RistrettoPoint.select(isSet[i], generators.g[i], -generators.h[i]) }
        return sum
    }

    /// S = ⟨s_L, G⟩ + ⟨s_R, H⟩ + ρ·B̃.
    func maskCommitment(_ generators: ProverGenerators) -> RistrettoPoint {
        PedersenGenerators.blindingMultiple(maskBlinding)
            + generators.commitment(leftMask[...], rightMask[...], from: 0)
    }

    mutating func erase() {
        left.erase()
        right.erase()
        for i in isSet.indices { isSet[i] = ConstantTimeMask(bit: 0) }
        leftMask.erase()
        rightMask.erase()
    }
}
