#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The kind of emissions that a fit looks for.
public enum EmissionFamily: String, Sendable, Hashable, CaseIterable {
    /// Normal in every regime.
    case gaussian
    /// Student t in every regime, its degrees of freedom fitted too.
    case studentT = "student-t"
}

extension HiddenMarkovModel {
    /// The same centers and widths with emissions of `family`; a Student t starts with 8 degrees of freedom.
    func with(_ family: EmissionFamily) -> HiddenMarkovModel {
        HiddenMarkovModel(
            uncheckedInitial: initialDistribution,
            transitions: transitionMatrix,
            emissions: emissions.map { emission in
                switch family {
                case .gaussian: .gaussian(mean: emission.mean, variance: emission.squaredScale)
                case .studentT:
                    .studentT(location: emission.mean, scale: emission.squaredScale.squareRoot(), degreesOfFreedom: 8)
                }
            }
        )
    }
}

/// The M-step for the degrees of freedom of a Student t.
///
/// With u the precisions given the observations and ν₀ the degrees before, the expected log-likelihood has the derivative
///
///     g(ν) = 1 + ln(ν/2) − ψ(ν/2) + mean(ln u − u) + ψ((ν₀ + 1)/2) − ln((ν₀ + 1)/2)
///
/// (half of it times the weight), which falls in ν: one peak, found by bisection of ln ν.
///
/// - Note: Source: Liu and Rubin (1995), *Statistica Sinica* 5, section 2.
enum DegreesOfFreedom {
    /// Below 1 no mean exists; above 200 a Student t is a Gaussian to the eye of any sample.
    static let allowed = 1.0...200.0

    static func maximizing(from degrees: Double, meanLogPrecision: Double) -> Double {
        maximizing(meanExpectedLogPrecision: meanLogPrecision + correction(degrees, observed: 1))
    }

    /// E(ln u) − ln E(u) for an observation of n dimensions: ψ((ν₀ + n)/2) − ln((ν₀ + n)/2).
    static func correction(_ degrees: Double, observed: Int) -> Double {
        digamma((degrees + Double(observed)) / 2) - log((degrees + Double(observed)) / 2)
    }

    /// The same from mean(E(ln u) − E(u)), whatever the observations' dimensions.
    static func maximizing(meanExpectedLogPrecision: Double) -> Double {
        let constant = 1 + meanExpectedLogPrecision
        func slope(_ degrees: Double) -> Double { constant + log(degrees / 2) - digamma(degrees / 2) }
        if slope(allowed.upperBound) >= 0 { return allowed.upperBound }
        if slope(allowed.lowerBound) <= 0 { return allowed.lowerBound }
        var (low, high) = (log(allowed.lowerBound), log(allowed.upperBound))
        // Fifty halvings of ln 200 are below the rounding of ν.
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if slope(exp(middle)) > 0 { low = middle } else { high = middle }
        }
        return exp((low + high) / 2)
    }

    /// ψ(x) for x > 0: the recurrence up to 10, then the asymptotic series, right to 10⁻¹³.
    static func digamma(_ argument: Double) -> Double {
        var x = argument
        var shift = 0.0
        while x < 10 {
            shift -= 1 / x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series =
            inverse * (1 / 12.0 - inverse * (1 / 120.0 - inverse * (1 / 252.0 - inverse * (1 / 240.0 - inverse / 132))))
        return shift + log(x) - 0.5 / x - series
    }
}
