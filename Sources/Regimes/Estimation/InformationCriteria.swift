#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Criteria that weigh how well a model fits against how many parameters it took. Less is better, within one series.
public struct InformationCriteria: Sendable, Hashable {
    /// ln L at the fitted parameters, without a prior.
    public let logLikelihood: Double
    /// p, the number of free parameters.
    public let parameterCount: Int
    /// n, the number of bars with an observation.
    public let observedCount: Int
    /// Σₜ H(γₜ) in nats: how undecided the smoothed regimes stay.
    public let entropy: Double

    /// Akaike's criterion, −2 ln L + 2 p.
    public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
    /// Schwarz's criterion, −2 ln L + p ln n. Wants too many regimes where a regime's shape is not the assumed one.
    public var bic: Double { -2 * logLikelihood + Double(parameterCount) * log(Double(max(1, observedCount))) }
    /// Integrated completed likelihood, BIC + 2 Σₜ H(γₜ). Wants regimes that are told apart.
    ///
    /// - Note: Source: Biernacki, Celeux, Govaert (2000), *IEEE Trans. Pattern Anal. Mach. Intell.* 22(7).
    public var icl: Double { bic + 2 * entropy }

    /// Creates the criteria of a fit.
    init(logLikelihood: Double, parameterCount: Int, observedCount: Int, entropy: Double) {
        self.logLikelihood = logLikelihood
        self.parameterCount = parameterCount
        self.observedCount = observedCount
        self.entropy = entropy
    }
}
