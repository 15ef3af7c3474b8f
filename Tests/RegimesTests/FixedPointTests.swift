import BigIntegers
import MarketData
@testable import Regimes
import TestSupport
import Testing

@Suite("Fixed-point numbers")
struct FixedPointTests {
    private static let unit = BigInteger(1) << 64

    /// A number whose size is drawn from the whole range.
    private static func number(_ random: inout SplitMix64) -> FixedPoint {
        let bits = Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next()))
        return FixedPoint(units: bits >> Int.random(in: 0...127, using: &random))
    }

    private static func inRange(_ value: BigInteger) -> Int128 {
        Int128(exactly: value) ?? (value < BigInteger(0) ? .min : .max)
    }

    @Test(
        "sums, differences and products are the exact ones, rounded and brought into the range",
        arguments: UInt64(0)..<20
    )
    func arithmeticIsExact(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let (left, right) = (Self.number(&random), Self.number(&random))
            let (first, second) = (BigInteger(left.units), BigInteger(right.units))
            #expect((left + right).units == Self.inRange(first + second))
            #expect((left - right).units == Self.inRange(first - second))
            let product = first * second
            let half = Self.unit >> 1
            let size = product < BigInteger(0) ? BigInteger(0) - product : product
            let rounded = (size + half) >> 64
            #expect((left * right).units == Self.inRange(product < BigInteger(0) ? BigInteger(0) - rounded : rounded))
        }
    }

    @Test("the ends of the range, zero and a Double beyond it are total")
    func endsAreTotal() {
        let ends = [FixedPoint.lowest, .highest, .zero, .one, FixedPoint(units: -1), FixedPoint(units: 1)]
        for left in ends {
            for right in ends { _ = (left + right, left - right, left * right, left.magnitude) }
            _ = (left.binaryLogarithm(), min(left, .zero).binaryExponential(), left.divided(by: 3), left.double)
        }
        #expect(FixedPoint.highest + .one == .highest)
        #expect(FixedPoint.lowest - .one == .lowest)
        #expect(FixedPoint.lowest * .lowest == .highest)
        #expect(FixedPoint(Double.nan) == nil)
        #expect(FixedPoint(Double.infinity) == nil)
        #expect(FixedPoint(0x1p63) == nil)
        #expect(FixedPoint(-0x1p63) == .lowest)
        #expect(FixedPoint(-1.5)?.units == -(3 << 63))
        #expect(FixedPoint(0x1p-65)?.units == 0)
        #expect(FixedPoint(0x1.8p-64)?.units == 2)
    }

    @Test("the constants of the exponential are powers of ln 2 over factorials, to the nearest unit")
    func constantsAreRight() {
        // ln 2 = Σ 1 ÷ (k 2ᵏ), to 2⁻³⁰⁰.
        var logarithm = BigInteger(0)
        for index in 1...300 { logarithm += (BigInteger(1) << (320 - index)) / BigInteger(index) }
        var power = BigInteger(1) << 320
        for (index, constant) in FixedPoint.powersOfLogarithmOfTwo.enumerated() {
            if index > 0 { power = ((power * logarithm) >> 320) / BigInteger(index) }
            #expect(BigInteger(constant) == (power + (BigInteger(1) << 256)) >> 257, "\(index)")
        }
        #expect(
            BigInteger(FixedPoint.naturalLogarithmOfTwo.units) == (logarithm + (BigInteger(1) << 255)) >> 256
        )
        let ten = FixedPoint.binaryLogarithm(of: 10)
        #expect(abs((ten - FixedPoint.binaryLogarithmOfTen).units) <= 16)
    }

    @Test("the scales of the estimators are those of Doubles")
    func scalesAgree() {
        let (exact, double) = (FixedPoint.scales, Double.scales)
        for (left, right) in [
            (exact.bipower, double.bipower), (exact.minimum, double.minimum), (exact.median, double.median),
            (exact.parkinson, double.parkinson), (exact.garmanKlass, double.garmanKlass),
        ] { #expect(abs(left.double - right) <= 4 * right.ulp) }
    }

    /// floor(2^(64 + x)) of a rational power by exact roots: 2^(n ÷ 64).
    private static func power(sixtyFourths: Int) -> BigInteger {
        // 64 times the square root's square root … : 2^(1/64) to 400 bits, then powers of it.
        var root = BigInteger(2) << 800
        for _ in 0..<6 { root = squareRoot(root << 800) }
        var result = BigInteger(1) << 800
        for _ in 0..<sixtyFourths { result = (result * root) >> 800 }
        return result
    }

    private static func squareRoot(_ value: BigInteger) -> BigInteger {
        var guess = BigInteger(1) << 810
        while true {
            let next = (guess + value / guess) >> 1
            if next >= guess { return guess }
            guess = next
        }
    }

    @Test("exponential and logarithm are within their bounds of exact roots of two", arguments: [1, 7, 31, 32, 50, 63])
    func exponentialAndLogarithmAreWithinBounds(sixtyFourths: Int) throws {
        let exact = Self.power(sixtyFourths: sixtyFourths)
        // 2^(n/64 − 1), below 1.
        let exponent = FixedPoint(sixtyFourths).divided(by: 64) - .one
        let power = exponent.binaryExponential()
        let expected = exact >> (800 - 63)
        #expect(abs(power.double - Double(expected) * 0x1p-64) <= 0x1p-57)
        let difference = BigInteger(power.units) - expected
        #expect(difference >= BigInteger(-128) && difference <= BigInteger(128))
        // log₂ of the nearest number below is n/64 − 1 but for that number's own rounding, 2⁻⁶³.
        let units = try #require(Int128(exactly: expected))
        let logarithm = try #require(FixedPoint(units: units).binaryLogarithm())
        #expect(abs((logarithm - exponent).units) <= 20)
    }

    @Test("logarithms of random numbers agree with libm to the last digits of a Double", arguments: UInt64(0)..<10)
    func logarithmsAgree(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let value = Self.number(&random).magnitude
            guard value > .zero else { continue }
            let expected = naturalLogarithm(value.double) / naturalLogarithm(2)
            #expect(abs(try #require(value.binaryLogarithm()).double - expected) <= 1e-14 * (1 + abs(expected)))
        }
    }
}
