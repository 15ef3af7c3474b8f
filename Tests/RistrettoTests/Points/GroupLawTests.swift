import TestSupport
import Testing

@testable import Ristretto

@Suite("Group")
struct GroupLawTests {
    /// The four points of the curve that represent the neutral element, (0, ±1) and (±√−1, 0).
    static let torsion: [RistrettoPoint] = {
        let i = FieldElement.squareRootOfMinusOne
        return [
            .identity,
            RistrettoPoint(x: .zero, y: -FieldElement.one, z: .one, t: .zero),
            RistrettoPoint(x: i, y: .zero, z: .one, t: .zero),
            RistrettoPoint(x: -i, y: .zero, z: .one, t: .zero),
        ]
    }()

    @Test("addition is associative and commutative, with inverses", arguments: UInt64(0)..<50)
    func laws(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b, c) = (random.point(), random.point(), random.point())
        #expect((a + b) + c == a + (b + c))
        #expect(a + b == b + a)
        #expect(a - b == a + -b)
        #expect((a - a).isIdentity)
        #expect(a + .identity == a)
        #expect(a.doubled() == a + a)
        #expect(a != b)
    }

    @Test("the laws hold where summands coincide, cancel or vanish")
    func completeFormulas() {
        let base = RistrettoPoint.basepoint
        let zero = RistrettoPoint.identity
        #expect(zero + zero == zero)
        #expect(zero.doubled().isIdentity)
        #expect((-zero).isIdentity)
        #expect((base + -base).isIdentity)
        #expect(base + base == base.doubled())
        #expect(base - base.doubled() == -base)
    }

    @Test("one element has one encoding, whichever of its representatives and denominators", arguments: UInt64(0)..<20)
    func representatives(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let point = random.point()
        let factor = FieldElement(limbs: random.limbs())
        let stretched = RistrettoPoint(
            x: point.x * factor,
            y: point.y * factor,
            z: point.z * factor,
            t: point.t * factor
        )
        for torsion in GroupLawTests.torsion {
            #expect(point + torsion == point)
            #expect((point + torsion).compressed() == point.compressed())
            #expect((stretched + torsion).compressed() == point.compressed())
        }
    }

    @Test("every representative of the neutral element is the neutral element")
    func torsionIsIdentity() {
        for torsion in GroupLawTests.torsion {
            #expect(torsion.isIdentity)
            #expect(torsion == .identity)
            #expect(torsion.compressed() == .identity)
            #expect(torsion.compressed().isIdentity)
        }
        #expect(!RistrettoPoint.basepoint.isIdentity)
    }

    @Test("encoding and decoding return the same element and the same bytes", arguments: UInt64(0)..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let point = random.point()
        let encoding = point.compressed()
        let decoded = try #require(encoding.decompressed())
        #expect(decoded == point)
        #expect(decoded.compressed() == encoding)
        #expect(CompressedRistretto(encoding.bytes) == encoding)
    }

    @Test(
        "decoding takes any 32 bytes, refuses most, and re-encodes exactly those it takes",
        arguments: UInt64(0)..<200
    )
    func randomBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bytes = random.bytes(32)
        if let point = try #require(CompressedRistretto(bytes)).decompressed() {
            #expect(point.compressed().bytes == bytes)
        }
    }

    @Test("an encoding has 32 bytes", arguments: [0, 1, 31, 33, 64])
    func encodingLength(count: Int) {
        #expect(CompressedRistretto([UInt8](repeating: 0, count: count)) == nil)
    }

    @Test("selection takes either operand by the mask alone")
    func selection() {
        let (a, b) = (RistrettoPoint.basepoint, RistrettoPoint.basepoint.doubled())
        #expect(RistrettoPoint.select(ConstantTimeMask(bit: 1), a, b) == a)
        #expect(RistrettoPoint.select(ConstantTimeMask(bit: 0), a, b) == b)
    }
}
