public import Ristretto

extension RangeProof {
    /// Checks the proof with one multiscalar multiplication.
    ///
    /// Two equations are joined by a random factor c: the one of t(x) = ⟨l, r⟩ with its blinding, and the inner-product
    /// argument over P. With s from the argument, yⁱ the powers of y, j the party and k the bit of entry i, the multiples are
    /// A: 1; S: x; T₁: c·x; T₂: c·x²; L: u²; R: u⁻²; B̃: −ẽ − c·t̃_x; B: w(t_x − ab) + c(δ − t_x); Gᵢ: −z − a·sᵢ;
    /// Hᵢ: z + y⁻ⁱ(z^(2+j)·2ᵏ − b·s_(N−1−i)); V_j: c·z^(2+j); δ = (z − z²)·Σyⁱ − Σ_j z^(3+j)·(2ⁿ − 1).
    ///
    /// - Parameters:
    ///   - commitments: V, in the order of the proof; the identity is a valid commitment.
    ///   - bits: The width n.
    ///   - transcript: The transcript that the prover had before the proof; afterwards it covers the proof.
    /// - Throws: The check that failed.
    public func verify(
        commitments: [CompressedRistretto],
        bits: Int,
        transcript: inout MerlinTranscript
    ) throws(VerificationError) {
        let equation = try equation(
            commitments: commitments,
            bits: bits,
            transcript: &transcript,
            joinedBy: .fromTranscript
        )
        guard equation.holds else { throw .equation }
    }

    /// The whole proof as one linear relation.
    func equation(
        commitments: [CompressedRistretto],
        bits: Int,
        transcript: inout MerlinTranscript,
        joinedBy joiningFactor: JoiningFactor
    ) throws(VerificationError) -> VerificationEquation {
        guard Self.bitSizes.contains(bits) else { throw .bitSize(got: bits) }
        let parties = commitments.count
        guard parties > 0, parties <= Self.maximumPartyCount, parties & (parties - 1) == 0 else {
            throw .partyCount(got: parties)
        }
        let size = bits * parties
        try innerProduct.checkRounds(size: size)

        transcript.startRangeProof(bits: bits, parties: parties)
        for commitment in commitments { transcript.append("V", commitment) }
        try transcript.appendHiding("A", a)
        try transcript.appendHiding("S", s)
        let y = transcript.challengeScalar("y")
        let z = transcript.challengeScalar("z")
        try transcript.appendHiding("T_1", t1)
        try transcript.appendHiding("T_2", t2)
        let x = transcript.challengeScalar("x")
        transcript.append("t_x", tX)
        transcript.append("t_x_blinding", tXBlinding)
        transcript.append("e_blinding", eBlinding)
        let w = transcript.challengeScalar("w")
        let folding = try innerProduct.verificationScalars(size: size, transcript: &transcript)
        let c = joiningFactor.value(transcript, innerProduct)

        let (finalA, finalB) = (innerProduct.a, innerProduct.b)
        let zPowers = powers(of: z, count: parties + 3)
        let twoPowers = powers(of: Scalar(2 as UInt64), count: bits)
        let sumOfTwos = Scalar(UInt64.max >> UInt64(64 - bits))
        var delta = (z - z.squared()) * powers(of: y, count: size).reduce(.zero, +)
        for party in 0..<parties { delta = delta - zPowers[party + 3] * sumOfTwos }

        let cx = c * x
        var equation = VerificationEquation(
            parties: parties,
            value: w * (tX - finalA * finalB) + c * (delta - tX),
            blinding: -eBlinding - c * tXBlinding,
            g: folding.s.map { -z - finalA * $0 },
            h: []
        )
        equation.h.reserveCapacity(size)
        let yInverse = y.invertedVartime()
        var yInversePower = Scalar.one
        for i in 0..<size {
            let weight = zPowers[i / bits + 2] * twoPowers[i % bits] - finalB * folding.s[size - 1 - i]
            equation.h.append(z + yInversePower * weight)
            yInversePower = yInversePower * yInverse
        }
        equation.add(.one, try a.decoded("A"))
        equation.add(x, try s.decoded("S"))
        equation.add(cx, try t1.decoded("T_1"))
        equation.add(cx * x, try t2.decoded("T_2"))
        for (round, (left, right)) in zip(innerProduct.left, innerProduct.right).enumerated() {
            equation.add(folding.squares[round], try left.decoded("L"))
            equation.add(folding.inverseSquares[round], try right.decoded("R"))
        }
        for (party, commitment) in commitments.enumerated() {
            equation.add(c * zPowers[party + 2], try commitment.decoded("V"))
        }
        return equation
    }
}

extension MerlinTranscript {
    /// The first messages of a range proof, those before the commitments.
    mutating func startRangeProof(bits: Int, parties: Int) {
        append("dom-sep", "rangeproof v1".utf8)
        append("n", UInt64(bits))
        append("m", UInt64(parties))
    }
}
