/// Additions, subtractions and multiplications of 64-bit words that hand on what does not fit.
///
/// Carries are words, 0 or 1, taken from the upper half of a double-width result. They are never `Bool`: a carry from
/// `addingReportingOverflow` that was turned back into a number by `? 1 : 0` compiled to branches on secrets (Swift 6.3.1, -O).
/// <doc:Ristretto> says how the machine code is checked.
@usableFromInline
enum Word {
    /// left + right + carry, and the carry out.
    @inlinable @inline(__always)
    static func add(_ left: UInt64, _ right: UInt64, _ carry: UInt64 = 0) -> (sum: UInt64, carry: UInt64) {
        let wide = UInt128(left) &+ UInt128(right) &+ UInt128(carry)
        return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide >> 64))
    }

    /// left − right − borrow, and the borrow out.
    @inlinable @inline(__always)
    static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: UInt64 = 0) -> (difference: UInt64, borrow: UInt64)
    {
        let wide = UInt128(left) &- UInt128(right) &- UInt128(borrow)
        return (UInt64(truncatingIfNeeded: wide), UInt64(truncatingIfNeeded: wide >> 127))
    }

    /// left · right + addend + carry: at most (2⁶⁴ − 1)² + 2(2⁶⁴ − 1) = 2¹²⁸ − 1, so it fits two words.
    @inlinable @inline(__always)
    static func multiply(
        _ left: UInt64,
        _ right: UInt64,
        adding addend: UInt64 = 0,
        _ carry: UInt64 = 0
    ) -> (high: UInt64, low: UInt64) {
        let wide = UInt128(left) &* UInt128(right) &+ UInt128(addend) &+ UInt128(carry)
        return (UInt64(truncatingIfNeeded: wide >> 64), UInt64(truncatingIfNeeded: wide))
    }
}
