import BigIntegers
import Ristretto
import TestSupport
import Testing

/// p = 2²⁵⁵ − 19, in big integers.
let fieldOrder: BigInteger = (1 << 255) - 19

@Suite("Both field backends")
struct FieldTests {
    /// Around 0, p, 2p, 2²⁵⁵ and 2²⁵⁶, and patterns that make carries run through every limb.
    static let edges: [(UInt64, UInt64, UInt64, UInt64)] = {
        let near: [BigInteger] = [0, fieldOrder, fieldOrder * 2, 1 << 255, 1 << 192, 1 << 128, 1 << 64]
        var values = near.flatMap { centre in (-20...40).map { centre + BigInteger($0) } }
        values += (0..<40).map { (1 << 256) - 1 - BigInteger($0) }
        let patterns: [UInt64] = [0, 1, .max, 1 << 63, .max >> 1]
        for a in patterns {
            for b in patterns { values.append(integer((a, b, a, b))) }
        }
        return values.filter { !$0.isNegative && $0.bitWidth <= 256 }.map(limbs)
    }()

    private func check<Field: FieldArithmetic>(
        _ field: Field.Type,
        _ left: (UInt64, UInt64, UInt64, UInt64),
        _ right: (UInt64, UInt64, UInt64, UInt64)
    ) throws {
        let modulus = try #require(Modulus(fieldOrder))
        let (a, b) = (Field(limbs: left), Field(limbs: right))
        let (x, y) = (integer(left), integer(right))
        func agrees(_ element: Field, _ expected: BigInteger) -> Bool {
            integer(element.canonicalLimbs) == modulus.reduce(expected)
        }
        #expect(agrees(a, x))
        #expect(agrees(a + b, x + y))
        #expect(agrees(a - b, x - y))
        #expect(agrees(-a, -x))
        #expect(agrees(a * b, x * y))
        #expect(agrees(a.squared(), x * x))
        // Unreduced results are operands in their turn.
        #expect(agrees((a - b) * (b - a), (x - y) * (y - x)))
        #expect(agrees((a + b) - (a - b) * a, (x + y) - (x - y) * x))
        #expect(a.equals(b).isSet == (modulus.reduce(x) == modulus.reduce(y)))
        #expect(a.isZero.isSet == modulus.reduce(x).isZero)
        #expect(a.isNegative.isSet == !modulus.reduce(x).isEven)
        #expect(Field(littleEndian: a.bytes) == a)
    }

    @Test("agree with big integers on edges, each against each of a sample")
    func edges() throws {
        for (index, left) in FieldTests.edges.enumerated() {
            for right in FieldTests.edges[index...].prefix(12) + FieldTests.edges.suffix(25) {
                try check(FieldElement4x64.self, left, right)
                try check(FieldElementGMP.self, left, right)
            }
        }
    }

    @Test("agree with big integers, and so with each other, on random elements", arguments: UInt64(0)..<200)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<10 {
            let (left, right) = (random.limbs(), random.limbs())
            try check(FieldElement4x64.self, left, right)
            try check(FieldElementGMP.self, left, right)
        }
    }

    @Test("stay equal through a thousand dependent operations", arguments: UInt64(0)..<20)
    func longChains(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (left, right) = (random.limbs(), random.limbs())
        var (a, b) = (FieldElement4x64(limbs: left), FieldElement4x64(limbs: right))
        var (c, d) = (FieldElementGMP(limbs: left), FieldElementGMP(limbs: right))
        for _ in 0..<1_000 {
            switch random.next() % 4 {
            case 0: (a, b, c, d) = (a + b, a, c + d, c)
            case 1: (a, b, c, d) = (a - b, a, c - d, c)
            case 2: (a, b, c, d) = (a * b, a, c * d, c)
            default: (a, b, c, d) = (a.squared(), b, c.squared(), d)
            }
            #expect(a.canonicalLimbs == c.canonicalLimbs)
        }
    }

    @Test("select either operand by the mask alone")
    func selection() {
        func check<Field: FieldArithmetic>(_ field: Field.Type) {
            let (a, b) = (Field(limbs: (1, 2, 3, 4)), Field(limbs: (5, 6, 7, 8)))
            #expect(Field.select(ConstantTimeMask(bit: 1), a, b) == a)
            #expect(Field.select(ConstantTimeMask(bit: 0), a, b) == b)
        }
        check(FieldElement4x64.self)
        check(FieldElementGMP.self)
    }

    @Test("invert: the product with the inverse is 1, and 0 gives 0", arguments: UInt64(0)..<20)
    func inversion(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limbs = random.limbs()
        func check<Field: FieldArithmetic>(_ field: Field.Type) {
            let a = Field(limbs: limbs)
            #expect(a * a.inverted() == .one)
            #expect(Field.zero.inverted() == .zero)
        }
        check(FieldElement4x64.self)
        check(FieldElementGMP.self)
    }
}
