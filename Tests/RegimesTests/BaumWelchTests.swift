import CanonicalJSON
import Regimes
import TestSupport
import Testing

@Suite("Baum–Welch")
struct BaumWelchTests {
    @Test("an EM step never loses likelihood", arguments: UInt64(0)..<24)
    func stepsClimb(seed: UInt64) throws {
        let states = 1 + Int(seed % 6)
        let series = Simulated.series(
            try Simulated.model(states: states, seed: seed),
            count: 300,
            seed: seed,
            missing: 0.05
        )
        var model = try Simulated.model(states: states, seed: seed &+ 500)
        var previous = -Double.infinity
        for _ in 0..<40 {
            let step = try BaumWelch.step(model, observations: series)
            #expect(step.logLikelihood >= previous - 1e-9 * abs(previous))
            previous = step.logLikelihood
            model = step.model
            // Without a floor a regime may shrink onto one observation; its likelihood is then the rounding of its mean.
            if model.variances.contains(where: { $0 < 1e-8 }) { break }
        }
    }

    @Test("steps in a row are single steps repeated, to the last bit", arguments: UInt64(0)..<6)
    func stepsRepeat(seed: UInt64) throws {
        let states = 1 + Int(seed)
        let start = try Simulated.model(states: states, seed: seed)
        let series = Simulated.series(start, count: 200, seed: seed, missing: 0.1)
        var model = start
        var history: [Double] = []
        for _ in 0..<5 {
            let step = try BaumWelch.step(model, observations: series)
            history.append(step.logLikelihood)
            model = step.model
        }
        let steps = try BaumWelch.steps(5, from: start, observations: series)
        #expect(steps.model == model)
        #expect(steps.logLikelihoods == history)
        #expect(try BaumWelch.steps(0, from: start, observations: series).model == start)
        #expect(throws: ObservationError.notFinite(index: 1, got: .infinity)) {
            try BaumWelch.steps(1, from: start, observations: [0, .infinity])
        }
    }

    @Test("the fit does not depend on the number of threads")
    func isThreadIndependent() throws {
        let series = Simulated.series(try Simulated.model(states: 3, seed: 5), count: 400, seed: 6)
        var options = BaumWelch.Options()
        options.threads = 1
        let alone = try BaumWelch.fit(series, states: 3, options: options)
        for threads in [2, 7, nil] {
            options.threads = threads
            #expect(try BaumWelch.fit(series, states: 3, options: options) == alone)
        }
        let vectors = series.map { [$0, $0.map { 0.3 * $0 * $0 }] }
        options.restarts = 8
        options.threads = 1
        let vectorsAlone = try BaumWelch.fit(vectors: vectors, states: 2, options: options)
        for threads in [2, 7, nil] {
            options.threads = threads
            #expect(try BaumWelch.fit(vectors: vectors, states: 2, options: options) == vectorsAlone)
        }
    }

    @Test("the report of a search is a table of its restarts, and the same figures for programs")
    func describesConvergence() throws {
        let series = Simulated.series(try Simulated.model(states: 2, seed: 8), count: 200, seed: 9)
        var options = BaumWelch.Options()
        options.restarts = 4
        let convergence = try BaumWelch.fit(series, states: 2, options: options).convergence
        let lines = convergence.text.split(separator: "\n")
        #expect(lines.count == 6 && lines[1].contains("quantiles") && lines[4].contains("random"))
        #expect(convergence.text.contains("of 4 restarts within 0.001"))
        #expect(convergence.json["iterations"] == .integer(convergence.iterations))
        guard case .array(let restarts)? = convergence.json["restarts"] else {
            Issue.record("no restarts")
            return
        }
        #expect(restarts.count == 4 && restarts[2]["start"] == .string("moving average"))
        #expect(convergence.history.count == convergence.iterations + 1)
    }

    @Test("another seed draws other starts; the same seed the same")
    func seedFixesTheStarts() throws {
        let series = Simulated.series(try Simulated.model(states: 2, seed: 8), count: 200, seed: 9)
        var options = BaumWelch.Options()
        options.restarts = 6
        let one = try BaumWelch.fit(series, states: 2, options: options)
        #expect(try BaumWelch.fit(series, states: 2, options: options) == one)
        options.seed = 1
        #expect(try BaumWelch.fit(series, states: 2, options: options).restarts != one.restarts)
    }

    @Test("the parameters of a long simulated series are recovered")
    func recoversParameters() throws {
        let truth = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.97, 0.03], [0.06, 0.94]],
            means: [-1, 0.5],
            variances: [0.1, 0.3]
        )
        let report = try BaumWelch.fit(Simulated.series(truth, count: 20_000, seed: 3), states: 2)
        // Four standard errors: the means' are √(variance ÷ bars in the regime) < 0.007, the transitions' below 0.003.
        #expect(zip(report.model.means, truth.means).allSatisfy { abs($0 - $1) < 0.03 })
        #expect(zip(report.model.variances, truth.variances).allSatisfy { abs($0 - $1) < 0.03 })
        #expect(zip(report.model.transitionMatrix, truth.transitionMatrix).allSatisfy { abs($0 - $1) < 0.012 })
        #expect(report.hasConverged)
        #expect(report.model.means == report.model.means.sorted())
    }

    @Test("a regime that would sit on a few equal observations does not win")
    func collapseDoesNotWin() throws {
        var series = Simulated.series(
            try HiddenMarkovModel(
                initialDistribution: [1, 0],
                transitionMatrix: [[0.95, 0.05], [0.05, 0.95]],
                means: [-1, 0.5],
                variances: [0.1, 0.1]
            ),
            count: 400,
            seed: 4
        )
        for bar in 100..<106 { series[bar] = 3 }
        let report = try BaumWelch.fit(series, states: 2)
        #expect(report.model.variances.allSatisfy { $0 > 10 * report.varianceFloor })
    }

    @Test("unusable series and settings are refused, each by its name")
    func refusesUnusableSeries() {
        #expect(throws: FitError.constantSeries(value: 0.5)) {
            try BaumWelch.fit([Double](repeating: 0.5, count: 100), states: 2)
        }
        #expect(throws: FitError.constantSeries(value: 0.1)) {
            try BaumWelch.fit((0..<100).map { 0.1 + Double($0 % 2) * 0.1.ulp }, states: 2)
        }
        #expect(throws: FitError.tooFewObservations(got: 2, expected: 20, states: 2)) {
            try BaumWelch.fit([0.1, 0.2], states: 2)
        }
        #expect(throws: FitError.tooFewObservations(got: 0, expected: 10, states: 1)) {
            try BaumWelch.fit([], states: 1)
        }
        #expect(throws: FitError.allMissing(bars: 50)) {
            try BaumWelch.fit([Double?](repeating: nil, count: 50), states: 2)
        }
        #expect(throws: FitError.observation(.notFinite(index: 3, got: .infinity))) {
            try BaumWelch.fit([1, 2, 3, .infinity], states: 1)
        }
        #expect(throws: FitError.stateCount(got: 1_000_000, allowed: 1...6)) {
            try BaumWelch.fit([1, 2, 3], states: 1_000_000)
        }
        #expect(throws: FitError.stateCount(got: 0, allowed: 1...6)) { try BaumWelch.fit([1, 2, 3], states: 0) }
        #expect(throws: FitError.varianceOverflow) {
            try BaumWelch.fit((0..<40).map { $0 % 2 == 0 ? 1e300 : -1e300 }, states: 1)
        }
        #expect(throws: FitError.constantSeries(value: 2)) {
            try BaumWelch.fit(vectors: (0..<60).map { [Double($0 % 7), 2] }, states: 2)
        }
        #expect(throws: FitError.allMissing(bars: 60)) {
            try BaumWelch.fit(vectors: (0..<60).map { [Double($0 % 7), nil] }, states: 2)
        }
        #expect(throws: FitError.tooFewObservations(got: 0, expected: 20, states: 2)) {
            try BaumWelch.fit(vectors: [], states: 2)
        }
        #expect(throws: FitError.stateCount(got: 1_000_000, allowed: 1...6)) {
            try BaumWelch.fit(vectors: [[1, 2]], states: 1_000_000)
        }
        #expect(throws: FitError.observation(.notFinite(index: 1, got: .infinity))) {
            try BaumWelch.fit(vectors: [[1, 2], [.infinity, 1]], states: 1)
        }
        var options = BaumWelch.Options()
        options.restarts = 0
        #expect(throws: FitError.restarts(got: 0)) { try BaumWelch.fit([1, 2, 3], states: 1, options: options) }
        #expect(FitError.stateCount(got: 9, allowed: 1...6).description == "9 regimes asked for, expected 1 to 6")
    }
}
