/// A hidden Markov chain of *K* regimes over one observed series: the parameters, checked.
///
/// Notation, used in the whole module: πᵢ is the probability to start in regime *i*, *a*ᵢⱼ the probability to move from
/// *i* to *j* in one bar, *b*ᵢ(y) the density of an observation in regime *i*. An instance is proof that these are
/// probabilities and densities; nothing downstream checks again.
///
/// - Note: Source: Rabiner (1989), *Proc. IEEE* 77(2); see <doc:FilterAndFit>.
public struct HiddenMarkovModel: Sendable, Hashable {
    /// The largest number of regimes of a model.
    public static let maximumStateCount = 6

    /// π, `[K]`: the distribution of the first bar's regime.
    public let initialDistribution: [Double]
    /// *a*, `[K][K]` in one flat array: entry `i * K + j` is the probability to move from regime *i* to *j* in one bar.
    public let transitionMatrix: [Double]
    /// *b*, `[K]`: how each regime scatters its observations.
    public let emissions: [EmissionDistribution]

    /// *K*, the number of regimes.
    public var stateCount: Int { emissions.count }
    /// The regimes' expected observations, `[K]`.
    public var means: [Double] { emissions.map(\.mean) }
    /// The regimes' observation variances, `[K]`.
    public var variances: [Double] { emissions.map(\.variance) }

    /// The number of free parameters: K − 1 for π, K(K − 1) for *a*, 2 for each Gaussian and 3 for each Student t.
    public var parameterCount: Int {
        let ofEmissions = emissions.reduce(0) { $0 + ($1.isGaussian ? 2 : 3) }
        return stateCount - 1 + stateCount * (stateCount - 1) + ofEmissions
    }

    /// Creates a model after checking every number of it.
    ///
    /// - Parameters:
    ///   - initialDistribution: `[K]`, probabilities that sum to 1 within 10⁻⁹.
    ///   - transitionMatrix: `[K][K]`, one row for each regime left; every row sums to 1 within 10⁻⁹.
    ///   - means: `[K]`, finite.
    ///   - variances: `[K]`, finite and positive.
    /// - Throws: ``RegimeModelError`` that names the row or regime at fault, regimes counted from 0.
    public init(
        initialDistribution: [Double],
        transitionMatrix: [[Double]],
        means: [Double],
        variances: [Double]
    ) throws(RegimeModelError) {
        guard (1...Self.maximumStateCount).contains(means.count) else {
            throw .stateCount(got: means.count, allowed: 1...Self.maximumStateCount)
        }
        try Self.checkCount(variances.count, means.count, of: "variances")
        try self.init(
            initialDistribution: initialDistribution,
            transitionMatrix: transitionMatrix,
            emissions: zip(means, variances).map { .gaussian(mean: $0, variance: $1) }
        )
    }

    /// Creates a model with emissions of any kind after checking every number of it.
    ///
    /// - Parameters:
    ///   - initialDistribution: `[K]`, probabilities that sum to 1 within 10⁻⁹.
    ///   - transitionMatrix: `[K][K]`, one row for each regime left; every row sums to 1 within 10⁻⁹.
    ///   - emissions: `[K]`, means finite, variances, scales and degrees of freedom finite and positive.
    /// - Throws: ``RegimeModelError`` that names the row or regime at fault, regimes counted from 0.
    public init(
        initialDistribution: [Double],
        transitionMatrix: [[Double]],
        emissions: [EmissionDistribution]
    ) throws(RegimeModelError) {
        let count = emissions.count
        try Self.checkChain(initialDistribution, transitionMatrix, count: count)
        for (state, emission) in emissions.enumerated() {
            guard emission.mean.isFinite else { throw .meanNotFinite(state: state, got: emission.mean) }
            switch emission {
            case .gaussian(_, let variance):
                guard variance.isFinite, variance > 0 else { throw .varianceNotPositive(state: state, got: variance) }
            case .studentT(_, let scale, let degrees):
                guard scale.isFinite, scale > 0 else { throw .varianceNotPositive(state: state, got: scale) }
                guard degrees.isFinite, degrees > 0 else {
                    throw .degreesOfFreedomNotPositive(state: state, got: degrees)
                }
            }
        }
        self.init(
            uncheckedInitial: initialDistribution,
            transitions: transitionMatrix.flatMap(\.self),
            emissions: emissions
        )
    }

    /// Checks that π and *a* are probabilities of `count` regimes.
    static func checkChain(
        _ initialDistribution: [Double],
        _ transitionMatrix: [[Double]],
        count: Int
    ) throws(RegimeModelError) {
        guard (1...Self.maximumStateCount).contains(count) else {
            throw .stateCount(got: count, allowed: 1...Self.maximumStateCount)
        }
        try Self.checkCount(initialDistribution.count, count, of: "initial distribution")
        try Self.checkCount(transitionMatrix.count, count, of: "transition matrix")
        try Self.checkDistribution(initialDistribution, named: "initial distribution")
        for (index, row) in transitionMatrix.enumerated() {
            try Self.checkCount(row.count, count, of: "transition row \(index)")
            try Self.checkDistribution(row, named: "transition row \(index)")
        }
    }

    /// Creates a model from parameters that an algorithm of this module has just normalized.
    init(uncheckedInitial: [Double], transitions: [Double], emissions: [EmissionDistribution]) {
        initialDistribution = uncheckedInitial
        transitionMatrix = transitions
        self.emissions = emissions
    }

    /// The transition probabilities out of regime `state`, `[K]`.
    public func transitionRow(_ state: Int) -> [Double] {
        Array(transitionMatrix[state * stateCount..<(state + 1) * stateCount])
    }

    /// The expected number of bars that regime `state` lasts once entered, 1 ÷ (1 − *a*ᵢᵢ); infinite if it is never left.
    public func expectedDuration(_ state: Int) -> Double {
        1 / (1 - transitionMatrix[state * stateCount + state])
    }

    /// The same model with its regimes in the order given: new regime *i* is old regime `order[i]`.
    ///
    /// - Parameter order: A permutation of `0..<K`.
    public func reordered(_ order: [Int]) -> HiddenMarkovModel {
        precondition(order.sorted() == Array(0..<stateCount), "the order of regimes must be a permutation")
        return HiddenMarkovModel(
            uncheckedInitial: order.map { initialDistribution[$0] },
            transitions: order.flatMap { from in order.map { transitionMatrix[from * stateCount + $0] } },
            emissions: order.map { emissions[$0] }
        )
    }

    /// The same model with its regimes ordered by mean, lowest first; equal means keep their order.
    public func orderedByMean() -> HiddenMarkovModel {
        let means = self.means
        return reordered((0..<stateCount).sorted { (means[$0], $0) < (means[$1], $1) })
    }

    private static func checkCount(_ got: Int, _ expected: Int, of part: String) throws(RegimeModelError) {
        guard got == expected else { throw .count(of: part, got: got, expected: expected) }
    }

    private static func checkDistribution(_ row: [Double], named name: String) throws(RegimeModelError) {
        for (index, probability) in row.enumerated() where !(probability >= 0 && probability <= 1 + 1e-9) {
            throw .notAProbability(of: name, state: index, got: probability)
        }
        let sum = row.reduce(0, +)
        guard abs(sum - 1) <= 1e-9 else { throw .notADistribution(of: name, sum: sum) }
    }
}
