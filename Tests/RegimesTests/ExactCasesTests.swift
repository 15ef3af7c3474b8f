import CanonicalJSON
import Regimes
import Testing

/// One case of `exact_cases.json`.
struct ExactCase: Sendable, CustomTestStringConvertible {
    let name: String
    let model: HiddenMarkovModel
    let observations: [Double?]
    private let json: JSONValue

    var testDescription: String { name }

    init(_ json: JSONValue) throws {
        self.json = json
        name = try json["name"]?.string(at: "name") ?? ""
        guard case .array(let rows)? = json["transmat"], case .array(let states)? = json["states"],
            case .array(let values)? = json["y"]
        else { throw RegimeModelError.malformed("not a case") }
        model = try HiddenMarkovModel(
            initialDistribution: json["startprob"]?.doubles ?? [],
            transitionMatrix: rows.map(\.doubles),
            means: states.flatMap { $0["mean"]?.doubles ?? [] },
            variances: states.flatMap { $0["var"]?.doubles ?? [] }
        )
        observations = values.map(\.doubles.first)
    }

    /// The numbers of a field; nil where the case does not have it.
    func expected(_ path: String...) -> [Double]? {
        var value: JSONValue? = json
        for name in path { value = value?[name] }
        return value?.doubles
    }

    static let all: [ExactCase] = {
        guard let file = try? Fixtures.json(Fixtures.root + "/Tests/Fixtures/regimes/exact_cases.json"),
            case .array(let cases)? = file["cases"]
        else { return [] }
        return cases.filter { $0["emission"] == .string("gaussian") }.compactMap { try? ExactCase($0) }
    }()
}

@Suite("Exact cases, evaluated in 60-digit arithmetic")
struct ExactCasesTests {
    @Test("all eighteen one-dimensional Gaussian cases are read")
    func casesAreComplete() {
        #expect(ExactCase.all.count == 18)
        #expect(ExactCase.all.count { $0.expected("em_step") != nil } == 5)
    }

    @Test("the filter is exact at every bar", arguments: ExactCase.all)
    func filterIsExact(exact: ExactCase) throws {
        var filter = ForwardFilter(exact.model)
        var filtered: [Double] = []
        var predicted: [Double] = []
        var likelihoods: [Double] = []
        for observation in exact.observations {
            try filter.update(observation)
            filtered += filter.filteredProbabilities
            predicted += filter.predictedProbabilities
            likelihoods.append(filter.lastLogLikelihood)
        }
        #expect(agree(filtered, try #require(exact.expected("filtered"))))
        #expect(agree(predicted, try #require(exact.expected("predicted"))))
        #expect(agree(likelihoods, try #require(exact.expected("per_obs_loglik"))))
        #expect(agree([filter.logLikelihood], try #require(exact.expected("loglik"))))
        #expect(agree(filter.nextPredictedProbabilities(), try #require(exact.expected("next_predicted"))))
    }

    @Test("the smoother and the expected transitions are exact", arguments: ExactCase.all)
    func smootherIsExact(exact: ExactCase) throws {
        let smoothed = try SmoothedRegimes(exact.model, observations: exact.observations)
        #expect(agree(smoothed.probabilities, try #require(exact.expected("smoothed"))))
        #expect(agree(smoothed.expectedTransitions, try #require(exact.expected("expected_transitions"))))
        #expect(agree([smoothed.logLikelihood], try #require(exact.expected("loglik"))))
    }

    @Test("Viterbi finds the path and its probability, ties to the lowest index", arguments: ExactCase.all)
    func viterbiIsExact(exact: ExactCase) throws {
        let decoded = try Viterbi(exact.model, observations: exact.observations)
        #expect(decoded.path.map(Double.init) == (try #require(exact.expected("viterbi"))))
        #expect(agree([decoded.logProbability], try #require(exact.expected("viterbi_logprob"))))
    }

    @Test("one EM step is exact", arguments: ExactCase.all.filter { $0.expected("em_step") != nil })
    func stepIsExact(exact: ExactCase) throws {
        let step = try BaumWelch.step(exact.model, observations: exact.observations)
        #expect(agree(step.model.initialDistribution, try #require(exact.expected("em_step", "startprob"))))
        #expect(agree(step.model.transitionMatrix, try #require(exact.expected("em_step", "transmat"))))
        #expect(agree(step.model.means, try #require(exact.expected("em_step", "means"))))
        #expect(agree(step.model.variances, try #require(exact.expected("em_step", "variances"))))
        #expect(agree([step.logLikelihood], try #require(exact.expected("loglik"))))
    }
}
