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
        let parts = Workers.map(chunks(of: count)) { PreparedPart(scalars[$0], points[$0], width: width) }
        let sums = Workers.map(Array(0..<positions)) { position in
            positionSum(parts, position: position, width: width)
        }
        var total = RistrettoPoint.identity
        for sum in sums.reversed() {
            total.double(times: width)
            total += sum
        }
        return total
    }

    /// A part of the input, made ready by one thread: digits position by position, and points affine.
    private struct PreparedPart: Sendable {
        let digits: [Int16]
        let points: [AffineCachedPoint]

        init(_ scalars: ArraySlice<Scalar>, _ points: ArraySlice<RistrettoPoint>, width: Int) {
            let count = points.count
            var digits = [Int16](repeating: 0, count: SignedDigits.count(width: width) * count)
            digits.withUnsafeMutableBufferPointer { digits in
                for (index, scalar) in scalars.enumerated() {
                    SignedDigits.vartimeForEach(of: scalar, width: width) { position, digit in
                        digits[position * count + index] = Int16(truncatingIfNeeded: digit)
                    }
                }
            }
            self.digits = digits
            self.points = AffineCachedPoint.normalizing(points)
        }
    }

    /// Few enough chunks that an inversion each is cheap, enough for every core.
    private static func chunks(of count: Int) -> [Range<Int>] {
        let size = max(64, (count + 15) / 16)
        return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
    }

    /// Σ digit · point over the digits of one position.
    private static func positionSum(_ parts: [PreparedPart], position: Int, width: Int) -> RistrettoPoint {
        let bucketCount = 1 << (width - 1)
        return withUnsafeTemporaryAllocation(of: RistrettoPoint.self, capacity: bucketCount) { buckets in
            buckets.initialize(repeating: .identity)
            for part in parts {
                part.points.withUnsafeBufferPointer { points in
                    part.digits.withUnsafeBufferPointer { digits in
                        for index in points.indices {
                            let digit = Int(digits[position * points.count + index])
                            if digit > 0 {
                                buckets[digit - 1].add(points[index])
                            } else if digit < 0 {
                                buckets[-digit - 1].subtract(points[index])
                            }
                        }
                    }
                }
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
