import Ristretto

/// A proof's claim, reduced to one linear relation: a sum of multiples of points that must be the identity.
///
/// Multiples of the common generators are kept apart from those of the proof's own points, so that equations can be added
/// up: many proofs then cost one multiscalar multiplication whose generators are shared.
struct VerificationEquation {
    /// How many parties' generator chains ``g`` and ``h`` run over, each with as many entries.
    let parties: Int
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

    /// How many generators of each chain the equation reads.
    var each: Int { g.count / max(parties, 1) }

    /// Whether the sum is the identity.
    var holds: Bool {
        if let tables = BulletproofGenerators.verifierTables(parties: parties, each: each) {
            let sums = Workers.map([(tables.g, g), (tables.h, h)]) { table, scalars in
                GeneratorTable.vartimeSum([GeneratorTable.Terms(table, from: 0, scalars)])
            }
            let others = RistrettoPoint.vartimeMultiscalarMultiplication(
                scalars + [value, blinding],
                points + [PedersenGenerators.value, PedersenGenerators.blinding]
            )
            return sums.reduce(others, +).isIdentity
        }
        let generators = BulletproofGenerators.vectors(parties: parties, each: each)
        let sum = RistrettoPoint.vartimeMultiscalarMultiplication(
            scalars + [value, blinding] + g + h,
            points + [PedersenGenerators.value, PedersenGenerators.blinding] + generators.g + generators.h
        )
        return sum.isIdentity
    }
}

/// Where the random factor comes from that joins the two equations of one proof.
///
/// Nobody who made the proof may foresee it.
enum JoiningFactor {
    /// From the whole transcript, from the last two scalars of the proof, which no challenge covers, and from the verifier's
    /// own entropy.
    case fromTranscript
    /// Drawn by a batch, from a generator that no proof has a say in.
    case drawn(Scalar)

    /// The factor for `proof`, whose transcript stands at its end.
    func value(_ transcript: MerlinTranscript, _ proof: InnerProductProof) -> Scalar {
        switch self {
        case .drawn(let factor): return factor
        case .fromTranscript:
            var randomness = transcript.makeRandomness(
                rekeyed: [("a", proof.a.bytes), ("b", proof.b.bytes)],
                entropy: systemEntropy()
            )
            return randomness.scalar()
        }
    }
}
