import BigIntegers
import TestSupport
import Testing

@testable import Ristretto

@Suite("Square roots of ratios (RFC 9496 §4.2)")
struct SquareRootTests {
    private func check<Field: FieldArithmetic>(_ field: Field.Type, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let (u, v) = (Field(limbs: random.limbs()), Field(limbs: random.limbs()))
        let i = Field.squareRootOfMinusOne
        let (isSquare, root) = Field.squareRootOfRatio(u, v)
        #expect(v * root.squared() == (isSquare.isSet ? u : i * u))
        #expect(!root.isNegative.isSet)
        // u²÷v² is a square with root ±u÷v.
        let (alwaysSquare, ratio) = Field.squareRootOfRatio(u.squared(), v.squared())
        #expect(alwaysSquare.isSet)
        #expect(ratio == (u * v.inverted()).absoluteValue)
        // √−1 is no square, so i·u²÷v² is none.
        #expect(!Field.squareRootOfRatio(i * u.squared(), v.squared()).isSquare.isSet)
    }

    @Test("satisfy their definition", arguments: UInt64(0)..<50)
    func definition(seed: UInt64) {
        check(FieldElement4x64.self, seed: seed)
        check(FieldElementGMP.self, seed: seed)
    }

    @Test("of 0 ÷ v, u ÷ 0 and 0 ÷ 0 are what the RFC says")
    func zeros() {
        func check<Field: FieldArithmetic>(_ field: Field.Type) {
            let two = Field.one + .one
            #expect(Field.squareRootOfRatio(.zero, two).isSquare.isSet)
            #expect(Field.squareRootOfRatio(.zero, two).root == .zero)
            #expect(Field.squareRootOfRatio(.zero, .zero).isSquare.isSet)
            #expect(!Field.squareRootOfRatio(two, .zero).isSquare.isSet)
            #expect(Field.squareRootOfRatio(two, .zero).root == .zero)
        }
        check(FieldElement4x64.self)
        check(FieldElementGMP.self)
    }
}
