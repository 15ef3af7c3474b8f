/// An element of the prime-order group ristretto255 (RFC 9496).
///
/// Represented by a point of the twisted Edwards curve −x² + y² = 1 + d·x²·y² in extended coordinates (X : Y : Z : T) with
/// x = X÷Z, y = Y÷Z, T = XY÷Z. Eight curve points represent one element of the group; `==` and ``compressed()`` see the
/// element. Addition, doubling and comparison are complete and take a time that does not depend on the values.
@frozen
public struct RistrettoPoint: Sendable {
    // INVARIANT: on the curve, in the image of doubling; Z ≠ 0.
    @usableFromInline let x: FieldElement
    @usableFromInline let y: FieldElement
    @usableFromInline let z: FieldElement
    @usableFromInline let t: FieldElement

    @inlinable @inline(__always)
    init(x: FieldElement, y: FieldElement, z: FieldElement, t: FieldElement) {
        self.x = x
        self.y = y
        self.z = z
        self.t = t
    }

    /// The neutral element.
    @inlinable
    public static var identity: RistrettoPoint { RistrettoPoint(x: .zero, y: .one, z: .one, t: .zero) }

    /// The generator that RFC 9496 fixes.
    @inlinable
    public static var basepoint: RistrettoPoint {
        RistrettoPoint(
            x: FieldElement(
                limbs: (0xc956_2d60_8f25_d51a, 0x692c_c760_9525_a7b2, 0xc0a4_e231_fdd6_dc5c, 0x2169_36d3_cd6e_53fe)
            ),
            y: FieldElement(
                limbs: (0x6666_6666_6666_6658, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666)
            ),
            z: .one,
            t: FieldElement(
                limbs: (0x6dde_8ab3_a5b7_dda3, 0x20f0_9f80_7751_52f5, 0x66ea_4e8e_64ab_e37d, 0x6787_5f0f_d78b_7665)
            )
        )
    }
}

// MARK: - Group operations

extension RistrettoPoint {
    /// The sum.
    @inlinable
    public static func + (left: RistrettoPoint, right: RistrettoPoint) -> RistrettoPoint {
        (left + CachedPoint(right)).extended
    }

    /// The difference.
    @inlinable
    public static func - (left: RistrettoPoint, right: RistrettoPoint) -> RistrettoPoint {
        (left - CachedPoint(right)).extended
    }

    /// The inverse element.
    @inlinable
    public static prefix func - (operand: RistrettoPoint) -> RistrettoPoint {
        RistrettoPoint(x: -operand.x, y: operand.y, z: operand.z, t: -operand.t)
    }

    /// Adds in place.
    @inlinable
    public static func += (left: inout RistrettoPoint, right: RistrettoPoint) { left = left + right }

    /// Subtracts in place.
    @inlinable
    public static func -= (left: inout RistrettoPoint, right: RistrettoPoint) { left = left - right }

    /// The point added to itself.
    @inlinable
    public func doubled() -> RistrettoPoint { ProjectivePoint(self).doubled().extended }

    /// `first` where the mask is set, else `second`, in constant time.
    @inlinable
    public static func select(
        _ mask: ConstantTimeMask,
        _ first: RistrettoPoint,
        _ second: RistrettoPoint
    ) -> RistrettoPoint {
        RistrettoPoint(
            x: .select(mask, first.x, second.x),
            y: .select(mask, first.y, second.y),
            z: .select(mask, first.z, second.z),
            t: .select(mask, first.t, second.t)
        )
    }
}

// MARK: - Comparison

extension RistrettoPoint: Equatable {
    /// Whether both represent the same element (RFC 9496 §4.3.3), as a mask.
    @inlinable
    public func equals(_ other: RistrettoPoint) -> ConstantTimeMask {
        (x * other.y).equals(y * other.x) | (y * other.y).equals(x * other.x)
    }

    /// Whether both represent the same element of the group, in constant time.
    @inlinable
    public static func == (left: RistrettoPoint, right: RistrettoPoint) -> Bool { left.equals(right).isSet }

    /// Whether this is the neutral element.
    @inlinable
    public var isIdentity: Bool { (x.isZero | y.isZero).isSet }
}
