/// A heterogeneous autoregression that carries the slow level, and a hidden chain of regimes in what it leaves.
///
/// yₜ = β₁ yₜ₋₁ + β₅ mean₅ + β₂₂ mean₂₂ + c + εₜ, εₜ drawn by a ``HiddenMarkovModel`` of the residuals. Regimes are told
/// apart by how fast and how unevenly volatility moves, not by its level; <doc:WalkingForward> has what that is worth.
public struct AutoregressiveRegimes: Sendable, Hashable {
    /// The level.
    public let autoregression: HeterogeneousAutoregression
    /// The regimes of the residuals, ordered by mean.
    public let residuals: HiddenMarkovModel
    /// ln p(y₂₃…y_T | y₁…y₂₂).
    public let logLikelihood: Double

    /// Creates a model from parts that were fitted before.
    package init(autoregression: HeterogeneousAutoregression, residuals: HiddenMarkovModel, logLikelihood: Double) {
        self.autoregression = autoregression
        self.residuals = residuals
        self.logLikelihood = logLikelihood
    }

    /// Fits by least squares, then regimes of the residuals by ``BaumWelch``, then both together.
    ///
    /// The joint climb alternates the M-step of the chain with weighted least squares for β: with wₜ = Σ γₜ(i)/vᵢ the expected
    /// log-likelihood is a weighted sum of squares in β with targets yₜ − Σ γₜ(i) μᵢ / (vᵢ wₜ). Neither step can lose
    /// likelihood.
    ///
    /// - Throws: ``FitError``.
    public init(
        fitting observations: [Double?],
        states: Int,
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(FitError) {
        var autoregression = try HeterogeneousAutoregression(fitting: observations)
        let rows = HeterogeneousAutoregression.rows(observations)
        let report = try BaumWelch.fit(autoregression.residuals(of: observations), states: states, options: options)
        var chain = report.model
        var passes = ForwardBackward(barCount: observations.count, stateCount: states)
        var logLikelihood = report.logLikelihood
        for _ in 0..<options.iterations where chain.emissions.allSatisfy(\.isGaussian) {
            let flat = autoregression.residuals(of: observations).map { $0 ?? .nan }
            guard let statistics = try? passes.run(chain, flat) else { break }
            let gain = statistics.logLikelihood - logLikelihood
            logLikelihood = statistics.logLikelihood
            if gain < 0 || (gain > 0 && gain <= 1e-7 * (abs(logLikelihood) + 1)) { break }
            let posteriors = passes.posteriors(stateCount: states)
            let next = BaumWelch.maximize(chain, statistics, varianceFloor: report.varianceFloor)
            guard let improved = Self.regress(rows, autoregression, posteriors, next) else { break }
            chain = next
            autoregression = improved
        }
        // The last step moved the parameters once more than they were measured.
        let flat = autoregression.residuals(of: observations).map { $0 ?? .nan }
        if let statistics = try? passes.run(chain, flat) { logLikelihood = statistics.logLikelihood }
        self.autoregression = autoregression
        residuals = chain.orderedByMean()
        self.logLikelihood = logLikelihood
    }

    /// The weighted regression on the means, the intercept left as it is: the chain's means have taken it over.
    private static func regress(
        _ rows: [HeterogeneousAutoregression.Row],
        _ autoregression: HeterogeneousAutoregression,
        _ posteriors: [Double],
        _ chain: HiddenMarkovModel
    ) -> HeterogeneousAutoregression? {
        let count = chain.stateCount
        var weights: [Double] = []
        var targets: [Double] = []
        for row in rows {
            var (weight, offset) = (0.0, 0.0)
            for state in 0..<count {
                let share = posteriors[row.bar * count + state] / chain.emissions[state].squaredScale
                weight += share
                offset += share * chain.emissions[state].mean
            }
            weights.append(weight)
            targets.append(row.target - autoregression.intercept - offset / weight)
        }
        guard let solution = LeastSquares.solve(rows.map(\.features), targets, weights: weights) else { return nil }
        return HeterogeneousAutoregression(
            intercept: autoregression.intercept,
            coefficients: solution,
            residualVariance: autoregression.residualVariance
        )
    }
}
