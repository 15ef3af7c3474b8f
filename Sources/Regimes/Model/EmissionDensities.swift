#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Log densities of four observations at a time, from constants worked out once.
///
/// They agree with ``EmissionDistribution/logDensity(_:)`` to the rounding of a few operations, and are −∞ where that is
/// finite only beyond 10¹⁵⁰ scales of a Student t.
protocol EmissionDensities {
    init(_ emissions: [EmissionDistribution])
    /// ln *b* of regime `state`; 0 where the observation is NaN, which marks a missing one.
    func logDensity(of state: Int, _ observations: SIMD4<Double>) -> SIMD4<Double>
}

/// Normal in every regime: ln *b* = scale − z² with z = (y − μ) ÷ (σ√2).
struct GaussianDensities<let count: Int>: EmissionDensities {
    let means: InlineArray<count, Double>
    private let inverseWidths: InlineArray<count, Double>
    private let logScales: InlineArray<count, Double>

    init(_ emissions: [EmissionDistribution]) {
        means = InlineArray { emissions[$0].mean }
        inverseWidths = InlineArray { 1 / (emissions[$0].variance.squareRoot() * 2.squareRoot()) }
        logScales = InlineArray { -0.5 * (log(2 * Double.pi) + log(emissions[$0].variance)) }
    }

    @inline(__always)
    func logDensity(of state: Int, _ observations: SIMD4<Double>) -> SIMD4<Double> {
        let standardized = (observations - means[state]) * inverseWidths[state]
        return (logScales[state] - standardized * standardized).replacing(with: 0, where: observations .!= observations)
    }
}

/// Regimes of any kind side by side; for a Student t, ln *b* = scale − (ν + 1)/2 · ln(1 + d²/ν).
struct MixedDensities<let count: Int>: EmissionDensities {
    let locations: InlineArray<count, Double>
    private let isGaussian: InlineArray<count, Bool>
    private let inverseScales: InlineArray<count, Double>
    private let logScales: InlineArray<count, Double>
    /// (ν + 1)/2, and 1/ν; unused for a Gaussian.
    private let powers: InlineArray<count, Double>
    private let inverseDegrees: InlineArray<count, Double>

    init(_ emissions: [EmissionDistribution]) {
        locations = InlineArray { emissions[$0].mean }
        isGaussian = InlineArray { emissions[$0].isGaussian }
        // At the center the density is its scale.
        logScales = InlineArray { emissions[$0].logDensity(emissions[$0].mean) }
        inverseScales = InlineArray { state in
            switch emissions[state] {
            case .gaussian(_, let variance): 1 / (variance.squareRoot() * 2.squareRoot())
            case .studentT(_, let scale, _): 1 / scale
            }
        }
        powers = InlineArray { state in
            if case .studentT(_, _, let degrees) = emissions[state] { (degrees + 1) / 2 } else { 1 }
        }
        inverseDegrees = InlineArray { state in
            if case .studentT(_, _, let degrees) = emissions[state] { 1 / degrees } else { 1 }
        }
    }

    @inline(__always)
    func logDensity(of state: Int, _ observations: SIMD4<Double>) -> SIMD4<Double> {
        let standardized = (observations - locations[state]) * inverseScales[state]
        let tail =
            isGaussian[state] ? standardized * standardized : powers[state] * logTail(of: state, standardized)
        return (logScales[state] - tail).replacing(with: 0, where: observations .!= observations)
    }

    /// ln(1 + d²/ν), `standardized` being d.
    @inline(__always)
    private func logTail(of state: Int, _ standardized: SIMD4<Double>) -> SIMD4<Double> {
        (1 + standardized * standardized * inverseDegrees[state]).normalLogarithm
    }

    /// The expected precisions u = (ν + 1) ÷ (ν + d²) of two observations, and ln u; 1 and 0 for a Gaussian.
    @inline(__always)
    func precision(of state: Int, _ observations: SIMD2<Double>) -> (SIMD2<Double>, logarithm: SIMD2<Double>) {
        if isGaussian[state] { return (SIMD2(repeating: 1), .zero) }
        let standardized = (observations - locations[state]) * inverseScales[state]
        let unbounded = 1 + standardized * standardized * inverseDegrees[state]
        // So far out no share is left; an infinity would make it 0 · ∞.
        let ratio = unbounded.replacing(with: 1e300, where: unbounded .> 1e300)
        let peak = 2 * powers[state] * inverseDegrees[state]
        // One logarithm for both lanes and for the peak: ln u = ln((1 + 1/ν) ÷ (1 + d²/ν)).
        let logarithms = SIMD4(lowHalf: ratio, highHalf: SIMD2(repeating: peak)).normalLogarithm
        return (peak / ratio, logarithms.highHalf - logarithms.lowHalf)
    }
}
