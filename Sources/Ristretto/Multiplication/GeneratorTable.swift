/// Precomputed multiples of a fixed sequence of points, for many sums over them.
///
/// A point Pᵢ has two rows, affine: 1·Pᵢ … 8·Pᵢ for sums in constant time, and 2^(11k)·Pᵢ for k = 0 … 23 for sums in variable
/// time. The first save Straus's method its tables and a multiplication an addition; the second let all digit positions share
/// one row of buckets, so that a scalar costs 23 additions and no doubling. 3 KiB a point; about as long to make as two
/// multiplications of it.
///
/// - Note: Source: Straus (1964); Pippenger (1976) with the precomputation of Brickell, Gordon, McCurley, Wilson (1992),
///   *Fast exponentiation with precomputation*.
package struct GeneratorTable: Sendable {
    /// Number of points.
    package private(set) var count = 0
    private var multiples: [AffineCachedPoint] = []
    private var powers: [AffineCachedPoint] = []

    /// Bits of a digit in variable-time sums. With 1,024 points, 11 bits cost the fewest additions: 23 a point and 2 a bucket.
    private static let digitBits = 11
    private static let digitCount = SignedDigits.count(width: digitBits)

    /// The table of no points.
    package init() {}

    /// The table of `points`.
    package init(_ points: [RistrettoPoint]) {
        append(points[...])
    }

    /// Adds points after those at hand.
    package mutating func append(_ points: ArraySlice<RistrettoPoint>) {
        let chunks = Self.chunks(points.indices, size: 64)
        for rows in Workers.map(chunks, { Self.rows(points[$0]) }) {
            multiples += rows.multiples
            powers += rows.powers
        }
        count += points.count
    }

    private static func rows(
        _ points: ArraySlice<RistrettoPoint>
    ) -> (multiples: [AffineCachedPoint], powers: [AffineCachedPoint]) {
        var (multiples, powers): ([RistrettoPoint], [RistrettoPoint]) = ([], [])
        multiples.reserveCapacity(points.count * PointTable.count)
        powers.reserveCapacity(points.count * digitCount)
        for point in points {
            let cached = CachedPoint(point)
            multiples.append(point)
            for _ in 1..<PointTable.count { multiples.append((multiples[multiples.count - 1] + cached).extended) }
            var power = point
            powers.append(power)
            for _ in 1..<digitCount {
                power.double(times: digitBits)
                powers.append(power)
            }
        }
        return (AffineCachedPoint.normalizing(multiples), AffineCachedPoint.normalizing(powers))
    }

    private static func chunks(_ range: Range<Int>, size: Int) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: size).map {
            $0..<min(range.upperBound, $0 + size)
        }
    }

    // MARK: Constant time

    /// Σ scalars[i]·P₍start + i₎, in a time and with memory accesses that depend on the numbers alone.
    ///
    /// - Parameters:
    ///   - scalars: Secret factors.
    ///   - start: The first of their points.
    ///   - bits: A public bound: every scalar is below 2^bits. Time grows with it, not with the scalars.
    /// - Precondition: the table has that many points.
    package func sum(_ scalars: ArraySlice<Scalar>, from start: Int, bits: Int = 253) -> RistrettoPoint {
        precondition(start >= 0 && start + scalars.count <= count, "a table has as many points as it was made of")
        // A chunk's rows (768 bytes a point) stay in the second-level cache; its own doublings cost as much as two points.
        let chunks = Self.chunks(scalars.indices, size: 256)
        let sums = Workers.map(chunks) { chunk in
            chunkSum(scalars[chunk], from: start + chunk.lowerBound - scalars.startIndex, bits: bits)
        }
        return sums.reduce(.identity, +)
    }

    private func chunkSum(_ scalars: ArraySlice<Scalar>, from start: Int, bits: Int) -> RistrettoPoint {
        let width = SignedDigits.radix16Count
        // One digit more than the bound has: a carry may run into it, and none runs further.
        let used = min(width, (bits + 3) / 4 + 1)
        return withUnsafeTemporaryAllocation(of: Int8.self, capacity: scalars.count * width) { digits in
            defer { SecretMemory.erase(UnsafeMutableRawBufferPointer(digits)) }
            for (index, scalar) in scalars.enumerated() {
                let row = digits[index * width..<(index + 1) * width]
                SignedDigits.writeRadix16(scalar, into: UnsafeMutableBufferPointer(rebasing: row))
            }
            return multiples.withUnsafeBufferPointer { multiples in
                var sum = RistrettoPoint.identity
                guard let rows = multiples.baseAddress.map({ $0 + start * PointTable.count }) else { return sum }
                for position in (0..<used).reversed() {
                    sum.double(times: 4)
                    for index in 0..<scalars.count {
                        let digit = digits[index * width + position]
                        sum.add(PointTable.lookUp(digit, in: rows + index * PointTable.count))
                    }
                }
                return sum
            }
        }
    }

    /// Σ Pᵢ where the mask of i is set, −Qᵢ where it is not, in constant time; Q are the points of `others`.
    ///
    /// - Precondition: both tables have a point a mask.
    package func sum(where masks: [ConstantTimeMask], elseSubtracting others: GeneratorTable) -> RistrettoPoint {
        precondition(masks.count <= count && masks.count <= others.count, "one mask a point")
        let sums = Workers.map(Self.chunks(masks.indices, size: 256)) { chunk in
            multiples.withUnsafeBufferPointer { multiples in
                others.multiples.withUnsafeBufferPointer { others in
                    var sum = RistrettoPoint.identity
                    for index in chunk {
                        let row = index * PointTable.count
                        let always = ConstantTimeMask(bit: 1)
                        sum.add(.select(masks[index], multiples[row], others[row].negated(where: always)))
                    }
                    return sum
                }
            }
        }
        return sums.reduce(.identity, +)
    }

    // MARK: Variable time

    /// Some points of a table with public factors.
    package struct Terms: Sendable {
        let table: GeneratorTable
        let start: Int
        let scalars: [Scalar]

        /// `scalars[i]` times the table's point `start` + i.
        ///
        /// - Precondition: the table has that many points.
        package init(_ table: GeneratorTable, from start: Int, _ scalars: [Scalar]) {
            precondition(
                start >= 0 && start + scalars.count <= table.count,
                "a table has as many points as it was made of"
            )
            self.table = table
            self.start = start
            self.scalars = scalars
        }
    }

    /// The sum of all terms, for public scalars: the time depends on them.
    package static func vartimeSum(_ terms: [Terms]) -> RistrettoPoint {
        // Digits reach from −2^10 to 2^10 − 1.
        let bucketCount = 1 << (digitBits - 1)
        return withUnsafeTemporaryAllocation(of: RistrettoPoint.self, capacity: bucketCount) { buckets in
            buckets.initialize(repeating: .identity)
            for part in terms {
                part.table.powers.withUnsafeBufferPointer { powers in
                    for (index, scalar) in part.scalars.enumerated() {
                        let row = (part.start + index) * digitCount
                        SignedDigits.vartimeForEach(of: scalar, width: digitBits) { position, digit in
                            if digit > 0 {
                                buckets[digit - 1].add(powers[row + position])
                            } else if digit < 0 {
                                buckets[-digit - 1].subtract(powers[row + position])
                            }
                        }
                    }
                }
            }
            var (running, total) = (RistrettoPoint.identity, RistrettoPoint.identity)
            for bucket in buckets.reversed() {
                running += bucket
                total += running
            }
            return total
        }
    }
}
