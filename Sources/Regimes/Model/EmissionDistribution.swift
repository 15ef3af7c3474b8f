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

    /// The expected observation.
    public var mean: Double {
        switch self {
        case .gaussian(let mean, _): mean
        }
    }

    /// The variance of an observation.
    public var variance: Double {
        switch self {
        case .gaussian(_, let variance): variance
        }
    }

    /// The natural logarithm of the density at `observation`.
    ///
    /// `-infinity` only where the true value lies below the range of a Double (about 10^154 standard deviations away).
    public func logDensity(_ observation: Double) -> Double {
        switch self {
        case .gaussian(let mean, let variance):
            // The quotient is squared, not the difference: a variance of 10^-300 would overflow its square's quotient.
            let standardized = (observation - mean) / variance.squareRoot()
            return -0.5 * (log(2 * Double.pi) + log(variance)) - 0.5 * standardized * standardized
        }
    }
}
