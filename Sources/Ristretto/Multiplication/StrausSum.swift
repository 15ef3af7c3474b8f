/// Sums of multiples that share their doublings (Straus 1964).
enum StrausSum {
    /// The sum in constant time: radix 16, the same additions whatever the digits.
    static func constantTime(
        _ scalars: ArraySlice<Scalar>,
        _ points: ArraySlice<RistrettoPoint>
    ) -> RistrettoPoint {
        let count = points.count
        guard count > 0 else { return .identity }
        return withUnsafeTemporaryAllocation(of: Int8.self, capacity: count * SignedDigits.radix16Count) { digits in
            withUnsafeTemporaryAllocation(of: CachedPoint.self, capacity: count * PointTable.count) { tables in
                defer { SecretMemory.erase(UnsafeMutableRawBufferPointer(digits)) }
                for (index, (scalar, point)) in zip(scalars, points).enumerated() {
                    SignedDigits.writeRadix16(scalar, into: row(index, of: digits, SignedDigits.radix16Count))
                    PointTable.fill(row(index, of: tables, PointTable.count), with: point)
                }
                guard let firstTable = tables.baseAddress else { return .identity }
                var sum = RistrettoPoint.identity
                for position in (0..<SignedDigits.radix16Count).reversed() {
                    sum = sum.multipliedBySixteen()
                    for index in 0..<count {
                        let digit = digits[index * SignedDigits.radix16Count + position]
                        let multiple = PointTable.lookUp(digit, in: firstTable + index * PointTable.count)
                        sum = (sum + multiple).extended
                    }
                }
                return sum
            }
        }
    }

    /// The sum for public data: non-adjacent forms of width 5, so a sixth of the positions costs an addition.
    static func vartime(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> RistrettoPoint {
        let count = points.count
        guard count > 0 else { return .identity }
        let digitCount = SignedDigits.nonAdjacentFormCount
        return withUnsafeTemporaryAllocation(of: Int8.self, capacity: count * digitCount) { digits in
            withUnsafeTemporaryAllocation(of: CachedPoint.self, capacity: count * PointTable.count) { tables in
                var length = 0
                for (index, (scalar, point)) in zip(scalars, points).enumerated() {
                    let form = row(index, of: digits, digitCount)
                    length = max(length, SignedDigits.vartimeWriteNonAdjacentForm(scalar, into: form))
                    fillOdd(row(index, of: tables, PointTable.count), with: point)
                }
                var sum = ProjectivePoint(.identity)
                for position in (0..<length).reversed() {
                    var doubled = sum.doubled()
                    for index in 0..<count {
                        let digit = Int(digits[index * digitCount + position])
                        guard digit != 0 else { continue }
                        let multiple = tables[index * PointTable.count + abs(digit) / 2]
                        doubled = digit > 0 ? doubled.extended + multiple : doubled.extended - multiple
                    }
                    sum = doubled.projective
                    if position == 0 { return doubled.extended }
                }
                return .identity
            }
        }
    }

    /// Writes 1·P, 3·P … 15·P.
    private static func fillOdd(_ table: UnsafeMutableBufferPointer<CachedPoint>, with point: RistrettoPoint) {
        let twice = CachedPoint(point.doubled())
        var multiple = point
        table.initializeElement(at: 0, to: CachedPoint(point))
        for index in 1..<PointTable.count {
            multiple = (multiple + twice).extended
            table.initializeElement(at: index, to: CachedPoint(multiple))
        }
    }

    @inline(__always)
    private static func row<T>(
        _ index: Int,
        of buffer: UnsafeMutableBufferPointer<T>,
        _ width: Int
    ) -> UnsafeMutableBufferPointer<T> {
        UnsafeMutableBufferPointer(rebasing: buffer[(index * width)..<((index + 1) * width)])
    }
}

extension RistrettoPoint {
    /// 16 · self: only the last doubling needs T.
    @inline(__always)
    func multipliedBySixteen() -> RistrettoPoint {
        ProjectivePoint(self).doubled().projective.doubled().projective.doubled().projective.doubled().extended
    }
}
