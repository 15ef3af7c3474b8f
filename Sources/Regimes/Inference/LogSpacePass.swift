#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Forward–backward in logarithms: an order of magnitude slower than `ScaledPass`, and right where that one underflows.
struct LogSpacePass {
    /// γₜ(i), `[T][K]` in one flat array.
    private(set) var posteriors: [Double] = []

    /// One pass over a model of one dimension; NaN marks a missing observation.
    mutating func run(
        _ model: HiddenMarkovModel,
        _ observations: [Double]
    ) throws(ObservationError) -> ExpectedStatistics {
        let count = model.stateCount
        var densities = [Double](repeating: 0, count: observations.count * count)
        for (bar, observation) in observations.enumerated() where !observation.isNaN {
            for state in 0..<count { densities[bar * count + state] = model.emissions[state].logDensity(observation) }
        }
        var statistics = try run(initial: model.initialDistribution, transitions: model.transitionMatrix, densities) {
            observations[$0]
        }
        for (bar, observation) in observations.enumerated() where !observation.isNaN {
            for state in 0..<count {
                statistics.add(observation, of: posteriors[bar * count + state], to: state, model.emissions[state])
            }
        }
        return statistics
    }

    /// One pass over a chain and the log densities of each bar in each regime, `[T][K]`, 0 where nothing was observed.
    ///
    /// Both recursions are normalized at each bar, and densities are divided by their largest first, so that a log density
    /// of −5·10⁹ does not swallow the digits of what is added to it.
    ///
    /// - Parameter observation: The observation to name where no regime explains a bar.
    /// - Returns: Statistics of the chain; those of the emissions are left at zero.
    mutating func run(
        initial: [Double],
        transitions: [Double],
        _ logDensities: [Double],
        observation: (Int) -> Double
    ) throws(ObservationError) -> ExpectedStatistics {
        let count = initial.count
        let barCount = logDensities.count / count
        let logTransitions = transitions.map { log($0) }
        var densities = logDensities
        var forward = [Double](repeating: 0, count: densities.count)
        var normalizers = [Double](repeating: 0, count: barCount)
        var statistics = ExpectedStatistics(stateCount: count)
        var terms = [Double](repeating: 0, count: count)
        for bar in 0..<barCount {
            let row = bar * count
            for to in 0..<count {
                if bar == 0 {
                    forward[to] = log(initial[to])
                } else {
                    for from in 0..<count {
                        terms[from] = forward[row - count + from] + logTransitions[from * count + to]
                    }
                    forward[row + to] = logSum(terms)
                }
            }
            var largest = -Double.infinity
            for state in 0..<count where forward[row + state] > -.infinity {
                largest = max(largest, densities[row + state])
            }
            guard largest > -.infinity else { throw .impossible(index: bar, got: observation(bar)) }
            for state in 0..<count { densities[row + state] -= largest }
            statistics.logLikelihood += largest
            for state in 0..<count where forward[row + state] > -.infinity {
                forward[row + state] += densities[row + state]
            }
            normalizers[bar] = logSum(forward[row..<row + count])
            for state in 0..<count { forward[row + state] -= normalizers[bar] }
            statistics.logLikelihood += normalizers[bar]
        }
        backward(logTransitions, densities, forward, normalizers, &statistics)
        return statistics
    }

    private mutating func backward(
        _ logTransitions: [Double],
        _ densities: [Double],
        _ forward: [Double],
        _ normalizers: [Double],
        _ statistics: inout ExpectedStatistics
    ) {
        let count = statistics.first.count
        posteriors = [Double](repeating: 0, count: forward.count)
        var beta = [Double](repeating: 0, count: count)
        var message = beta
        var terms = beta
        for bar in stride(from: normalizers.count - 1, through: 0, by: -1) {
            let row = bar * count
            for state in 0..<count {
                // −∞ + ∞ cannot occur: β of a regime that cannot be reached may overflow, but is then not looked at.
                let logPosterior = forward[row + state] > -.infinity ? forward[row + state] + beta[state] : -.infinity
                let posterior = exp(logPosterior)
                posteriors[row + state] = posterior
                if bar == 0 { statistics.first[state] = posterior }
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
