import Ristretto

/// The logarithmic argument that ⟨a, b⟩ = c for committed vectors a and b.
///
/// Claim, for n a power of two: P = Σ aᵢ·Gᵢ + Σ bᵢ·Hᵢ + ⟨a, b⟩·Q. Every round halves the vectors: the prover sends the two
/// cross terms L and R, the transcript answers u, and a′ = u·a_L + u⁻¹·a_R, b′ = u⁻¹·b_L + u·b_R speak about
/// G′ = u⁻¹·G_L + u·G_R and H′ = u·H_L + u⁻¹·H_R, whose claim is P + u²·L + u⁻²·R. One pair of scalars remains.
///
/// - Note: Source: Bünz et al. (2018), protocol 2 and section 3.1; byte layout of the dalek Bulletproofs crate.
struct InnerProductProof: Sendable, Hashable {
    let left: [CompressedRistretto]
    let right: [CompressedRistretto]
    let a: Scalar
    let b: Scalar

    init(left: [CompressedRistretto], right: [CompressedRistretto], a: Scalar, b: Scalar) {
        self.left = left
        self.right = right
        self.a = a
        self.b = b
    }

    /// Reads (L R)* a b from all that remains of a proof.
    init(from elements: inout ProofElements) throws(VerificationError) {
        let count = elements.remaining
        // 31 rounds are vectors of 2³¹ entries: no generators reach that far.
        guard count >= 2, count % 2 == 0, (count - 2) / 2 < 32 else { throw .length(got: 32 * count) }
        var (left, right): ([CompressedRistretto], [CompressedRistretto]) = ([], [])
        for _ in 0..<(count - 2) / 2 {
            left.append(try elements.point())
            right.append(try elements.point())
        }
        self.left = left
        self.right = right
        a = try elements.scalar("a")
        b = try elements.scalar("b")
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for (left, right) in zip(left, right) { bytes += left.bytes + right.bytes }
        return bytes + a.bytes + b.bytes
    }

    /// What the verifier multiplies L, R and the generators with.
    struct VerificationScalars {
        /// u², one a round, for L.
        let squares: [Scalar]
        /// u⁻², one a round, for R.
        let inverseSquares: [Scalar]
        /// sᵢ, one an entry: the factor of Gᵢ in the last G; its mirror image serves H.
        let s: [Scalar]
    }

    /// Replays the rounds on the verifier's transcript.
    ///
    /// - Parameter size: n, a power of two. It is compared with the number of rounds before anything of that size is made.
    func verificationScalars(
        size: Int,
        transcript: inout MerlinTranscript
    ) throws(VerificationError) -> VerificationScalars {
        try checkRounds(size: size)
        transcript.append("dom-sep", "ipp v1".utf8)
        transcript.append("n", UInt64(size))
        var challenges: [Scalar] = []
        for (left, right) in zip(left, right) {
            try transcript.appendHiding("L", left)
            try transcript.appendHiding("R", right)
            challenges.append(transcript.challengeScalar("u"))
        }
        var inverses = challenges
        Scalar.batchInvert(&inverses)
        let squares = challenges.map { $0.squared() }
        // s_0 = Π u⁻¹; setting bit g of an index swaps one u⁻¹ for u, that of round (rounds − 1 − g).
        var s = [inverses.reduce(.one, *)]
        s.reserveCapacity(size)
        for round in squares.indices.reversed() {
            for index in 0..<s.count { s.append(s[index] * squares[round]) }
        }
        return VerificationScalars(squares: squares, inverseSquares: inverses.map { $0.squared() }, s: s)
    }

    /// Refuses a proof whose number of rounds is not log₂ of `size`.
    func checkRounds(size: Int) throws(VerificationError) {
        guard size > 0, size & (size - 1) == 0, left.count == size.trailingZeroBitCount else {
            let expected = size > 0 ? Int.bitWidth - (size - 1).leadingZeroBitCount : 0
            throw .rounds(got: left.count, expected: expected)
        }
    }
}
