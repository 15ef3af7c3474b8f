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

    private func logProbability(_ path: [Int], _ model: HiddenMarkovModel, _ series: [Double?]) -> Double {
        var sum = naturalLogarithm(model.initialDistribution[path[0]])
        for (bar, state) in path.enumerated() {
            if bar > 0 { sum += naturalLogarithm(model.transitionRow(path[bar - 1])[state]) }
            if let observation = series[bar] { sum += model.emissions[state].logDensity(observation) }
        }
        return sum
    }
}
