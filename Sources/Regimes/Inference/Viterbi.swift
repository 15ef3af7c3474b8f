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
        let block = ObservationBlock<count>(observations, model.emissions, length: recursion.blockLength)
        defer { block.deallocate() }
        do throws(ObservationError) {
            return try recursion.decode(barCount: observations.count) { start, end, rows throws(ObservationError) in
                if !block.fill(rows, from: start, to: end, densities) { try check(observations, from: start) }
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

/// A block of observations of one dimension on its way to ``ViterbiRecursion``.
private struct ObservationBlock<let count: Int> {
    private let observations: [Double?]
    private let emissions: [EmissionDistribution]
    private let length: Int
    private let flat: UnsafeMutablePointer<Double>

    init(_ observations: [Double?], _ emissions: [EmissionDistribution], length: Int) {
        self.observations = observations
        self.emissions = emissions
        self.length = length
        flat = .allocate(capacity: length)
        flat.initialize(repeating: .nan, count: length)
    }

    func deallocate() { flat.deallocate() }

    /// Writes the log densities of the bars from `start` to before `end`, `[K][length]`; false if one is not finite.
    func fill(
        _ rows: UnsafeMutablePointer<Double>,
        from start: Int,
        to end: Int,
        _ densities: some EmissionDensities
    ) -> Bool {
        var poison = 0.0
        observations.withUnsafeBufferPointer { observations in
            for bar in start..<end {
                let observation = observations[bar]
                // NaN marks a missing observation. x − x is 0 for finite x alone.
                flat[bar &- start] = observation ?? .nan
                let present = observation ?? 0
                poison += present - present
            }
        }
        guard poison == 0 else { return false }
        // SAFETY: both buffers hold a multiple of four Doubles a row; what the last block leaves over is never read.
        let values = UnsafeRawPointer(flat)
        let width = MemoryLayout<SIMD4<Double>>.size
        let size = (end &- start &+ 3) / 4
        for state in 0..<count {
            let row = UnsafeMutableRawPointer(rows + state &* length)
            var lowest = SIMD4<Double>.zero
            for index in 0..<size {
                let observed = values.loadUnaligned(fromByteOffset: index &* width, as: SIMD4<Double>.self)
                let logDensities = densities.logDensity(of: state, observed)
                lowest = lowest.replacing(with: logDensities, where: logDensities .< lowest)
                row.storeBytes(of: logDensities, toByteOffset: index &* width, as: SIMD4<Double>.self)
            }
            guard lowest.min() == -.infinity else { continue }
            // A Student t has finite densities where its square overflows.
            for bar in 0..<end - start where !flat[bar].isNaN {
                rows[state * length + bar] = emissions[state].logDensity(flat[bar])
            }
        }
        return true
    }
}
