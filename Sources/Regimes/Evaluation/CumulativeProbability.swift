#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Cumulative distribution functions of emissions, for probability integral transforms.
enum CumulativeProbability {
    /// P(Y ≤ `observation`) for Y drawn from `emission`, right to 10⁻¹².
    static func of(_ emission: EmissionDistribution, _ observation: Double) -> Double {
        switch emission {
        case .gaussian(let mean, let variance):
            return 0.5 * erfc((mean - observation) / (2 * variance).squareRoot())
        case .studentT(let location, let scale, let degrees):
            let standardized = (observation - location) / scale
            // P(T > |t|) is half the regularized incomplete beta function at ν ÷ (ν + t²).
            let tail =
                0.5
                * incompleteBeta(
                    degrees / (degrees + standardized * standardized),
                    degrees / 2,
                    0.5
                )
            return standardized > 0 ? 1 - tail : tail
        }
    }

    /// The regularized incomplete beta function Iₓ(a, b), by its continued fraction.
    ///
    /// - Note: Source: Abramowitz and Stegun (1964), 26.5.8, evaluated as by Lentz (1976), *Applied Optics* 15(3).
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast below the mean, so the other tail is taken above it.
        guard x < (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var fraction = d
        for step in 1...400 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            var change = 1.0
            for term in [even, odd] {
                d = 1 + term * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + term / c
                if abs(c) < tiny { c = tiny }
                change = c * d
                fraction *= change
            }
            if abs(change - 1) < 1e-15 { break }
        }
        return front * fraction
    }
}
