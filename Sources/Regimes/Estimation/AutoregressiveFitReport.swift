/// What the joint fit of a heterogeneous autoregression and its regimes found.
public struct AutoregressiveFitReport: Sendable, Equatable {
    /// The model of the best restart.
    public let model: AutoregressiveRegimes
    /// AIC, BIC and ICL over the bars that have an observation and lagged means before it.
    ///
    /// p counts the three slopes and the chain with its emissions; the intercept is one with the regimes' means.
    public let criteria: InformationCriteria
    /// How the search went.
    public let convergence: Convergence
    /// Bars without an observation, or without lagged means before it: the first 22 at least.
    public let missingCount: Int
    /// The smallest variance that a regime was allowed.
    public let varianceFloor: Double

    /// ln p(y₂₃…y_T | y₁…y₂₂) at ``model``, without a prior.
    public var logLikelihood: Double { criteria.logLikelihood }
    /// Bars that the fit rests on.
    public var observedCount: Int { criteria.observedCount }
}
