import BigIntegers

/// Unsigned fixed point with 18 decimals in words of 256 bits, rounded as Balancer's `FixedPoint` and `Math` libraries round.
enum FixedPoint {
    static let one = BigInteger(1_000_000_000_000_000_000)

    /// The result, if it fits an unsigned word of 256 bits.
    static func word(_ value: BigInteger) throws(LiquidityError) -> BigInteger {
        if value.isNegative || value.bitWidth > 256 { throw .overflow(bits: 256) }
        return value
    }

    static func multiplyDown(_ a: BigInteger, _ b: BigInteger) throws(LiquidityError) -> BigInteger {
        try word(a * b) / one
    }

    static func multiplyUp(_ a: BigInteger, _ b: BigInteger) throws(LiquidityError) -> BigInteger {
        try word(a * b).ceilingDivided(by: one)
    }

    static func divideDown(_ a: BigInteger, _ b: BigInteger) throws(LiquidityError) -> BigInteger {
        if b.isZero { throw .overflow(bits: 256) }
        return try word(a * one) / b
    }

    static func divideUp(_ a: BigInteger, _ b: BigInteger) throws(LiquidityError) -> BigInteger {
        if b.isZero { throw .overflow(bits: 256) }
        return try word(a * one).ceilingDivided(by: b)
    }

    /// 1 − x, and 0 above 1.
    static func complement(_ x: BigInteger) -> BigInteger { x < one ? one - x : 0 }

    /// x^y rounded up: the approximation of ``LogarithmTable/power(_:_:)`` plus the largest error it may have, 10⁻¹⁴ of itself.
    static func powerUp(_ x: BigInteger, _ y: BigInteger, _ version: WeightedPool.PowerVersion) throws(LiquidityError)
        -> BigInteger
    {
        if version == .exactSmallPowers {
            if y == one { return x }
            if y == one + one { return try multiplyUp(x, x) }
            if y == (one << 2) {
                let square = try multiplyUp(x, x)
                return try multiplyUp(square, square)
            }
        }
        let raw = try LogarithmTable.power(x, y)
        return try word(raw + multiplyUp(raw, 10_000) + 1)
    }
}
