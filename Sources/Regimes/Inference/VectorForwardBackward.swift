/// Forward–backward passes over vectors: scaled where that may be trusted, else in log space; see ``ForwardBackward``.
struct VectorForwardBackward {
    /// γₜ(i) of the last pass, `[T][K]` in one flat array.
    private(set) var posteriors: [Double] = []
    private var scaled: (pass: ScaledPass, size: Int)?
    private var exact = LogSpacePass()

    init() {}

    /// One pass; NaN marks a missing dimension. Statistics are those of the chain; of the emissions they are left at zero.
    mutating func run(
        _ model: MultivariateHiddenMarkovModel,
        _ observations: [[Double]]
    ) throws(ObservationError) -> ExpectedStatistics {
        let count = model.stateCount
        let logDensities = Self.logDensities(model, observations)
        // A memory of T·K Doubles, used again while the size stays.
        if scaled?.size != logDensities.count {
            scaled = (ScaledPass(barCount: observations.count, stateCount: count), logDensities.count)
        }
        let (initial, transitions) = (model.initialDistribution, model.transitionMatrix)
        if let statistics = scaled?.pass.run(initial: initial, transitions: transitions, logDensities) {
            posteriors = scaled?.pass.posteriors(stateCount: count) ?? []
            return statistics
        }
        let statistics = try exact.run(initial: initial, transitions: transitions, logDensities) { bar in
            observations[bar].first { !$0.isNaN } ?? .nan
        }
        posteriors = exact.posteriors
        return statistics
    }

    /// ln *b*ᵢ(yₜ), `[T][K]`.
    private static func logDensities(
        _ model: MultivariateHiddenMarkovModel,
        _ observations: [[Double]]
    ) -> [Double] {
        let densities = VectorDensities(model)
        let states = 0..<model.stateCount
        var logDensities: [Double] = []
        logDensities.reserveCapacity(observations.count * states.count)
        for vector in observations {
            for state in states { logDensities.append(densities.logDensity(of: state, vector)) }
        }
        return logDensities
    }
}

extension ScaledPass {
    /// One pass over a chain and the log densities of each bar in each regime, `[T][K]`, 0 where nothing was observed.
    fileprivate mutating func run(
        initial: [Double],
        transitions: [Double],
        _ logDensities: [Double]
    ) -> ExpectedStatistics? {
        logDensities.withUnsafeBufferPointer { logDensities in
            switch initial.count {
            case 1: run(FoldedChain<1>(initial: initial, transitions: transitions), StoredEmissions<1>(logDensities))
            case 2: run(FoldedChain<2>(initial: initial, transitions: transitions), StoredEmissions<2>(logDensities))
            case 3: run(FoldedChain<3>(initial: initial, transitions: transitions), StoredEmissions<3>(logDensities))
            case 4: run(FoldedChain<4>(initial: initial, transitions: transitions), StoredEmissions<4>(logDensities))
            case 5: run(FoldedChain<5>(initial: initial, transitions: transitions), StoredEmissions<5>(logDensities))
            default: run(FoldedChain<6>(initial: initial, transitions: transitions), StoredEmissions<6>(logDensities))
            }
        }
    }
}

/// Emissions of which nothing is known but their log densities.
private struct StoredEmissions<let count: Int>: FoldedEmissions {
    /// `[T][K]`; outlives the pass.
    private let logDensities: UnsafeBufferPointer<Double>

    init(_ logDensities: UnsafeBufferPointer<Double>) { self.logDensities = logDensities }

    @inline(__always)
    func logDensities(of state: Int, _ first: Int, _ second: Int) -> SIMD4<Double> {
        let last = logDensities.count / count - 1
        return SIMD4(
            logDensities[first * count + state],
            logDensities[(last - first) * count + state],
            logDensities[second * count + state],
            logDensities[(last - second) * count + state]
        )
    }

    func add(_ posterior: SIMD2<Double>, to state: Int, fold: Int) {}
    func write(to statistics: inout ExpectedStatistics) {}
}
