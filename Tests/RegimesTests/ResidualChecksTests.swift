import TestSupport
import Testing

@testable import Regimes

@Suite("Checks of residuals")
struct ResidualChecksTests {
    /// Values of SciPy 1.x: `stats.norm.ppf`, `stats.chi2.sf`, `stats.t.cdf`, `special.kolmogorov`.
    @Test("the distributions are those of SciPy")
    func distributionsAgree() {
        let normal: [(Double, Double)] = [
            (1e-300, -37.0470962993612), (1e-10, -6.361340902404056), (0.01, -2.3263478740408408),
            (0.3, -0.5244005127080409), (0.5, 0), (0.975, 1.959963984540054),
        ]
        for (p, z) in normal {
            #expect(agree([ReferenceDistributions.normalQuantile(p)], [z]))
            #expect(agree([ReferenceDistributions.normal(below: z)], [p], absolute: 0))
        }
        let chiSquared: [(Double, Int, Double)] = [
            (0.5, 1, 0.47950012218695337), (3.2, 10, 0.9763177219506883), (18.307, 10, 0.05000058909139812),
            (60, 10, 3.6243009520614924e-09), (200, 10, 1.6139305336977317e-37),
        ]
        for (x, degrees, p) in chiSquared {
            #expect(agree([ReferenceDistributions.chiSquared(above: x, degreesOfFreedom: degrees)], [p], absolute: 0))
        }
        let student: [(Double, Double, Double)] = [
            (-40, 3, 1.7190340394579253e-05), (-1.5, 1, 0.18716704181099886), (0.2, 4.5, 0.574900194052469),
            (2.5, 30, 0.9909421754659666), (-1e6, 2, 4.999999999992501e-13), (0, 7, 0.5),
        ]
        for (t, degrees, p) in student {
            #expect(agree([ReferenceDistributions.studentT(below: t, degreesOfFreedom: degrees)], [p], absolute: 0))
        }
        let kolmogorov: [(Double, Double)] = [
            (0.3, 0.9999906941986655), (0.8, 0.5441424115741981), (1.18, 0.1234538094297657),
            (1.36, 0.049485876755377876), (2.5, 7.453306344157342e-06),
        ]
        for (x, p) in kolmogorov { #expect(agree([ReferenceDistributions.kolmogorov(above: x)], [p], absolute: 0)) }
    }

    private static func truth() throws -> HiddenMarkovModel {
        try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.95, 0.05], [0.1, 0.9]],
            means: [-1, 0.2],
            variances: [0.04, 0.2]
        )
    }

    @Test("under the true model small p-values are as rare as they should be")
    func trueModelPasses() throws {
        let model = try Self.truth()
        var rejected = [0, 0, 0, 0]
        let runs = 200
        for seed in 0..<UInt64(runs) {
            let checks = try ResidualChecks(
                model,
                observations: Simulated.series(model, count: 400, seed: seed, missing: 0.05)
            )
            for (index, test) in checks.tests.enumerated() where test.pValue < 0.05 { rejected[index] += 1 }
        }
        // Ten expected of two hundred; 22 are four standard deviations more. The simulation's sums of twelve uniform numbers
        // have a kurtosis of 2.9, which Jarque–Bera does not see in 400.
        #expect(rejected.allSatisfy { $0 <= 22 }, "\(rejected)")
    }

    @Test("each test sees what it is for")
    func faultsAreSeen() throws {
        let model = try Self.truth()
        let series = Simulated.series(model, count: 1_500, seed: 3)
        let single = try BaumWelch.fit(series, states: 1).model
        let blind = try ResidualChecks(single, observations: series)
        #expect(blind.ljungBox.pValue < 1e-6)
        #expect(blind.kolmogorovSmirnov.pValue < 1e-3)
        #expect(blind.jarqueBera.pValue < 1e-6)
        let calm = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            means: [0],
            variances: [0.04]
        )
        let wild = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            means: [0],
            variances: [0.5]
        )
        let switching = (0..<10).flatMap { block in
            Simulated.series(block % 2 == 0 ? calm : wild, count: 100, seed: UInt64(block))
        }
        let one = try BaumWelch.fit(switching, states: 1).model
        let checks = try ResidualChecks(one, observations: switching)
        #expect(checks.ljungBoxOfSquares.pValue < 1e-6 && checks.ljungBox.pValue > 1e-3)
    }

    @Test("scores stay finite 60 standard deviations out, and missing bars have none")
    func outliersStayFinite() throws {
        let model = try HiddenMarkovModel(initialDistribution: [1], transitionMatrix: [[1]], means: [0], variances: [1])
        let checks = try ResidualChecks(model, observations: [60, -60, nil, 1.959963984540054])
        let scores = checks.normalScores
        #expect(try #require(scores[0]) > 37 && #require(scores[1]) < -37 && scores[2] == nil)
        #expect(try agree([#require(scores[3]), #require(checks.transforms[3])], [1.959963984540054, 0.975]))
        #expect(checks.ljungBox.pValue.isNaN && checks.text.contains("p = –"))
        #expect(ResidualChecks(forecasts: [], observations: []).kolmogorovSmirnov.statistic.isNaN)
    }

    @Test("the statistics are their definitions on a hand-made series")
    func statisticsAreTheirDefinitions() {
        let standard = PredictiveDensity(mean: 0, variance: 1)
        let scores = (0..<40).map { Double(($0 * 7) % 11) / 5 - 1 }
        let checks = ResidualChecks(
            forecasts: scores.map { _ in standard },
            observations: scores.map { $0 }
        )
        let mean = scores.reduce(0, +) / 40
        let total = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        var expected = 0.0
        for lag in 1...10 {
            let products = (lag..<40).reduce(0) { $0 + (scores[$1] - mean) * (scores[$1 - lag] - mean) }
            expected += 40 * 42 * products * products / total / total / Double(40 - lag)
        }
        #expect(agree([checks.ljungBox.statistic], [expected]))
        #expect(agree(checks.normalScores.compactMap(\.self), scores, absolute: 1e-12))
    }
}
