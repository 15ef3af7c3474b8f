#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What ``ScaledPass`` must know of the emissions. Folds are counted from 0; lane 0 is the bar of that number, lane 1 the one
/// as far from the end.
protocol FoldedEmissions {
    /// ln *b* of regime `state` at the bars of two folds, the first in the lower half; 0 where nothing was observed.
    func logDensities(of state: Int, _ first: Int, _ second: Int) -> SIMD4<Double>
    /// Takes in one fold, of whose bars regime `state` owns the shares `posterior`.
    mutating func add(_ posterior: SIMD2<Double>, to state: Int, fold: Int)
    /// Writes what was taken in.
    func write(to statistics: inout ExpectedStatistics)
}

/// Observations of one dimension, NaN where missing, two bars a fold.
struct FoldedObservations {
    /// `[T]`; outlives the pass.
    let bars: UnsafeBufferPointer<Double>

    @inline(__always)
    subscript(fold: Int) -> SIMD2<Double> {
        // SAFETY: a fold is below (T + 1) / 2, so both indices lie in 0..<T.
        SIMD2(bars[unchecked: fold], bars[unchecked: bars.count &- 1 &- fold])
    }

    @inline(__always)
    subscript(first: Int, second: Int) -> SIMD4<Double> { SIMD4(lowHalf: self[first], highHalf: self[second]) }
}

extension UnsafeBufferPointer<Double> {
    @inline(__always)
    fileprivate subscript(unchecked index: Int) -> Double { baseAddress.unsafelyUnwrapped[index] }
}

/// Normal emissions: ln *b* = scale − z² with z = (y − μ) ÷ (σ√2).
struct GaussianEmissions<let count: Int>: FoldedEmissions {
    private let observations: FoldedObservations
    private let means: InlineArray<count, Double>
    private let inverseWidths: InlineArray<count, Double>
    private let logScales: InlineArray<count, Double>
    private var occupancy = RegimePairs<count>.zeros
    private var deviation = RegimePairs<count>.zeros
    private var squaredDeviation = RegimePairs<count>.zeros

    init(_ emissions: [EmissionDistribution], _ observations: FoldedObservations) {
        self.observations = observations
        means = InlineArray { emissions[$0].mean }
        inverseWidths = InlineArray { 1 / (emissions[$0].variance.squareRoot() * 2.squareRoot()) }
        logScales = InlineArray { -0.5 * (log(2 * Double.pi) + log(emissions[$0].variance)) }
    }

    @inline(__always)
    func logDensities(of state: Int, _ first: Int, _ second: Int) -> SIMD4<Double> {
        let observed = observations[first, second]
        let standardized = (observed - means[state]) * inverseWidths[state]
        return (logScales[state] - standardized * standardized).replacing(with: 0, where: observed .!= observed)
    }

    @inline(__always)
    mutating func add(_ posterior: SIMD2<Double>, to state: Int, fold: Int) {
        let observed = observations[fold]
        let isMissing = observed .!= observed
        let share = posterior.replacing(with: 0, where: isMissing)
        let difference = observed.replacing(with: 0, where: isMissing) - means[state]
        let weighted = share * difference
        occupancy[state] += share
        deviation[state] += weighted
        squaredDeviation[state] += weighted * difference
    }

    func write(to statistics: inout ExpectedStatistics) {
        for state in 0..<count {
            statistics.occupancy[state] = occupancy[state].sum()
            statistics.precision[state] = occupancy[state].sum()
            statistics.deviation[state] = deviation[state].sum()
            statistics.squaredDeviation[state] = squaredDeviation[state].sum()
        }
    }
}
