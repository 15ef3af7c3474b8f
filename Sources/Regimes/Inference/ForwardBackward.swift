/// Runs forward–backward passes over series of one length: scaled where that may be trusted, else in log space.
struct ForwardBackward {
    private var narrow: ScaledPass<SIMD4<Double>>
    private var wide: ScaledPass<SIMD8<Double>>
    private var exact = LogSpacePass()
    private var lastPass = Pass.narrow
    private let barCount: Int

    private enum Pass { case narrow, wide, exact }

    /// Allocates the memory for passes over `barCount` bars with models of `stateCount` regimes.
    init(barCount: Int, stateCount: Int) {
        self.barCount = barCount
        narrow = ScaledPass(barCount: stateCount <= 4 ? barCount : 0)
        wide = ScaledPass(barCount: stateCount <= 4 ? 0 : barCount)
    }

    /// One pass; NaN marks a missing observation.
    mutating func run(
        _ model: HiddenMarkovModel,
        _ observations: [Double]
    ) throws(ObservationError) -> ExpectedStatistics {
        if !model.emissions.allSatisfy(\.isGaussian) {
            // The lanes hold Gaussian densities alone.
        } else if model.stateCount <= 4 {
            if let statistics = narrowRun(model, observations) {
                lastPass = .narrow
                return statistics
            }
        } else if let statistics = wideRun(model, observations) {
            lastPass = .wide
            return statistics
        }
        lastPass = .exact
        return try exact.run(model, observations)
    }

    /// γₜ(i) of the last pass, `[T][K]` in one flat array.
    func posteriors(stateCount: Int) -> [Double] {
        switch lastPass {
        case .exact: return exact.posteriors
        case .narrow: return narrow.posteriors.flatMap { lanes in (0..<stateCount).map { lanes[$0] } }
        case .wide: return wide.posteriors.flatMap { lanes in (0..<stateCount).map { lanes[$0] } }
        }
    }

    // One function for each width, so that the generic pass is specialized for it.
    @inline(never)
    private mutating func narrowRun(_ model: HiddenMarkovModel, _ observations: [Double]) -> ExpectedStatistics? {
        narrow.run(model, observations)
    }

    @inline(never)
    private mutating func wideRun(_ model: HiddenMarkovModel, _ observations: [Double]) -> ExpectedStatistics? {
        wide.run(model, observations)
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
