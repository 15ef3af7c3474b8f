extension AutoregressiveRegimes {
    /// The `steps` bars after `observations`, as known then; nil where the last 22 bars hold no observation, or are fewer.
    ///
    /// The autoregression is linear, so yₜ₊ₕ = kₕ + Σⱼ ψₕⱼ εₜ₊ⱼ for j = 1…h, with kₕ from what is known and ψ by iterating the three
    /// means over known bars and expected ones alike. Given the filtered regime the residuals are a hidden Markov chain, of
    /// which all moments follow: E(ε) and its autocovariances give mean and variance, and the product of the matrices
    /// *a* · diag E(exp ψ ε | i) gives the expectation of the volatility. All three are exact, at every horizon and over gaps,
    /// as long as future bars are all observed; it is the shape of the density at h > 1, no longer that of a mixture of K
    /// components, that this does not say.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no regime explains.
    /// - Complexity: O(T·K² + steps³·K).
    public func forecast(
        after observations: [Double?],
        steps: Int
    ) throws(ObservationError) -> [VolatilityForecast]? {
        guard autoregression.forecast(after: observations) != nil else { return nil }
        var filter = ForwardFilter(residuals)
        for residual in autoregression.residuals(of: observations) { try filter.update(residual) }
        let expansions = autoregression.expansions(after: observations, steps: max(0, steps))
        let chain = ResidualMoments(residuals, from: filter.nextPredictedProbabilities(), steps: expansions.count)
        return expansions.enumerated().map { step, expansion in
            VolatilityForecast(
                horizon: step + 1,
                probabilities: chain.probabilities[step],
                mean: expansion.constant + zip(expansion.loadings, chain.means).reduce(0) { $0 + $1.0 * $1.1 },
                variance: chain.variance(expansion.loadings),
                expectedVolatility: exponential(expansion.constant) * chain.transform(expansion.loadings)
            )
        }
    }

    /// The density of the bar after `observations`, as known then: exact. nil where ``forecast(after:steps:)`` is.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no regime explains.
    public func predictiveDensity(after observations: [Double?]) throws(ObservationError) -> PredictiveDensity? {
        guard let level = autoregression.forecast(after: observations) else { return nil }
        var filter = ForwardFilter(residuals)
        for residual in autoregression.residuals(of: observations) { try filter.update(residual) }
        let mixture = PredictiveDensity(
            weights: filter.nextPredictedProbabilities(),
            components: residuals.emissions
        )
        return mixture.moved(by: level)
    }
}

extension HeterogeneousAutoregression {
    /// A later observation in terms of what is known and of the residuals still to come.
    struct Expansion {
        /// k.
        var constant: Double
        /// ψ, one entry for each residual from the next bar's to its own.
        var loadings: [Double]
    }

    /// The next `steps` observations; the last 22 bars of `observations` must hold one.
    func expansions(after observations: [Double?], steps: Int) -> [Expansion] {
        let longest = Self.windows.last ?? 1
        var bars = observations.suffix(longest).map { value in value.map { Expansion(constant: $0, loadings: []) } }
        var expansions: [Expansion] = []
        for step in 0..<steps {
            var next = Expansion(constant: intercept, loadings: [Double](repeating: 0, count: step + 1))
            next.loadings[step] = 1
            var fallback: Expansion?
            for (index, window) in Self.windows.enumerated().reversed() {
                let observed = bars.suffix(window).compactMap(\.self)
                let mean = observed.isEmpty ? fallback : Self.mean(observed, count: step)
                guard let mean else { continue }
                fallback = mean
                next.constant += coefficients[index] * mean.constant
                for (past, loading) in mean.loadings.enumerated() {
                    next.loadings[past] += coefficients[index] * loading
                }
            }
            expansions.append(next)
            bars.append(next)
        }
        return expansions
    }

    private static func mean(_ bars: [Expansion], count: Int) -> Expansion {
        var mean = Expansion(constant: 0, loadings: [Double](repeating: 0, count: count))
        for bar in bars {
            mean.constant += bar.constant / Double(bars.count)
            for (index, loading) in bar.loadings.enumerated() { mean.loadings[index] += loading / Double(bars.count) }
        }
        return mean
    }
}

/// The moments of the residuals to come, given the distribution of the next bar's regime.
private struct ResidualMoments {
    private let model: HiddenMarkovModel
    /// P(Sₜ₊ⱼ = i), one row a bar.
    let probabilities: [[Double]]
    /// E(εₜ₊ⱼ).
    let means: [Double]
    /// V(εₜ₊ⱼ).
    private let variances: [Double]
    /// *a*ᵈ·μ: the expected residual *d* bars after a regime.
    private let expected: [[Double]]

    init(_ model: HiddenMarkovModel, from first: [Double], steps: Int) {
        self.model = model
        var rows: [[Double]] = []
        var expected: [[Double]] = []
        var (row, ahead) = (first, model.means)
        for _ in 0..<steps {
            rows.append(row)
            expected.append(ahead)
            row = model.advanced(row)
            ahead = (0..<model.stateCount).map { from in
                zip(model.transitionRow(from), ahead).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        probabilities = rows
        self.expected = expected
        let mixtures = rows.map { PredictiveDensity(weights: $0, components: model.emissions) }
        means = mixtures.map(\.mean)
        variances = mixtures.map { model.variance(of: $0) }
    }

    /// V(Σ ψⱼ εₜ₊ⱼ).
    func variance(_ loadings: [Double]) -> Double {
        var sum = 0.0
        for (bar, loading) in loadings.enumerated() where loading != 0 {
            sum += loading * loading * variances[bar]
            for later in bar + 1..<max(bar + 1, loadings.count) {
                let product = (0..<model.stateCount).reduce(0.0) {
                    $0 + probabilities[bar][$1] * model.means[$1] * expected[later - bar][$1]
                }
                sum += 2 * loading * loadings[later] * (product - means[bar] * means[later])
            }
        }
        return sum
    }

    /// E(exp Σ ψⱼ εₜ₊ⱼ).
    func transform(_ loadings: [Double]) -> Double {
        var weights = probabilities[0]
        for (bar, loading) in loadings.enumerated() {
            if bar > 0 { weights = model.advanced(weights) }
            weights = model.transform(weights, at: loading)
        }
        return weights.reduce(0, +)
    }
}
