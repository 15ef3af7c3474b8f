import BigIntegers
import TestSupport
import Testing

@testable import Ristretto

/// ℓ, in big integers.
let groupOrder: BigInteger = (1 << 252) + 27_742_317_777_372_353_535_851_937_790_883_648_493

// Constant time cannot be seen by a test: the module's landing page says how the machine code is read for it.
@Suite("Scalars")
struct ScalarTests {
    private func integerOf(_ scalar: Scalar) -> BigInteger { integer(scalar.limbs) }

    /// Around 0, ℓ, 2ℓ … and the ends of the limbs.
    static let edges: [BigInteger] = {
        let centres: [BigInteger] = [
            0, groupOrder, groupOrder * 2, groupOrder * 15, groupOrder / 2, 1 << 64, 1 << 128, 1 << 192, 1 << 252,
            (1 << 256) - 1,
        ]
        return centres.flatMap { centre in (-2...2).map { centre + BigInteger($0) } }
            .filter { !$0.isNegative && $0.bitWidth <= 256 }
    }()

    private func check(_ x: BigInteger, _ y: BigInteger) throws {
        let modulus = try #require(Modulus(groupOrder))
        let (a, b) = (Scalar(reducing: littleEndian(x, 32)), Scalar(reducing: littleEndian(y, 32)))
        #expect(integerOf(a) == modulus.reduce(x))
        #expect(integerOf(a + b) == modulus.reduce(x + y))
        #expect(integerOf(a - b) == modulus.reduce(x - y))
        #expect(integerOf(-a) == modulus.reduce(-x))
        #expect(integerOf(a * b) == modulus.reduce(x * y))
        #expect(integerOf(a.squared()) == modulus.reduce(x * x))
        #expect((a == b) == (modulus.reduce(x) == modulus.reduce(y)))
        #expect(a.isZero.isSet == modulus.reduce(x).isZero)
        #expect((Scalar(canonical: littleEndian(x, 32)) != nil) == (x < groupOrder))
        #expect(Scalar(canonical: a.bytes) == a)
    }

    private func littleEndian(_ value: BigInteger, _ count: Int) -> [UInt8] {
        let bytes = value.magnitudeBytes
        return bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }

    @Test("agree with big integers on edges, each against each")
    func edges() throws {
        for x in ScalarTests.edges {
            for y in ScalarTests.edges { try check(x, y) }
        }
    }

    @Test("agree with big integers on random values", arguments: UInt64(0)..<200)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        try check(integer(random.limbs()), integer(random.limbs()))
    }

    @Test("reduce 64 bytes as big integers do", arguments: UInt64(0)..<100)
    func wideReduction(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let wide = seed == 0 ? [UInt8](repeating: 255, count: 64) : random.bytes(64)
        let modulus = try #require(Modulus(groupOrder))
        #expect(integerOf(Scalar(wide: wide)) == modulus.reduce(BigInteger(littleEndianMagnitude: wide)))
    }

    @Test("of integers are those integers", arguments: [0, 1, 2, 255, 1 << 63, .max] as [UInt64])
    func small(value: UInt64) {
        #expect(integerOf(Scalar(value)) == BigInteger(value))
        #expect(integerOf(Scalar(UInt128(value) << 64 | 7)) == BigInteger(UInt128(value) << 64 | 7))
    }

    @Test("multiply with their inverse to 1, by Fermat, by Euclid and in a batch", arguments: UInt64(0)..<20)
    func inversion(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let scalar = random.scalar()
        #expect(scalar * scalar.inverted() == .one)
        #expect(scalar.inverted() == scalar.invertedVartime())

        var batch = (0..<17).map { $0 % 5 == 3 ? Scalar.zero : random.scalar() }
        let expected = batch.map { $0.inverted() }
        Scalar.batchInvert(&batch)
        #expect(batch == expected)
    }

    @Test("have 0 as the inverse of 0, alone and in a batch")
    func inverseOfZero() {
        #expect(Scalar.zero.inverted() == .zero)
        #expect(Scalar.zero.invertedVartime() == .zero)
        var batch = [Scalar.zero]
        Scalar.batchInvert(&batch)
        #expect(batch == [.zero])
        batch = []
        Scalar.batchInvert(&batch)
        #expect(batch.isEmpty)
    }

    @Test("are selected by the mask alone")
    func selection() {
        let (a, b) = (Scalar(3), Scalar(4))
        #expect(Scalar.select(ConstantTimeMask(bit: 1), a, b) == a)
        #expect(Scalar.select(ConstantTimeMask(bit: 0), a, b) == b)
    }

    @Test("show nothing of themselves, not even to a mirror")
    func hidden() {
        let secret = Scalar(123_456_789)
        #expect("\(secret)" == "<hidden>")
        #expect(String(reflecting: secret) == "<hidden>")
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(String(describing: [secret]) == "[<hidden>]")
    }

    @Test("are refused as canonical unless 32 bytes long", arguments: [0, 1, 31, 33, 64])
    func canonicalLength(count: Int) {
        #expect(Scalar(canonical: [UInt8](repeating: 0, count: count)) == nil)
    }

    @Test("are overwritten before an array of them is given back")
    func erasure() {
        var secrets = [Scalar(5), Scalar(7)]
        secrets.erase()
        #expect(secrets.isEmpty)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 40, alignment: 8)
        defer { buffer.deallocate() }
        for index in buffer.indices { buffer[index] = 0xaa }
        SecretMemory.erase(UnsafeMutableRawBufferPointer(rebasing: buffer[4..<36]))
        #expect(buffer[4..<36].allSatisfy { $0 == 0 })
        #expect(buffer[..<4].allSatisfy { $0 == 0xaa } && buffer[36...].allSatisfy { $0 == 0xaa })
    }
}
