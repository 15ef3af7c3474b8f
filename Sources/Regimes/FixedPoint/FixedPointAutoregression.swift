/// A ``HeterogeneousAutoregression`` in whole numbers, one bar after another.
public struct FixedPointAutoregression: Sendable, Hashable {
    /// c.
    public let intercept: FixedPoint
    /// β, one for each of ``HeterogeneousAutoregression/windows``.
    public let coefficients: [FixedPoint]

    init(_ autoregression: HeterogeneousAutoregression) throws(RegimeModelError) {
        intercept = try FixedPointRegimes.fixed(autoregression.intercept, of: "intercept")
        var coefficients: [FixedPoint] = []
        for coefficient in autoregression.coefficients {
            coefficients.append(try FixedPointRegimes.fixed(coefficient, of: "coefficients"))
        }
        self.coefficients = coefficients
    }

    init(intercept: FixedPoint, coefficients: [FixedPoint]) {
        precondition(coefficients.count == HeterogeneousAutoregression.windows.count)
        self.intercept = intercept
        self.coefficients = coefficients
    }

    /// The level expected of the bar after `past`, nil with fewer bars than the longest window, or none of them observed.
    ///
    /// - Parameter past: The bars before, the last ones of the longest window at least; nil = missing.
    func forecast(after past: [FixedPoint?]) -> FixedPoint? {
        guard let longest = HeterogeneousAutoregression.windows.last, past.count >= longest else { return nil }
        var level = intercept
        var mean: FixedPoint?
        for (window, coefficient) in zip(HeterogeneousAutoregression.windows, coefficients).reversed() {
            let observed = past.suffix(window).compactMap(\.self)
            // A window without an observation takes the mean of the next longer one.
            if !observed.isEmpty { mean = observed.reduce(.zero, +).divided(by: observed.count) }
            guard let mean else { return nil }
            level = level + coefficient * mean
        }
        return level
    }
}
