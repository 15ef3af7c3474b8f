import BigIntegers
package import Ristretto

/// Scalars read as signed integers: |x| < 2²⁵¹, negative ones stand as ℓ − |x|.
///
/// All of it is constant time: bits come from limbs by masks, because witnesses pass through here.
extension Scalar {
    /// The residue of a public integer.
    init(_ integer: BigInteger) {
        let magnitude = integer.magnitude
        var bytes = Array(magnitude.magnitudeBytes.prefix(64))
        bytes += [UInt8](repeating: 0, count: 64 - bytes.count)
        let residue = Scalar(wide: bytes)
        self = integer.isNegative ? -residue : residue
    }

    /// One where the mask is set, else zero.
    init(bit mask: ConstantTimeMask) {
        self = Scalar.select(mask, .one, .zero)
    }

    /// Whether the scalar stands for a negative integer.
    ///
    /// ℓ − |x| > 2²⁵² − 2²⁵¹ has a bit from the 251st on, and no positive integer below 2²⁵¹ has one. No range check that the
    /// group allows is wider than 251 bits, so this reads every form that a circuit can check.
    var isNegative: ConstantTimeMask { ~ConstantTimeMask(isZero: limbs.3 >> 59) }

    /// ⌊x ÷ 2^bits⌋ of a non-negative integer, for a public `bits` below 64.
    func shiftedRight(by bits: Int) -> Scalar {
        let words = [limbs.0, limbs.1, limbs.2, limbs.3, 0]
        guard bits > 0, bits < 64 else { return self }
        var bytes: [UInt8] = []
        for index in 0..<4 {
            bytes += ((words[index] >> UInt64(bits)) | (words[index + 1] << UInt64(64 - bits))).littleEndianBytes
        }
        // Below the order as it is; reduced all the same, because to ask would be a branch.
        return Scalar(wide: bytes + [UInt8](repeating: 0, count: 32))
    }

    /// ⌊x ÷ divisor⌋ by masks, bit by bit from the top: 0 where x is negative, 2^bits − 1 where the quotient is larger or the divisor
    /// 0.
    ///
    /// x and divisor·2^bits must be below 2²⁵¹ in magnitude, the divisor not negative.
    package func quotient(by divisor: Scalar, bits: Int) -> Scalar {
        var quotient = Scalar.zero
        for bit in (0..<bits).reversed() {
            let candidate = quotient + Scalar(BigInteger(1) << bit)
            quotient = Scalar.select((self - divisor * candidate).isNegative, quotient, candidate)
        }
        return quotient
    }
}
