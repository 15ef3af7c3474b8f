#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The probability of each regime at each bar given **all** observations, later ones included.
///
/// Hindsight: for study and pictures. Nothing that decides accepts this type; decisions take ``FilteredRegime``.
public struct SmoothedRegimes: Sendable, Equatable {
    /// *K*, the number of regimes.
    public let stateCount: Int
    /// γₜ(i) = P(Sₜ = i | y₁…y_T), `[T][K]` in one flat array.
    public let probabilities: [Double]
    /// Σₜ P(Sₜ = i, Sₜ₊₁ = j | y₁…y_T), `[K][K]` in one flat array: the expected number of moves.
    public let expectedTransitions: [Double]
    /// ln p(y₁…y_T).
    public let logLikelihood: Double

    init(stateCount: Int, probabilities: [Double], expectedTransitions: [Double], logLikelihood: Double) {
        self.stateCount = stateCount
        self.probabilities = probabilities
        self.expectedTransitions = expectedTransitions
        self.logLikelihood = logLikelihood
    }

    /// Smooths `observations` (nil = missing) in O(T·K²) time.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no path explains.
    public init(_ model: HiddenMarkovModel, observations: [Double?]) throws(ObservationError) {
        let flat = try ForwardBackward.flatten(observations)
        stateCount = model.stateCount
        guard !flat.isEmpty else {
            probabilities = []
            expectedTransitions = [Double](repeating: 0, count: stateCount * stateCount)
            logLikelihood = 0
            return
        }
        var passes = ForwardBackward(barCount: flat.count, stateCount: stateCount)
        let statistics = try passes.run(model, flat)
        probabilities = passes.posteriors(stateCount: stateCount)
        expectedTransitions = statistics.transitions
        logLikelihood = statistics.logLikelihood
    }

    /// The number of bars, *T*.
    public var barCount: Int { probabilities.count / stateCount }

    /// γ of one bar, `[K]`.
    public func probabilities(at bar: Int) -> [Double] {
        Array(probabilities[bar * stateCount..<(bar + 1) * stateCount])
    }

    /// Σₜ H(γₜ) in nats: how undecided the regimes stay, even in hindsight.
    public var entropy: Double {
        probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    }
}
