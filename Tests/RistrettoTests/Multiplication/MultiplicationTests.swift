import TestSupport
import Testing

@testable import Ristretto

/// scalar · point by doubling and adding, bit by bit: the plain, slow version.
func plainProduct(_ scalar: Scalar, _ point: RistrettoPoint) -> RistrettoPoint {
    let limbs = scalar.limbs
    var product = RistrettoPoint.identity
    for word in [limbs.3, limbs.2, limbs.1, limbs.0] {
        for bit in (0..<64).reversed() {
            product = product.doubled()
            if word >> UInt64(bit) & 1 == 1 { product += point }
        }
    }
    return product
}

@Suite("Multiplication of a point")
struct MultiplicationTests {
    /// 0, ±1 … ±300 and the ends of limbs, where digits carry.
    static let scalars: [Scalar] = {
        let small = (0...300).map { Scalar(UInt64($0)) }
        let powers = [63, 64, 65, 127].map { Scalar(UInt128(1) << UInt128($0)) }
        return small + small.map { -$0 } + powers + powers.map { $0 - .one } + [
            Scalar(UInt64.max), Scalar(UInt128.max),
        ]
    }()

    @Test("by small scalars and their negatives is repeated addition, by every method")
    func exhaustive() {
        var random = SplitMix64(seed: 1)
        let point = random.point()
        let table = FixedBaseTable(point)
        var multiple = RistrettoPoint.identity
        for factor in 0..<300 as Range<UInt64> {
            for (scalar, expected) in [(Scalar(factor), multiple), (-Scalar(factor), -multiple)] {
                #expect(scalar * point == expected)
                #expect(table.multiplied(by: scalar) == expected)
                #expect(RistrettoPoint.vartimeMultiscalarMultiplication([scalar], [point]) == expected)
            }
            multiple += point
        }
    }

    @Test("agrees between doubling and adding, windows, table and non-adjacent form", arguments: UInt64(0)..<50)
    func agreement(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (scalar, point) = (random.scalar(), random.point())
        let expected = plainProduct(scalar, point)
        #expect(scalar * point == expected)
        #expect(FixedBaseTable(point).multiplied(by: scalar) == expected)
        #expect(RistrettoPoint.vartimeMultiscalarMultiplication([scalar], [point]) == expected)
        #expect(RistrettoPoint.multiplyBase(scalar) == plainProduct(scalar, .basepoint))
    }

    @Test("agrees at scalars where digits carry")
    func carries() {
        for scalar in MultiplicationTests.scalars {
            let expected = plainProduct(scalar, .basepoint)
            #expect(RistrettoPoint.multiplyBase(scalar) == expected)
            #expect(scalar * RistrettoPoint.basepoint == expected)
        }
    }

    @Test("distributes over both arguments", arguments: UInt64(0)..<20)
    func distributes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (a, b) = (random.scalar(), random.scalar())
        let (p, q) = (random.point(), random.point())
        #expect((a + b) * p == a * p + b * p)
        #expect(a * (p + q) == a * p + a * q)
        #expect((a * b) * p == a * (b * p))
    }

    @Test("by −1 is the inverse element: the order of the group is ℓ")
    func order() {
        var random = SplitMix64(seed: 2)
        let point = random.point()
        #expect(-Scalar.one * point == -point)
        #expect((-Scalar.one * point + point).isIdentity)
        #expect((Scalar.zero * point).isIdentity)
    }

    @Test("of the neutral element is the neutral element, also from a torsion representative")
    func identity() {
        var random = SplitMix64(seed: 3)
        let scalar = random.scalar()
        for torsion in GroupLawTests.torsion {
            #expect((scalar * torsion).isIdentity)
            #expect(RistrettoPoint.vartimeMultiscalarMultiplication([scalar], [torsion]).isIdentity)
            #expect(FixedBaseTable(torsion).multiplied(by: scalar).isIdentity)
        }
    }
}
