import CanonicalJSON
import Regimes
import TestSupport
import Testing

/// The cases of `exact_cases.json` that are not one-dimensional Gaussian: a Student t, and two of two dimensions.
@Suite("Exact cases of other emissions, evaluated in 60-digit arithmetic")
struct ExactKindsTests {
    private static func json(_ name: String) throws -> JSONValue {
        let file = try Fixtures.json(Fixtures.root + "/Tests/Fixtures/regimes/exact_cases.json")
        guard case .array(let cases)? = file["cases"] else { throw RegimeModelError.malformed("no cases") }
        return try #require(cases.first { $0["name"] == .string(name) })
    }

    private static func rows(_ value: JSONValue?) -> [[Double]] {
        guard case .array(let rows)? = value else { return [] }
        return rows.map(\.doubles)
    }

    private static func doubles(_ json: JSONValue, _ name: String) throws -> [Double] {
        try #require(json[name]?.doubles)
    }

    private static func studentModel(_ json: JSONValue) throws -> HiddenMarkovModel {
        guard case .array(let states)? = json["states"] else { throw RegimeModelError.malformed("no states") }
        return try HiddenMarkovModel(
            initialDistribution: doubles(json, "startprob"),
            transitionMatrix: rows(json["transmat"]),
            emissions: states.map { state in
                .studentT(
                    location: state["mean"]?.doubles.first ?? .nan,
                    scale: state["scale"]?.doubles.first ?? .nan,
                    degreesOfFreedom: state["df"]?.doubles.first ?? .nan
                )
            }
        )
    }

    private static func vectorModel(_ json: JSONValue) throws -> MultivariateHiddenMarkovModel {
        guard case .array(let states)? = json["states"] else { throw RegimeModelError.malformed("no states") }
        return try MultivariateHiddenMarkovModel(
            initialDistribution: doubles(json, "startprob"),
            transitionMatrix: rows(json["transmat"]),
            means: states.map { $0["mean"]?.doubles ?? [] },
            covariances: states.map { rows($0["cov"]) }
        )
    }

    @Test("a Student t case with an outlier of 10⁵ is exact")
    func studentCaseIsExact() throws {
        let json = try Self.json("student_t_outlier")
        let model = try Self.studentModel(json)
        let observations = try Self.doubles(json, "y")
        var filter = ForwardFilter(model)
        var filtered: [Double] = []
        var likelihoods: [Double] = []
        for observation in observations {
            try filter.update(observation)
            filtered += filter.filteredProbabilities
            likelihoods.append(filter.lastLogLikelihood)
        }
        #expect(agree(filtered, try Self.doubles(json, "filtered")))
        #expect(agree(likelihoods, try Self.doubles(json, "per_obs_loglik")))
        #expect(agree(filter.nextPredictedProbabilities(), try Self.doubles(json, "next_predicted")))
        let smoothed = try SmoothedRegimes(model, observations: observations)
        #expect(agree(smoothed.probabilities, try Self.doubles(json, "smoothed")))
        #expect(agree(smoothed.expectedTransitions, try Self.doubles(json, "expected_transitions")))
        #expect(agree([smoothed.logLikelihood], try Self.doubles(json, "loglik")))
        let decoded = try Viterbi(model, observations: observations)
        #expect(decoded.path.map(Double.init) == (try Self.doubles(json, "viterbi")))
        #expect(agree([decoded.logProbability], try Self.doubles(json, "viterbi_logprob")))
    }

    @Test(
        "two-dimensional cases are exact, a correlation of 1 − 10⁻¹² included",
        arguments: ["mv_full", "mv_near_singular"]
    )
    func vectorCasesAreExact(name: String) throws {
        let json = try Self.json(name)
        let model = try Self.vectorModel(json)
        let vectors = Self.rows(json["y"])
        var filter = MultivariateForwardFilter(model)
        var filtered: [Double] = []
        var predicted: [Double] = []
        var likelihoods: [Double] = []
        for vector in vectors {
            try filter.update(vector)
            filtered += filter.filteredProbabilities
            predicted += filter.predictedProbabilities
            likelihoods.append(filter.lastLogLikelihood)
        }
        #expect(agree(filtered, try Self.doubles(json, "filtered")))
        #expect(agree(predicted, try Self.doubles(json, "predicted")))
        #expect(agree(likelihoods, try Self.doubles(json, "per_obs_loglik")))
        #expect(agree(filter.nextPredictedProbabilities(), try Self.doubles(json, "next_predicted")))
        let smoothed = try SmoothedRegimes(model, observations: vectors)
        #expect(agree(smoothed.probabilities, try Self.doubles(json, "smoothed")))
        #expect(agree(smoothed.expectedTransitions, try Self.doubles(json, "expected_transitions")))
        #expect(agree([smoothed.logLikelihood], try Self.doubles(json, "loglik")))
        let decoded = try Viterbi(model, observations: vectors)
        #expect(decoded.path.map(Double.init) == (try Self.doubles(json, "viterbi")))
        #expect(agree([decoded.logProbability], try Self.doubles(json, "viterbi_logprob")))
    }

    @Test("a dimension that is always missing leaves the one-dimensional model of the other")
    func missingDimensionIsIntegratedOut() throws {
        let vectors = try Self.vectorModel(try Self.json("mv_full"))
        let single = try HiddenMarkovModel(
            initialDistribution: vectors.initialDistribution,
            transitionMatrix: [[0.95, 0.05], [0.1, 0.9]],
            means: vectors.emissions.map { $0.mean[1] },
            variances: vectors.emissions.map { $0.covariance[3] }
        )
        let series: [Double?] = [-1, -0.2, nil, 0.3, -0.7]
        let pairs = series.map { [nil, $0] as [Double?] }
        let one = try SmoothedRegimes(single, observations: series)
        let two = try SmoothedRegimes(vectors, observations: pairs)
        #expect(agree(two.probabilities, one.probabilities))
        #expect(agree([two.logLikelihood], [one.logLikelihood]))
        let oneStep = try BaumWelch.step(single, observations: series).model
        let twoStep = try BaumWelch.step(vectors, observations: pairs).model
        #expect(agree(twoStep.emissions.map { $0.mean[1] }, oneStep.means))
        #expect(agree(twoStep.emissions.map { $0.covariance[3] }, oneStep.variances))
    }

    @Test("an EM step over vectors with holes never loses likelihood", arguments: UInt64(0)..<6)
    func vectorStepsClimb(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let first = Simulated.series(try Simulated.model(states: 2, seed: seed), count: 200, seed: seed, missing: 0.2)
        let vectors = first.map { value -> [Double?] in
            let noise = Double.random(in: -1..<1, using: &random)
            return [value, Double.random(in: 0..<1, using: &random) < 0.2 ? nil : 0.5 * (value ?? 0) + noise]
        }
        var model = try Self.vectorModel(try Self.json("mv_full"))
        var previous = -Double.infinity
        for _ in 0..<30 {
            let step = try BaumWelch.step(model, observations: vectors)
            #expect(step.logLikelihood >= previous - 1e-9 * abs(previous))
            previous = step.logLikelihood
            model = step.model
        }
    }

    @Test("an EM step of Student t regimes never loses likelihood", arguments: UInt64(0)..<6)
    func studentStepsClimb(seed: UInt64) throws {
        var series = Simulated.series(try Simulated.model(states: 2, seed: seed), count: 300, seed: seed, missing: 0.05)
        for bar in stride(from: 7, to: 300, by: 40) { series[bar] = 6 }
        var model = try Self.studentModel(try Self.json("student_t_outlier"))
        var previous = -Double.infinity
        for _ in 0..<40 {
            let step = try BaumWelch.step(model, observations: series)
            #expect(step.logLikelihood >= previous - 1e-9 * abs(previous))
            previous = step.logLikelihood
            model = step.model
            // Without a floor a regime may shrink onto the equal outliers; its likelihood is then the rounding of its center.
            let isCollapsed = model.emissions.contains { emission in
                if case .studentT(_, let scale, _) = emission { scale < 1e-6 } else { false }
            }
            if isCollapsed { break }
        }
    }

    @Test("a Student t fit sees few degrees of freedom where there are outliers, and many where there are none")
    func fitsDegreesOfFreedom() throws {
        let gaussian = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            means: [0.5],
            variances: [0.2]
        )
        var series = Simulated.series(gaussian, count: 2_000, seed: 3)
        var options = BaumWelch.Options()
        options.emission = .studentT
        options.restarts = 1
        func degrees(_ model: HiddenMarkovModel) -> Double {
            if case .studentT(_, _, let degrees) = model.emissions[0] { degrees } else { .nan }
        }
        #expect(degrees(try BaumWelch.fit(series, states: 1, options: options).model) > 20)
        for bar in stride(from: 0, to: 2_000, by: 20) { series[bar] = bar % 40 == 0 ? 3.5 : -2.5 }
        let robust = try BaumWelch.fit(series, states: 1, options: options)
        #expect(degrees(robust.model) < 6)
        #expect(abs(robust.model.means[0] - 0.5) < 0.05)
        #expect(robust.logLikelihood > (try BaumWelch.fit(series, states: 1)).logLikelihood)
    }

    @Test("vectors of another dimension and covariances that are none are refused")
    func refusesVectors() throws {
        let model = try Self.vectorModel(try Self.json("mv_full"))
        #expect(throws: ObservationError.dimension(index: 1, got: 1, expected: 2)) {
            try SmoothedRegimes(model, observations: [[1, 2], [1]])
        }
        #expect(throws: ObservationError.notFinite(index: 0, got: .infinity)) {
            try Viterbi(model, observations: [[1, .infinity]])
        }
        #expect(throws: RegimeModelError.covarianceNotPositive(state: 3)) {
            try MultivariateGaussian(mean: [0, 0], covariance: [[1, 2], [2, 1]], state: 3)
        }
        #expect(throws: RegimeModelError.covarianceNotPositive(state: 0)) {
            try MultivariateGaussian(mean: [0, 0], covariance: [[1, 0.5], [0.4, 1]])
        }
        #expect(throws: RegimeModelError.degreesOfFreedomNotPositive(state: 0, got: 0)) {
            try HiddenMarkovModel(
                initialDistribution: [1],
                transitionMatrix: [[1]],
                emissions: [.studentT(location: 0, scale: 1, degreesOfFreedom: 0)]
            )
        }
    }

    @Test(
        "restarts reach the stored two-dimensional optimum",
        .enabled(if: Fixtures.shared != nil, "reads ../shared, which this machine does not have")
    )
    func reachesTheVectorOptimum() throws {
        let shared = try #require(Fixtures.shared)
        let rows = try Fixtures.rows(shared + "/vectors/regimes/series_btc_eth_logrv.csv")
        let vectors = rows.map { row in ["y", "y2"].map { row[$0].flatMap(Double.init) } }
        let stored = try Fixtures.json(shared + "/vectors/regimes/fit_btc_eth_logrv_k2.json")
        let best = try #require(stored["loglik"]?.doubles.first)
        let report = try BaumWelch.fit(vectors: vectors, states: 2)
        #expect(report.logLikelihood >= best - 1e-6 * abs(best))
        #expect(zip(report.history, report.history.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
