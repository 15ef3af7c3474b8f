#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What one forward–backward pass expects of the hidden chain: all that an M-step needs.
struct ExpectedStatistics {
    /// ln p(y₁…y_T).
    var logLikelihood: Double
    /// γ₁, `[K]`: the smoothed regime of the first bar.
    var first: [Double]
    /// Σₜ ξₜ(i, j), `[K][K]`: the expected number of moves from *i* to *j*.
    var transitions: [Double]
    /// Σ γₜ(i), `[K]`, over observed bars.
    var occupancy: [Double]
    /// Σ γₜ(i)·uₜ(i), `[K]`, over observed bars; uₜ(i) is the expected precision of a Student t, 1 for a Gaussian.
    var precision: [Double]
    /// Σ γₜ(i)·(ln uₜ(i) − uₜ(i)), `[K]`, over observed bars.
    var logPrecision: [Double]
    /// Σ γₜ(i)·uₜ(i)·(yₜ − μᵢ), `[K]`, over observed bars; μᵢ is the mean before the M-step.
    var deviation: [Double]
    /// Σ γₜ(i)·uₜ(i)·(yₜ − μᵢ)², `[K]`, over observed bars.
    var squaredDeviation: [Double]

    /// No statistics yet.
    init(stateCount: Int) {
        logLikelihood = 0
        let zeros = [Double](repeating: 0, count: stateCount)
        first = zeros
        transitions = [Double](repeating: 0, count: stateCount * stateCount)
        occupancy = zeros
        precision = zeros
        logPrecision = zeros
        deviation = zeros
        squaredDeviation = zeros
    }

    /// Adds one observation, of which regime `state` owns the share `posterior`.
    mutating func add(_ observation: Double, of posterior: Double, to state: Int, _ emission: EmissionDistribution) {
        guard posterior > 0 else { return }
        let difference = observation - emission.mean
        let precision = emission.expectedPrecision(observation)
        occupancy[state] += posterior
        self.precision[state] += posterior * precision
        logPrecision[state] += posterior * (log(precision) - precision)
        deviation[state] += posterior * precision * difference
        squaredDeviation[state] += posterior * precision * difference * difference
    }
}
