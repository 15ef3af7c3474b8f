/// Additions, subtractions and multiplications of 64-bit words that hand on what does not fit.
@usableFromInline
enum Word {
    /// left + right + carry, and the carry out.
    @inlinable @inline(__always)
    static func add(_ left: UInt64, _ right: UInt64, _ carry: Bool) -> (UInt64, Bool) {
        let (sum, first) = left.addingReportingOverflow(right)
        let (total, second) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (total, first != second)
    }

    /// left − right − borrow, and the borrow out.
    @inlinable @inline(__always)
    static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
        let (difference, first) = left.subtractingReportingOverflow(right)
        let (total, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
        return (total, first != second)
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
