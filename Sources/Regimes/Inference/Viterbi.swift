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

    /// Decodes `observations` (nil = missing) in O(T·K²) time; beside the path it takes one byte a bar, four above four
    /// regimes.
    ///
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no path explains.
    public init(_ model: HiddenMarkovModel, observations: [Double?]) throws(ObservationError) {
        self =
            switch model.stateCount {
            case 1: try Self.decode(ViterbiRecursion<1, UInt8>(model), model, observations)
            case 2: try Self.decode(ViterbiRecursion<2, UInt8>(model), model, observations)
            case 3: try Self.decode(ViterbiRecursion<3, UInt8>(model), model, observations)
            case 4: try Self.decode(ViterbiRecursion<4, UInt8>(model), model, observations)
            case 5: try Self.decode(ViterbiRecursion<5, UInt32>(model), model, observations)
            default: try Self.decode(ViterbiRecursion<6, UInt32>(model), model, observations)
            }
    }

    init(path: [Int], logProbability: Double) {
        self.path = path
        self.logProbability = logProbability
    }

    private static func decode<let count: Int, Pointers>(
        _ recursion: ViterbiRecursion<count, Pointers>,
        _ model: HiddenMarkovModel,
        _ observations: [Double?]
    ) throws(ObservationError) -> Viterbi {
        model.emissions.allSatisfy(\.isGaussian)
            ? try decode(recursion, GaussianDensities<count>(model.emissions), model, observations)
            : try decode(recursion, MixedDensities<count>(model.emissions), model, observations)
    }

    private static func decode<let count: Int, Pointers>(
        _ recursion: ViterbiRecursion<count, Pointers>,
        _ densities: some EmissionDensities,
        _ model: HiddenMarkovModel,
        _ observations: [Double?]
    ) throws(ObservationError) -> Viterbi {
        let length = ViterbiRecursion<count, Pointers>.blockLength
        // NaN marks a missing observation, and fills the last block.
        var block = [Double](repeating: .nan, count: length)
        do throws(ObservationError) {
            return try recursion.decode(barCount: observations.count) { start, end, rows throws(ObservationError) in
                var poison = 0.0
                for bar in start..<end {
                    let observation = observations[bar]
                    block[bar &- start] = observation ?? .nan
                    // x − x is 0 for finite x alone.
                    poison += (observation ?? 0) - (observation ?? 0)
                }
                if poison != 0 { try check(observations, from: start) }
                for bar in end..<start + length { block[bar - start] = .nan }
                for state in 0..<count {
                    for offset in stride(from: 0, to: end &- start, by: 4) {
                        let observed = SIMD4(block[offset], block[offset &+ 1], block[offset &+ 2], block[offset &+ 3])
                        var values = densities.logDensity(of: state, observed)
                        if !(values.min() > -.infinity) {
                            for lane in 0..<4 where !observed[lane].isNaN {
                                values[lane] = model.emissions[state].logDensity(observed[lane])
                            }
                        }
                        for lane in 0..<4 { rows[state &* length &+ offset &+ lane] = values[lane] }
                    }
                }
            }
        } catch .impossible(let index, _) {
            // An observation that is no number comes first, wherever it stands.
            try check(observations, from: index)
            throw .impossible(index: index, got: observations[index] ?? .nan)
        }
    }

    private static func check(_ observations: [Double?], from start: Int) throws(ObservationError) {
        for index in start..<observations.count {
            if let observation = observations[index], !observation.isFinite {
                throw .notFinite(index: index, got: observation)
            }
        }
    }
}
