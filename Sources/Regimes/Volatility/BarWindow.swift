/// The log prices of bars in a row, as many as an estimator looks back on.
struct BarWindow<Number: VarianceArithmetic> {
    /// One bar: what Yang and Zhang's estimator needs of it.
    private struct Step {
        /// ln(open / previous close).
        let jump: Number
        /// ln(close / open).
        let move: Number
        let rogersSatchell: Number
    }

    private var steps: [Step] = []

    /// How many bars in a row are known, at most ``VolatilityEstimator/yangZhangBars``.
    var count: Int { steps.count }

    /// Forgets the bars: the next does not follow on them.
    mutating func clear() { steps.removeAll(keepingCapacity: true) }

    /// Adds the bar that follows.
    mutating func append(_ bar: LogPrices<Number>, previousClose: Number) {
        if steps.count == VolatilityEstimator.yangZhangBars { steps.removeFirst() }
        steps.append(
            Step(
                jump: bar.open - previousClose,
                move: bar.close - bar.open,
                rogersSatchell: VolatilityEstimator.rogersSatchell.variance(of: bar) ?? .zero
            )
        )
    }

    /// σ² = V(jump) + k·V(move) + (1 − k)·mean Rogers–Satchell, k = 0.34 ÷ (1.34 + (n + 1)/(n − 1)): the weight of least
    /// variance. nil until ``VolatilityEstimator/yangZhangBars`` bars are known.
    func yangZhang() -> Number? {
        guard steps.count == VolatilityEstimator.yangZhangBars else { return nil }
        let count = steps.count
        let denominator = 134 * (count - 1) + 100 * (count + 1)
        let weight = Number.ratio(34 * (count - 1), denominator)
        let rest = Number.ratio(denominator - 34 * (count - 1), denominator)
        let mean = steps.reduce(.zero) { $0 + $1.rogersSatchell }.divided(by: count)
        return Self.variance(steps.map(\.jump)) + weight * Self.variance(steps.map(\.move)) + rest * mean
    }

    private static func variance(_ values: [Number]) -> Number {
        let mean = values.reduce(.zero, +).divided(by: values.count)
        return values.reduce(.zero) { $0 + ($1 - mean) * ($1 - mean) }.divided(by: values.count - 1)
    }
}
