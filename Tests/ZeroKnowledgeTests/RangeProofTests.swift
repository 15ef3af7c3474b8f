import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

@Suite("Aggregated range proofs")
struct RangeProofTests {
    @Test("accept both ends of every width, for one to eight values", arguments: RangeProof.bitSizes)
    func isComplete(bits: Int) throws {
        let top = UInt64.max >> UInt64(64 - bits)
        for count in [1, 2, 4, 8] {
            let values = (0..<count).map { [0, top, 1, top / 3][$0 % 4] }
            let claim = try RangeClaim(values: values, bits: bits)
            try claim.verify(claim.proof.bytes)
        }
    }

    @Test("are not made for values out of range, and not for impossible sizes")
    func proverRefuses() {
        func error(_ values: [UInt64], _ blindings: Int, _ bits: Int) -> ProvingError? {
            var transcript = MerlinTranscript(label: "range")
            do throws(ProvingError) {
                _ = try RangeProof.prove(
                    values: values,
                    blindings: Array(repeating: .one, count: blindings),
                    bits: bits,
                    transcript: &transcript
                )
                return nil
            } catch {
                return error
            }
        }
        #expect(error([0, 256], 2, 8) == .valueOutOfRange(index: 1, bits: 8))
        #expect(error([1 << 32], 1, 32) == .valueOutOfRange(index: 0, bits: 32))
        #expect(error([0, 0, 0], 3, 8) == .partyCount(got: 3))
        #expect(error([], 0, 8) == .partyCount(got: 0))
        #expect(error([0], 2, 8) == .blindingCount(got: 2, expected: 1))
        for bits in [-8, 0, 24, 65, .max] { #expect(error([0], 1, bits) == .bitSize(got: bits)) }
    }

    @Test("are refused when any one of their bytes is altered")
    func refusesEveryAlteredByte() throws {
        let claim = try RangeClaim(values: [200, 7], bits: 8)
        let bytes = claim.proof.bytes
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1 << UInt8(index % 8)
            #expect(throws: VerificationError.self) { try claim.verify(altered) }
        }
    }

    @Test("name the check that refused them")
    func namesTheCheck() throws {
        let claim = try RangeClaim(values: [200, 7], bits: 8)
        let bytes = claim.proof.bytes
        let zeros = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 0xff, count: 32)
        func replacing(_ element: Int, with new: [UInt8]) -> [UInt8] {
            Array(bytes[..<(32 * element)] + new + bytes[(32 * element + 32)...])
        }
        let names = ["A", "S", "T_1", "T_2"]
        for (element, name) in names.enumerated() {
            #expect(throws: VerificationError.identityPoint(name)) { try claim.verify(replacing(element, with: zeros)) }
            #expect(throws: VerificationError.undecodablePoint(name)) {
                try claim.verify(replacing(element, with: ones))
            }
        }
        for (element, name) in [(4, "t_x"), (5, "t_x_blinding"), (6, "e_blinding"), (15, "a"), (16, "b")] {
            #expect(throws: VerificationError.nonCanonicalScalar(name)) {
                try claim.verify(replacing(element, with: ones))
            }
        }
        #expect(throws: VerificationError.identityPoint("L")) { try claim.verify(replacing(7, with: zeros)) }
        #expect(throws: VerificationError.rounds(got: 3, expected: 4)) {
            try claim.verify(Array(bytes[..<224] + bytes[288...]))
        }
        #expect(throws: VerificationError.length(got: 31)) { try claim.verify(Array(bytes[..<31])) }
        #expect(throws: VerificationError.equation) { try claim.verify(bytes, label: "other") }
        #expect(throws: VerificationError.bitSize(got: 9)) { try claim.verify(bytes, bits: 9) }
        #expect(throws: VerificationError.rounds(got: 4, expected: 5)) { try claim.verify(bytes, bits: 16) }
    }

    @Test("answer any bytes with a refusal", arguments: UInt64(0)..<60)
    func survivesNoise(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let claim = try RangeClaim(values: [1], bits: 8)
        let bytes = (0..<Int.random(in: 0...700, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(throws: VerificationError.self) { try claim.verify(bytes) }
        #expect(throws: VerificationError.self) { _ = try R1CSProof(bytes: [UInt8(seed % 3)] + bytes + [0]) }
    }

    @Test("are judged alike before and after their generators have tables")
    func verifiesWithTables() throws {
        let claim = try RangeClaim(values: [5, .max, 0, 77], bits: 64)
        let bytes = claim.proof.bytes
        let size = bytes.count
        var altered = bytes
        altered[size - 1] ^= 1
        // The prover made the tables of its own shape; other shapes get theirs after some proofs.
        for _ in 0..<3 {
            try claim.verify(bytes)
            #expect(throws: VerificationError.equation) { try claim.verify(altered) }
        }
        #expect(BulletproofGenerators.verifierTables(parties: 1, each: 128) == nil)
        #expect(BulletproofGenerators.verifierTables(parties: 1, each: 1 << 14) == nil)
        var cache = GeneratorTableCache()
        let pairs = (0..<40).map { _ in cache.tablesOnceWorthwhile(2, 16) }
        #expect(pairs.map { $0?.g.count } == (1...40).map { $0 < GeneratorTableCache.worthwhile ? nil : 32 })
    }

    @Test("share tables of one bounded size, a prefix of it each")
    func boundsTables() {
        var cache = GeneratorTableCache()
        func ask(_ parties: Int, _ each: Int) -> Int {
            let (g, h) = BulletproofGenerators.vectors(parties: parties, each: each)
            return cache.tables(parties, g, h).g.count
        }
        #expect(ask(1, 64) == 64)
        #expect(ask(1, 32) == 64)
        #expect(ask(2, 8) == 16)
        #expect(ask(1, 96) == 96)
        #expect(ask(4, 4) == 16)
    }

    @Test("are never the same twice")
    func drawsFreshMasks() throws {
        #expect(try RangeClaim(values: [1], bits: 8).proof.bytes != RangeClaim(values: [1], bits: 8).proof.bytes)
    }
}

@Suite("Inner-product argument")
struct InnerProductTests {
    @Test("folds lazily to the bytes of the plain algorithm", arguments: [1, 2, 8, 512, 1_024])
    func agreesWithPlainFolding(size: Int) {
        var tape = DeterministicTape(seed: [UInt8(size % 251)])
        func vector() -> [Scalar] { (0..<size).map { _ in tape.nextScalar() } }
        let (a, b, gWeights, hWeights) = (vector(), vector(), vector(), vector())
        let generators = BulletproofGenerators.proverVectors(parties: 1, each: size)
        let (g, h) = (generators.g, generators.h)
        let q = PedersenGenerators.blinding
        let plain = plainProof(a, b, zip(gWeights, g).map(*), zip(hWeights, h).map(*), q)
        // With tables of multiples and without, as for circuits too large for tables.
        for generators in [generators, ProverGenerators(g: g, h: h, tables: nil)] {
            var transcript = MerlinTranscript(label: "inner product")
            let proof = InnerProductProver.prove(
                a: a,
                b: b,
                generators: generators,
                gWeights: gWeights,
                hWeights: hWeights,
                q: q,
                transcript: &transcript
            )
            #expect(proof.bytes == plain)
        }
    }

    /// The algorithm as it stands in the paper: every round folds everything.
    private func plainProof(
        _ a: [Scalar],
        _ b: [Scalar],
        _ g: [RistrettoPoint],
        _ h: [RistrettoPoint],
        _ q: RistrettoPoint
    ) -> [UInt8] {
        var (a, b, g, h) = (a, b, g, h)
        var transcript = MerlinTranscript(label: "inner product")
        transcript.append("dom-sep", "ipp v1".utf8)
        transcript.append("n", UInt64(a.count))
        var bytes: [UInt8] = []
        func sum(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> CompressedRistretto {
            RistrettoPoint.vartimeMultiscalarMultiplication(scalars, points).compressed()
        }
        func folded(_ low: Scalar, _ high: Scalar, _ points: [RistrettoPoint]) -> [RistrettoPoint] {
            let half = points.count / 2
            return (0..<half).map {
                .vartimeMultiscalarMultiplication([low, high], [points[$0], points[$0 + half]])
            }
        }
        while a.count > 1 {
            let n = a.count / 2
            let (aL, aR, bL, bR) = (Array(a[..<n]), Array(a[n...]), Array(b[..<n]), Array(b[n...]))
            let left = sum(aL + bR + [dotProduct(aL, bR)], Array(g[n...] + h[..<n]) + [q])
            let right = sum(aR + bL + [dotProduct(aR, bL)], Array(g[..<n] + h[n...]) + [q])
            transcript.append("L", left.bytes)
            transcript.append("R", right.bytes)
            bytes += left.bytes + right.bytes
            let u = transcript.challengeScalar("u")
            let inverse = u.inverted()
            a = zip(aL, aR).map { u * $0 + inverse * $1 }
            b = zip(bL, bR).map { inverse * $0 + u * $1 }
            g = folded(inverse, u, g)
            h = folded(u, inverse, h)
        }
        return bytes + a[0].bytes + b[0].bytes
    }
}

/// Values with blinding factors, and a proof about them.
struct RangeClaim {
    let bits: Int
    let proof: RangeProof
    let commitments: [CompressedRistretto]

    init(values: [UInt64], bits: Int) throws {
        var transcript = MerlinTranscript(label: "range")
        let proved = try RangeProof.prove(
            values: values,
            blindings: values.indices.map { Scalar(UInt64($0 + 3)) },
            bits: bits,
            transcript: &transcript
        )
        self.bits = bits
        proof = proved.proof
        commitments = proved.commitments.map(\.compressed)
    }

    func verify(_ bytes: [UInt8], label: String = "range", bits: Int? = nil) throws(VerificationError) {
        var transcript = MerlinTranscript(label: label)
        try RangeProof(bytes: bytes).verify(
            commitments: commitments,
            bits: bits ?? self.bits,
            transcript: &transcript
        )
    }
}
