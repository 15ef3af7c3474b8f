import Regimes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Filter and smoother as the textbook has them, in logarithms, one sum at a time: slow, plain, and written apart from the
/// library, so that the two can disagree.
struct LogSpaceReference {
    let logLikelihood: Double
    /// `[T][K]`, flat.
    let filtered: [Double]
    /// `[T][K]`, flat.
    let smoothed: [Double]
    /// `[K][K]`, flat.
    let expectedTransitions: [Double]

    init(_ model: HiddenMarkovModel, _ observations: [Double?]) {
        let states = 0..<model.stateCount
        let step = states.map { from in model.transitionRow(from).map { log($0) } }
        let density = observations.map { observation in
            states.map { state in observation.map { model.emissions[state].logDensity($0) } ?? 0 }
        }
        var alpha = [states.map { log(model.initialDistribution[$0]) + density[0][$0] }]
        for bar in observations.indices.dropFirst() {
            let previous = alpha[bar - 1]
            alpha.append(
                states.map { to in Self.logSum(states.map { previous[$0] + step[$0][to] }) + density[bar][to] }
            )
        }
        var beta = [[Double]](repeating: states.map { _ in 0 }, count: observations.count)
        for bar in observations.indices.dropLast().reversed() {
            let next = beta[bar + 1]
            beta[bar] = states.map { from in
                Self.logSum(states.map { step[from][$0] + density[bar + 1][$0] + next[$0] })
            }
        }
        let total = Self.logSum(alpha[observations.count - 1])
        logLikelihood = total
        filtered = alpha.flatMap { row in row.map { exp($0 - Self.logSum(row)) } }
        smoothed = zip(alpha, beta).flatMap { row, later in zip(row, later).map { exp($0 + $1 - total) } }
        expectedTransitions = states.flatMap { from in
            states.map { to in
                observations.indices.dropLast().reduce(0.0) { sum, bar in
                    sum + exp(alpha[bar][from] + step[from][to] + density[bar + 1][to] + beta[bar + 1][to] - total)
                }
            }
        }
    }

    private static func logSum(_ terms: [Double]) -> Double {
        let largest = terms.max() ?? -.infinity
        return largest > -.infinity ? largest + log(terms.reduce(0) { $0 + exp($1 - largest) }) : -.infinity
    }
}
