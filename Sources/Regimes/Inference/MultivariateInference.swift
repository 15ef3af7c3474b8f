/// ``ForwardFilter`` for vectors: the probability of each regime given the past and present alone.
public struct MultivariateForwardFilter: Sendable {
    /// The model whose regimes are filtered.
    public let model: MultivariateHiddenMarkovModel
    private let densities: VectorDensities
    private var chain: ChainFilter

    /// Creates a filter that has seen nothing yet.
    public init(_ model: MultivariateHiddenMarkovModel) {
        self.model = model
        densities = VectorDensities(model)
        chain = ChainFilter(initial: model.initialDistribution, transitions: model.transitionMatrix)
    }

    /// P(Sₜ = i | y₁…yₜ), `[K]`; before the first update the initial distribution.
    public var filteredProbabilities: [Double] { chain.array(chain.filtered) }
    /// P(Sₜ = i | y₁…yₜ₋₁), `[K]`, for the bar of the last update.
    public var predictedProbabilities: [Double] { chain.array(chain.predicted) }
    /// ln p(yₜ | y₁…yₜ₋₁) of the last update.
    public var lastLogLikelihood: Double { chain.lastLogLikelihood }
    /// ln p(y₁…yₜ).
    public var logLikelihood: Double { chain.logLikelihood }

    /// Moves one bar on and takes in its observation, `[D]`, nil in the dimensions that are missing.
    ///
    /// - Throws: ``ObservationError``; the filter is then unchanged.
    public mutating func update(_ observation: [Double?]) throws(ObservationError) {
        let index = chain.observationCount
        guard observation.count == model.dimension else {
            throw .dimension(index: index, got: observation.count, expected: model.dimension)
        }
        for case .some(let value) in observation where !value.isFinite { throw .notFinite(index: index, got: value) }
        let vector = PaddedVector { $0 < observation.count ? observation[$0] ?? .nan : .nan }
        for state in 0..<model.stateCount { chain.logDensities[state] = densities.logDensity(of: state, vector) }
        guard chain.advance() else {
            throw .impossible(index: index, got: observation.lazy.compactMap(\.self).first ?? .nan)
        }
    }

    /// P(Sₜ₊₁ = j | y₁…yₜ), `[K]`.
    public func nextPredictedProbabilities() -> [Double] { chain.array(chain.nextPredicted) }
}

extension SmoothedRegimes {
    /// Smooths vectors, `[T][D]` with nil in the dimensions that are missing, in O(T·K·(K + D³)) time.
    ///
    /// - Throws: ``ObservationError`` for a vector that is not finite, of another dimension, or that no path explains.
    public init(_ model: MultivariateHiddenMarkovModel, observations: [[Double?]]) throws(ObservationError) {
        let flat = try MultivariateHiddenMarkovModel.flatten(observations, dimension: model.dimension)
        guard !flat.isEmpty else {
            self.init(
                stateCount: model.stateCount,
                probabilities: [],
                expectedTransitions: [Double](repeating: 0, count: model.stateCount * model.stateCount),
                logLikelihood: 0
            )
            return
        }
        var pass = VectorForwardBackward()
        let statistics = try pass.run(model, flat)
        self.init(
            stateCount: model.stateCount,
            probabilities: pass.posteriors,
            expectedTransitions: statistics.transitions,
            logLikelihood: statistics.logLikelihood
        )
    }
}

extension Viterbi {
    /// Decodes vectors, `[T][D]` with nil in the dimensions that are missing.
    ///
    /// - Throws: ``ObservationError`` for a vector that is not finite, of another dimension, or that no path explains.
    public init(_ model: MultivariateHiddenMarkovModel, observations: [[Double?]]) throws(ObservationError) {
        let flat = try MultivariateHiddenMarkovModel.flatten(observations, dimension: model.dimension)
        let (initial, transitions) = (model.initialDistribution, model.transitionMatrix)
        self =
            switch model.stateCount {
            case 1: try Self.decode(ViterbiRecursion<1, UInt8>(initial: initial, transitions: transitions), model, flat)
            case 2: try Self.decode(ViterbiRecursion<2, UInt8>(initial: initial, transitions: transitions), model, flat)
            case 3: try Self.decode(ViterbiRecursion<3, UInt8>(initial: initial, transitions: transitions), model, flat)
            case 4: try Self.decode(ViterbiRecursion<4, UInt8>(initial: initial, transitions: transitions), model, flat)
            case 5:
                try Self.decode(ViterbiRecursion<5, UInt32>(initial: initial, transitions: transitions), model, flat)
            default:
                try Self.decode(ViterbiRecursion<6, UInt32>(initial: initial, transitions: transitions), model, flat)
            }
    }

    private static func decode<let count: Int, Pointers>(
        _ recursion: ViterbiRecursion<count, Pointers>,
        _ model: MultivariateHiddenMarkovModel,
        _ observations: [[Double]]
    ) throws(ObservationError) -> Viterbi {
        let densities = VectorDensities(model)
        do throws(ObservationError) {
            return try recursion.decode(barCount: observations.count) { start, end, rows throws(ObservationError) in
                for bar in start..<end {
                    for state in 0..<count {
                        rows[state * recursion.blockLength + bar - start] =
                            densities.logDensity(of: state, observations[bar])
                    }
                }
            }
        } catch .impossible(let index, _) {
            throw .impossible(index: index, got: observations[index].first { !$0.isNaN } ?? .nan)
        }
    }
}
