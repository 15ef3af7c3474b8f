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
    /// Σ γₜ(i)·(yₜ − μᵢ), `[K]`, over observed bars; μᵢ is the mean before the M-step.
    var deviation: [Double]
    /// Σ γₜ(i)·(yₜ − μᵢ)², `[K]`, over observed bars.
    var squaredDeviation: [Double]

    /// No statistics yet.
    init(stateCount: Int) {
        logLikelihood = 0
        let zeros = [Double](repeating: 0, count: stateCount)
        first = zeros
        transitions = [Double](repeating: 0, count: stateCount * stateCount)
        occupancy = zeros
        deviation = zeros
        squaredDeviation = zeros
    }
}
