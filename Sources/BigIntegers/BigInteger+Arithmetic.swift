internal import CGMP

extension BigInteger: SignedNumeric {
    /// The sum.
    public static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        BigInteger { result in left.read { a in right.read { b in __gmpz_add(result, a, b) } } }
    }

    /// The difference.
    public static func - (left: BigInteger, right: BigInteger) -> BigInteger {
        BigInteger { result in left.read { a in right.read { b in __gmpz_sub(result, a, b) } } }
    }

    /// The product.
    public static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        BigInteger { result in left.read { a in right.read { b in __gmpz_mul(result, a, b) } } }
    }

    /// The integer of opposite sign.
    public static prefix func - (operand: BigInteger) -> BigInteger {
        BigInteger { result in operand.read { __gmpz_neg(result, $0) } }
    }

    /// Adds in place.
    public static func += (left: inout BigInteger, right: BigInteger) {
        left.update { result, current in right.read { __gmpz_add(result, current, $0) } }
    }

    /// Subtracts in place.
    public static func -= (left: inout BigInteger, right: BigInteger) {
        left.update { result, current in right.read { __gmpz_sub(result, current, $0) } }
    }

    /// Multiplies in place.
    public static func *= (left: inout BigInteger, right: BigInteger) {
        left.update { result, current in right.read { __gmpz_mul(result, current, $0) } }
    }

    /// Changes the sign in place.
    public mutating func negate() {
        update { __gmpz_neg($0, $1) }
    }
}

// MARK: - Division

extension BigInteger {
    /// The quotient rounded towards zero, and the remainder, which has the sign of the dividend: as Swift's `/` and `%`.
    ///
    /// - Precondition: `divisor` is not zero.
    public func quotientAndRemainder(
        dividingBy divisor: BigInteger
    ) -> (quotient: BigInteger, remainder: BigInteger) {
        precondition(!divisor.isZero, "division by zero")
        var remainder = BigInteger()
        let quotient = BigInteger { q in
            remainder = BigInteger { r in
                read { n in divisor.read { d in __gmpz_tdiv_qr(q, r, n, d) } }
            }
        }
        return (quotient, remainder)
    }

    /// ⌊self ÷ divisor⌋, rounded towards −∞ whatever the signs.
    ///
    /// - Precondition: `divisor` is not zero.
    public func floorDivided(by divisor: BigInteger) -> BigInteger {
        precondition(!divisor.isZero, "division by zero")
        return BigInteger { q in read { n in divisor.read { d in __gmpz_fdiv_q(q, n, d) } } }
    }

    /// self − divisor · ⌊self ÷ divisor⌋: zero, or of the sign of the divisor.
    ///
    /// - Precondition: `divisor` is not zero.
    public func floorRemainder(dividingBy divisor: BigInteger) -> BigInteger {
        precondition(!divisor.isZero, "division by zero")
        return BigInteger { r in read { n in divisor.read { d in __gmpz_fdiv_r(r, n, d) } } }
    }

    /// ⌈self ÷ divisor⌉, rounded towards +∞ whatever the signs.
    ///
    /// - Precondition: `divisor` is not zero.
    public func ceilingDivided(by divisor: BigInteger) -> BigInteger {
        precondition(!divisor.isZero, "division by zero")
        return BigInteger { q in read { n in divisor.read { d in __gmpz_cdiv_q(q, n, d) } } }
    }

    /// The quotient rounded towards zero.
    public static func / (left: BigInteger, right: BigInteger) -> BigInteger {
        left.quotientAndRemainder(dividingBy: right).quotient
    }

    /// The remainder of the division that rounds towards zero.
    public static func % (left: BigInteger, right: BigInteger) -> BigInteger {
        left.quotientAndRemainder(dividingBy: right).remainder
    }
}

// MARK: - Powers of two, powers, roots

extension BigInteger {
    /// self · 2^count.
    ///
    /// - Precondition: `count` is not negative.
    public static func << (left: BigInteger, count: Int) -> BigInteger {
        precondition(count >= 0, "shift by a negative count")
        return BigInteger { result in left.read { __gmpz_mul_2exp(result, $0, mp_bitcnt_t(count)) } }
    }

    /// ⌊self ÷ 2^count⌋, rounded towards −∞.
    ///
    /// - Precondition: `count` is not negative.
    public static func >> (left: BigInteger, count: Int) -> BigInteger {
        precondition(count >= 0, "shift by a negative count")
        return BigInteger { result in left.read { __gmpz_fdiv_q_2exp(result, $0, mp_bitcnt_t(count)) } }
    }

    /// Multiplies by 2^count in place.
    public static func <<= (left: inout BigInteger, count: Int) { left = left << count }

    /// Divides by 2^count in place, rounded towards −∞.
    public static func >>= (left: inout BigInteger, count: Int) { left = left >> count }

    /// self raised to `exponent`.
    ///
    /// - Precondition: `exponent` is not negative.
    public func raised(to exponent: Int) -> BigInteger {
        precondition(exponent >= 0, "negative exponent")
        return BigInteger { result in read { __gmpz_pow_ui(result, $0, UInt(exponent)) } }
    }

    /// ⌊√self⌋.
    ///
    /// - Precondition: the integer is not negative.
    public func isqrt() -> BigInteger {
        precondition(!isNegative, "square root of a negative integer")
        return BigInteger { result in read { __gmpz_sqrt(result, $0) } }
    }

    /// The greatest common divisor, never negative; zero only of two zeros.
    public static func greatestCommonDivisor(_ left: BigInteger, _ right: BigInteger) -> BigInteger {
        BigInteger { result in left.read { a in right.read { b in __gmpz_gcd(result, a, b) } } }
    }
}
