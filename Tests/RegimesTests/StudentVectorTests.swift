import Regimes
import TestSupport
import Testing

@Suite("Student t vectors")
struct StudentVectorTests {
    private static func model(
        _ covariance: [[Double]],
        mean: [Double],
        degrees: Double
    ) throws -> MultivariateHiddenMarkovModel {
        try MultivariateHiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            means: [mean],
            covariances: [covariance],
            degreesOfFreedom: [degrees]
        )
    }

    @Test("densities are those of scipy.stats.multivariate_t 1.17.1, with every subset of dimensions missing")
    func densitiesAreKnown() throws {
        let two = try Self.model([[0.04, 0.018], [0.018, 0.09]], mean: [-1, -0.5], degrees: 4.5)
        let four = try Self.model(
            [[0.04, 0.018, 0.01, 0], [0.018, 0.09, 0.02, 0.01], [0.01, 0.02, 0.05, 0], [0, 0.01, 0, 0.2]],
            mean: [0, 0, 0, 0],
            degrees: 7
        )
        let known: [(MultivariateHiddenMarkovModel, [Double?], Double)] = [
            (two, [-0.9, -0.2], 0.344638446459558), (two, [3, -4], -15.593355713332144),
            (two, [-1, -0.5], 1.0226889900863116), (two, [nil, -0.2], -0.3219322974852761), (two, [nil, nil], 0),
            (four, [0.1, 0.2, -0.3, 1], -2.4131911811319706), (four, [0.1, nil, -0.3, 1], -2.353320018958365),
        ]
        for (model, vector, expected) in known {
            var filter = MultivariateForwardFilter(model)
            try filter.update(vector)
            #expect(abs(filter.logLikelihood - expected) <= 1e-12 * (1 + abs(expected)), "\(vector)")
        }
    }

    @Test(
        "one dimension is the one-dimensional model, in every pass and step, outliers included",
        arguments: UInt64(0)..<6
    )
    func oneDimensionAgrees(seed: UInt64) throws {
        let transitions = [[0.9, 0.1], [0.2, 0.8]]
        let single = try HiddenMarkovModel(
            initialDistribution: [0.3, 0.7],
            transitionMatrix: transitions,
            emissions: [
                .studentT(location: -1, scale: 0.2, degreesOfFreedom: 3.5),
                .studentT(location: 0.5, scale: 0.4, degreesOfFreedom: 11),
            ]
        )
        let vectors = try MultivariateHiddenMarkovModel(
            initialDistribution: [0.3, 0.7],
            transitionMatrix: transitions,
            means: [[-1], [0.5]],
            covariances: [[[0.2 * 0.2]], [[0.4 * 0.4]]],
            degreesOfFreedom: [3.5, 11]
        )
        var random = SplitMix64(seed: seed)
        var series: [Double?] = (0..<80).map { _ in
            Int.random(in: 0..<7, using: &random) == 0 ? nil : Double.random(in: -2...1.5, using: &random)
        }
        series[40] = 40_000
        let columns = series.map { [$0] }
        let (one, many) = (
            try SmoothedRegimes(single, observations: series), try SmoothedRegimes(vectors, observations: columns)
        )
        #expect(agree(many.probabilities, one.probabilities))
        #expect(agree([many.logLikelihood], [one.logLikelihood]))
        #expect(try Viterbi(vectors, observations: columns).path == Viterbi(single, observations: series).path)
        let next = try BaumWelch.step(single, observations: series).model
        let step = try BaumWelch.step(vectors, observations: columns).model
        #expect(agree(step.emissions.map { $0.mean[0] }, next.means))
        for (state, emission) in next.emissions.enumerated() {
            guard case .studentT(_, let scale, let degrees) = emission else { continue }
            #expect(agree([step.emissions[state].covariance[0]], [scale * scale]))
            #expect(agree([step.degreesOfFreedom?[state] ?? 0], [degrees]))
        }
    }

    @Test("an EM step over Student t vectors with holes never loses likelihood", arguments: UInt64(0)..<8)
    func stepsClimb(seed: UInt64) throws {
        let vectors = Self.vectors(seed: seed, count: 250)
        var model = try MultivariateHiddenMarkovModel(
            initialDistribution: [0.5, 0.5],
            transitionMatrix: [[0.9, 0.1], [0.1, 0.9]],
            means: [[-1, -1], [0.5, 0]],
            covariances: [[[0.3, 0.1], [0.1, 0.3]], [[0.4, -0.1], [-0.1, 0.5]]],
            degreesOfFreedom: [8, 8]
        )
        var previous = -Double.infinity
        for _ in 0..<40 {
            let step = try BaumWelch.step(model, observations: vectors)
            #expect(step.logLikelihood >= previous - 1e-9 * (abs(previous) + 1))
            previous = step.logLikelihood
            model = step.model
        }
    }

    @Test("a fit finds heavy tails where there are some, and beats the Gaussian one there")
    func fitFindsTails() throws {
        let vectors = Self.vectors(seed: 3, count: 800)
        var options = BaumWelch.Options()
        options.restarts = 6
        let gaussian = try BaumWelch.fit(vectors: vectors, states: 2, options: options)
        options.emission = .studentT
        let student = try BaumWelch.fit(vectors: vectors, states: 2, options: options)
        let degrees = try #require(student.model.degreesOfFreedom)
        #expect(gaussian.model.degreesOfFreedom == nil)
        #expect(student.model.parameterCount == gaussian.model.parameterCount + 2)
        #expect(student.logLikelihood > gaussian.logLikelihood + 20)
        #expect(degrees.allSatisfy { (2.0...8.0).contains($0) }, "\(degrees)")
        options.threads = 1
        #expect(try BaumWelch.fit(vectors: vectors, states: 2, options: options) == student)
    }

    @Test("degrees of freedom that are none are refused by regime")
    func refusesDegrees() throws {
        for degrees in [0, -1, Double.nan, .infinity] {
            #expect(throws: RegimeModelError.self) { try Self.model([[1]], mean: [0], degrees: degrees) }
        }
        #expect(throws: RegimeModelError.count(of: "degrees of freedom", got: 2, expected: 1)) {
            try MultivariateHiddenMarkovModel(
                initialDistribution: [1],
                transitionMatrix: [[1]],
                means: [[0]],
                covariances: [[[1]]],
                degreesOfFreedom: [3, 4]
            )
        }
    }

    /// Two regimes of vectors with correlated t-like tails of about four degrees, a tenth of the entries missing.
    private static func vectors(seed: UInt64, count: Int) -> [[Double?]] {
        var random = SplitMix64(seed: seed)
        func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) } }
        var regime = 0
        return (0..<count).map { _ in
            if Double.random(in: 0..<1, using: &random) < 0.05 { regime = 1 - regime }
            // Four squared normals: χ² of four degrees, so that the vector is a Student t of as many.
            let mixing =
                ((0..<4).reduce(0.0) { sum, _ in
                    let z = normal(); return sum + z * z
                } / 4).squareRoot()
            let (first, second) = (normal() / mixing, normal() / mixing)
            let vector = [Double(regime) * 2 - 1 + 0.3 * first, Double(regime) - 0.5 + 0.2 * first + 0.3 * second]
            return vector.map { Double.random(in: 0..<1, using: &random) < 0.1 ? nil : $0 }
        }
    }
}
