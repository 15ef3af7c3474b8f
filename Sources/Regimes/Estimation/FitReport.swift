/// What Baum–Welch found, and how sure one may be that it is the best there is.
public struct FitReport: Sendable, Equatable {
    /// The model of the best restart, regimes ordered by mean.
    public let model: HiddenMarkovModel
    /// ln p(y₁…y_T) at ``model``.
    public let logLikelihood: Double
    /// The log-likelihood before each EM step of the best restart, and after the last. Never decreases.
    public let history: [Double]
    /// Whether the best restart's last step gained less than the tolerance.
    public let hasConverged: Bool
    /// Akaike's criterion, −2 ln L + 2 p. Less is better, within one series.
    public let aic: Double
    /// Schwarz's criterion, −2 ln L + p ln n, n the number of observed bars. Less is better; wants too many regimes.
    public let bic: Double
    /// Integrated completed likelihood, BIC + 2 Σₜ H(γₜ). Less is better; wants regimes that are told apart.
    public let icl: Double
    /// Bars with an observation.
    public let observedCount: Int
    /// Bars without.
    public let missingCount: Int
    /// The smallest variance that a regime was allowed.
    public let varianceFloor: Double
    /// The seed that the restarts were drawn from.
    public let seed: UInt64
    /// How each restart ended, in the order of starting.
    public let restarts: [Restart]

    /// EM steps of the best restart.
    public var iterations: Int { max(0, history.count - 1) }

    /// Share of the restarts that came within `distance` of the best log-likelihood: low where the surface has many peaks.
    public func agreement(within distance: Double) -> Double {
        let close = restarts.count { !$0.isCollapsed && abs($0.logLikelihood - logLikelihood) <= distance }
        return restarts.isEmpty ? 0 : Double(close) / Double(restarts.count)
    }

    /// How one restart ended.
    public struct Restart: Sendable, Equatable {
        /// Where it started.
        public let start: Start
        /// The log-likelihood it reached.
        public let logLikelihood: Double
        /// The EM steps it took.
        public let iterations: Int
        /// Whether its last step gained less than the tolerance.
        public let hasConverged: Bool
        /// Whether a regime shrank to the variance floor: such a model explains a few points, not a regime.
        public let isCollapsed: Bool
    }

    /// Where a restart starts from.
    public enum Start: Sendable, Equatable {
        /// Regimes are equal shares of the sorted observations.
        case quantiles
        /// Regimes are the clusters that k-means finds.
        case clusters
        /// Regimes are equal shares of the observations sorted by their moving average: persistent from the first step.
        case movingAverage
        /// Means, variances and persistence are drawn at random.
        case random
    }
}
