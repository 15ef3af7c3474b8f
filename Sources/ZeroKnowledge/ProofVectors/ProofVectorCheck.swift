import Ristretto

/// Recomputes one item of a vector file; throws where the item does not hold.
enum ProofVectorCheck {
    /// The largest number of points that one item makes the checker compute.
    static let maximumPointCount = BulletproofGenerators.maximumChainLength
    /// The largest number of bytes that one operation of a transcript item draws.
    static let maximumDrawnBytes = 1 << 24

    static func check(_ item: JSONItem, kind: String) throws(ProofVectorRefusal) {
        switch kind {
        case "range": try checkRange(item)
        case "r1cs": try checkR1CS(item)
        case "transcript": try checkTranscript(item)
        case "base_mul": try require(RistrettoPoint.multiplyBase(item.scalar("scalar")), is: "point", of: item)
        case "point_mul": try require(item.scalar("scalar") * item.point("point"), is: "result", of: item)
        case "point_add": try checkPointSum(item)
        case "uniform": try require(RistrettoPoint(uniform: item.bytes("input", count: 64)), is: "point", of: item)
        case "decode": try checkDecoding(item)
        case "scalar": try checkScalarArithmetic(item)
        case "scalar_decode": try checkScalarDecoding(item)
        case "scalar_wide": try require(Scalar(wide: item.bytes("input", count: 64)), is: "reduced", of: item)
        case "msm": try checkMultiscalar(item)
        case "pedersen_gens":
            try require(PedersenGenerators.value, is: "B", of: item)
            try require(PedersenGenerators.blinding, is: "B_blinding", of: item)
        case "commit":
            let commitment = PedersenCommitment.commit(
                value: try item.scalar("value"),
                blinding: try item.scalar("blinding")
            )
            try require(commitment.point, is: "point", of: item)
        case "gen": try checkGenerator(item)
        case "gens_digest": try checkGeneratorDigest(item)
        default: throw .malformed("unknown kind `\(kind)`")
        }
    }

    // MARK: - Group and scalars

    private static func checkPointSum(_ item: JSONItem) throws(ProofVectorRefusal) {
        let (a, b) = (try item.point("a"), try item.point("b"))
        try require(a + b, is: "sum", of: item)
        try require(a - b, is: "diff", of: item)
        try require(-a, is: "neg_a", of: item)
    }

    private static func checkDecoding(_ item: JSONItem) throws(ProofVectorRefusal) {
        let point = try item.compressed("input").decompressed()
        guard try item.bool("valid") == (point != nil) else { throw .mismatch("valid") }
        if let point { try require(point, is: "input", of: item) }
    }

    private static func checkScalarArithmetic(_ item: JSONItem) throws(ProofVectorRefusal) {
        let (a, b) = (try item.scalar("a"), try item.scalar("b"))
        try require(a + b, is: "add", of: item)
        try require(a - b, is: "sub", of: item)
        try require(a * b, is: "mul", of: item)
        try require(-a, is: "neg_a", of: item)
        if item.has("inv_a") {
            try require(a.inverted(), is: "inv_a", of: item)
            try require(a.invertedVartime(), is: "inv_a", of: item)
        } else if a != .zero {
            throw .mismatch("inv_a")
        }
    }

    private static func checkScalarDecoding(_ item: JSONItem) throws(ProofVectorRefusal) {
        let input = try item.bytes("input", count: 32)
        let isCanonical = Scalar(canonical: input) != nil
        guard try item.bool("canonical") == isCanonical else { throw .mismatch("canonical") }
        try require(Scalar(reducing: input), is: "reduced", of: item)
    }

    private static func checkMultiscalar(_ item: JSONItem) throws(ProofVectorRefusal) {
        let count = try item.count("n", limit: maximumPointCount)
        var stream = KeccakSponge.shake256(try item.bytes("seed"))
        let scalars = (0..<count).map { _ in Scalar(wide: stream.squeeze(64)) }
        let points = (0..<count).map { _ in RistrettoPoint(uniform: stream.squeeze(64)) }
        try require(RistrettoPoint.vartimeMultiscalarMultiplication(scalars, points), is: "point", of: item)
        try require(RistrettoPoint.multiscalarMultiplication(scalars, points), is: "point", of: item)
    }

    // MARK: - Generators

    private static func checkGenerator(_ item: JSONItem) throws(ProofVectorRefusal) {
        let (chain, party) = try generatorChain(item)
        let index = try item.count("index", limit: maximumPointCount - 1)
        let points = BulletproofGenerators.points(chain, party: party, count: index + 1)
        try require(points[index], is: "point", of: item)
    }

    private static func checkGeneratorDigest(_ item: JSONItem) throws(ProofVectorRefusal) {
        let (chain, party) = try generatorChain(item)
        let count = try item.count("n", limit: maximumPointCount)
        let points = BulletproofGenerators.points(chain, party: party, count: count)
        let digest = KeccakSponge.sha3x512(RistrettoPoint.compress(points).flatMap(\.bytes))
        guard try item.bytes("sha3_512") == digest else { throw .mismatch("sha3_512") }
    }

    private static func generatorChain(
        _ item: JSONItem
    ) throws(ProofVectorRefusal) -> (chain: BulletproofGenerators.Chain, party: UInt32) {
        let party = UInt32(exactly: try item.unsigned("party"))
        guard let party else { throw .malformed("`party` is too large") }
        switch try item.string("which") {
        case "G": return (.g, party)
        case "H": return (.h, party)
        default: throw .malformed("`which` is neither `G` nor `H`")
        }
    }

    // MARK: - Comparison

    static func require(_ point: RistrettoPoint, is name: String, of item: JSONItem) throws(ProofVectorRefusal) {
        guard try item.compressed(name) == point.compressed() else { throw .mismatch(name) }
    }

    static func require(_ scalar: Scalar, is name: String, of item: JSONItem) throws(ProofVectorRefusal) {
        guard try item.bytes(name) == scalar.bytes else { throw .mismatch(name) }
    }
}
