import BigIntegers
import Ristretto
import TestSupport
import Testing

@testable import Attestations

@Suite("A quotient of secrets")
struct SecretQuotientTests {
    @Test(
        "is the floor of the division, 0 of a negative number, and no larger than its bits",
        arguments: UInt64(0)..<50
    )
    func agrees(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func draw(_ bits: Int) -> BigInteger {
            (BigInteger(UInt64.random(in: 0...UInt64.max, using: &random)) << 128
                + BigInteger(UInt64.random(in: 0...UInt64.max, using: &random)) << 64
                + BigInteger(UInt64.random(in: 0...UInt64.max, using: &random))) >> (192 - bits)
        }
        let (dividend, divisor) = (
            draw(Int.random(in: 1...190, using: &random)), draw(Int.random(in: 1...134, using: &random)) + 1
        )
        let bits = Int.random(in: 1...80, using: &random)
        let quotient = Scalar(dividend).quotient(by: Scalar(divisor), bits: bits)
        #expect(quotient == Scalar(min(dividend.floorDivided(by: divisor), (BigInteger(1) << bits) - 1)))
        let multiple = Scalar(divisor * 5)
        #expect(multiple.quotient(by: Scalar(divisor), bits: 9) == Scalar(UInt64(5)))
        #expect((multiple - .one).quotient(by: Scalar(divisor), bits: 9) == Scalar(UInt64(4)))
        #expect(Scalar(-dividend - 1).quotient(by: Scalar(divisor), bits: bits) == .zero)
        #expect(Scalar(dividend).quotient(by: .zero, bits: bits) == Scalar((BigInteger(1) << bits) - 1))
    }
}
