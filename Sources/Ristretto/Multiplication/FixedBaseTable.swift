/// Precomputed multiples of one point, for many constant-time multiplications of that point.
///
/// Row i holds 1 … 8 times 16ⁱ·P, affine: 64 rows, 48 KiB. A multiplication is 64 additions and no doubling.
public struct FixedBaseTable: Sendable {
    private let multiples: [AffineCachedPoint]

    /// Precomputes the multiples of `point`: about as long as fifteen multiplications.
    public init(_ point: RistrettoPoint) {
        var points: [RistrettoPoint] = []
        points.reserveCapacity(SignedDigits.radix16Count * PointTable.count)
        var base = point
        for _ in 0..<SignedDigits.radix16Count {
            let cached = CachedPoint(base)
            points.append(base)
            for _ in 1..<PointTable.count { points.append((points[points.count - 1] + cached).extended) }
            base = points[points.count - 1].doubled()
        }
        multiples = AffineCachedPoint.normalizing(points)
    }

    /// scalar · P, in a time and with memory accesses that do not depend on the scalar.
    public func multiplied(by scalar: Scalar) -> RistrettoPoint {
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: SignedDigits.radix16Count) { digits in
            SignedDigits.writeRadix16(scalar, into: digits)
            defer { SecretMemory.erase(UnsafeMutableRawBufferPointer(digits)) }
            return multiples.withUnsafeBufferPointer { multiples in
                var sum = RistrettoPoint.identity
                guard let rows = multiples.baseAddress else { return sum }
                for index in 0..<SignedDigits.radix16Count {
                    sum.add(PointTable.lookUp(digits[index], in: rows + index * PointTable.count))
                }
                return sum
            }
        }
    }
}

extension AffineCachedPoint {
    /// The affine forms of `points`, with one inversion for all.
    static func normalizing(_ points: some RandomAccessCollection<RistrettoPoint>) -> [AffineCachedPoint] {
        // products[i] = Z₀ · … · Zᵢ₋₁; Z is never zero.
        var products: [FieldElement] = []
        products.reserveCapacity(points.count)
        var product = FieldElement.one
        for point in points {
            products.append(product)
            product = product * point.z
        }
        var inverse = product.inverted()
        var affine = [AffineCachedPoint](repeating: .identity, count: points.count)
        for (index, point) in zip(affine.indices, points).reversed() {
            affine[index] = AffineCachedPoint(point, inverseZ: inverse * products[index])
            inverse = inverse * point.z
        }
        return affine
    }
}

extension RistrettoPoint {
    private static let basepointTable = FixedBaseTable(.basepoint)

    /// scalar · ``basepoint``, in constant time, over a table that is built on first use.
    public static func multiplyBase(_ scalar: Scalar) -> RistrettoPoint {
        basepointTable.multiplied(by: scalar)
    }
}
