#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The log prices of bars in a row, as many as an estimator looks back on.
struct BarWindow {
    /// One bar: what Yang and Zhang's estimator needs of it.
    private struct Step {
        /// ln(open / previous close).
        let jump: Double
        /// ln(close / open).
        let move: Double
        let rogersSatchell: Double
    }

    private var steps: [Step] = []

    /// How many bars in a row are known, at most ``VolatilityEstimator/yangZhangBars``.
    var count: Int { steps.count }

    /// Forgets the bars: the next does not follow on them.
    mutating func clear() { steps.removeAll(keepingCapacity: true) }

    /// Adds the bar that follows, of positive prices.
    mutating func append(previousClose: Double, open: Double, high: Double, low: Double, close: Double) {
        if steps.count == VolatilityEstimator.yangZhangBars { steps.removeFirst() }
        let estimator = VolatilityEstimator.rogersSatchell
        steps.append(
            Step(
                jump: log(open / previousClose),
                move: log(close / open),
                rogersSatchell: estimator.variance(open: open, high: high, low: low, close: close) ?? 0
            )
        )
    }

    /// σ² = V(jump) + k·V(move) + (1 − k)·mean Rogers–Satchell, k = 0.34 ÷ (1.34 + (n + 1)/(n − 1)): the weight of least
    /// variance. nil until ``VolatilityEstimator/yangZhangBars`` bars are known.
    func yangZhang() -> Double? {
        guard steps.count == VolatilityEstimator.yangZhangBars else { return nil }
        let count = Double(steps.count)
        let weight = 0.34 / (1.34 + (count + 1) / (count - 1))
        let mean = steps.reduce(0) { $0 + $1.rogersSatchell } / count
        return Self.variance(steps.map(\.jump)) + weight * Self.variance(steps.map(\.move)) + (1 - weight) * mean
    }

    private static func variance(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}
