/// Runs forward–backward passes over series of one length: scaled where that may be trusted, else in log space.
struct ForwardBackward {
    private var scaled: ScaledPass
    private var exact = LogSpacePass()
    private var isExact = false

    /// Allocates the memory for passes over `barCount` bars with models of `stateCount` regimes.
    init(barCount: Int, stateCount: Int) {
        scaled = ScaledPass(barCount: barCount, stateCount: stateCount)
    }

    /// One pass; NaN marks a missing observation.
    mutating func run(
        _ model: HiddenMarkovModel,
        _ observations: [Double]
    ) throws(ObservationError) -> ExpectedStatistics {
        if let statistics = scaled.run(model, observations) {
            isExact = false
            return statistics
        }
        isExact = true
        return try exact.run(model, observations)
    }

    /// γₜ(i) of the last pass, `[T][K]` in one flat array.
    func posteriors(stateCount: Int) -> [Double] {
        isExact ? exact.posteriors : scaled.posteriors(stateCount: stateCount)
    }

    /// The observations with NaN for missing ones, checked.
    static func flatten(_ observations: [Double?]) throws(ObservationError) -> [Double] {
        var flat = [Double](repeating: .nan, count: observations.count)
        for (index, observation) in observations.enumerated() {
            guard let observation else { continue }
            guard observation.isFinite else { throw .notFinite(index: index, got: observation) }
            flat[index] = observation
        }
        return flat
    }
}

extension ScaledPass {
    /// One pass over a model of one dimension; NaN marks a missing observation. nil where this arithmetic may not be trusted.
    mutating func run(_ model: HiddenMarkovModel, _ observations: [Double]) -> ExpectedStatistics? {
        // Each number of regimes has a pass of its own, in which all loops over regimes are unrolled.
        switch model.stateCount {
        case 1: run(FoldedChain<1>(model), model, observations)
        case 2: run(FoldedChain<2>(model), model, observations)
        case 3: run(FoldedChain<3>(model), model, observations)
        case 4: run(FoldedChain<4>(model), model, observations)
        case 5: run(FoldedChain<5>(model), model, observations)
        default: run(FoldedChain<6>(model), model, observations)
        }
    }

    @inline(__always)
    private mutating func run<let count: Int>(
        _ chain: FoldedChain<count>,
        _ model: HiddenMarkovModel,
        _ observations: [Double]
    ) -> ExpectedStatistics? {
        observations.withUnsafeBufferPointer { bars in
            let bars = FoldedObservations(bars: bars)
            return model.emissions.allSatisfy(\.isGaussian)
                ? run(chain, GaussianEmissions<count>(model.emissions, bars))
                : run(chain, MixedEmissions<count>(model.emissions, bars))
        }
    }
}

extension FoldedChain {
    fileprivate init(_ model: HiddenMarkovModel) {
        self.init(initial: model.initialDistribution, transitions: model.transitionMatrix)
    }
}
