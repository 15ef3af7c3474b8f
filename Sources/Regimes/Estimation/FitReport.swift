/// What Baum–Welch found, and how sure one may be that it is the best there is.
public struct FitReport: Sendable, Equatable {
    /// The model of the best restart, regimes ordered by mean.
    public let model: HiddenMarkovModel
    /// AIC, BIC and ICL, and what they are made of.
    public let criteria: InformationCriteria
    /// How the search went.
    public let convergence: Convergence
    /// Bars without an observation.
    public let missingCount: Int
    /// The smallest variance that a regime was allowed.
    public let varianceFloor: Double

    /// ln p(y₁…y_T) at ``model``, without a prior.
    public var logLikelihood: Double { criteria.logLikelihood }
    /// The log-likelihood plus the logarithm of the prior, up to a constant; the log-likelihood where no prior is set.
    public var objective: Double { convergence.objective }
    /// ``Convergence/history``.
    public var history: [Double] { convergence.history }
    /// Whether the best restart's last step gained less than the tolerance.
    public var hasConverged: Bool { convergence.hasConverged }
    /// Akaike's criterion, −2 ln L + 2 p. Less is better, within one series.
    public var aic: Double { criteria.aic }
    /// Schwarz's criterion, −2 ln L + p ln n, n the number of observed bars. Less is better; wants too many regimes.
    public var bic: Double { criteria.bic }
    /// Integrated completed likelihood, BIC + 2 Σₜ H(γₜ). Less is better; wants regimes that are told apart.
    public var icl: Double { criteria.icl }
    /// Bars with an observation.
    public var observedCount: Int { criteria.observedCount }
    /// The seed that the restarts were drawn from.
    public var seed: UInt64 { convergence.seed }
    /// How each restart ended, in the order of starting.
    public var restarts: [Restart] { convergence.restarts }
    /// EM steps of the best restart.
    public var iterations: Int { convergence.iterations }

    /// ``Convergence/agreement(within:)``.
    public func agreement(within distance: Double) -> Double { convergence.agreement(within: distance) }

    /// How one restart ended.
    public struct Restart: Sendable, Equatable {
        /// Where it started.
        public let start: Start
        /// The log-likelihood it reached; −∞ for one that failed.
        public let logLikelihood: Double
        /// The same plus the logarithm of the prior, where one is set: what was climbed.
        public let objective: Double
        /// The EM steps it took.
        public let iterations: Int
        /// Whether its last step gained less than the tolerance.
        public let hasConverged: Bool
        /// Whether a regime shrank to the variance floor: such a model explains a few points, not a regime.
        public let isCollapsed: Bool
    }

    /// Where a restart starts from.
    public enum Start: String, Sendable, Equatable {
        /// Regimes are equal shares of the sorted observations.
        case quantiles
        /// Regimes are the clusters that k-means finds.
        case clusters
        /// Regimes are equal shares of the observations sorted by their moving average: persistent from the first step.
        case movingAverage = "moving average"
        /// Means, variances and persistence are drawn at random.
        case random
    }
}
