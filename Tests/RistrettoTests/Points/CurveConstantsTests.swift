import BigIntegers
import Testing

@testable import Ristretto

@Suite("Curve constants")
struct CurveConstantsTests {
    private func integerOf(_ element: FieldElement) -> BigInteger { integer(element.canonicalLimbs) }

    @Test("are what their definitions say, in big integers")
    func definitions() throws {
        let field = try #require(Modulus(fieldOrder))
        let d = field.multiply(-121_665, try #require(field.inverse(of: 121_666)))
        #expect(integerOf(CurveConstants.d) == d)
        #expect(integerOf(CurveConstants.doubledD) == field.reduce(d * 2))
        #expect(integerOf(CurveConstants.oneMinusDSquared) == field.reduce(1 - d * d))
        #expect(integerOf(CurveConstants.dMinusOneSquared) == field.reduce((d - 1) * (d - 1)))
        let i = integerOf(FieldElement.squareRootOfMinusOne)
        #expect(field.multiply(i, i) == fieldOrder - 1)
        let root = integerOf(CurveConstants.rootOfADMinusOne)
        #expect(field.multiply(root, root) == field.reduce(-d - 1))
        let inverseRoot = integerOf(CurveConstants.inverseRootOfAMinusD)
        #expect(field.reduce(inverseRoot * inverseRoot * (-1 - d)) == 1)
    }

    @Test("have the roots that RFC 9496 §4.1 prints")
    func printedRoots() {
        #expect(
            integerOf(FieldElement.squareRootOfMinusOne)
                == 19_681_161_376_707_505_956_807_079_304_988_542_015_446_066_515_923_890_162_744_021_073_123_829_784_752
        )
        #expect(
            integerOf(CurveConstants.rootOfADMinusOne)
                == 25_063_068_953_384_623_474_111_414_158_702_152_701_244_531_502_492_656_460_079_210_482_610_430_750_235
        )
        #expect(
            integerOf(CurveConstants.inverseRootOfAMinusD)
                == 54_469_307_008_909_316_920_995_813_868_745_141_605_393_597_292_927_456_921_205_312_896_311_721_017_578
        )
    }

    @Test("put the basepoint on the curve, with y = 4 ÷ 5 and the even x")
    func basepoint() {
        let base = RistrettoPoint.basepoint
        let (xx, yy) = (base.x.squared(), base.y.squared())
        #expect(yy - xx == FieldElement.one + CurveConstants.d * xx * yy)
        #expect(base.t == base.x * base.y)
        #expect(base.y * FieldElement(limbs: (5, 0, 0, 0)) == FieldElement(limbs: (4, 0, 0, 0)))
        #expect(!base.x.isNegative.isSet)
    }
}
