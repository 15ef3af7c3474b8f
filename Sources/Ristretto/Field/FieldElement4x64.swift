/// A residue modulo p = 2²⁵⁵ − 19 as four 64-bit limbs, least significant first.
///
/// Since 2²⁵⁵ ≡ 19 and 2²⁵⁶ ≡ 38 (mod p), what overflows the top is multiplied by 19 or 38 and added at the bottom. No
/// operation branches on a value.
@frozen
public struct FieldElement4x64: FieldArithmetic {
    // INVARIANT: any 256-bit value is allowed. Every operation returns less than 2²⁵⁵ + 2¹², except `init(limbs:)`
    // and `-`. Canonical form is computed only where bytes or predicates need it.
    @usableFromInline let limb0: UInt64
    @usableFromInline let limb1: UInt64
    @usableFromInline let limb2: UInt64
    @usableFromInline let limb3: UInt64

    @inlinable @inline(__always)
    init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
        self.limb0 = limb0
        self.limb1 = limb1
        self.limb2 = limb2
        self.limb3 = limb3
    }

    /// Creates the residue of a 256-bit integer, least significant limb first; it need not be below p.
    @inlinable @inline(__always)
    public init(limbs: (UInt64, UInt64, UInt64, UInt64)) {
        self.init(limbs.0, limbs.1, limbs.2, limbs.3)
    }

    /// limbs + excess · 2²⁵⁶, reduced to below 2²⁵⁵ + 2¹²; `excess` stays below 2⁷.
    @inlinable @inline(__always)
    init(
        folding limb0: UInt64,
        _ limb1: UInt64,
        _ limb2: UInt64,
        _ limb3: UInt64,
        excess: UInt64
    ) {
        // Bits 255 and up weigh 19; 19 · 2⁸ < 2¹³ leaves the sum below 2²⁵⁶, so one pass is enough.
        let top = (excess << 1) | (limb3 >> 63)
        let (r0, c0) = limb0.addingReportingOverflow(19 &* top)
        let (r1, c1) = limb1.addingReportingOverflow(c0 ? 1 : 0)
        let (r2, c2) = limb2.addingReportingOverflow(c1 ? 1 : 0)
        let r3 = (limb3 & 0x7fff_ffff_ffff_ffff) &+ (c2 ? 1 : 0)
        self.init(r0, r1, r2, r3)
    }

    /// The sum.
    @inlinable @inline(__always)
    public static func + (left: FieldElement4x64, right: FieldElement4x64) -> FieldElement4x64 {
        let (r0, c0) = left.limb0.addingReportingOverflow(right.limb0)
        let (r1, c1) = Word.add(left.limb1, right.limb1, c0)
        let (r2, c2) = Word.add(left.limb2, right.limb2, c1)
        let (r3, c3) = Word.add(left.limb3, right.limb3, c2)
        return FieldElement4x64(folding: r0, r1, r2, r3, excess: c3 ? 1 : 0)
    }

    /// The difference.
    @inlinable @inline(__always)
    public static func - (left: FieldElement4x64, right: FieldElement4x64) -> FieldElement4x64 {
        let (r0, b0) = left.limb0.subtractingReportingOverflow(right.limb0)
        let (r1, b1) = Word.subtract(left.limb1, right.limb1, b0)
        let (r2, b2) = Word.subtract(left.limb2, right.limb2, b1)
        let (r3, b3) = Word.subtract(left.limb3, right.limb3, b2)
        // A borrow added 2²⁵⁶ ≡ 38 too much. Taking 38 away may borrow once more, and then leaves at least 2²⁵⁶ − 38,
        // so that the last 38 comes out of limb 0 alone.
        let (s0, d0) = r0.subtractingReportingOverflow(b3 ? 38 : 0)
        let (s1, d1) = r1.subtractingReportingOverflow(d0 ? 1 : 0)
        let (s2, d2) = r2.subtractingReportingOverflow(d1 ? 1 : 0)
        let (s3, d3) = r3.subtractingReportingOverflow(d2 ? 1 : 0)
        return FieldElement4x64(s0 &- (d3 ? 38 : 0), s1, s2, s3)
    }

    /// The product.
    @inlinable @inline(__always)
    public static func * (left: FieldElement4x64, right: FieldElement4x64) -> FieldElement4x64 {
        let (a0, a1, a2, a3) = (left.limb0, left.limb1, left.limb2, left.limb3)
        let (b0, b1, b2, b3) = (right.limb0, right.limb1, right.limb2, right.limb3)
        var carry: UInt64 = 0
        var p0: UInt64 = 0
        var p1: UInt64 = 0
        var p2: UInt64 = 0
        var p3: UInt64 = 0
        var p4: UInt64 = 0
        var p5: UInt64 = 0
        var p6: UInt64 = 0
        var p7: UInt64 = 0

        (carry, p0) = Word.multiply(a0, b0)
        (carry, p1) = Word.multiply(a0, b1, adding: carry)
        (carry, p2) = Word.multiply(a0, b2, adding: carry)
        (p4, p3) = Word.multiply(a0, b3, adding: carry)

        (carry, p1) = Word.multiply(a1, b0, adding: p1)
        (carry, p2) = Word.multiply(a1, b1, adding: p2, carry)
        (carry, p3) = Word.multiply(a1, b2, adding: p3, carry)
        (p5, p4) = Word.multiply(a1, b3, adding: p4, carry)

        (carry, p2) = Word.multiply(a2, b0, adding: p2)
        (carry, p3) = Word.multiply(a2, b1, adding: p3, carry)
        (carry, p4) = Word.multiply(a2, b2, adding: p4, carry)
        (p6, p5) = Word.multiply(a2, b3, adding: p5, carry)

        (carry, p3) = Word.multiply(a3, b0, adding: p3)
        (carry, p4) = Word.multiply(a3, b1, adding: p4, carry)
        (carry, p5) = Word.multiply(a3, b2, adding: p5, carry)
        (p7, p6) = Word.multiply(a3, b3, adding: p6, carry)

        return reduce(p0, p1, p2, p3, p4, p5, p6, p7)
    }

    /// The square: ten multiplications instead of sixteen.
    @inlinable @inline(__always)
    public func squared() -> FieldElement4x64 {
        let (a0, a1, a2, a3) = (limb0, limb1, limb2, limb3)
        var carry: UInt64 = 0
        var p1: UInt64 = 0
        var p2: UInt64 = 0
        var p3: UInt64 = 0
        var p4: UInt64 = 0
        var p5: UInt64 = 0
        var p6: UInt64 = 0

        // The products of unlike limbs, once.
        (carry, p1) = Word.multiply(a0, a1)
        (carry, p2) = Word.multiply(a0, a2, adding: carry)
        (p4, p3) = Word.multiply(a0, a3, adding: carry)
        (carry, p3) = Word.multiply(a1, a2, adding: p3)
        (p5, p4) = Word.multiply(a1, a3, adding: p4, carry)
        (p6, p5) = Word.multiply(a2, a3, adding: p5)

        // Twice that,
        let p7 = p6 >> 63
        p6 = p6 << 1 | p5 >> 63
        p5 = p5 << 1 | p4 >> 63
        p4 = p4 << 1 | p3 >> 63
        p3 = p3 << 1 | p2 >> 63
        p2 = p2 << 1 | p1 >> 63
        p1 = p1 << 1

        // plus the squares of the limbs.
        let (h0, q0) = Word.multiply(a0, a0)
        let (h1, l1) = Word.multiply(a1, a1)
        let (h2, l2) = Word.multiply(a2, a2)
        let (h3, l3) = Word.multiply(a3, a3)
        let (q1, c1) = p1.addingReportingOverflow(h0)
        let (q2, c2) = Word.add(p2, l1, c1)
        let (q3, c3) = Word.add(p3, h1, c2)
        let (q4, c4) = Word.add(p4, l2, c3)
        let (q5, c5) = Word.add(p5, h2, c4)
        let (q6, c6) = Word.add(p6, l3, c5)
        let q7 = p7 &+ h3 &+ (c6 ? 1 : 0)
        return FieldElement4x64.reduce(q0, q1, q2, q3, q4, q5, q6, q7)
    }

    /// The residue of an eight-limb product: the upper four limbs weigh 38.
    @inlinable @inline(__always)
    static func reduce(
        _ p0: UInt64,
        _ p1: UInt64,
        _ p2: UInt64,
        _ p3: UInt64,
        _ p4: UInt64,
        _ p5: UInt64,
        _ p6: UInt64,
        _ p7: UInt64
    ) -> FieldElement4x64 {
        let (c0, r0) = Word.multiply(p4, 38, adding: p0)
        let (c1, r1) = Word.multiply(p5, 38, adding: p1, c0)
        let (c2, r2) = Word.multiply(p6, 38, adding: p2, c1)
        let (c3, r3) = Word.multiply(p7, 38, adding: p3, c2)
        return FieldElement4x64(folding: r0, r1, r2, r3, excess: c3)
    }

    /// The canonical representative, below p, least significant limb first.
    @inlinable
    public var canonicalLimbs: (UInt64, UInt64, UInt64, UInt64) {
        // After folding, the value is below 2²⁵⁵ + 2⁶ < 2p. It is at least p exactly if adding 19 reaches 2²⁵⁵; then the sum
        // without bit 255 is the representative.
        let folded = FieldElement4x64(folding: limb0, limb1, limb2, limb3, excess: 0)
        let (r0, c0) = folded.limb0.addingReportingOverflow(19)
        let (r1, c1) = folded.limb1.addingReportingOverflow(c0 ? 1 : 0)
        let (r2, c2) = folded.limb2.addingReportingOverflow(c1 ? 1 : 0)
        let r3 = folded.limb3 &+ (c2 ? 1 : 0)
        let isAtLeastP = ConstantTimeMask(bit: r3 >> 63)
        return (
            isAtLeastP.select(r0, folded.limb0),
            isAtLeastP.select(r1, folded.limb1),
            isAtLeastP.select(r2, folded.limb2),
            isAtLeastP.select(r3 & 0x7fff_ffff_ffff_ffff, folded.limb3)
        )
    }

    /// `first` where the mask is set, else `second`.
    @inlinable @inline(__always)
    public static func select(
        _ mask: ConstantTimeMask,
        _ first: FieldElement4x64,
        _ second: FieldElement4x64
    ) -> FieldElement4x64 {
        FieldElement4x64(
            mask.select(first.limb0, second.limb0),
            mask.select(first.limb1, second.limb1),
            mask.select(first.limb2, second.limb2),
            mask.select(first.limb3, second.limb3)
        )
    }
}
