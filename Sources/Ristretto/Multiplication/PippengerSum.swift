/// Sums of many multiples by buckets (Pippenger 1976), for public data.
///
/// Digits of w bits, signed: at each digit position, point i is added to (or subtracted from) the bucket of its digit's
/// magnitude; the weighted sum Σ b·bucket[b] of a position takes two additions a bucket. Positions are independent of one
/// another, so threads share them; the doublings that join them cost next to nothing.
enum PippengerSum {
    /// From how many points buckets beat ``StrausSum``; measured.
    static let smallestCount = 190

    /// The sum, on several threads.
    static func vartime(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> RistrettoPoint {
        let count = points.count
        let width = cheapestWidth(forCount: count)
        let positions = SignedDigits.count(width: width)

        // Position-major, so that a thread reads one run of digits.
        var digits = [Int16](repeating: 0, count: positions * count)
        digits.withUnsafeMutableBufferPointer { digits in
            for (index, scalar) in scalars.enumerated() {
                SignedDigits.vartimeForEach(of: scalar, width: width) { position, digit in
                    digits[position * count + index] = Int16(truncatingIfNeeded: digit)
                }
            }
        }
        let affine = AffineCachedPoint.normalizing(points)
        let sums = Workers.map(positions) { [digits] position in
            positionSum(digits[(position * count)..<((position + 1) * count)], affine, width: width)
        }

        var total = RistrettoPoint.identity
        for sum in sums.reversed() {
            for _ in 0..<width { total = total.doubled() }
            total += sum
        }
        return total
    }

    /// Σ digits[i] · points[i].
    private static func positionSum(
        _ digits: ArraySlice<Int16>,
        _ points: [AffineCachedPoint],
        width: Int
    ) -> RistrettoPoint {
        let bucketCount = 1 << (width - 1)
        return withUnsafeTemporaryAllocation(of: RistrettoPoint.self, capacity: bucketCount) { buckets in
            buckets.initialize(repeating: .identity)
            for (digit, point) in zip(digits, points) where digit != 0 {
                let bucket = Int(digit.magnitude) - 1
                buckets[bucket] = (digit > 0 ? buckets[bucket] + point : buckets[bucket] - point).extended
            }
            var running = RistrettoPoint.identity
            var total = RistrettoPoint.identity
            for bucket in buckets.reversed() {
                running += bucket
                total += running
            }
            return total
        }
    }

    /// The digit width of least cost: per position, 7 multiplications a point and 2 · 8 a bucket.
    static func cheapestWidth(forCount count: Int) -> Int {
        func cost(_ width: Int) -> Int { SignedDigits.count(width: width) * (7 * count + (16 << (width - 1))) }
        return (4...14).min { cost($0) < cost($1) } ?? 8
    }
}
