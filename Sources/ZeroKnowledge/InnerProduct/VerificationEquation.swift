import Ristretto

/// A proof's claim, reduced to one linear relation: a sum of multiples of points that must be the identity.
///
/// Multiples of the common generators are kept apart from those of the proof's own points, so that equations can be added
/// up: many proofs then cost one multiscalar multiplication whose generators are shared.
struct VerificationEquation {
    /// Multiple of B.
    var value: Scalar
    /// Multiple of B̃.
    var blinding: Scalar
    /// Multiples of the generators Gᵢ and Hᵢ, party after party.
    var g: [Scalar]
    var h: [Scalar]
    /// Multiples of the proof's own points.
    var scalars: [Scalar] = []
    var points: [RistrettoPoint] = []

    /// Adds `scalar`·`point`.
    mutating func add(_ scalar: Scalar, _ point: RistrettoPoint) {
        scalars.append(scalar)
        points.append(point)
    }

    /// Whether the sum over generators of `parties` parties is the identity.
    func holds(parties: Int) -> Bool {
        let generators = BulletproofGenerators.vectors(parties: parties, each: g.count / max(parties, 1))
        let sum = RistrettoPoint.vartimeMultiscalarMultiplication(
            scalars + [value, blinding] + g + h,
            points + [PedersenGenerators.value, PedersenGenerators.blinding] + generators.g + generators.h
        )
        return sum.isIdentity
    }
}

extension MerlinTranscript {
    /// A random factor that joins the two equations of a proof into one.
    ///
    /// Nobody who made the proof may foresee it, so it depends on the whole transcript, on the last two scalars of the
    /// proof, which no challenge covers, and on the verifier's own entropy.
    func joiningFactor(of proof: InnerProductProof) -> Scalar {
        var randomness = makeRandomness(
            rekeyed: [("a", proof.a.bytes), ("b", proof.b.bytes)],
            entropy: systemEntropy()
        )
        return randomness.scalar()
    }
}
