#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The single most likely sequence of regimes, seen from the end of the data.
///
/// Hindsight: nothing that trades may use it. Ties go to the lowest regime index at every choice, the last bar included.
///
/// - Note: Source: Viterbi (1967), *IEEE Trans. Inf. Theory* 13(2); ties as in hmmlearn.
public struct Viterbi: Sendable, Equatable {
    /// The regime of each bar, `[T]`.
    public let path: [Int]
    /// ln P(path, observations).
    public let logProbability: Double

    /// Decodes `observations` (nil = missing) in O(T·K²) time and T·K bytes.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no path explains.
    public init(_ model: HiddenMarkovModel, observations: [Double?]) throws(ObservationError) {
        for (index, observation) in observations.enumerated() {
            if let observation, !observation.isFinite { throw .notFinite(index: index, got: observation) }
        }
        try self.init(
            initial: model.initialDistribution,
            transitions: model.transitionMatrix,
            barCount: observations.count,
            observation: { observations[$0] ?? .nan },
            addDensities: { bar, scores in
                guard let observation = observations[bar] else { return }
                for state in scores.indices { scores[state] += model.emissions[state].logDensity(observation) }
            }
        )
    }

    /// Decodes a chain whose bars add their log densities to the scores of the regimes.
    @inline(__always)
    init(
        initial: [Double],
        transitions: [Double],
        barCount: Int,
        observation: (Int) -> Double,
        addDensities: (Int, inout [Double]) -> Void
    ) throws(ObservationError) {
        let count = initial.count
        guard barCount > 0 else {
            path = []
            logProbability = 0
            return
        }
        let logTransitions = transitions.map { log($0) }
        var scores = initial.map { log($0) }
        var candidates = [Double](repeating: 0, count: count)
        var cameFrom = [UInt8](repeating: 0, count: barCount * count)
        for time in 0..<barCount {
            if time > 0 {
                for to in 0..<count {
                    var best = 0
                    var bestScore = scores[0] + logTransitions[to]
                    for from in 1..<count {
                        let score = scores[from] + logTransitions[from * count + to]
                        if score > bestScore {
                            best = from
                            bestScore = score
                        }
                    }
                    candidates[to] = bestScore
                    cameFrom[time * count + to] = UInt8(best)
                }
                swap(&scores, &candidates)
            }
            addDensities(time, &scores)
            guard scores.contains(where: { $0 > -.infinity }) else {
                throw .impossible(index: time, got: observation(time))
            }
        }
        var last = 0
        for state in 1..<count where scores[state] > scores[last] { last = state }
        logProbability = scores[last]
        var path = [Int](repeating: last, count: barCount)
        for time in stride(from: barCount - 1, to: 0, by: -1) {
            path[time - 1] = Int(cameFrom[time * count + path[time]])
        }
        self.path = path
    }
}
