/// The probability of each regime given the past and present alone, one observation at a time.
///
/// After `update(y₁) … update(yₜ)`, ``filteredProbabilities`` is P(Sₜ = i | y₁…yₜ). A missing observation moves the chain
/// one bar on and tells nothing. Each update costs O(K²) and allocates nothing; to read without allocating either, ask for
/// one regime at a time with ``filteredProbability(of:)``. Regimes far below the range of a Double are carried on by their
/// logarithms.
public struct ForwardFilter: Sendable {
    /// The model whose regimes are filtered.
    public let model: HiddenMarkovModel
    private let emissions: PreparedEmissions
    private var chain: ChainFilter

    /// Creates a filter that has seen nothing yet.
    public init(_ model: HiddenMarkovModel) {
        self.model = model
        emissions = PreparedEmissions(model.emissions)
        chain = ChainFilter(initial: model.initialDistribution, transitions: model.transitionMatrix)
    }

    /// P(Sₜ = i | y₁…yₜ), `[K]`; before the first update the initial distribution. A new array each time.
    public var filteredProbabilities: [Double] { chain.array(chain.filtered) }
    /// P(Sₜ = i | y₁…yₜ₋₁), `[K]`, for the bar of the last update; before the first update the initial distribution. A new
    /// array each time.
    public var predictedProbabilities: [Double] { chain.array(chain.predicted) }
    /// The number of updates so far, missing observations included.
    public var observationCount: Int { chain.observationCount }
    /// ln p(yₜ | y₁…yₜ₋₁) of the last update; 0 for a missing observation, up to rounding.
    public var lastLogLikelihood: Double { chain.lastLogLikelihood }
    /// ln p(y₁…yₜ), the sum of all ``lastLogLikelihood``.
    public var logLikelihood: Double { chain.logLikelihood }

    /// P(Sₜ = regime | y₁…yₜ), without an allocation; see ``filteredProbabilities``.
    ///
    /// - Precondition: `regime` is in `0..<K`.
    public func filteredProbability(of regime: Int) -> Double {
        precondition(model.emissions.indices.contains(regime), "a regime of the model")
        return chain.filtered[regime]
    }

    /// P(Sₜ = regime | y₁…yₜ₋₁), without an allocation; see ``predictedProbabilities``.
    ///
    /// - Precondition: `regime` is in `0..<K`.
    public func predictedProbability(of regime: Int) -> Double {
        precondition(model.emissions.indices.contains(regime), "a regime of the model")
        return chain.predicted[regime]
    }

    /// Moves one bar on and takes in its observation, nil where the bar has none.
    ///
    /// - Throws: ``ObservationError``; the filter is then unchanged.
    public mutating func update(_ observation: Double?) throws(ObservationError) {
        if let observation {
            guard observation.isFinite else { throw .notFinite(index: observationCount, got: observation) }
            chain.logDensities = emissions.logDensities(observation)
        } else {
            chain.logDensities = emissions.ofMissing
        }
        guard chain.advance() else { throw .impossible(index: observationCount, got: observation ?? .nan) }
    }

    /// P(Sₜ₊₁ = j | y₁…yₜ), `[K]`: the regimes of the next bar, before its observation.
    public func nextPredictedProbabilities() -> [Double] { chain.array(chain.nextPredicted) }
}
