#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Forward–backward in logarithms: an order of magnitude slower than `ScaledPass`, and right where that one underflows.
struct LogSpacePass {
    /// γₜ(i), `[T][K]` in one flat array.
    private(set) var posteriors: [Double] = []

    /// One pass; NaN marks a missing observation.
    ///
    /// Both recursions are normalized at each bar, and densities are divided by their largest first, so that a log density
    /// of −5·10⁹ does not swallow the digits of what is added to it.
    mutating func run(
        _ model: HiddenMarkovModel,
        _ observations: [Double]
    ) throws(ObservationError) -> ExpectedStatistics {
        let count = model.stateCount
        let barCount = observations.count
        let logTransitions = model.transitionMatrix.map { log($0) }
        var densities = [Double](repeating: 0, count: barCount * count)
        var forward = densities
        var normalizers = [Double](repeating: 0, count: barCount)
        var statistics = ExpectedStatistics(stateCount: count)
        var terms = [Double](repeating: 0, count: count)
        for bar in 0..<barCount {
            let row = bar * count
            for to in 0..<count {
                if bar == 0 {
                    forward[to] = log(model.initialDistribution[to])
                } else {
                    for from in 0..<count {
                        terms[from] = forward[row - count + from] + logTransitions[from * count + to]
                    }
                    forward[row + to] = logSum(terms)
                }
            }
            if !observations[bar].isNaN {
                for state in 0..<count {
                    densities[row + state] = model.emissions[state].logDensity(observations[bar])
                }
                var largest = -Double.infinity
                for state in 0..<count where forward[row + state] > -.infinity {
                    largest = max(largest, densities[row + state])
                }
                guard largest > -.infinity else { throw .impossible(index: bar, got: observations[bar]) }
                for state in 0..<count { densities[row + state] -= largest }
                statistics.logLikelihood += largest
            }
            for state in 0..<count where forward[row + state] > -.infinity {
                forward[row + state] += densities[row + state]
            }
            normalizers[bar] = logSum(forward[row..<row + count])
            for state in 0..<count { forward[row + state] -= normalizers[bar] }
            statistics.logLikelihood += normalizers[bar]
        }
        backward(model, observations, logTransitions, densities, forward, normalizers, &statistics)
        return statistics
    }

    private mutating func backward(
        _ model: HiddenMarkovModel,
        _ observations: [Double],
        _ logTransitions: [Double],
        _ densities: [Double],
        _ forward: [Double],
        _ normalizers: [Double],
        _ statistics: inout ExpectedStatistics
    ) {
        let count = model.stateCount
        let means = model.means
        posteriors = [Double](repeating: 0, count: forward.count)
        var beta = [Double](repeating: 0, count: count)
        var message = beta
        var terms = beta
        for bar in stride(from: observations.count - 1, through: 0, by: -1) {
            let row = bar * count
            for state in 0..<count {
                // −∞ + ∞ cannot occur: β of a regime that cannot be reached may overflow, but is then not looked at.
                let logPosterior = forward[row + state] > -.infinity ? forward[row + state] + beta[state] : -.infinity
                let posterior = exp(logPosterior)
                posteriors[row + state] = posterior
                if bar == 0 { statistics.first[state] = posterior }
                if !observations[bar].isNaN {
                    let difference = observations[bar] - means[state]
                    statistics.occupancy[state] += posterior
                    statistics.deviation[state] += posterior * difference
                    statistics.squaredDeviation[state] += posterior > 0 ? posterior * difference * difference : 0
                }
            }
            guard bar > 0 else { break }
            for state in 0..<count { message[state] = densities[row + state] - normalizers[bar] + beta[state] }
            for from in 0..<count {
                for to in 0..<count {
                    terms[to] =
                        logTransitions[from * count + to] > -.infinity
                        ? logTransitions[from * count + to] + message[to] : -.infinity
                    let joint =
                        forward[row - count + from] > -.infinity
                        ? forward[row - count + from] + terms[to] : -.infinity
                    statistics.transitions[from * count + to] += exp(joint)
                }
                beta[from] = logSum(terms)
            }
        }
    }

    /// ln Σ exp(termᵢ); −∞ if all terms are.
    private func logSum(_ terms: some Collection<Double>) -> Double {
        let largest = terms.max() ?? -.infinity
        guard largest > -.infinity else { return -.infinity }
        var total = 0.0
        for term in terms { total += exp(term - largest) }
        return largest + log(total)
    }
}
