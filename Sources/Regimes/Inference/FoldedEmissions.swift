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

    /// The observations of a fold with 0 in place of missing ones, and which these are.
    @inline(__always)
    func zeroed(_ fold: Int) -> (SIMD2<Double>, isMissing: SIMDMask<SIMD2<Int64>>) {
        let observed = self[fold]
        return (observed.replacing(with: 0, where: observed .!= observed), observed .!= observed)
    }
}

extension UnsafeBufferPointer<Double> {
    @inline(__always)
    fileprivate subscript(unchecked index: Int) -> Double { baseAddress.unsafelyUnwrapped[index] }
}

/// Normal emissions.
struct GaussianEmissions<let count: Int>: FoldedEmissions {
    private let observations: FoldedObservations
    private let densities: GaussianDensities<count>
    private var occupancy = RegimePairs<count>.zeros
    private var deviation = RegimePairs<count>.zeros
    private var squaredDeviation = RegimePairs<count>.zeros

    init(_ emissions: [EmissionDistribution], _ observations: FoldedObservations) {
        self.observations = observations
        densities = GaussianDensities(emissions)
    }

    @inline(__always)
    func logDensities(of state: Int, _ first: Int, _ second: Int) -> SIMD4<Double> {
        densities.logDensity(of: state, observations[first, second])
    }

    @inline(__always)
    mutating func add(_ posterior: SIMD2<Double>, to state: Int, fold: Int) {
        let (observed, isMissing) = observations.zeroed(fold)
        let share = posterior.replacing(with: 0, where: isMissing)
        let difference = observed - densities.means[state]
        let weighted = share * difference
        occupancy[state] += share
        deviation[state] += weighted
        squaredDeviation[state] += weighted * difference
    }

    func write(to statistics: inout ExpectedStatistics) {
        for state in 0..<count {
            statistics.occupancy[state] = occupancy[state].sum()
            statistics.precision[state] = occupancy[state].sum()
            statistics.logPrecision[state] = -occupancy[state].sum()
            statistics.deviation[state] = deviation[state].sum()
            statistics.squaredDeviation[state] = squaredDeviation[state].sum()
        }
    }
}

/// Emissions of any kind, Student t among them.
struct MixedEmissions<let count: Int>: FoldedEmissions {
    private let observations: FoldedObservations
    private let densities: MixedDensities<count>
    private var occupancy = RegimePairs<count>.zeros
    private var precision = RegimePairs<count>.zeros
    private var logPrecision = RegimePairs<count>.zeros
    private var deviation = RegimePairs<count>.zeros
    private var squaredDeviation = RegimePairs<count>.zeros

    init(_ emissions: [EmissionDistribution], _ observations: FoldedObservations) {
        self.observations = observations
        densities = MixedDensities(emissions)
    }

    @inline(__always)
    func logDensities(of state: Int, _ first: Int, _ second: Int) -> SIMD4<Double> {
        densities.logDensity(of: state, observations[first, second])
    }

    @inline(__always)
    mutating func add(_ posterior: SIMD2<Double>, to state: Int, fold: Int) {
        let (observed, isMissing) = observations.zeroed(fold)
        let share = posterior.replacing(with: 0, where: isMissing)
        let difference = observed - densities.locations[state]
        let (precision, logarithm) = densities.precision(of: state, observed)
        let weighted = share * precision * difference
        occupancy[state] += share
        self.precision[state] += share * precision
        logPrecision[state] += share * (logarithm - precision)
        deviation[state] += weighted
        squaredDeviation[state] += weighted * difference
    }

    func write(to statistics: inout ExpectedStatistics) {
        for state in 0..<count {
            statistics.occupancy[state] = occupancy[state].sum()
            statistics.precision[state] = precision[state].sum()
            statistics.logPrecision[state] = logPrecision[state].sum()
            statistics.deviation[state] = deviation[state].sum()
            statistics.squaredDeviation[state] = squaredDeviation[state].sum()
        }
    }
}
