/// The multiples 1·P … 8·P of one point, and their lookup in constant time.
enum PointTable {
    /// Multiples per point: digits of radix 16 reach 8 in magnitude.
    static let count = 8

    /// Writes 1·P … 8·P.
    static func fill(_ table: UnsafeMutableBufferPointer<CachedPoint>, with point: RistrettoPoint) {
        let first = CachedPoint(point)
        var multiple = point
        table.initializeElement(at: 0, to: first)
        for index in 1..<count {
            multiple = (multiple + first).extended
            table.initializeElement(at: index, to: CachedPoint(multiple))
        }
    }

    /// digit · P for −8 ≤ digit ≤ 8: reads the whole table whatever the digit.
    @inline(__always)
    static func lookUp(_ digit: Int8, in table: UnsafePointer<CachedPoint>) -> CachedPoint {
        let (magnitude, isNegative) = split(digit)
        var result = CachedPoint.identity
        for index in 0..<count {
            let mask = ConstantTimeMask(isZero: magnitude ^ UInt64(index &+ 1))
            result = .select(mask, table[index], result)
        }
        return result.negated(where: isNegative)
    }

    /// digit · P from the affine multiples of a ``FixedBaseTable``.
    @inline(__always)
    static func lookUp(_ digit: Int8, in table: UnsafePointer<AffineCachedPoint>) -> AffineCachedPoint {
        let (magnitude, isNegative) = split(digit)
        var result = AffineCachedPoint.identity
        for index in 0..<count {
            let mask = ConstantTimeMask(isZero: magnitude ^ UInt64(index &+ 1))
            result = .select(mask, table[index], result)
        }
        return result.negated(where: isNegative)
    }

    @inline(__always)
    private static func split(_ digit: Int8) -> (magnitude: UInt64, isNegative: ConstantTimeMask) {
        let sign = digit >> 7
        let magnitude = UInt64(UInt8(bitPattern: (digit ^ sign) &- sign))
        return (magnitude, ConstantTimeMask(bit: UInt64(UInt8(bitPattern: sign) & 1)))
    }
}
