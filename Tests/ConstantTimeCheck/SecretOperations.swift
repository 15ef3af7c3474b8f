import Ristretto
import TestSupport
import ZeroKnowledge

/// Everything that computes on secrets before a proof makes them public.
///
/// Each operation says whether its result is that of a plain computation. A comparison is itself a branch, so that it is made
/// only where secrets are defined.
struct SecretOperations {
    let memory: UndefinedMemory

    /// The operations by name.
    var all: [(name: String, run: () -> Bool)] {
        [
            ("scalars: sum, product, inverse, encoding", scalars),
            ("multiplication of one point", { multiplications(1) }),
            ("sum of 5 products", { multiplications(5) }),
            ("sum of 300 products", { multiplications(300) }),
            ("sum of 20 short products", shortProducts),
            ("commitment", commitment),
            ("a range proof's commitments to bits and masks", rangeProof),
            ("a circuit's commitments to wires and masks, and its polynomials", circuit),
        ]
    }

    private func secrets(_ count: Int, seed: UInt64) -> [Scalar] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            Scalar(wide: memory.bytes((0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }))
        }
    }

    private func agree(_ comparison: @autoclosure () -> Bool) -> Bool { memory.isUsed || comparison() }

    private func scalars() -> Bool {
        let values = secrets(5, seed: 1)
        var inverses = values
        Scalar.batchInvert(&inverses)
        let inverse = values[0].inverted()
        let bytes = (values[0] * values[1] + values[2] - values[3].squared()).bytes
        return agree(inverse == inverses[0] && inverse * values[0] == .one && Scalar(canonical: bytes) != nil)
    }

    private func multiplications(_ count: Int) -> Bool {
        let values = secrets(count, seed: 2)
        let points = BulletproofGenerators.points(.g, count: count)
        let sum = RistrettoPoint.multiscalarMultiplication(values, points)
        let tabled = GeneratorTable(points).sum(values[...], from: 0)
        let base = RistrettoPoint.multiplyBase(values[0])
        let encodings = RistrettoPoint.compress([sum, tabled, base])
        return agree(
            encodings[0] == encodings[1] && sum == .vartimeMultiscalarMultiplication(values, points)
                && base == .vartimeMultiscalarMultiplication([values[0]], [.basepoint])
        )
    }

    private func shortProducts() -> Bool {
        let values = (0..<20).map { Scalar(memory.word(0xdead_beef &* $0)) }
        let points = BulletproofGenerators.points(.g, count: 20)
        let sum = GeneratorTable(points).sum(values[...], from: 0, bits: 64)
        return agree(sum == .vartimeMultiscalarMultiplication(values, points))
    }

    private func commitment() -> Bool {
        let secrets = secrets(2, seed: 3)
        let commitment = PedersenCommitment.commit(value: secrets[0], blinding: secrets[1])
        return agree(
            commitment.point
                == .vartimeMultiscalarMultiplication(secrets, [PedersenGenerators.value, PedersenGenerators.blinding])
        )
    }

    private func randomness(_ secrets: [Scalar]) -> TranscriptRandomness {
        MerlinTranscript(label: "constant time").makeRandomness(
            rekeyed: secrets.map { ("v", $0.bytes) },
            entropy: memory.bytes([UInt8](repeating: 7, count: 32))
        )
    }

    private func rangeProof() -> Bool {
        let values = [0xdead_beef_0123_4567, 42].map(memory.word)
        var randomness = randomness(values.map { Scalar($0) })
        let points = RangeProof.secretCommitments(to: values, bits: 64, drawingFrom: &randomness)
        let encodings = RistrettoPoint.compress(points)
        return agree(encodings[0] == encodings[2] && encodings[1] == encodings[3] && encodings[0] != encodings[1])
    }

    private func circuit() -> Bool {
        let (left, right) = (secrets(20, seed: 4), secrets(20, seed: 5))
        var randomness = randomness(left)
        let (commitments, coefficients, vectors) = Prover.secretCommitments(to: left, right, drawingFrom: &randomness)
        return agree(commitments[0] != commitments[1] && coefficients.count == 5 && vectors.count == 64)
    }

    /// What no secret may be put through; memcheck has to object.
    func control() {
        let product = RistrettoPoint.vartimeMultiscalarMultiplication(secrets(1, seed: 6), [.basepoint])
        _ = product.compressed()
    }
}
