#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// GARCH(1,1): the variance of the next residual from the last residual's square and the last variance.
///
/// hₜ₊₁ = v (1 − p) + p (s eₜ² + (1 − s) hₜ), with v the residuals' variance (targeted, not fitted), p the persistence and s
/// the share of the news: α = p s, β = p (1 − s). A missing residual counts as one of its own variance.
///
/// - Note: Source: Bollerslev (1986), *J. Econometrics* 31(3); (1987), *Rev. Econ. Stat.* 69(3) for the Student t.
struct ConditionalVariance: Sendable {
    private let longRun: Double
    private let persistence: Double
    private let share: Double
    /// Degrees of freedom of the Student t; nil for a Gaussian.
    private let degreesOfFreedom: Double?

    /// Fits by maximum likelihood: a pattern search that halves its steps where no step helps.
    init(fitting residuals: [Double?], family: EmissionFamily) {
        let observed = residuals.compactMap(\.self)
        let longRun = observed.reduce(0) { $0 + $1 * $1 } / Double(max(1, observed.count))
        var best = [0.9, 0.1, 1 / 8.0]
        let limits = [0.0...0.999, 0.0...1.0, 0.005...0.45]
        var steps = [0.05, 0.05, 0.05]
        func candidate(_ point: [Double]) -> ConditionalVariance {
            ConditionalVariance(
                longRun: longRun,
                persistence: point[0],
                share: point[1],
                degreesOfFreedom: family == .studentT ? 1 / point[2] : nil
            )
        }
        var bestScore = candidate(best).logLikelihood(residuals)
        let dimensions = family == .studentT ? 3 : 2
        for _ in 0..<200 where steps[0] > 1e-4 {
            var hasMoved = false
            for index in 0..<dimensions {
                for direction in [1.0, -1.0] {
                    var point = best
                    point[index] = min(
                        max(point[index] + direction * steps[index], limits[index].lowerBound),
                        limits[index].upperBound
                    )
                    let score = candidate(point).logLikelihood(residuals)
                    if score > bestScore { (best, bestScore, hasMoved) = (point, score, true) }
                }
            }
            if !hasMoved { steps = steps.map { $0 / 2 } }
        }
        self = candidate(best)
    }

    private init(longRun: Double, persistence: Double, share: Double, degreesOfFreedom: Double?) {
        self.longRun = longRun
        self.persistence = persistence
        self.share = share
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The variance before the first residual.
    var first: Double { longRun }

    /// The variance of the residual after one of `residual`, which had `variance`.
    func next(after residual: Double?, variance: Double) -> Double {
        let square = residual.map { $0 * $0 } ?? variance
        return longRun * (1 - persistence) + persistence * (share * square + (1 - share) * variance)
    }

    /// The density of a residual of `variance`: a Student t is scaled to have it.
    func density(variance: Double) -> PredictiveDensity {
        guard let degrees = degreesOfFreedom else { return PredictiveDensity(mean: 0, variance: variance) }
        let scale = (variance * (degrees - 2) / degrees).squareRoot()
        return PredictiveDensity(
            weights: [1],
            components: [.studentT(location: 0, scale: scale, degreesOfFreedom: degrees)]
        )
    }

    private func logLikelihood(_ residuals: [Double?]) -> Double {
        var variance = longRun
        var total = 0.0
        for residual in residuals {
            if let residual { total += density(variance: variance).logDensity(residual) }
            variance = next(after: residual, variance: variance)
        }
        return total
    }
}
