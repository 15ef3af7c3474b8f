/// A heterogeneous autoregression that carries the slow level, and a hidden chain of regimes in what it leaves.
///
/// yₜ = β₁ yₜ₋₁ + β₅ mean₅ + β₂₂ mean₂₂ + c + εₜ, εₜ drawn by a ``HiddenMarkovModel`` of the residuals. Regimes are told
/// apart by how fast and how unevenly volatility moves, not by its level; <doc:WalkingForward> has what that is worth.
/// Only the sums c + μᵢ are determined by data; c is chosen so that the residuals are 0 in the long run.
public struct AutoregressiveRegimes: Sendable, Hashable {
    /// The level.
    public let autoregression: HeterogeneousAutoregression
    /// The regimes of the residuals, ordered by mean.
    public let residuals: HiddenMarkovModel
    /// ln p(y₂₃…y_T | y₁…y₂₂) of the series that it was fitted to.
    public let logLikelihood: Double

    /// Creates a model from parts that were fitted before.
    package init(autoregression: HeterogeneousAutoregression, residuals: HiddenMarkovModel, logLikelihood: Double) {
        self.autoregression = autoregression
        self.residuals = residuals
        self.logLikelihood = logLikelihood
    }

    /// The model that ``fit(_:states:options:)`` finds.
    ///
    /// - Throws: ``FitError``.
    public init(
        fitting observations: [Double?],
        states: Int,
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(FitError) {
        self = try Self.fit(observations, states: states, options: options).model
    }

    /// The number of free parameters: three slopes, and the chain with its emissions.
    public var parameterCount: Int { AutoregressionDesign.width + residuals.parameterCount }

    /// Fits level and regimes together to `observations` (nil = missing), from many starting points.
    ///
    /// Each restart starts from the slopes of least squares and from regimes of what they leave; then slopes, means, widths
    /// and chain climb the one objective together. Steps, start distribution and choice of the winner are those of
    /// ``BaumWelch/fit(_:states:options:)``; the prior is ``RegimePrior/besideAutoregression`` unless another is set, and
    /// ``RegimePrior/flat`` makes it a fit by maximum likelihood. The shares of ``BaumWelch/Options/varianceFloor`` and of
    /// the prior are of the variance of the least-squares residuals.
    ///
    /// - Parameters:
    ///   - observations: One entry a bar, finite where present. A bar counts if it has an observation and one at least among
    ///     the 22 bars before it.
    ///   - states: *K*, 1 to ``HiddenMarkovModel/maximumStateCount``.
    ///   - options: The search.
    /// - Throws: ``FitError``.
    /// - Complexity: O(T·K·(K + 9)) a step.
    public static func fit(
        _ observations: [Double?],
        states: Int,
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(FitError) -> AutoregressiveFitReport {
        let sample = try AutoregressiveSample(observations, states: states, options: options)
        let (winner, convergence) = try BaumWelch.best(of: options) { AutoregressiveSearch(sample, index: $0) }
        let model = Self(winner, sample.design)
        let count = sample.design.bars.count
        return AutoregressiveFitReport(
            model: model,
            criteria: InformationCriteria(
                logLikelihood: winner.record.logLikelihood,
                parameterCount: AutoregressionDesign.width + model.residuals.parameterCount(options.start),
                observedCount: count,
                entropy: winner.entropy
            ),
            convergence: convergence,
            missingCount: observations.count - count,
            varianceFloor: sample.objective.varianceFloor
        )
    }

    /// The model of a search, its intercept chosen and its regimes ordered.
    private init(_ search: AutoregressiveSearch, _ design: AutoregressionDesign) {
        let chain = search.parameters.chain.orderedByMean()
        // A chain without one long-run distribution has no long-run mean: its first regime's stands in.
        let shares = chain.stationaryDistribution() ?? chain.initialDistribution
        let level = zip(shares, chain.means).reduce(0) { $0 + $1.0 * $1.1 }
        let intercept = level - zip(search.parameters.slopes, design.centers).reduce(0) { $0 + $1.0 * $1.1 }
        let left = design.residuals(search.parameters.slopes)
        let squares = design.bars.reduce(0) { $0 + (left[$1] - level) * (left[$1] - level) }
        autoregression = HeterogeneousAutoregression(
            intercept: intercept,
            coefficients: search.parameters.slopes,
            residualVariance: squares / Double(max(1, design.bars.count - AutoregressionDesign.width - 1))
        )
        residuals = HiddenMarkovModel(
            uncheckedInitial: chain.initialDistribution,
            transitions: chain.transitionMatrix,
            emissions: chain.emissions.map { $0.moved(by: -level) }
        )
        logLikelihood = search.record.logLikelihood
    }
}

extension EmissionDistribution {
    /// The same distribution moved by `distance`.
    func moved(by distance: Double) -> EmissionDistribution {
        switch self {
        case .gaussian(let mean, let variance): .gaussian(mean: mean + distance, variance: variance)
        case .studentT(let location, let scale, let degrees):
            .studentT(location: location + distance, scale: scale, degreesOfFreedom: degrees)
        }
    }
}
