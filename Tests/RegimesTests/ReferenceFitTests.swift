import CanonicalJSON
import Regimes
import Testing

/// A stored maximum-likelihood fit: the best of forty restarts of another program.
struct ReferenceFit: Sendable, CustomTestStringConvertible {
    let name: String
    let series: String
    let states: Int

    var testDescription: String { name }

    static let all = [
        ReferenceFit(name: "fit_btc_logrv_k1", series: "series_btc_logrv", states: 1),
        ReferenceFit(name: "fit_btc_logrv_k2", series: "series_btc_logrv", states: 2),
        ReferenceFit(name: "fit_btc_logrv_k3", series: "series_btc_logrv", states: 3),
        ReferenceFit(name: "fit_btc_logrv_k4", series: "series_btc_logrv", states: 4),
        ReferenceFit(name: "fit_eth_logparkinson_k2", series: "series_eth_logparkinson", states: 2),
        ReferenceFit(name: "fit_eth_logparkinson_k3", series: "series_eth_logparkinson", states: 3),
    ]
}

@Suite("Reference fits", .enabled(if: Fixtures.shared != nil, "reads ../shared, which this machine does not have"))
struct ReferenceFitTests {
    @Test("twenty restarts reach the stored optimum", arguments: ReferenceFit.all)
    func optimumIsReached(reference: ReferenceFit) throws {
        let shared = try #require(Fixtures.shared)
        let stored = try Fixtures.json("\(shared)/vectors/regimes/\(reference.name).json")
        let best = try #require(stored["loglik"]?.doubles.first)
        let report = try BaumWelch.fit(try Fixtures.series(reference.series + ".csv"), states: reference.states)
        #expect(report.logLikelihood >= best - 1e-6 * abs(best))
        #expect(report.hasConverged)
        #expect(report.model.parameterCount == stored["n_params"]?.doubles.first.map { Int($0) })
        // The criteria carry twice the log-likelihood's error, and the entropy's, which the parameters' error enters.
        for (criterion, name) in [(report.aic, "aic"), (report.bic, "bic"), (report.icl, "icl")] {
            let expected = try #require(stored[name]?.doubles.first)
            #expect(abs(criterion - expected) <= 1e-5 * abs(expected), "\(name): \(criterion) and \(expected)")
        }
        #expect(zip(report.history, report.history.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("at the stored parameters the log-likelihood and the filter are the stored ones", arguments: ReferenceFit.all)
    func inferenceAgrees(reference: ReferenceFit) throws {
        let shared = try #require(Fixtures.shared)
        let stored = try Fixtures.json("\(shared)/vectors/regimes/\(reference.name).json")
        let parameters = try #require(stored["params"])
        guard case .array(let rows)? = parameters["transmat"] else {
            Issue.record("no transition matrix")
            return
        }
        let model = try HiddenMarkovModel(
            initialDistribution: parameters["startprob"]?.doubles ?? [],
            transitionMatrix: rows.map(\.doubles),
            means: parameters["means"]?.doubles ?? [],
            variances: parameters["variances"]?.doubles ?? []
        )
        let series = try Fixtures.series(reference.series + ".csv")
        let smoothed = try SmoothedRegimes(model, observations: series)
        #expect(agree([smoothed.logLikelihood], try #require(stored["loglik"]?.doubles)))
        #expect(agree(smoothed.probabilities, try #require(stored["smoothed"]?.doubles), absolute: 1e-10))
        var filter = ForwardFilter(model)
        var filtered: [Double] = []
        for observation in series {
            try filter.update(observation)
            filtered += filter.filteredProbabilities
        }
        #expect(agree(filtered, try #require(stored["filtered"]?.doubles), absolute: 1e-10))
        let decoded = try Viterbi(model, observations: series)
        #expect(decoded.path.map(Double.init) == stored["viterbi"]?.doubles)
    }
}
