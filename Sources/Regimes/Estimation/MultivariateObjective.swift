#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a fit of vectors climbs, and the M-steps of their emissions; the chain's are those of ``PenalizedObjective``.
struct MultivariateObjective: Sendable {
    let chain: PenalizedObjective
    /// The smallest variance allowed in each dimension, `[D]`; all 0 for no floor.
    let floors: [Double]
    /// The diagonal of the prior's S₀, `[D]`.
    let priorVariances: [Double]

    /// The likelihood alone, without a floor.
    init(dimension: Int) {
        chain = PenalizedObjective(varianceFloor: 0)
        floors = [Double](repeating: 0, count: dimension)
        priorVariances = floors
    }

    /// The objective that `options` ask for, for dimensions of `variances`.
    init(_ options: BaumWelch.Options, variances: [Double]) {
        chain = PenalizedObjective(options, variance: 1)
        floors = variances.map { max($0 * options.varianceFloor, .leastNormalMagnitude) }
        let share = chain.prior.varianceShare
        priorVariances = variances.map { $0 * share }
    }

    /// The logarithm of the prior density, up to a constant: the chain's, and −½ n₀ Σᵢ (ln |Vᵢ| + tr(S₀ Vᵢ⁻¹)).
    func logPrior(_ model: MultivariateHiddenMarkovModel) -> Double {
        guard !chain.prior.isFlat else { return 0 }
        var sum = chain.logPrior(ofChain: model.transitionMatrix, model.initialDistribution)
        let presumed = chain.prior.variancePseudoCount
        guard presumed > 0 else { return sum }
        let dimension = floors.count
        for emission in model.emissions {
            let eigen = SymmetricEigen(emission.covariance, count: dimension)
            let inverse = eigen.mapped { 1 / $0 }
            let trace = (0..<dimension).reduce(0) { $0 + priorVariances[$1] * inverse[$1 * dimension + $1] }
            sum -= 0.5 * presumed * (eigen.values.reduce(0) { $0 + log($1) } + trace)
        }
        return sum
    }

    /// The M-step: means and covariances of the vectors completed by their expectations, plus what stays uncertain of these.
    ///
    /// Bars without any observation say nothing.
    func maximize(
        _ model: MultivariateHiddenMarkovModel,
        _ statistics: ExpectedStatistics,
        _ posteriors: [Double],
        _ patterns: MissingPatterns
    ) -> MultivariateHiddenMarkovModel {
        let (count, dimension) = (model.stateCount, model.dimension)
        var emissions = model.emissions
        var degreesOfFreedom = model.degreesOfFreedom
        for state in 0..<count {
            let moments = MultivariateMoments(patterns, posteriors, state: state, model)
            guard moments.weight > 1e-200 else { continue }
            let presumed = chain.prior.variancePseudoCount
            let shift = moments.sum.map { $0 / moments.precision }
            var covariance = moments.products
            for first in 0..<dimension {
                for second in 0..<dimension {
                    let entry = first * dimension + second
                    covariance[entry] -= shift[first] * shift[second] * moments.precision
                    if first == second { covariance[entry] += presumed * priorVariances[first] }
                    covariance[entry] /= moments.weight + presumed
                }
            }
            emissions[state] = MultivariateGaussian(
                unchecked: zip(emissions[state].mean, shift).map(+),
                covariance: floored(covariance)
            )
            degreesOfFreedom?[state] = DegreesOfFreedom.maximizing(
                meanExpectedLogPrecision: moments.logPrecision / moments.weight
            )
        }
        let next = chain.chain(statistics, from: model.transitionMatrix)
        return MultivariateHiddenMarkovModel(
            uncheckedInitial: next.initial,
            transitions: next.transitions,
            emissions: emissions,
            degreesOfFreedom: degreesOfFreedom
        )
    }

    /// Whether a covariance is held by the floors.
    func isAtFloor(_ covariance: [Double]) -> Bool {
        guard let whitened = whitened(covariance) else { return false }
        return SymmetricEigen(whitened, count: floors.count).values.contains { $0 <= 1 + 1e-9 }
    }

    /// The constrained maximum V ≥ F, F the diagonal matrix of the floors.
    ///
    /// In the coordinates in which F is the identity, the eigenvalues of V below 1 are raised to it: −ln |V| − tr(S V⁻¹) has
    /// one peak in each of them, so a step that is held there still loses no likelihood.
    private func floored(_ covariance: [Double]) -> [Double] {
        let dimension = floors.count
        guard let whitened = whitened(covariance) else { return covariance }
        let eigen = SymmetricEigen(whitened, count: dimension)
        guard eigen.values.contains(where: { $0 < 1 }) else { return covariance }
        var result = eigen.mapped { max($0, 1) }
        for first in 0..<dimension {
            for second in 0..<dimension {
                result[first * dimension + second] *= (floors[first] * floors[second]).squareRoot()
            }
        }
        return result
    }

    /// F^(−½) V F^(−½); nil where there is no floor.
    private func whitened(_ covariance: [Double]) -> [Double]? {
        let dimension = floors.count
        guard floors.allSatisfy({ $0 > 0 }) else { return nil }
        var result = covariance
        for first in 0..<dimension {
            for second in 0..<dimension {
                result[first * dimension + second] /= floors[first].squareRoot() * floors[second].squareRoot()
            }
        }
        return result
    }
}
