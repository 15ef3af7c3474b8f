/// What is expected of a later bar: its regime and its volatility.
public struct VolatilityForecast: Sendable, Hashable {
    /// h, how many bars after the last one known; 1 is the next.
    public let horizon: Int
    /// P(Sₜ₊ₕ = i | y₁…yₜ), `[K]`.
    public let probabilities: [Double]
    /// E(yₜ₊ₕ | y₁…yₜ), of the log annualized volatility.
    public let mean: Double
    /// V(yₜ₊ₕ | y₁…yₜ); infinite where a Student t of two degrees of freedom or less is possible.
    public let variance: Double
    /// E(exp yₜ₊ₕ | y₁…yₜ), the annualized volatility itself; infinite where a Student t is possible, whose tail has none.
    public let expectedVolatility: Double
}

extension ForwardFilter {
    /// The next `steps` bars as known now: the mixture of the regimes that the chain may be in then.
    ///
    /// The mean is Σ pᵢ μᵢ, the variance Σ pᵢ (vᵢ + μᵢ²) less its square, and since volatility is lognormal in a Gaussian
    /// regime its expectation is Σ pᵢ exp(μᵢ + vᵢ/2): exact at every horizon. O(steps · K²).
    public func forecast(steps: Int) -> [VolatilityForecast] {
        var probabilities = nextPredictedProbabilities()
        return (0..<max(0, steps)).map { step in
            if step > 0 { probabilities = model.advanced(probabilities) }
            let mixture = PredictiveDensity(weights: probabilities, components: model.emissions)
            return VolatilityForecast(
                horizon: step + 1,
                probabilities: probabilities,
                mean: mixture.mean,
                variance: model.variance(of: mixture),
                expectedVolatility: model.transform(probabilities, at: 1).reduce(0, +)
            )
        }
    }
}

extension HiddenMarkovModel {
    /// p·*a*: the distribution of the regime one bar after it was `probabilities`.
    func advanced(_ probabilities: [Double]) -> [Double] {
        (0..<stateCount).map { to in
            (0..<stateCount).reduce(0) { $0 + probabilities[$1] * transitionMatrix[$1 * stateCount + to] }
        }
    }

    /// pᵢ E(exp(s y) | i), `[K]`: exp(s μ + s² v/2) in a Gaussian regime, infinite in a Student t but for s = 0.
    func transform(_ probabilities: [Double], at argument: Double) -> [Double] {
        zip(probabilities, emissions).map { probability, emission in
            guard probability > 0, argument != 0 else { return probability }
            guard emission.isGaussian else { return .infinity }
            return probability * exponential(argument * emission.mean + argument * argument * emission.variance / 2)
        }
    }

    /// The variance of a mixture of the regimes' emissions.
    func variance(of mixture: PredictiveDensity) -> Double {
        let mean = mixture.mean
        return zip(mixture.weights, mixture.components).reduce(0) { sum, part in
            let distance = part.1.mean - mean
            return part.0 > 0 ? sum + part.0 * (part.1.variance + distance * distance) : sum
        }
    }
}
