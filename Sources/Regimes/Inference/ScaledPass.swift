#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Forward–backward with scaled probabilities, one vector register a bar: the fast path.
///
/// With wₜ(i) = bᵢ(yₜ) ÷ maxⱼ bⱼ(yₜ) and Sₜ = Σⱼ predictedₜ(j)·wₜ(j):
///
///     filteredₜ(j) = predictedₜ(j) wₜ(j) / Sₜ        predictedₜ₊₁(j) = Σᵢ filteredₜ(i) aᵢⱼ
///     βₜ(i) = Σⱼ aᵢⱼ uₜ₊₁(j) βₜ₊₁(j)                 uₜ(j) = wₜ(j) / Sₜ
///     γₜ(i) = filteredₜ(i) βₜ(i)                     Σₜ ξₜ(i, j) = aᵢⱼ Σₜ filteredₜ(i) uₜ₊₁(j) βₜ₊₁(j)
///
/// **When it may be trusted.** What is lost to underflow at bar *t* is below 10⁻³⁰⁰ ÷ Sₜ in filteredₜ(i), and it would have
/// contributed βₜ(i) times that to γₜ(i). So where every Sₜ ≥ 10⁻¹⁰⁰ and every βₜ(i) ≤ 10¹⁵⁰, what was lost is below 10⁻⁵⁰.
/// Elsewhere `run` returns nil, and the caller repeats the pass in log space (`LogSpacePass`).
struct ScaledPass<Lanes: ProbabilityLanes> {
    /// wₜ, then uₜ, `[T]`.
    private var weights: [Lanes]
    /// filteredₜ, then γₜ, `[T]`.
    private(set) var posteriors: [Lanes]

    /// Allocates the memory for passes over `barCount` bars.
    init(barCount: Int) {
        weights = [Lanes](repeating: .zero, count: barCount)
        posteriors = weights
    }

    /// One pass; NaN marks a missing observation. nil where the scaled arithmetic may not be trusted.
    @inline(__always)
    mutating func run(_ model: HiddenMarkovModel, _ observations: [Double]) -> ExpectedStatistics? {
        let constants = Constants(model)
        let barCount = observations.count
        guard barCount > 0, barCount <= weights.count else { return nil }
        return weights.withUnsafeMutableBufferPointer { weights in
            posteriors.withUnsafeMutableBufferPointer { posteriors in
                observations.withUnsafeBufferPointer { observations -> ExpectedStatistics? in
                    // SAFETY: the three buffers hold at least `barCount` elements and outlive the calls.
                    guard let weights = weights.baseAddress, let posteriors = posteriors.baseAddress,
                        let observations = observations.baseAddress,
                        let likelihood = Self.forward(constants, barCount, observations, weights, posteriors)
                    else { return nil }
                    return Self.backward(constants, barCount, observations, weights, posteriors, likelihood)
                }
            }
        }
    }

    @inline(__always)
    private static func forward(
        _ constants: Constants,
        _ barCount: Int,
        _ observations: UnsafePointer<Double>,
        _ weights: UnsafeMutablePointer<Lanes>,
        _ posteriors: UnsafeMutablePointer<Lanes>
    ) -> Double? {
        var logLikelihood = 0.0
        // The weights have no chain from bar to bar: apart from the recursion, the processor overlaps several bars.
        for bar in 0..<barCount {
            let observation = observations[bar]
            if observation.isNaN {
                weights[bar] = constants.used
                continue
            }
            let standardized = (Lanes(repeating: observation) - constants.means) * constants.inverseDeviations
            let logDensities = constants.logScales - standardized * standardized * 0.5
            let largest = logDensities.largest
            logLikelihood += largest
            weights[bar] = Lanes.exponential(logDensities - largest)
        }
        guard logLikelihood.isFinite else { return nil }
        return constants.rows.withUnsafeBufferPointer { rows -> Double? in
            guard let rows = rows.baseAddress else { return nil }
            var predicted = constants.initial
            // A product of normalizers in place of a sum of logarithms: one logarithm in some hundred bars.
            var product = 1.0
            for bar in 0..<barCount {
                let weight = weights[bar]
                let joint = predicted * weight
                let total = joint.total
                guard total >= 1e-100 else { return nil }
                let inverse = 1 / total
                posteriors[bar] = joint * inverse
                weights[bar] = weight * inverse
                // Scaled after the product with the matrix, so that the division runs beside it, not before it.
                predicted = Lanes.combine(joint, rows) * inverse
                product *= total
                if product < 1e-150 {
                    logLikelihood += log(product)
                    product = 1
                }
            }
            return logLikelihood + log(product)
        }
    }

    @inline(__always)
    private static func backward(
        _ constants: Constants,
        _ barCount: Int,
        _ observations: UnsafePointer<Double>,
        _ weights: UnsafeMutablePointer<Lanes>,
        _ posteriors: UnsafeMutablePointer<Lanes>,
        _ logLikelihood: Double
    ) -> ExpectedStatistics? {
        var moves = [Lanes](repeating: .zero, count: Lanes.scalarCount)
        var occupancy = Lanes.zero
        var deviation = Lanes.zero
        var squaredDeviation = Lanes.zero
        let isTrusted = moves.withUnsafeMutableBufferPointer { moves in
            constants.columns.withUnsafeBufferPointer { columns -> Bool in
                guard let moves = moves.baseAddress, let columns = columns.baseAddress else { return false }
                var beta = constants.used
                var bar = barCount - 1
                while true {
                    // γ sums to 1 but for rounding, which is taken out of β before it can add up over 10⁵ bars.
                    let blockEnd = max(0, bar - 63)
                    var betaSum = beta
                    var posterior = posteriors[bar] * beta
                    while true {
                        posteriors[bar] = posterior
                        let observation = observations[bar]
                        if !observation.isNaN {
                            let difference = Lanes(repeating: observation) - constants.means
                            let weighted = posterior * difference
                            occupancy += posterior
                            deviation += weighted
                            squaredDeviation += weighted * difference
                        }
                        if bar == blockEnd { break }
                        let message = weights[bar] * beta
                        bar -= 1
                        let filtered = posteriors[bar]
                        Lanes.accumulate(filtered, message, into: moves)
                        beta = Lanes.combine(message, columns)
                        betaSum += beta
                        posterior = filtered * beta
                    }
                    // Not a number fails this comparison too.
                    guard betaSum.total <= 1e150 else { return false }
                    if bar == 0 { return true }
                    let message = weights[bar] * beta * (1 / posterior.total)
                    bar -= 1
                    Lanes.accumulate(posteriors[bar], message, into: moves)
                    beta = Lanes.combine(message, columns)
                }
            }
        }
        guard isTrusted else { return nil }
        let count = constants.count
        var statistics = ExpectedStatistics(stateCount: count)
        statistics.logLikelihood = logLikelihood
        for state in 0..<count {
            statistics.first[state] = posteriors[0][state]
            statistics.occupancy[state] = occupancy[state]
            statistics.precision[state] = occupancy[state]
            statistics.deviation[state] = deviation[state]
            statistics.squaredDeviation[state] = squaredDeviation[state]
            for to in 0..<count {
                statistics.transitions[state * count + to] = moves[state][to] * constants.rows[state][to]
            }
        }
        return statistics
    }

    /// The model's parameters, spread over lanes.
    private struct Constants {
        let count: Int
        /// 1 in the lanes of regimes, 0 elsewhere.
        var used = Lanes.zero
        var initial = Lanes.zero
        var means = Lanes.zero
        var inverseDeviations = Lanes.zero
        /// −½·ln(2π·variance); far below any density in unused lanes.
        var logScales = Lanes(repeating: -1e300)
        /// Row *i* of the transition matrix, and column *j* of it.
        var rows: [Lanes]
        var columns: [Lanes]

        init(_ model: HiddenMarkovModel) {
            count = model.stateCount
            rows = [Lanes](repeating: .zero, count: Lanes.scalarCount)
            columns = rows
            for state in 0..<count {
                let emission = model.emissions[state]
                used[state] = 1
                initial[state] = model.initialDistribution[state]
                means[state] = emission.mean
                inverseDeviations[state] = 1 / emission.variance.squareRoot()
                logScales[state] = -0.5 * (log(2 * Double.pi) + log(emission.variance))
                for to in 0..<count {
                    rows[state][to] = model.transitionMatrix[state * count + to]
                    columns[to][state] = model.transitionMatrix[state * count + to]
                }
            }
        }
    }
}
