import TestSupport
import Testing

@testable import Regimes

@Suite("Inference")
struct InferenceTests {
    private static let seeds = UInt64(0)..<60

    private func instance(_ seed: UInt64) throws -> (HiddenMarkovModel, [Double?]) {
        let model = try Simulated.model(states: 1 + Int(seed % 6), seed: seed)
        return (model, Simulated.series(model, count: 40 + Int(seed) * 7, seed: seed &+ 1_000, missing: 0.1))
    }

    @Test("the fast passes agree with the textbook's log-space recursions", arguments: seeds)
    func fastAgreesWithSlow(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        let reference = LogSpaceReference(model, series)
        let smoothed = try SmoothedRegimes(model, observations: series)
        // The reference does not normalize: its logarithms grow with T, and its probabilities lose that many digits.
        #expect(agree([smoothed.logLikelihood], [reference.logLikelihood]))
        #expect(agree(smoothed.probabilities, reference.smoothed, absolute: 1e-11))
        #expect(agree(smoothed.expectedTransitions, reference.expectedTransitions, absolute: 1e-10))
        var filter = ForwardFilter(model)
        var filtered: [Double] = []
        for observation in series {
            try filter.update(observation)
            filtered += filter.filteredProbabilities
        }
        #expect(agree(filtered, reference.filtered, absolute: 1e-11))
        #expect(agree([filter.logLikelihood], [reference.logLikelihood]))
    }

    @Test("the scaled pass and its rescue in log space agree", arguments: seeds)
    func rescueAgrees(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        let flat = try ForwardBackward.flatten(series)
        var fast = ScaledPass(barCount: flat.count, stateCount: model.stateCount)
        var exact = LogSpacePass()
        let result = fast.run(model, flat)
        let scaled = try #require(result)
        let logarithmic = try exact.run(model, flat)
        #expect(agree(scaled.transitions, logarithmic.transitions, absolute: 1e-10))
        #expect(agree(scaled.squaredDeviation, logarithmic.squaredDeviation, absolute: 1e-10))
        #expect(agree([scaled.logLikelihood], [logarithmic.logLikelihood]))
    }

    @Test("series of every length around the ends of blocks agree with the textbook", arguments: 1...6)
    func lengthsAgree(states: Int) throws {
        for count in Array(1...70) + [127, 128, 129, 257] {
            let model = try Simulated.model(states: states, seed: UInt64(count))
            let series = Simulated.series(model, count: count, seed: UInt64(states), missing: 0.2)
            let reference = LogSpaceReference(model, series)
            let flat = try ForwardBackward.flatten(series)
            var pass = ScaledPass(barCount: count, stateCount: states)
            // Such series are tame: the scaled pass must not leave them to its rescue.
            let result = pass.run(model, flat)
            let statistics = try #require(result, "of \(count) bars")
            #expect(agree([statistics.logLikelihood], [reference.logLikelihood]))
            #expect(agree(pass.posteriors(stateCount: states), reference.smoothed, absolute: 1e-11))
            #expect(agree(statistics.transitions, reference.expectedTransitions, absolute: 1e-11))
        }
    }

    @Test("a Student t's statistics are those of the pass in log space", arguments: seeds)
    func studentStatisticsAgree(seed: UInt64) throws {
        let (gaussian, series) = try instance(seed)
        var flat = try ForwardBackward.flatten(series)
        for bar in stride(from: 3, to: flat.count, by: 29) { flat[bar] = 1e4 }
        // One regime stays normal, to mix the kinds.
        let student = gaussian.with(.studentT)
        let model = HiddenMarkovModel(
            uncheckedInitial: student.initialDistribution,
            transitions: student.transitionMatrix,
            emissions: student.emissions.dropLast() + (seed % 2 == 0 ? student : gaussian).emissions.suffix(1)
        )
        var fast = ScaledPass(barCount: flat.count, stateCount: model.stateCount)
        var exact = LogSpacePass()
        guard let scaled = fast.run(model, flat) else {
            // A single normal regime, 10⁴ from which the pass may well refuse an outlier.
            #expect(seed % 2 == 1)
            return
        }
        let logarithmic = try exact.run(model, flat)
        #expect(agree([scaled.logLikelihood], [logarithmic.logLikelihood]))
        #expect(agree(scaled.occupancy, logarithmic.occupancy, absolute: 1e-10))
        #expect(agree(scaled.precision, logarithmic.precision, absolute: 1e-10))
        #expect(agree(scaled.logPrecision, logarithmic.logPrecision, absolute: 1e-10))
        #expect(agree(scaled.deviation, logarithmic.deviation, absolute: 1e-10))
        #expect(agree(scaled.squaredDeviation, logarithmic.squaredDeviation, absolute: 1e-9))
    }

    @Test("probabilities of filter and smoother sum to one", arguments: seeds)
    func sumsToOne(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        var filter = ForwardFilter(model)
        for observation in series {
            try filter.update(observation)
            #expect(abs(filter.filteredProbabilities.reduce(0, +) - 1) < 1e-12)
            #expect(abs(filter.predictedProbabilities.reduce(0, +) - 1) < 1e-12)
        }
        let smoothed = try SmoothedRegimes(model, observations: series)
        for bar in 0..<smoothed.barCount { #expect(abs(smoothed.probabilities(at: bar).reduce(0, +) - 1) < 1e-12) }
    }

    @Test(
        "a copy of the filter is a value: updates to the one leave the other, and what was read, alone",
        arguments: seeds
    )
    func copiesAreValues(seed: UInt64) throws {
        let (model, _) = try instance(seed)
        var filter = ForwardFilter(model)
        try filter.update(0.3)
        let copy = filter
        let (filtered, predicted) = (filter.filteredProbabilities, filter.predictedProbabilities)
        let regimes = 0..<model.stateCount
        #expect(regimes.map { filter.filteredProbability(of: $0) } == filtered)
        #expect(regimes.map { filter.predictedProbability(of: $0) } == predicted)
        try filter.update(-2)
        #expect(copy.filteredProbabilities == filtered)
        #expect(copy.predictedProbabilities == predicted)
        #expect(copy.observationCount == 1 && filter.observationCount == 2)
    }

    @Test("the last smoothed regime is the last filtered one", arguments: seeds)
    func smootherEndsAtTheFilter(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        var filter = ForwardFilter(model)
        for observation in series { try filter.update(observation) }
        let smoothed = try SmoothedRegimes(model, observations: series)
        #expect(agree(smoothed.probabilities(at: series.count - 1), filter.filteredProbabilities))
    }

    @Test("a missing observation is one integrated out: two steps of the chain in one", arguments: seeds)
    func missingIsMarginal(seed: UInt64) throws {
        let (model, _) = try instance(seed)
        var filter = ForwardFilter(model)
        try filter.update(-0.5)
        let expected = filter.nextPredictedProbabilities()
        let before = filter.logLikelihood
        try filter.update(nil)
        #expect(agree(filter.filteredProbabilities, expected))
        #expect(abs(filter.logLikelihood - before) < 1e-14)
    }

    @Test("renaming the regimes renames the probabilities and nothing else", arguments: seeds)
    func isPermutationInvariant(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        let order = Array((0..<model.stateCount).reversed())
        let renamed = model.reordered(order)
        let one = try SmoothedRegimes(model, observations: series)
        let other = try SmoothedRegimes(renamed, observations: series)
        #expect(agree([one.logLikelihood], [other.logLikelihood]))
        for bar in 0..<one.barCount {
            #expect(agree(order.map { one.probabilities(at: bar)[$0] }, other.probabilities(at: bar)))
        }
        let decoded = try Viterbi(model, observations: series)
        #expect(agree([decoded.logProbability], [try Viterbi(renamed, observations: series).logProbability]))
    }

    @Test("Viterbi's path is at least as likely as the path of most likely regimes", arguments: seeds)
    func viterbiIsOptimal(seed: UInt64) throws {
        let model = try Simulated.model(states: 1 + Int(seed % 3), seed: seed)
        let series = Simulated.series(model, count: 6, seed: seed)
        let decoded = try Viterbi(model, observations: series)
        var best = -Double.infinity
        let paths = (0..<series.count).reduce(1) { count, _ in count * model.stateCount }
        for code in 0..<paths {
            var rest = code
            let path = series.map { _ in
                defer { rest /= model.stateCount }
                return rest % model.stateCount
            }
            best = max(best, logProbability(path, model, series))
        }
        #expect(agree([decoded.logProbability], [best]))
        #expect(agree([logProbability(decoded.path, model, series)], [best]))
    }

    @Test("a regime that has become 10⁻¹⁰⁰⁰ likely is still there when the data come back to it")
    func rareRegimesSurvive() throws {
        // Two chains that never mix: which of them runs is decided by all of the data, not by the last of them.
        let model = try HiddenMarkovModel(
            initialDistribution: [0.5, 0.5],
            transitionMatrix: [[1, 0], [0, 1]],
            means: [0, 10],
            variances: [1, 1]
        )
        let series = [Double](repeating: 0, count: 50) + [Double](repeating: 10, count: 50)
        var filter = ForwardFilter(model)
        for observation in series { try filter.update(observation) }
        #expect(agree(filter.filteredProbabilities, [0.5, 0.5]))
        let smoothed = try SmoothedRegimes(model, observations: series)
        #expect(agree(smoothed.probabilities(at: 0), [0.5, 0.5]))
        #expect(agree([smoothed.logLikelihood], [filter.logLikelihood]))
    }

    @Test("a transition of 10⁻³⁰⁰ is taken where the data leave no other way")
    func tinyTransitionsCount() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[1, 1e-300], [0.5, 0.5]],
            means: [0, 100],
            variances: [1, 1]
        )
        let series: [Double?] = [0, 0.1, 100, nil, 99, 0.2, 0]
        let reference = LogSpaceReference(model, series)
        let smoothed = try SmoothedRegimes(model, observations: series)
        #expect(agree([smoothed.logLikelihood], [reference.logLikelihood]))
        #expect(agree(smoothed.probabilities, reference.smoothed))
        #expect(agree(smoothed.expectedTransitions, reference.expectedTransitions))
        #expect(smoothed.probabilities(at: 2)[1] > 0.999)
        var filter = ForwardFilter(model)
        var filtered: [Double] = []
        for observation in series {
            try filter.update(observation)
            filtered += filter.filteredProbabilities
        }
        #expect(agree(filtered, reference.filtered))
        #expect(try Viterbi(model, observations: series).path == [0, 0, 1, 1, 1, 0, 0])
    }

    @Test("observations that are not finite, or that nothing explains, are refused by index")
    func refusesImpossibleObservations() throws {
        let model = try Simulated.model(states: 2, seed: 1)
        #expect(throws: ObservationError.notFinite(index: 1, got: .infinity)) {
            try SmoothedRegimes(model, observations: [0, .infinity])
        }
        #expect(throws: ObservationError.impossible(index: 1, got: 1e200)) {
            try SmoothedRegimes(model, observations: [0, 1e200])
        }
        #expect(throws: ObservationError.impossible(index: 0, got: 1e200)) {
            try Viterbi(model, observations: [1e200])
        }
        var filter = ForwardFilter(model)
        try filter.update(0)
        let before = filter.filteredProbabilities
        #expect(throws: ObservationError.impossible(index: 1, got: 1e200)) { try filter.update(1e200) }
        #expect(filter.filteredProbabilities == before)
        #expect(try SmoothedRegimes(model, observations: []).barCount == 0)
        #expect(try Viterbi(model, observations: []).path.isEmpty)
    }

    @Test("the vector exponential is within two units in the last place")
    func exponentialIsAccurate() {
        for step in -70_000...70_000 {
            let exponent = -0.01 * Double(step)
            let got = SIMD4(repeating: exponent).boundedExponential[2]
            let expected = exponential(exponent)
            #expect(abs(got - expected) <= 2 * expected.ulp, "at \(exponent)")
        }
    }

    @Test("the vector logarithm is within two units in the last place, near 1 too")
    func logarithmIsAccurate() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<100_000 {
            let argument = exponential(Double.random(in: -700...700, using: &random))
            let near = 1 + Double.random(in: 0..<0.5, using: &random)
            let got = SIMD4(argument, near, 1, .infinity).normalLogarithm
            #expect(abs(got[0] - naturalLogarithm(argument)) <= 2 * naturalLogarithm(argument).ulp, "of \(argument)")
            #expect(abs(got[1] - naturalLogarithm(near)) <= 2 * naturalLogarithm(near).ulp, "of \(near)")
            #expect(got[2] == 0 && got[3] == .infinity)
        }
    }

    private func logProbability(_ path: [Int], _ model: HiddenMarkovModel, _ series: [Double?]) -> Double {
        var sum = naturalLogarithm(model.initialDistribution[path[0]])
        for (bar, state) in path.enumerated() {
            if bar > 0 { sum += naturalLogarithm(model.transitionRow(path[bar - 1])[state]) }
            if let observation = series[bar] { sum += model.emissions[state].logDensity(observation) }
        }
        return sum
    }
}
