import CanonicalJSON
import TestSupport
import Testing

@testable import Regimes

@Suite("Fixed-lag smoother")
struct FixedLagSmootherTests {
    /// Holds the smoother to full smoothing of the series cut at every bar.
    private static func check(_ model: HiddenMarkovModel, _ series: [Double?], lag: Int) throws {
        var smoother = FixedLagSmoother(model, lag: lag)
        for (bar, observation) in series.enumerated() {
            try smoother.update(observation)
            let whole = try SmoothedRegimes(model, observations: Array(series[...bar]))
            #expect(agree([smoother.logLikelihood], [whole.logLikelihood], absolute: 1e-10))
            for age in 0...min(lag, bar) {
                let got = try #require(smoother.probabilities(barsAgo: age))
                #expect(agree(got, whole.probabilities(at: bar - age)), "bar \(bar), \(age) ago")
            }
            #expect((smoother.smoothedProbabilities == nil) == (bar < lag))
        }
    }

    @Test("it is full smoothing of what is known so far", arguments: UInt64(0)..<12)
    func equalsCutSmoothing(seed: UInt64) throws {
        let model = try Simulated.model(states: 1 + Int(seed % 6), seed: seed)
        try Self.check(model, Simulated.series(model, count: 40, seed: seed, missing: 0.1), lag: Int(seed % 5))
    }

    @Test("it is exact in the exact cases: absorbing chains, outliers of 10⁵, transitions of 10⁻³⁰⁰, gaps")
    func isExact() throws {
        let file = try Fixtures.json(Fixtures.root + "/Tests/Fixtures/regimes/exact_cases.json")
        guard case .array(let cases)? = file["cases"] else { throw RegimeModelError.malformed("no cases") }
        var checked = 0
        for json in cases where json["emission"] == .string("gaussian") {
            guard case .array(let rows)? = json["transmat"], case .array(let states)? = json["states"],
                case .array(let values)? = json["y"], values.count <= 30
            else { continue }
            let model = try HiddenMarkovModel(
                initialDistribution: json["startprob"]?.doubles ?? [],
                transitionMatrix: rows.map(\.doubles),
                means: states.compactMap { $0["mean"]?.doubles.first },
                variances: states.compactMap { $0["var"]?.doubles.first }
            )
            try Self.check(model, values.map { $0.doubles.first }, lag: 4)
            checked += 1
        }
        #expect(checked >= 12)
    }

    @Test("an observation that is refused leaves it as it was")
    func refusalChangesNothing() throws {
        let model = try Simulated.model(states: 2, seed: 3)
        var smoother = FixedLagSmoother(model, lag: 2)
        for value in [0.1, -0.4, nil, 0.2] { try smoother.update(value) }
        let before = smoother.smoothedProbabilities
        #expect(throws: ObservationError.notFinite(index: 4, got: .infinity)) { try smoother.update(.infinity) }
        #expect(smoother.smoothedProbabilities == before && smoother.observationCount == 4)
        #expect(smoother.probabilities(barsAgo: 3) == nil)
        #expect(FixedLagSmoother(model, lag: -3).lag == 0)
    }
}
