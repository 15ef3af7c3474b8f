extension Scalar {
    /// ℓ, least significant limb first.
    @inlinable @inline(__always)
    static var order: (UInt64, UInt64, UInt64, UInt64) {
        (0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000)
    }

    /// 2⁵¹² mod ℓ, so that a Montgomery product with it enters Montgomery form.
    @inlinable @inline(__always)
    static var radixSquared: Scalar {
        Scalar(
            montgomery: 0xa406_11e3_449c_0f01,
            0xd00e_1ba7_6885_9347,
            0xceec_73d2_17f5_be65,
            0x0399_411b_7c30_9a3d
        )
    }

    /// 2⁷⁶⁸ mod ℓ.
    @inlinable @inline(__always)
    static var radixCubed: Scalar {
        Scalar(
            montgomery: 0x2a9e_4968_7b83_a2db,
            0x2783_24e6_aef7_f3ec,
            0x8065_dc6c_04ec_5b65,
            0x0e53_0b77_3599_cec7
        )
    }

    /// A value below 2ℓ, less ℓ if it is not below ℓ.
    ///
    /// The borrow of the subtraction becomes a mask; `RistrettoTests` documents how the generated code was checked for branches.
    @inlinable @inline(__always)
    init(subtractingOrderFrom limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
        let order = Scalar.order
        let (r0, b0) = limb0.subtractingReportingOverflow(order.0)
        let (r1, b1) = Word.subtract(limb1, order.1, b0)
        let (r2, b2) = Word.subtract(limb2, order.2, b1)
        let (r3, b3) = Word.subtract(limb3, order.3, b2)
        let isBelow = ConstantTimeMask(bit: b3 ? 1 : 0)
        self.init(
            montgomery: isBelow.select(limb0, r0),
            isBelow.select(limb1, r1),
            isBelow.select(limb2, r2),
            isBelow.select(limb3, r3)
        )
    }

    /// left · right ÷ 2²⁵⁶ mod ℓ, for any 256-bit `left`.
    ///
    /// Montgomery reduction, one limb at a time: adding m·ℓ with m = −t₀ ÷ ℓ mod 2⁶⁴ clears the lowest limb. ℓ's third limb is
    /// zero and its fourth is 2⁶⁰, so a step costs two multiplications and a shift. The result before the last subtraction is
    /// below (2²⁵⁶·ℓ + 2²⁵⁶·ℓ) ÷ 2²⁵⁶ = 2ℓ.
    @inlinable @inline(__always)
    static func montgomeryProduct(_ left: (UInt64, UInt64, UInt64, UInt64), _ right: Scalar) -> Scalar {
        var t0: UInt64 = 0
        var t1: UInt64 = 0
        var t2: UInt64 = 0
        var t3: UInt64 = 0
        var t4: UInt64 = 0
        montgomeryStep(left.0, right, &t0, &t1, &t2, &t3, &t4)
        montgomeryStep(left.1, right, &t0, &t1, &t2, &t3, &t4)
        montgomeryStep(left.2, right, &t0, &t1, &t2, &t3, &t4)
        montgomeryStep(left.3, right, &t0, &t1, &t2, &t3, &t4)
        return Scalar(subtractingOrderFrom: t0, t1, t2, t3)
    }

    /// t ← (t + word · right + m · ℓ) ÷ 2⁶⁴. With t below 2²⁵⁷ before, it is below 2²⁵⁷ after.
    @inlinable @inline(__always)
    static func montgomeryStep(
        _ word: UInt64,
        _ right: Scalar,
        _ t0: inout UInt64,
        _ t1: inout UInt64,
        _ t2: inout UInt64,
        _ t3: inout UInt64,
        _ t4: inout UInt64
    ) {
        var carry: UInt64
        (carry, t0) = Word.multiply(word, right.limb0, adding: t0)
        (carry, t1) = Word.multiply(word, right.limb1, adding: t1, carry)
        (carry, t2) = Word.multiply(word, right.limb2, adding: t2, carry)
        (carry, t3) = Word.multiply(word, right.limb3, adding: t3, carry)
        t4 = t4 &+ carry

        let m = t0 &* 0xd2b5_1da3_1254_7e1b
        (carry, _) = Word.multiply(m, order.0, adding: t0)
        (carry, t0) = Word.multiply(m, order.1, adding: t1, carry)
        let (s2, overflow2) = t2.addingReportingOverflow(carry)
        t1 = s2
        let (s3, overflow3) = Word.add(t3, m << 60, overflow2)
        t2 = s3
        t3 = t4 &+ (m >> 4) &+ (overflow3 ? 1 : 0)
        t4 = 0
    }
}

// MARK: - Ring operations

extension Scalar {
    /// The sum.
    @inlinable
    public static func + (left: Scalar, right: Scalar) -> Scalar {
        // Both are below ℓ < 2²⁵³: no carry leaves the top limb.
        let (r0, c0) = left.limb0.addingReportingOverflow(right.limb0)
        let (r1, c1) = Word.add(left.limb1, right.limb1, c0)
        let (r2, c2) = Word.add(left.limb2, right.limb2, c1)
        let r3 = left.limb3 &+ right.limb3 &+ (c2 ? 1 : 0)
        return Scalar(subtractingOrderFrom: r0, r1, r2, r3)
    }

    /// The difference.
    @inlinable
    public static func - (left: Scalar, right: Scalar) -> Scalar {
        let (r0, b0) = left.limb0.subtractingReportingOverflow(right.limb0)
        let (r1, b1) = Word.subtract(left.limb1, right.limb1, b0)
        let (r2, b2) = Word.subtract(left.limb2, right.limb2, b1)
        let (r3, b3) = Word.subtract(left.limb3, right.limb3, b2)
        let order = Scalar.order
        let mask: UInt64 = 0 &- (b3 ? 1 : 0)
        let (s0, c0) = r0.addingReportingOverflow(order.0 & mask)
        let (s1, c1) = Word.add(r1, order.1 & mask, c0)
        let (s2, c2) = Word.add(r2, order.2 & mask, c1)
        return Scalar(montgomery: s0, s1, s2, r3 &+ (order.3 & mask) &+ (c2 ? 1 : 0))
    }

    /// The product.
    @inlinable
    public static func * (left: Scalar, right: Scalar) -> Scalar {
        montgomeryProduct((left.limb0, left.limb1, left.limb2, left.limb3), right)
    }

    /// The additive inverse.
    @inlinable
    public static prefix func - (operand: Scalar) -> Scalar { zero - operand }

    /// Adds in place.
    @inlinable
    public static func += (left: inout Scalar, right: Scalar) { left = left + right }

    /// Subtracts in place.
    @inlinable
    public static func -= (left: inout Scalar, right: Scalar) { left = left - right }

    /// Multiplies in place.
    @inlinable
    public static func *= (left: inout Scalar, right: Scalar) { left = left * right }

    /// The square.
    @inlinable
    public func squared() -> Scalar { self * self }
}
