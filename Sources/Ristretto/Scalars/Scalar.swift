/// An integer modulo the group's order ℓ = 2²⁵² + 27742317777372353535851937790883648493.
///
/// Held in Montgomery form, x · 2²⁵⁶ mod ℓ. Addition, subtraction, multiplication, comparison and Fermat inversion take a time
/// that does not depend on the values; what does depend on them has `vartime` in its name and is for public data.
///
/// A scalar may be a witness or a blinding, so its description shows nothing.
@frozen
public struct Scalar: Sendable {
    // INVARIANT: the four limbs, least significant first, are x · 2²⁵⁶ mod ℓ, and below ℓ.
    @usableFromInline let limb0: UInt64
    @usableFromInline let limb1: UInt64
    @usableFromInline let limb2: UInt64
    @usableFromInline let limb3: UInt64

    @inlinable @inline(__always)
    init(montgomery limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
        self.limb0 = limb0
        self.limb1 = limb1
        self.limb2 = limb2
        self.limb3 = limb3
    }

    /// 0.
    @inlinable
    public static var zero: Scalar { Scalar(montgomery: 0, 0, 0, 0) }

    /// 1.
    @inlinable
    public static var one: Scalar {
        Scalar(
            montgomery: 0xd6ec_3174_8d98_951d,
            0xc6ef_5bf4_737d_cf70,
            0xffff_ffff_ffff_fffe,
            0x0fff_ffff_ffff_ffff
        )
    }
}

// MARK: - From and to integers and bytes

extension Scalar {
    /// Creates the scalar of an integer.
    @inlinable
    public init(_ value: UInt64) {
        self = Scalar.montgomeryProduct((value, 0, 0, 0), Scalar.radixSquared)
    }

    /// Creates the scalar of an integer.
    @inlinable
    public init(_ value: UInt128) {
        let low = UInt64(truncatingIfNeeded: value)
        let high = UInt64(truncatingIfNeeded: value >> 64)
        self = Scalar.montgomeryProduct((low, high, 0, 0), Scalar.radixSquared)
    }

    /// Creates the scalar that 32 bytes encode, least significant first, or nil if they are not below ℓ.
    ///
    /// - Returns: nil also if there are not exactly 32 bytes. Whether the bytes are canonical is public; their value is not.
    public init?(canonical bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        let words = LittleEndian.words(bytes)
        guard Scalar.isBelowOrder(words) else { return nil }
        self = Scalar.montgomeryProduct(words, Scalar.radixSquared)
    }

    /// Reduces 32 bytes, least significant first, modulo ℓ.
    ///
    /// - Precondition: `bytes` holds 32 bytes.
    public init(reducing bytes: [UInt8]) {
        self = Scalar.montgomeryProduct(LittleEndian.words(bytes), Scalar.radixSquared)
    }

    /// Reduces 64 bytes, least significant first, modulo ℓ.
    ///
    /// - Precondition: `wide` holds 64 bytes.
    public init(wide: [UInt8]) {
        precondition(wide.count == 64, "a wide scalar has 64 bytes")
        let low = LittleEndian.words(wide[..<32])
        let high = LittleEndian.words(wide[32...])
        // low·R²·R⁻¹ + high·R³·R⁻¹ = (low + high·2²⁵⁶)·R
        self =
            Scalar.montgomeryProduct(low, Scalar.radixSquared) + Scalar.montgomeryProduct(high, Scalar.radixCubed)
    }

    /// The canonical integer below ℓ, least significant limb first.
    @inlinable
    public var limbs: (UInt64, UInt64, UInt64, UInt64) {
        let plain = Scalar.montgomeryProduct((limb0, limb1, limb2, limb3), Scalar(montgomery: 1, 0, 0, 0))
        return (plain.limb0, plain.limb1, plain.limb2, plain.limb3)
    }

    /// The canonical encoding: 32 bytes, least significant first.
    @inlinable
    public var bytes: [UInt8] { LittleEndian.bytes(limbs) }

    private static func isBelowOrder(_ words: (UInt64, UInt64, UInt64, UInt64)) -> Bool {
        let (_, b0) = words.0.subtractingReportingOverflow(order.0)
        let (_, b1) = Word.subtract(words.1, order.1, b0)
        let (_, b2) = Word.subtract(words.2, order.2, b1)
        let (_, b3) = Word.subtract(words.3, order.3, b2)
        return b3
    }
}

// MARK: - Comparison

extension Scalar: Hashable {
    /// Whether both are the same scalar, in constant time.
    @inlinable
    public static func == (left: Scalar, right: Scalar) -> Bool { left.equals(right).isSet }

    /// Whether both are the same scalar, as a mask.
    @inlinable
    public func equals(_ other: Scalar) -> ConstantTimeMask {
        ConstantTimeMask(
            isZero: (limb0 ^ other.limb0) | (limb1 ^ other.limb1) | (limb2 ^ other.limb2) | (limb3 ^ other.limb3)
        )
    }

    /// Whether the scalar is 0, as a mask.
    @inlinable
    public var isZero: ConstantTimeMask { ConstantTimeMask(isZero: limb0 | limb1 | limb2 | limb3) }

    /// `first` where the mask is set, else `second`, in constant time.
    @inlinable
    public static func select(_ mask: ConstantTimeMask, _ first: Scalar, _ second: Scalar) -> Scalar {
        Scalar(
            montgomery: mask.select(first.limb0, second.limb0),
            mask.select(first.limb1, second.limb1),
            mask.select(first.limb2, second.limb2),
            mask.select(first.limb3, second.limb3)
        )
    }
}

extension Scalar: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`: a scalar may be a witness.
    public var description: String { "<hidden>" }

    /// `<hidden>`: a scalar may be a witness.
    public var debugDescription: String { "<hidden>" }

    /// No children: a failed expectation in a test must not print a witness.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
