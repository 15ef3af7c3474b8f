/// The probability of each regime given the past and present alone, one observation at a time.
///
/// After `update(y₁) … update(yₜ)`, ``filteredProbabilities`` is P(Sₜ = i | y₁…yₜ). A missing observation moves the chain
/// one bar on and tells nothing. Each update costs O(K²) and allocates nothing. Regimes far below the range of a Double are
/// carried on by their logarithms.
public struct ForwardFilter: Sendable {
    /// The model whose regimes are filtered.
    public let model: HiddenMarkovModel
    private var chain: ChainFilter

    /// Creates a filter that has seen nothing yet.
    public init(_ model: HiddenMarkovModel) {
        self.model = model
        chain = ChainFilter(initial: model.initialDistribution, transitions: model.transitionMatrix)
    }

    /// P(Sₜ = i | y₁…yₜ), `[K]`; before the first update the initial distribution.
    public var filteredProbabilities: [Double] { chain.filteredProbabilities }
    /// P(Sₜ = i | y₁…yₜ₋₁), `[K]`, for the bar of the last update; before the first update the initial distribution.
    public var predictedProbabilities: [Double] { chain.predictedProbabilities }
    /// The number of updates so far, missing observations included.
    public var observationCount: Int { chain.observationCount }
    /// ln p(yₜ | y₁…yₜ₋₁) of the last update; 0 for a missing observation, up to rounding.
    public var lastLogLikelihood: Double { chain.lastLogLikelihood }
    /// ln p(y₁…yₜ), the sum of all ``lastLogLikelihood``.
    public var logLikelihood: Double { chain.logLikelihood }

    /// Moves one bar on and takes in its observation, nil where the bar has none.
    ///
    /// - Throws: ``ObservationError``; the filter is then unchanged.
    public mutating func update(_ observation: Double?) throws(ObservationError) {
        if let observation, !observation.isFinite { throw .notFinite(index: observationCount, got: observation) }
        for state in 0..<model.stateCount {
            chain.logDensities[state] = observation.map { model.emissions[state].logDensity($0) } ?? 0
        }
        guard chain.advance() else { throw .impossible(index: observationCount, got: observation ?? .nan) }
    }

    /// P(Sₜ₊₁ = j | y₁…yₜ), `[K]`: the regimes of the next bar, before its observation.
    public func nextPredictedProbabilities() -> [Double] { chain.nextPredictedProbabilities() }
}
