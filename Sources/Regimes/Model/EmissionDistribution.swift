#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How one regime scatters its observations.
///
/// The observation is the log annualized volatility of one bar, so a Gaussian here means lognormal volatility.
public enum EmissionDistribution: Sendable, Hashable {
    /// The normal distribution with the given mean and variance, both in units of log volatility.
    case gaussian(mean: Double, variance: Double)
    /// Student's t distribution around `location`: outliers are expected, the more so the fewer the degrees of freedom.
    case studentT(location: Double, scale: Double, degreesOfFreedom: Double)

    /// Whether the distribution is normal.
    public var isGaussian: Bool {
        if case .gaussian = self { true } else { false }
    }

    /// The expected observation; the center where the expectation does not exist (one degree of freedom or less).
    public var mean: Double {
        switch self {
        case .gaussian(let mean, _): mean
        case .studentT(let location, _, _): location
        }
    }

    /// The variance of an observation; infinite at two degrees of freedom or less.
    public var variance: Double {
        switch self {
        case .gaussian(_, let variance): variance
        case .studentT(_, let scale, let degrees): degrees > 2 ? scale * scale * degrees / (degrees - 2) : .infinity
        }
    }

    /// The natural logarithm of the density at `observation`.
    ///
    /// `-infinity` only where the true value lies below the range of a Double (about 10^154 standard deviations away).
    public func logDensity(_ observation: Double) -> Double {
        PreparedEmission(self).logDensity(observation)
    }

    /// The squared width: the variance of a Gaussian, the squared scale of a Student t.
    var squaredScale: Double {
        switch self {
        case .gaussian(_, let variance): variance
        case .studentT(_, let scale, _): scale * scale
        }
    }

    /// The expected precision of an observation relative to 1/``squaredScale``: what a Student t gives an outlier less of.
    ///
    /// A Student t is a Gaussian whose variance is scaled by 1/u with u drawn from a gamma distribution; given the
    /// observation, E(u) = (ν + 1) ÷ (ν + d²), d the distance in scales.
    func expectedPrecision(_ observation: Double) -> Double {
        guard case .studentT(let location, let scale, let degrees) = self else { return 1 }
        let standardized = (observation - location) / scale
        return (degrees + 1) / (degrees + standardized * standardized)
    }
}

/// An emission distribution with all that does not hang on the observation worked out.
struct PreparedEmission: Sendable {
    fileprivate let center: Double
    /// The standard deviation of a Gaussian, the scale of a Student t.
    fileprivate let width: Double
    /// ln of the density at the center.
    fileprivate let logScale: Double
    /// ν; infinite for a Gaussian.
    private let degreesOfFreedom: Double

    init(_ emission: EmissionDistribution) {
        switch emission {
        case .gaussian(let mean, let variance):
            center = mean
            width = variance.squareRoot()
            logScale = -0.5 * (log(2 * Double.pi) + log(variance))
            degreesOfFreedom = .infinity
        case .studentT(let location, let scale, let degrees):
            center = location
            width = scale
            logScale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - 0.5 * log(degrees * Double.pi) - log(scale)
            degreesOfFreedom = degrees
        }
    }

    /// The natural logarithm of the density at `observation`; see ``EmissionDistribution/logDensity(_:)``.
    func logDensity(_ observation: Double) -> Double {
        // The quotient is squared, not the difference: a variance of 10^-300 would overflow its square's quotient.
        let standardized = (observation - center) / width
        if degreesOfFreedom == .infinity { return logScale - 0.5 * standardized * standardized }
        // Beyond 10^150 scales the square overflows, and ln(1 + d²/ν) is 2 ln|d| − ln ν to the last digit.
        let tail =
            abs(standardized) < 1e150
            ? log1p(standardized * standardized / degreesOfFreedom)
            : 2 * log(abs(standardized)) - log(degreesOfFreedom)
        return logScale - (degreesOfFreedom + 1) / 2 * tail
    }
}

/// The emissions of a model, prepared to give the log densities of one observation in all regimes, one a lane.
struct PreparedEmissions: Sendable {
    /// What a missing observation says: 0 in the lanes of regimes, −∞ in the others.
    let ofMissing: SIMD8<Double>
    private let emissions: [PreparedEmission]
    private let isGaussian: Bool
    private var centers = SIMD8<Double>.zero
    private var widths = SIMD8<Double>.one
    private var logScales = SIMD8<Double>(repeating: -.infinity)

    init(_ distributions: [EmissionDistribution]) {
        emissions = distributions.map(PreparedEmission.init)
        isGaussian = distributions.allSatisfy(\.isGaussian)
        ofMissing = SIMD8(repeating: -.infinity).replacing(
            with: 0,
            where: SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7) .< Int64(distributions.count)
        )
        for (state, emission) in emissions.enumerated() {
            centers[state] = emission.center
            widths[state] = emission.width
            logScales[state] = emission.logScale
        }
    }

    /// ln *b*ᵢ(y), `[K]`, then −∞; bit for bit what ``EmissionDistribution/logDensity(_:)`` gives.
    @inline(__always)
    func logDensities(_ observation: Double) -> SIMD8<Double> {
        if isGaussian, emissions.count <= 4 {
            let standardized = (observation - centers.lowHalf) / widths.lowHalf
            let low = logScales.lowHalf - 0.5 * standardized * standardized
            return SIMD8(lowHalf: low, highHalf: SIMD4(repeating: -.infinity))
        }
        var logDensities = SIMD8<Double>(repeating: -.infinity)
        for state in emissions.indices { logDensities[state] = emissions[state].logDensity(observation) }
        return logDensities
    }
}
