public import Ristretto

/// Checks many proofs, of ranges and of circuits, with one multiscalar multiplication.
///
/// Every proof is one relation Eᵢ = 0 in the group (two of its own, joined by a random factor). With weights wᵢ that nobody
/// who made a proof could foresee, Σ wᵢ·Eᵢ = 0 holds for a batch with a false relation with a probability of at most 2⁻¹²⁸:
/// for every choice of the other weights, one value of the false one's weight at most makes up for it. The generators'
/// multiples are summed first, so that a batch pays for them once. Where the sum is not zero, halves are checked in turn,
/// with fresh weights, until the offenders are found.
///
/// Time depends on the proofs, which are public. All cores take part.
///
/// - Note: Source: Bellare, Garay, Rabin (1998), *Fast batch verification for modular exponentiation and digital
///   signatures*, the small-exponents test; Bünz et al. (2018), section 6.2.
public struct BatchVerifier: Sendable {
    private var claims: [Claim] = []

    /// A proof with all that its verifier needs.
    private enum Claim: Sendable {
        case range(RangeProof, commitments: [CompressedRistretto], bits: Int, MerlinTranscript)
        case circuit(R1CSProof, commitments: [CompressedRistretto], MerlinTranscript, @Sendable () -> Circuit)
    }

    /// A batch of no proofs yet.
    public init() {}

    /// How many proofs the batch holds.
    public var count: Int { claims.count }

    /// Adds a range proof, to be checked as ``RangeProof/verify(commitments:bits:transcript:)`` would.
    public mutating func add(
        _ proof: RangeProof,
        commitments: [CompressedRistretto],
        bits: Int,
        transcript: MerlinTranscript
    ) {
        claims.append(.range(proof, commitments: commitments, bits: bits, transcript))
    }

    /// Adds a proof about a circuit, to be checked as ``Verifier/verify(circuit:commitments:proof:transcript:)`` would.
    ///
    /// - Parameters:
    ///   - proof: The proof.
    ///   - circuit: What was claimed. Made when it is needed, and again where a bad batch is halved, so that a batch of large
    ///     circuits does not hold them all.
    ///   - commitments: V, as many as the circuit speaks about.
    ///   - transcript: The transcript that the prover had before the proof.
    public mutating func add(
        _ proof: R1CSProof,
        about circuit: @escaping @Sendable () -> Circuit,
        commitments: [CompressedRistretto],
        transcript: MerlinTranscript
    ) {
        claims.append(.circuit(proof, commitments: commitments, transcript, circuit))
    }

    /// Checks all proofs, with weights from the system's generator.
    ///
    /// - Returns: What is wrong with each proof, in the order of adding; `nil` for those that hold.
    public func verify() -> [VerificationError?] {
        var generator = SystemRandomNumberGenerator()
        return verify(using: &generator)
    }

    /// Checks all proofs.
    ///
    /// - Parameter generator: Where weights and joining factors come from. No proof may have been made by somebody who could
    ///   foresee it: seeded generators are for tests.
    /// - Returns: What is wrong with each proof, in the order of adding; `nil` for those that hold.
    /// - Complexity: One multiscalar multiplication of the generators' number and some 2·log₂ N points a proof; for *b* bad
    ///   proofs among *n*, at most 2b·log₂ n of smaller batches besides.
    public func verify(using generator: inout some RandomNumberGenerator) -> [VerificationError?] {
        var verdicts = [VerificationError?](repeating: nil, count: claims.count)
        settle(Array(claims.indices)[...], &verdicts, &generator)
        return verdicts
    }

    /// Checks these claims together, or halves of them where together they do not hold.
    private func settle(
        _ indices: ArraySlice<Int>,
        _ verdicts: inout [VerificationError?],
        _ generator: inout some RandomNumberGenerator
    ) {
        let part = indices.map {
            WeighedClaim(index: $0, weight: Self.factor(&generator), joiningFactor: Self.factor(&generator))
        }
        let (sum, malformed) = combine(part)
        for (index, error) in malformed { verdicts[index] = error }
        let wellFormed = indices.filter { verdicts[$0] == nil }[...]
        if wellFormed.isEmpty || sum.holds { return }
        guard wellFormed.count > 1 else {
            verdicts[wellFormed[0]] = .equation
            return
        }
        let middle = wellFormed.count / 2
        settle(wellFormed[..<middle], &verdicts, &generator)
        settle(wellFormed[middle...], &verdicts, &generator)
    }

    /// The sum of all weighed relations, and the claims that are none.
    private func combine(_ part: [WeighedClaim]) -> (sum: CombinedEquation, malformed: [(Int, VerificationError)]) {
        // Each chunk holds one sum over the generators; enough of them that every core is busy to the end.
        let size = max(1, min(8, part.count / 8))
        let chunks = stride(from: 0, to: part.count, by: size).map { part[$0..<min(part.count, $0 + size)] }
        let sums = Workers.map(chunks) { chunk in
            var sum = CombinedEquation()
            var malformed: [(Int, VerificationError)] = []
            for item in chunk {
                do throws(VerificationError) {
                    sum.add(try equation(of: claims[item.index], joinedBy: item.joiningFactor), times: item.weight)
                } catch {
                    malformed.append((item.index, error))
                }
            }
            return (sum: sum, malformed: malformed)
        }
        var total = CombinedEquation()
        for part in sums { total.add(part.sum) }
        return (total, sums.flatMap(\.malformed))
    }

    private func equation(of claim: Claim, joinedBy factor: Scalar) throws(VerificationError) -> VerificationEquation {
        switch claim {
        case .range(let proof, let commitments, let bits, var transcript):
            return try proof.equation(
                commitments: commitments,
                bits: bits,
                transcript: &transcript,
                joinedBy: .drawn(factor)
            )
        case .circuit(let proof, let commitments, var transcript, let circuit):
            return try Verifier.equation(circuit(), commitments, proof, &transcript, joinedBy: .drawn(factor))
        }
    }

    /// 128 random bits: half of a scalar is enough for the bound above.
    private static func factor(_ generator: inout some RandomNumberGenerator) -> Scalar {
        Scalar(UInt128(generator.next()) << 64 | UInt128(generator.next()))
    }

    /// A claim with its share in the sum.
    private struct WeighedClaim: Sendable {
        let index: Int
        let weight: Scalar
        let joiningFactor: Scalar
    }
}
