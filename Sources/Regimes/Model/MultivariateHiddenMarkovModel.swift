/// A hidden Markov chain of *K* regimes over vectors of *D* observations, some or all of which a bar may lack.
///
/// The notation is that of ``HiddenMarkovModel``; *b*ᵢ is a ``MultivariateGaussian``, or with ``degreesOfFreedom`` a Student t of
/// that center whose scale matrix is the Gaussian's covariance. A missing dimension is integrated out of either.
public struct MultivariateHiddenMarkovModel: Sendable, Hashable {
    /// π, `[K]`.
    public let initialDistribution: [Double]
    /// *a*, `[K][K]` in one flat array.
    public let transitionMatrix: [Double]
    /// *b*, `[K]`; with ``degreesOfFreedom`` the centers and scale matrices.
    public let emissions: [MultivariateGaussian]
    /// ν, `[K]`, of Student t regimes; nil where all are Gaussian.
    public let degreesOfFreedom: [Double]?

    /// *K*, the number of regimes.
    public var stateCount: Int { emissions.count }
    /// *D*, the number of dimensions.
    public var dimension: Int { emissions.first?.dimension ?? 0 }
    /// The number of free parameters: K² − 1 for the chain, D and D(D + 1)/2 for each regime, 1 more for a Student t.
    public var parameterCount: Int {
        let ofRegime = dimension + dimension * (dimension + 1) / 2 + (degreesOfFreedom == nil ? 0 : 1)
        return stateCount * stateCount - 1 + stateCount * ofRegime
    }

    /// Creates a model after checking every number of it.
    ///
    /// - Parameters:
    ///   - initialDistribution: `[K]`, probabilities that sum to 1 within 10⁻⁹.
    ///   - transitionMatrix: `[K][K]`; every row sums to 1 within 10⁻⁹.
    ///   - means: `[K][D]`, finite.
    ///   - covariances: `[K][D][D]`, symmetric and positive definite; scale matrices where degrees of freedom are given.
    ///   - degreesOfFreedom: `[K]`, finite and positive; nil for Gaussian regimes.
    /// - Throws: ``RegimeModelError`` that names the row or regime at fault, regimes counted from 0.
    public init(
        initialDistribution: [Double],
        transitionMatrix: [[Double]],
        means: [[Double]],
        covariances: [[[Double]]],
        degreesOfFreedom: [Double]? = nil
    ) throws(RegimeModelError) {
        try HiddenMarkovModel.checkChain(initialDistribution, transitionMatrix, count: means.count)
        guard covariances.count == means.count else {
            throw .count(of: "covariances", got: covariances.count, expected: means.count)
        }
        var emissions: [MultivariateGaussian] = []
        for state in means.indices {
            guard means[state].count == means[0].count else { throw .covarianceNotPositive(state: state) }
            emissions.append(
                try MultivariateGaussian(mean: means[state], covariance: covariances[state], state: state)
            )
        }
        if let degreesOfFreedom {
            guard degreesOfFreedom.count == means.count else {
                throw .count(of: "degrees of freedom", got: degreesOfFreedom.count, expected: means.count)
            }
            for (state, degrees) in degreesOfFreedom.enumerated() where !(degrees.isFinite && degrees > 0) {
                throw .degreesOfFreedomNotPositive(state: state, got: degrees)
            }
        }
        self.init(
            uncheckedInitial: initialDistribution,
            transitions: transitionMatrix.flatMap(\.self),
            emissions: emissions,
            degreesOfFreedom: degreesOfFreedom
        )
    }

    init(
        uncheckedInitial: [Double],
        transitions: [Double],
        emissions: [MultivariateGaussian],
        degreesOfFreedom: [Double]?
    ) {
        initialDistribution = uncheckedInitial
        transitionMatrix = transitions
        self.emissions = emissions
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The observations with NaN for missing dimensions, checked.
    static func flatten(_ observations: [[Double?]], dimension: Int) throws(ObservationError) -> [[Double]] {
        var flat: [[Double]] = []
        flat.reserveCapacity(observations.count)
        for (index, vector) in observations.enumerated() {
            guard vector.count == dimension else {
                throw .dimension(index: index, got: vector.count, expected: dimension)
            }
            for case .some(let value) in vector where !value.isFinite { throw .notFinite(index: index, got: value) }
            flat.append(vector.map { $0 ?? .nan })
        }
        return flat
    }
}
