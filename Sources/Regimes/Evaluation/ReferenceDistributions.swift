#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The distributions that tests of residuals are read against.
enum ReferenceDistributions {
    /// Φ(z), right to a few units in the last place in both tails when asked for the smaller one.
    static func normal(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// z with Φ(z) = p.
    ///
    /// - Note: Source: Wichura (1988), *Appl. Stat.* 37(3), algorithm AS 241, PPND16.
    static func normalQuantile(_ p: Double) -> Double {
        let q = p - 0.5
        if abs(q) <= 0.425 { return q * quotient(Self.center, at: 0.180625 - q * q) }
        let tail = min(p, 1 - p)
        guard tail > 0 else { return q < 0 ? -.infinity : .infinity }
        let r = (-log(tail)).squareRoot()
        let z = r <= 5 ? quotient(Self.middle, at: r - 1.6) : quotient(Self.outer, at: r - 5)
        return q < 0 ? -z : z
    }

    /// P(X > x) for X of a chi-squared distribution: the regularized upper incomplete gamma function at half of both.
    ///
    /// - Note: Source: DLMF 8.11.4 (series) below the mean, 8.9.2 (continued fraction) above.
    static func chiSquared(above x: Double, degreesOfFreedom: Int) -> Double {
        let (shape, argument) = (Double(degreesOfFreedom) / 2, x / 2)
        guard argument > 0 else { return 1 }
        let scale = exp(shape * log(argument) - argument - lgamma(shape))
        if argument < shape + 1 {
            var (term, sum) = (1 / shape, 1 / shape)
            for step in 1..<1_000 {
                term *= argument / (shape + Double(step))
                sum += term
                if term < sum * 1e-17 { break }
            }
            return 1 - scale * sum
        }
        var b = argument + 1 - shape
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for step in 1..<1_000 {
            let numerator = -Double(step) * (Double(step) - shape)
            b += 2
            d = 1 / nonzero(numerator * d + b)
            c = nonzero(b + numerator / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return scale * fraction
    }

    /// P(T < t) for a Student t, by the regularized incomplete beta function.
    ///
    /// - Note: Source: DLMF 8.17.22, evaluated by Lentz's method.
    static func studentT(below t: Double, degreesOfFreedom: Double) -> Double {
        let square = t * t
        let tail =
            square.isFinite
            ? 0.5 * beta(degreesOfFreedom / 2, 0.5, at: degreesOfFreedom / (degreesOfFreedom + square)) : 0
        return t < 0 ? tail : 1 - tail
    }

    /// P(√n D > λ) for the largest distance D of an empirical distribution from the true one, n large.
    ///
    /// - Note: Source: Kolmogorov (1933), *G. Ist. Ital. Attuari* 4; Jacobi's other series for small λ.
    static func kolmogorov(above lambda: Double) -> Double {
        guard lambda > 0 else { return 1 }
        if lambda < 1.18 {
            let exponent = -Double.pi * Double.pi / (8 * lambda * lambda)
            let sum = [1.0, 9, 25, 49].reduce(0) { $0 + exp($1 * exponent) }
            return 1 - (2 * Double.pi).squareRoot() / lambda * sum
        }
        var sum = 0.0
        for step in 1...20 {
            let term = exp(-2 * Double(step * step) * lambda * lambda)
            sum += step % 2 == 1 ? term : -term
        }
        return 2 * sum
    }

    private static func beta(_ a: Double, _ b: Double, at x: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        if x > (a + 1) / (a + b + 2) { return 1 - beta(b, a, at: 1 - x) }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
        var c = 1.0
        var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1..<10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return front * fraction
    }

    private static func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }

    private static func quotient(_ coefficients: (top: [Double], bottom: [Double]), at x: Double) -> Double {
        func polynomial(_ terms: [Double]) -> Double { terms.reversed().reduce(0) { $0 * x + $1 } }
        return polynomial(coefficients.top) / polynomial(coefficients.bottom)
    }

    private static let center = (
        top: [
            3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
            4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
        ],
        bottom: [
            1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
            3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
        ]
    )
    private static let middle = (
        top: [
            1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
            1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
        ],
        bottom: [
            1.0, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
            1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        ]
    )
    private static let outer = (
        top: [
            6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
            2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ],
        bottom: [
            1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
            2.04426310338993978564e-15,
        ]
    )
}

extension PredictiveDensity {
    /// P(Y < observation).
    func probability(below observation: Double) -> Double {
        zip(weights, components).reduce(0) { $0 + $1.0 * $1.1.probability(below: observation) }
    }

    /// P(Y > observation): not one less the other, which would lose the tail.
    func probability(above observation: Double) -> Double {
        zip(weights, components).reduce(0) { $0 + $1.0 * $1.1.mirrored.probability(below: -observation) }
    }
}

extension EmissionDistribution {
    /// P(Y < observation).
    func probability(below observation: Double) -> Double {
        switch self {
        case .gaussian(let mean, let variance):
            ReferenceDistributions.normal(below: (observation - mean) / variance.squareRoot())
        case .studentT(let location, let scale, let degrees):
            ReferenceDistributions.studentT(below: (observation - location) / scale, degreesOfFreedom: degrees)
        }
    }

    /// The distribution of −Y.
    fileprivate var mirrored: EmissionDistribution {
        switch self {
        case .gaussian(let mean, let variance): .gaussian(mean: -mean, variance: variance)
        case .studentT(let location, let scale, let degrees):
            .studentT(location: -location, scale: scale, degreesOfFreedom: degrees)
        }
    }
}
