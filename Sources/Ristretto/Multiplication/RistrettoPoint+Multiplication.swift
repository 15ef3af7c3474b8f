extension RistrettoPoint {
    /// scalar · point, in a time and with memory accesses that depend on neither.
    public static func * (scalar: Scalar, point: RistrettoPoint) -> RistrettoPoint {
        multiscalarMultiplication([scalar], [point])
    }

    /// Σ scalars[i] · points[i], in a time and with memory accesses that depend only on the count.
    ///
    /// Straus's method with signed radix-16 digits: all points share the doublings, and every table is read whole at every
    /// digit. Digits are overwritten before their memory is given back. Large sums use several threads.
    ///
    /// - Precondition: as many scalars as points.
    public static func multiscalarMultiplication(_ scalars: [Scalar], _ points: [RistrettoPoint]) -> RistrettoPoint {
        precondition(scalars.count == points.count, "as many scalars as points")
        // A chunk's tables (1 KiB a point) stay in the second-level cache; its own doublings cost as much as two points.
        let chunk = 128
        let chunkCount = (points.count + chunk - 1) / chunk
        let sums = Workers.map(chunkCount) { index in
            let range = (index * chunk)..<min(points.count, (index + 1) * chunk)
            return StrausSum.constantTime(scalars[range], points[range])
        }
        return sums.reduce(.identity, +)
    }

    /// Σ scalars[i] · points[i] for public scalars and points: the time depends on both.
    ///
    /// Straus with non-adjacent forms for few points, Pippenger for many, on several threads where that pays.
    ///
    /// - Precondition: as many scalars as points.
    public static func vartimeMultiscalarMultiplication(
        _ scalars: [Scalar],
        _ points: [RistrettoPoint]
    ) -> RistrettoPoint {
        precondition(scalars.count == points.count, "as many scalars as points")
        return points.count < PippengerSum.smallestCount
            ? StrausSum.vartime(scalars, points)
            : PippengerSum.vartime(scalars, points)
    }
}
