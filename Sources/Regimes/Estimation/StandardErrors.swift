#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far the estimates of a fit may be from the truth, by the observed information.
///
/// nil means *not identified*: the data do not determine the parameter, it lies on the boundary (a probability of 0, a
/// variance at the floor, degrees of freedom at a limit), or it was not free. That holds for π always: one series starts
/// once. With a prior the curvature is that of the penalized objective, and the figures are posterior standard deviations
/// in Laplace's approximation. Derived in <doc:Derivations>.
public struct StandardErrors: Sendable, Equatable {
    /// Of *a*, `[K][K]` in one flat array.
    public let transitionMatrix: [Double?]
    /// Of the means or locations, `[K]`; over an autoregression, of c + μᵢ at average lagged means.
    public let means: [Double?]
    /// Of the variances, or the squared scales of Student t regimes, `[K]`.
    public let variances: [Double?]
    /// Of the degrees of freedom, `[K]`; nil for Gaussian regimes.
    public let degreesOfFreedom: [Double?]
    /// Of β₁, β₅, β₂₂; empty without an autoregression.
    public let coefficients: [Double?]

    /// The standard errors of a model at a maximum that ``BaumWelch/fit(_:states:options:)`` found.
    ///
    /// - Parameters:
    ///   - model: The fitted model.
    ///   - observations: What it was fitted to.
    ///   - options: What it was fitted with: prior, start distribution and variance floor enter.
    /// - Throws: ``FitError`` for observations that cannot be fitted.
    /// - Complexity: Two passes for each free parameter.
    public init(
        _ model: HiddenMarkovModel,
        observations: [Double?],
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(FitError) {
        let sample = try Sample(observations, states: model.stateCount, options: options)
        let search = Search(index: 0, start: .random, model: model, sample: sample)
        var pass = search.makePass()
        guard let maximum = search.measure(model, &pass) else { throw .noRestartSucceeded }
        let chain = ChainParameters(model.transitionMatrix, moves: maximum.statistics.transitions, sample.objective)
        let emissions = EmissionParameters(model.emissions, sample.objective)
        let information = ObservedInformation(
            at: chain.point + emissions.point,
            steps: chain.point.map { _ in 1e-3 } + emissions.steps
        ) { point in
            let moved = model.moved(chain, emissions, point[...], sample.objective)
            guard let measured = search.measure(moved, &pass),
                let moves = chain.score(
                    measured.statistics,
                    at: moved.transitionMatrix,
                    start: moved.initialDistribution
                )
            else { return nil }
            return moves + emissions.score(EmissionSums(measured.statistics), at: moved.emissions)
        }
        let count = chain.parameterCount
        transitionMatrix = chain.standardErrors(information, offset: 0)
        (means, variances, degreesOfFreedom) = emissions.standardErrors(information, offset: count)
        coefficients = []
    }

    /// The standard errors of a model at a maximum that ``AutoregressiveRegimes/fit(_:states:options:)`` found.
    ///
    /// - Throws: ``FitError`` for observations that cannot be fitted.
    /// - Complexity: Two passes for each free parameter.
    public init(
        _ model: AutoregressiveRegimes,
        observations: [Double?],
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(FitError) {
        let sample = try AutoregressiveSample(observations, states: model.residuals.stateCount, options: options)
        let search = AutoregressiveSearch(sample, index: 0)
        let slopes = model.autoregression.coefficients
        let level = zip(slopes, sample.design.centers).reduce(model.autoregression.intercept) { $0 + $1.0 * $1.1 }
        let centered = HiddenMarkovModel(
            uncheckedInitial: model.residuals.initialDistribution,
            transitions: model.residuals.transitionMatrix,
            emissions: model.residuals.emissions.map { $0.moved(by: level) }
        )
        var pass = search.makePass()
        let best = AutoregressiveSearch.Parameters(chain: centered, slopes: slopes)
        guard let maximum = search.measure(best, &pass) else { throw .noRestartSucceeded }
        let chain = ChainParameters(centered.transitionMatrix, moves: maximum.statistics.transitions, sample.objective)
        let emissions = EmissionParameters(centered.emissions, sample.objective)
        let width = slopes.count
        let information = ObservedInformation(
            at: slopes + chain.point + emissions.point,
            steps: slopes.map { _ in 1e-4 } + chain.point.map { _ in 1e-3 } + emissions.steps
        ) { point in
            let moved = AutoregressiveSearch.Parameters(
                chain: centered.moved(chain, emissions, point[width...], sample.objective),
                slopes: Array(point[..<width])
            )
            guard let measured = search.measure(moved, &pass),
                let moves = chain.score(
                    measured.statistics,
                    at: moved.chain.transitionMatrix,
                    start: moved.chain.initialDistribution
                )
            else { return nil }
            let moments = AutoregressionMoments(
                sample.design,
                residuals: pass.residuals,
                posteriors: pass.passes.posteriors(stateCount: centered.stateCount),
                emissions: moved.chain.emissions
            )
            let slopeScore = zip(moments.slopeScore(moved.chain.emissions), sample.anchor.pull(moved.slopes)).map(+)
            return slopeScore + moves
                + emissions.score(moments.sums, at: moved.chain.emissions)
        }
        coefficients = slopes.indices.map { information.standardError($0) }
        transitionMatrix = chain.standardErrors(information, offset: width)
        (means, variances, degreesOfFreedom) = emissions.standardErrors(
            information,
            offset: width + chain.parameterCount
        )
    }
}

/// What a score of emissions needs of a pass, `[K]` each; the notation is that of ``ExpectedStatistics``.
struct EmissionSums {
    let occupancy: [Double]
    let logPrecision: [Double]
    let deviation: [Double]
    let squaredDeviation: [Double]

    init(occupancy: [Double], logPrecision: [Double], deviation: [Double], squaredDeviation: [Double]) {
        self.occupancy = occupancy
        self.logPrecision = logPrecision
        self.deviation = deviation
        self.squaredDeviation = squaredDeviation
    }

    init(_ statistics: ExpectedStatistics) {
        self.init(
            occupancy: statistics.occupancy,
            logPrecision: statistics.logPrecision,
            deviation: statistics.deviation,
            squaredDeviation: statistics.squaredDeviation
        )
    }
}

/// The free parameters of emissions around a maximum: μ, ln s² and ln ν of each regime, unless held at a limit.
private struct EmissionParameters {
    private let emissions: [EmissionDistribution]
    private let objective: PenalizedObjective

    init(_ emissions: [EmissionDistribution], _ objective: PenalizedObjective) {
        self.emissions = emissions
        self.objective = objective
    }

    private func isWidthFree(_ state: Int) -> Bool {
        emissions[state].squaredScale > objective.varianceFloor * (1 + 1e-6)
    }

    private func areDegreesFree(_ state: Int) -> Bool {
        guard case .studentT(_, _, let degrees) = emissions[state] else { return false }
        let allowed = DegreesOfFreedom.allowed
        return degrees > allowed.lowerBound * (1 + 1e-6) && degrees < allowed.upperBound * (1 - 1e-6)
    }

    /// θ at the maximum: means as they are, logarithms measured from there.
    var point: [Double] {
        emissions.indices.flatMap { state in
            [emissions[state].mean] + (isWidthFree(state) ? [0] : []) + (areDegreesFree(state) ? [0] : [])
        }
    }

    var steps: [Double] {
        emissions.indices.flatMap { state in
            [1e-4 * emissions[state].squaredScale.squareRoot()] + (isWidthFree(state) ? [1e-4] : [])
                + (areDegreesFree(state) ? [1e-3] : [])
        }
    }

    func emissions(at point: ArraySlice<Double>) -> [EmissionDistribution] {
        var rest = point
        return emissions.indices.map { state in
            let mean = rest.removeFirst()
            let factor = isWidthFree(state) ? exp(rest.removeFirst()) : 1
            switch emissions[state] {
            case .gaussian(_, let variance): return .gaussian(mean: mean, variance: variance * factor)
            case .studentT(_, let scale, let degrees):
                return .studentT(
                    location: mean,
                    scale: scale * factor.squareRoot(),
                    degreesOfFreedom: degrees * (areDegreesFree(state) ? exp(rest.removeFirst()) : 1)
                )
            }
        }
    }

    /// ∂ by θ of the expected objective.
    ///
    /// Σγu(y − μ)/s² by μ; ½(Σγu(y − μ)²/s² − Σγ) by ln s²; for ν that of <doc:FilterAndFit>, with ν₀ = ν.
    func score(_ sums: EmissionSums, at moved: [EmissionDistribution]) -> [Double] {
        moved.indices.flatMap { state -> [Double] in
            let (scale, weight) = (moved[state].squaredScale, sums.occupancy[state])
            var score = [sums.deviation[state] / scale]
            if isWidthFree(state) {
                let presumed = objective.prior.variancePseudoCount
                let squares = sums.squaredDeviation[state] + presumed * objective.priorVariance
                score.append(0.5 * (squares / scale - weight - presumed))
            }
            if areDegreesFree(state), case .studentT(_, _, let degrees) = moved[state] {
                let half = (degrees + 1) / 2
                let slope =
                    1 + log(degrees / 2) - DegreesOfFreedom.digamma(degrees / 2)
                    + DegreesOfFreedom.digamma(half) - log(half)
                score.append(0.5 * degrees * (weight * slope + sums.logPrecision[state]))
            }
            return score
        }
    }

    func standardErrors(
        _ information: ObservedInformation,
        offset: Int
    ) -> (means: [Double?], variances: [Double?], degrees: [Double?]) {
        var next = offset
        func error(if isFree: Bool, times factor: Double) -> Double? {
            guard isFree else { return nil }
            defer { next += 1 }
            return information.standardError(next).map { $0 * factor }
        }
        var errors: (means: [Double?], variances: [Double?], degrees: [Double?]) = ([], [], [])
        for (state, emission) in emissions.enumerated() {
            errors.means.append(error(if: true, times: 1))
            errors.variances.append(error(if: isWidthFree(state), times: emission.squaredScale))
            let degrees = if case .studentT(_, _, let degrees) = emission { degrees } else { 0.0 }
            errors.degrees.append(error(if: areDegreesFree(state), times: degrees))
        }
        return errors
    }
}

extension HiddenMarkovModel {
    /// The model at a point around a maximum.
    fileprivate func moved(
        _ chain: ChainParameters,
        _ emissions: EmissionParameters,
        _ point: ArraySlice<Double>,
        _ objective: PenalizedObjective
    ) -> HiddenMarkovModel {
        HiddenMarkovModel(
            uncheckedInitial: initialDistribution,
            transitions: chain.transitions(at: point.prefix(chain.parameterCount)),
            emissions: emissions.emissions(at: point.dropFirst(chain.parameterCount))
        ).with(objective.start)
    }
}
