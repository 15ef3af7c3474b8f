import Regimes

/// Fits, filters and paths of hidden Markov models.
func regimeBenchmarks(_ bench: Bench) {
    do {
        try scalarRegimeBenchmarks(bench)
        try vectorRegimeBenchmarks(bench)
    } catch {
        print("regimes: \(error)")
    }
}

private let moves = [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]]
private let means = [-1.2, -0.6, 0]

/// `count` observations of a chain that moves by `moves`, each the mean of its regime and noise.
private func series(_ count: Int) -> [Double] {
    var random = BenchRandom(seed: 2)
    var regime = 0
    return (0..<count).map { _ in
        var rest = Double.random(in: 0..<1, using: &random)
        let row = moves[regime]
        regime =
            row.indices.first { next in
                rest -= row[next]
                return rest < 0
            } ?? regime
        // Twelve uniform numbers less six are normal enough.
        let noise = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        return means[regime] + 0.4 * noise
    }
}

private func scalarRegimeBenchmarks(_ bench: Bench) throws {
    let gaussian = try HiddenMarkovModel(
        initialDistribution: [0.3, 0.4, 0.3],
        transitionMatrix: moves,
        means: means,
        variances: [0.3, 0.1, 0.15]
    )
    let student = try HiddenMarkovModel(
        initialDistribution: [0.3, 0.4, 0.3],
        transitionMatrix: moves,
        emissions: means.map { .studentT(location: $0, scale: 0.4, degreesOfFreedom: 6) }
    )
    let long: [Double?] = series(100_000)
    let daily = Array(long[..<3_650])
    for (name, model) in [("gaussian", gaussian), ("student-t", student)] {
        bench.measure("regimes/em-20-steps/\(name)/100k-bars") {
            consume(try? BaumWelch.steps(20, from: model, observations: long))
        }
        bench.measure("regimes/smooth/\(name)/100k-bars") { consume(try? SmoothedRegimes(model, observations: long)) }
        bench.measure("regimes/decode/\(name)/100k-bars") { consume(try? Viterbi(model, observations: long)) }
        bench.measure("regimes/filter/\(name)/10-years-daily") {
            var filter = ForwardFilter(model)
            for observation in daily { try? filter.update(observation) }
            consume(filter.logLikelihood)
        }
        var filter = ForwardFilter(model)
        bench.measure("regimes/update/\(name)", repetitions: 1_000) {
            for observation in daily[..<1_000] { try? filter.update(observation) }
        }
        consume(filter.filteredProbability(of: 0))
    }
    bench.measure("regimes/fit/20-restarts/10-years-daily", time: .wall) {
        consume(try? BaumWelch.fit(daily, states: 3))
    }
}

private func vectorRegimeBenchmarks(_ bench: Bench) throws {
    let model = try MultivariateHiddenMarkovModel(
        initialDistribution: [0.3, 0.4, 0.3],
        transitionMatrix: moves,
        means: means.map { [$0, 0.5 * $0] },
        covariances: [0.3, 0.1, 0.15].map { [[$0, 0.5 * $0], [0.5 * $0, $0]] }
    )
    let first = series(3_650)
    let vectors = zip(first, first.reversed()).map { left, right -> [Double?] in [left, 0.5 * left + 0.2 * right] }
    bench.measure("regimes/smooth/two-dimensional/10-years-daily") {
        consume(try? SmoothedRegimes(model, observations: vectors))
    }
    bench.measure("regimes/decode/two-dimensional/10-years-daily") {
        consume(try? Viterbi(model, observations: vectors))
    }
    var filter = MultivariateForwardFilter(model)
    bench.measure("regimes/update/two-dimensional", repetitions: 1_000) {
        for vector in vectors[..<1_000] { try? filter.update(vector) }
    }
    consume(filter.logLikelihood)
}
