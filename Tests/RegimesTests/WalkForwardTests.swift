import CanonicalJSON
import TestSupport
import Testing

@testable import Regimes

@Suite("Walk-forward evaluation")
struct WalkForwardTests {
    /// Regimes of the level, persistent enough to be found again.
    private static func series(count: Int, seed: UInt64, missing: Double = 0) throws -> [Double?] {
        let model = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.97, 0.03], [0.05, 0.95]],
            means: [-1, 0.5],
            variances: [0.1, 0.1]
        )
        return Simulated.series(model, count: count, seed: seed, missing: missing)
    }

    private static func walk() -> WalkForward {
        var walk = WalkForward()
        walk.initialBars = 200
        walk.refitEvery = 50
        walk.states = 2
        walk.options.restarts = 3
        return walk
    }

    @Test("no forecast changes when the future does")
    func isCausal() throws {
        let whole = try Self.series(count: 300, seed: 1, missing: 0.03)
        let walk = Self.walk()
        let known = try walk.evaluate(Array(whole[..<260]), barsPerYear: 365)
        let later = try walk.evaluate(whole, barsPerYear: 365)
        for (before, after) in zip(known.records, later.records) {
            #expect(before.logScores == Array(after.logScores.prefix(60)), "\(before.forecaster)")
        }
    }

    @Test("on data drawn from regimes, the regime model beats the rolling Gaussian, and the t-statistic says so")
    func findsTheTruth() throws {
        let report = try Self.walk().evaluate(try Self.series(count: 700, seed: 2), barsPerYear: 365)
        #expect(report.comparedBars == 500)
        let comparison = try #require(report.compare(.regimes, with: .rollingGaussian))
        #expect(comparison.meanDifference > 0.1 && comparison.tStatistic > 3)
        let reverse = try #require(report.compare(.rollingGaussian, with: .regimes))
        #expect(abs(reverse.tStatistic + comparison.tStatistic) < 1e-9)
        let labels = try #require(report[LabelRule.regimes])
        #expect(labels.hindsightAgreement > 0.9 && labels.medianRefitAgreement > 0.95 && labels.rSquared > 0.3)
        #expect(labels.refitAgreements.count == 9 && labels.worstRefitAgreement <= labels.medianRefitAgreement)
        let level = try #require(report[LabelRule.level])
        // Thresholds move only as far as this share of the predecessor's bars allows.
        #expect(level.worstRefitAgreement >= LevelLabels.requiredAgreement)
        #expect(report.text.contains("har-hmm") && report.text.contains("labels by"))
        #expect(report.json["compared_bars"] == .integer(500))
    }

    @Test("a baseline is chosen, and is the first forecaster where it is not among them")
    func choosesBaseline() throws {
        var walk = Self.walk()
        walk.forecasters = [.autoregression, .rollingGaussian]
        let series = try Self.series(count: 300, seed: 4)
        #expect(try walk.evaluate(series, barsPerYear: 365).baseline == .rollingGaussian)
        walk.baseline = .garch
        let report = try walk.evaluate(series, barsPerYear: 365)
        #expect(report.baseline == .autoregression)
        let itself = try #require(report.compare(.autoregression, with: .autoregression))
        #expect(itself.meanDifference == 0)
        #expect(report[LabelRule.regimes] == nil && report[LabelRule.level] != nil)
    }

    @Test("R² is nought for the mean of the past, one for the truth, and less than nought for worse than the mean")
    func measuresR2() {
        let series: [Double?] = [1, 3, nil, 5, 2, 4]
        let means: [Double?] = [nil, 2, 3, 2.75]
        #expect(OutOfSample.rSquared(series, from: 2, forecasts: means) { _ in true } == 0)
        #expect(OutOfSample.rSquared(series, from: 2, forecasts: [nil, 5, 2, 4]) { _ in true } == 1)
        #expect(OutOfSample.rSquared(series, from: 2, forecasts: [nil, -5, 9, 9]) { _ in true } < 0)
    }

    @Test("transforms of forecasts by the truth are uniform")
    func transformsAreUniform() throws {
        var walk = Self.walk()
        walk.forecasters = [.regimes]
        let report = try walk.evaluate(try Self.series(count: 1_200, seed: 6), barsPerYear: 365)
        let transforms = report.records[0].transforms.compactMap(\.self)
        #expect(transforms.count == 1_000 && transforms.allSatisfy { (0...1).contains($0) })
        let mean = transforms.reduce(0, +) / 1_000
        let square = transforms.reduce(0) { $0 + $1 * $1 } / 1_000
        // Four standard errors: √(1/12 ÷ 1000) and √(4/45 ÷ 1000).
        #expect(abs(mean - 0.5) < 0.037 && abs(square - 1 / 3.0) < 0.038)
    }

    @Test("a rolling window sees the last bars alone")
    func rollingWindowForgets() throws {
        var walk = Self.walk()
        walk.window = .rolling(bars: 150)
        walk.forecasters = [.autoregression]
        let series = try Self.series(count: 260, seed: 3)
        var other = series
        for bar in 0..<50 { other[bar] = 9 }
        let scores = try walk.evaluate(series, barsPerYear: 365).records.map(\.logScores)
        #expect(try scores == walk.evaluate(other, barsPerYear: 365).records.map(\.logScores))
    }

    @Test("too short a series is refused")
    func refusesShortSeries() {
        #expect(throws: FitError.tooFewObservations(got: 3, expected: 201, states: 2)) {
            try Self.walk().evaluate([1, 2, 3], barsPerYear: 365)
        }
    }

    @Test("the autoregression recovers its coefficients, and forecasts nothing before 22 bars")
    func recoversCoefficients() throws {
        let noise = Simulated.series(
            try HiddenMarkovModel(initialDistribution: [1], transitionMatrix: [[1]], means: [0], variances: [0.04]),
            count: 8_000,
            seed: 5
        )
        var series = [Double?](repeating: -1, count: 22)
        for bar in 22..<8_000 {
            let past = series.compactMap(\.self)
            let means = [1, 5, 22].map { window in past.suffix(window).reduce(0, +) / Double(window) }
            series.append(-0.2 + 0.4 * means[0] + 0.2 * means[1] + 0.2 * means[2] + (noise[bar] ?? 0))
        }
        let model = try HeterogeneousAutoregression(fitting: series)
        // Four standard errors of the least precise coefficient.
        #expect(zip(model.coefficients, [0.4, 0.2, 0.2]).allSatisfy { abs($0 - $1) < 0.12 })
        #expect(abs(model.residualVariance - 0.04) < 0.003)
        #expect(model.forecast(after: [Double?](repeating: 0, count: 21)) == nil)
        #expect(model.forecast(after: [Double?](repeating: nil, count: 30)) == nil)
        #expect(throws: FitError.constantSeries(value: 1)) {
            try HeterogeneousAutoregression(fitting: [Double?](repeating: 1, count: 100))
        }
    }

    @Test(
        "fitting level and regimes together never loses likelihood against one after the other",
        arguments: UInt64(0)..<4
    )
    func jointFitGains(seed: UInt64) throws {
        let series = try Self.series(count: 400, seed: seed)
        var options = BaumWelch.Options()
        options.restarts = 4
        // The default belief gives up likelihood for forecasts.
        options.prior = .flat
        let level = try HeterogeneousAutoregression(fitting: series)
        let apart = try BaumWelch.fit(level.residuals(of: series), states: 2, options: options)
        let joint = try AutoregressiveRegimes(fitting: series, states: 2, options: options)
        #expect(joint.logLikelihood >= apart.logLikelihood - 1e-9 * abs(apart.logLikelihood))
        let again = try SmoothedRegimes(
            joint.residuals,
            observations: joint.autoregression.residuals(of: series)
        )
        #expect(again.logLikelihood >= apart.logLikelihood - 1e-6 * abs(apart.logLikelihood))
    }

    @Test("prints the walk-forward table of the reference series", .enabled(if: Fixtures.isMeasuring))
    func measuresReferenceSeries() throws {
        guard Fixtures.shared != nil else { return }
        for (name, initial) in [("series_btc_logrv.csv", 500), ("series_eth_logparkinson.csv", 1_000)] {
            var walk = WalkForward()
            walk.initialBars = initial
            walk.options.restarts = 6
            let clock = ContinuousClock()
            let series = try Fixtures.series(name)
            var report: WalkForwardReport?
            let time = try clock.measure { report = try walk.evaluate(series, barsPerYear: 365) }
            print("walk-forward/\(name): \(time)\n\(report?.text ?? "")")
        }
    }
}
