internal import CGMP

/// Arithmetic modulo one fixed integer, for public data: GMP's time depends on the values.
public struct Modulus: Sendable, Hashable {
    /// The modulus itself: at least 2.
    public let value: BigInteger

    /// Creates arithmetic modulo `value`, or nil if `value` is below 2.
    public init?(_ value: BigInteger) {
        guard value > 1 else { return nil }
        self.value = value
    }

    /// The representative of `integer` in 0 ..< ``value``, whatever the sign of `integer`.
    public func reduce(_ integer: BigInteger) -> BigInteger {
        integer.floorRemainder(dividingBy: value)
    }

    /// left · right, reduced.
    public func multiply(_ left: BigInteger, _ right: BigInteger) -> BigInteger {
        reduce(left * right)
    }

    /// The integer in 0 ..< ``value`` whose product with `integer` is 1, or nil if the two share a divisor.
    public func inverse(of integer: BigInteger) -> BigInteger? {
        var exists = false
        let inverse = BigInteger { result in
            integer.read { a in value.read { m in exists = __gmpz_invert(result, a, m) != 0 } }
        }
        return exists ? inverse : nil
    }

    /// `base` raised to `exponent`, reduced; nil if the exponent is negative and `base` has no inverse.
    public func power(_ base: BigInteger, _ exponent: BigInteger) -> BigInteger? {
        guard exponent.isNegative else { return powerOfNonNegative(base, exponent) }
        guard let inverse = inverse(of: base) else { return nil }
        return powerOfNonNegative(inverse, -exponent)
    }

    private func powerOfNonNegative(_ base: BigInteger, _ exponent: BigInteger) -> BigInteger {
        BigInteger { result in
            base.read { b in exponent.read { e in value.read { m in __gmpz_powm(result, b, e, m) } } }
        }
    }
}
