/// A truth value that selects without branching: all bits zero or all bits one.
///
/// Selection is `(a & mask) | (b & ~mask)`, which reads both operands and takes the same time whichever wins.
@frozen
public struct ConstantTimeMask: Sendable {
    // INVARIANT: 0 or UInt64.max.
    @usableFromInline let bits: UInt64

    @inlinable @inline(__always)
    init(bits: UInt64) {
        self.bits = bits
    }

    /// The mask of a bit, which must be 0 or 1.
    @inlinable @inline(__always)
    public init(bit: UInt64) {
        bits = 0 &- bit
    }

    /// Whether `word` is zero, without a comparison that a compiler could branch on.
    @inlinable @inline(__always)
    public init(isZero word: UInt64) {
        // Zero is the only word for which neither it nor its negation has the top bit set.
        bits = ((word | (0 &- word)) >> 63) &- 1
    }

    /// Both.
    @inlinable @inline(__always)
    public static func & (left: ConstantTimeMask, right: ConstantTimeMask) -> ConstantTimeMask {
        ConstantTimeMask(bits: left.bits & right.bits)
    }

    /// Either.
    @inlinable @inline(__always)
    public static func | (left: ConstantTimeMask, right: ConstantTimeMask) -> ConstantTimeMask {
        ConstantTimeMask(bits: left.bits | right.bits)
    }

    /// Exactly one.
    @inlinable @inline(__always)
    public static func ^ (left: ConstantTimeMask, right: ConstantTimeMask) -> ConstantTimeMask {
        ConstantTimeMask(bits: left.bits ^ right.bits)
    }

    /// Not.
    @inlinable @inline(__always)
    public static prefix func ~ (operand: ConstantTimeMask) -> ConstantTimeMask {
        ConstantTimeMask(bits: ~operand.bits)
    }

    /// `first` where the mask is set, else `second`.
    @inlinable @inline(__always)
    public func select(_ first: UInt64, _ second: UInt64) -> UInt64 {
        second ^ (bits & (first ^ second))
    }

    /// The truth value, for results that are public.
    @inlinable @inline(__always)
    public var isSet: Bool { bits != 0 }
}
