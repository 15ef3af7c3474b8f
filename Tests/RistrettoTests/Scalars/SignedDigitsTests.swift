import BigIntegers
import TestSupport
import Testing

@testable import Ristretto

@Suite("Signed digits")
struct SignedDigitsTests {
    /// Small ones, and those around ℓ and the ends of limbs, then random ones.
    static let scalars: [Scalar] = {
        var random = SplitMix64(seed: 7)
        var scalars = (0..<40).map { Scalar(UInt64($0)) }
        scalars += (1..<40).map { -Scalar(UInt64($0)) }
        scalars += [Scalar(UInt64.max), Scalar(UInt128.max), Scalar(UInt128(1) << 64)]
        scalars += (0..<100).map { _ in random.scalar() }
        return scalars
    }()

    /// Σ digits[i] · 2^(width·i).
    private func value(_ digits: [Int], width: Int) -> BigInteger {
        digits.reversed().reduce(BigInteger(0)) { ($0 << width) + BigInteger($1) }
    }

    @Test("of radix 16 lie in −8 ..< 8 and sum to the scalar")
    func radix16() {
        for scalar in SignedDigitsTests.scalars {
            let digits = withUnsafeTemporaryAllocation(of: Int8.self, capacity: SignedDigits.radix16Count) { buffer in
                SignedDigits.writeRadix16(scalar, into: buffer)
                return buffer.map { Int($0) }
            }
            #expect(digits.allSatisfy { (-8...8).contains($0) })
            #expect(value(digits, width: 4) == integer(scalar.limbs))
        }
    }

    @Test("of every width lie in their range and sum to the scalar", arguments: 2...15)
    func buckets(width: Int) {
        for scalar in SignedDigitsTests.scalars {
            var digits: [Int] = []
            SignedDigits.vartimeForEach(of: scalar, width: width) { index, digit in
                #expect(index == digits.count)
                digits.append(digit)
            }
            #expect(digits.count == SignedDigits.count(width: width))
            #expect(digits.allSatisfy { -(1 << (width - 1)) <= $0 && $0 < 1 << (width - 1) })
            #expect(value(digits, width: width) == integer(scalar.limbs))
        }
    }

    @Test("in non-adjacent form are odd, below 16, at least five places apart, and sum to the scalar")
    func nonAdjacent() {
        for scalar in SignedDigitsTests.scalars {
            let count = SignedDigits.nonAdjacentFormCount
            let (digits, length) = withUnsafeTemporaryAllocation(of: Int8.self, capacity: count) { buffer in
                let length = SignedDigits.vartimeWriteNonAdjacentForm(scalar, into: buffer)
                return (buffer.map { Int($0) }, length)
            }
            let places = digits.indices.filter { digits[$0] != 0 }
            #expect(places.allSatisfy { digits[$0] % 2 != 0 && abs(digits[$0]) < 16 })
            #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 5 })
            #expect(length == (places.last ?? -1) + 1)
            #expect(value(digits, width: 1) == integer(scalar.limbs))
        }
    }
}
