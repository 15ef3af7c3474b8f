import CanonicalJSON
import MarketData
import TestSupport
import Testing

@testable import Regimes

@Suite("Standard errors")
struct StandardErrorsTests {
    private static func truth() throws -> HiddenMarkovModel {
        try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.95, 0.05], [0.1, 0.9]],
            means: [-1, 0.3],
            variances: [0.06, 0.2]
        )
    }

    @Test("of one Gaussian regime they are s ÷ √n and s² √(2 ÷ n)")
    func closedForm() throws {
        let series = Simulated.series(try Self.truth(), count: 500, seed: 1, missing: 0.1)
        let report = try BaumWelch.fit(series, states: 1)
        let errors = try StandardErrors(report.model, observations: series)
        let (variance, count) = (report.model.variances[0], Double(report.observedCount))
        #expect(abs(try #require(errors.means[0]) / (variance / count).squareRoot() - 1) < 1e-6)
        #expect(abs(try #require(errors.variances[0]) / (variance * (2 / count).squareRoot()) - 1) < 1e-6)
        #expect(errors.transitionMatrix == [nil] && errors.degreesOfFreedom == [nil] && errors.coefficients.isEmpty)
    }

    @Test("of an autoregression with one regime they are those of least squares")
    func leastSquares() throws {
        let series = try AutoregressiveRegimesTests.series(count: 400, seed: 2, missing: 0.05)
        var options = BaumWelch.Options()
        options.prior = .flat
        let model = try AutoregressiveRegimes(fitting: series, states: 1, options: options)
        let errors = try StandardErrors(model, observations: series, options: options)
        let design = AutoregressionDesign(series)
        let products = (0..<3).map { first in
            (0..<3).map { second in
                design.bars.indices.reduce(0) {
                    $0 + design.features[3 * $1 + first] * design.features[3 * $1 + second]
                }
            }
        }
        for index in 0..<3 {
            let unit = (0..<3).map { $0 == index ? 1.0 : 0 }
            let inverse = try #require(LinearSystem.solve(products, unit))[index]
            let expected = (model.residuals.variances[0] * inverse).squareRoot()
            #expect(abs(try #require(errors.coefficients[index]) / expected - 1) < 1e-6)
        }
    }

    @Test(
        "they are no smaller than the curvature along one parameter allows, for each kind of emissions, start and prior"
    )
    func curvatureBoundsThem() throws {
        for (family, start) in [(EmissionFamily.gaussian, StartDistribution.free), (.studentT, .stationary)] {
            var options = BaumWelch.Options()
            options.restarts = 4
            options.emission = family
            options.start = start
            options.tolerance = 1e-13
            options.prior = RegimePrior()
            options.prior?.concentration = 2
            options.prior?.variancePseudoCount = 4
            var series = Simulated.series(try Self.truth(), count: 600, seed: 3)
            for bar in stride(from: 11, to: 600, by: 31) {
                series[bar] = series[bar].map { $0 + (bar % 2 == 0 ? 1.5 : -1.5) }
            }
            let model = try BaumWelch.fit(series, states: 2, options: options).model
            let errors = try StandardErrors(model, observations: series, options: options)
            let sample = try Sample(series, states: 2, options: options)
            // Second differences of the objective in one mean and one transition, others fixed, bound the information's
            // diagonal: the standard error with all free is at least 1 ÷ √ of it.
            func objective(_ mean: Double, _ stay: Double) throws -> Double {
                var emissions = model.emissions
                emissions[0] = emissions[0].moved(by: mean)
                var chain = model.transitionMatrix
                chain[0] += stay
                chain[1] -= stay
                let moved = HiddenMarkovModel(
                    uncheckedInitial: model.initialDistribution,
                    transitions: chain,
                    emissions: emissions
                ).with(start)
                return try SmoothedRegimes(moved, observations: series).logLikelihood + sample.objective.logPrior(moved)
            }
            let best = try objective(0, 0)
            for (error, step) in [(errors.means[0], (1e-3, 0.0)), (errors.transitionMatrix[0], (0, 1e-3))] {
                let (up, down) = (try objective(step.0, step.1), try objective(-step.0, -step.1))
                #expect(up < best && down < best)
                let curvature = (2 * best - up - down) / 1e-6
                let error = try #require(error)
                #expect(error * curvature.squareRoot() > 0.999)
                #expect(error * curvature.squareRoot() < 3)
            }
            // A row of two moves as one.
            let row = errors.transitionMatrix.prefix(2).compactMap(\.self)
            #expect(row.count == 2 && abs(row[0] / row[1] - 1) < 1e-9)
        }
    }

    @Test("over many simulated series they are the spread of the estimates")
    func monteCarlo() throws {
        let truth = try Self.truth()
        let runs = 120
        var options = BaumWelch.Options()
        options.restarts = 2
        var estimates: [[Double]] = []
        var claimed: [[Double]] = []
        for seed in 0..<UInt64(runs) {
            let series = Simulated.series(truth, count: 600, seed: seed)
            let model = try BaumWelch.fit(series, states: 2, options: options).model
            let errors = try StandardErrors(model, observations: series, options: options)
            estimates.append(model.means + model.variances + [model.transitionMatrix[1], model.transitionMatrix[2]])
            let all = errors.means + errors.variances + [errors.transitionMatrix[1], errors.transitionMatrix[2]]
            claimed.append(all.compactMap(\.self))
        }
        #expect(claimed.allSatisfy { $0.count == 6 })
        for index in 0..<6 {
            let values = estimates.map { $0[index] }
            let mean = values.reduce(0, +) / Double(runs)
            let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(runs - 1)).squareRoot()
            let typical = claimed.map { $0[index] }.reduce(0, +) / Double(runs)
            // A spread of 120 is known to 6.5%; four of these, and something for samples that are not infinite. Variances
            // are drawn with a kurtosis of 2.9, which narrows them by 2.5%.
            #expect(abs(typical / spread - 1) < 0.3, "parameter \(index): claimed \(typical), spread \(spread)")
        }
    }

    @Test("over many simulated series with an autoregression they cover the true slopes")
    func jointMonteCarlo() throws {
        var options = BaumWelch.Options()
        options.restarts = 2
        options.prior = .flat
        var covered = [0, 0, 0]
        let runs = 60
        for seed in 0..<UInt64(runs) {
            let series = try AutoregressiveRegimesTests.series(count: 700, seed: seed)
            let model = try AutoregressiveRegimes(fitting: series, states: 2, options: options)
            let errors = try StandardErrors(model, observations: series, options: options)
            for (index, expected) in [0.35, 0.25, 0.25].enumerated() {
                let error = try #require(errors.coefficients[index])
                if abs(model.autoregression.coefficients[index] - expected) < 1.96 * error { covered[index] += 1 }
            }
        }
        // 57 of 60 expected; 48 are more than five standard deviations fewer.
        #expect(covered.allSatisfy { $0 > 48 }, "\(covered)")
    }

    @Test("what the data do not determine is not identified: two equal regimes, an absorbing one, degrees at a limit")
    func notIdentified() throws {
        let series = Simulated.series(try Self.truth(), count: 300, seed: 5)
        let whole = try BaumWelch.fit(series, states: 1).model
        let twins = try HiddenMarkovModel(
            initialDistribution: [0.5, 0.5],
            transitionMatrix: [[0.7, 0.3], [0.3, 0.7]],
            emissions: [whole.emissions[0], whole.emissions[0]]
        )
        let errors = try StandardErrors(twins, observations: series)
        #expect(errors.transitionMatrix == [nil, nil, nil, nil])
        let absorbing = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.99, 0.01], [0, 1]],
            means: [-1, 0.3],
            variances: [0.06, 0.2]
        )
        let left = try StandardErrors(absorbing, observations: series)
        #expect(left.transitionMatrix[2] == nil && left.transitionMatrix[3] == nil)
        let student = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            emissions: [.studentT(location: -0.5, scale: 0.5, degreesOfFreedom: 200)]
        )
        let limit = try StandardErrors(student, observations: series)
        #expect(limit.degreesOfFreedom == [nil] && limit.means[0] != nil && limit.variances[0] != nil)
        #expect(throws: FitError.allMissing(bars: 3)) { try StandardErrors(whole, observations: [nil, nil, nil]) }
    }
}

@Suite("Diagnostics of a training")
struct FitDiagnosticsTests {
    @Test("say the errors of every regime, the checks and the search, of chain and forecast")
    func coverBothFits() throws {
        var options = BaumWelch.Options()
        options.restarts = 4
        let candles = try SampleMarket.hourly(days: 200, seed: 11)
        let training = try RegimeModel.train(on: candles, bar: SampleMarket.day, states: 2, options: options)
        let diagnostics = try FitDiagnostics(training, options: options)
        #expect(
            diagnostics.chain
                == (try StandardErrors(
                    training.model.parameters,
                    observations: training.volatility.observations,
                    options: options
                ))
        )
        #expect(diagnostics.forecast?.coefficients.count == 3)
        for words in ["calm: mean", "storm: mean", "weights of 1, 5, 22 bars", "Ljung–Box", "of 4 restarts", "± 0.0"] {
            #expect(diagnostics.text.contains(words), "\(words)")
        }
        #expect(diagnostics.json["forecast"]?["convergence"]?["restarts"] != nil)
        let plain = try RegimeModel.train(
            on: candles,
            bar: SampleMarket.day,
            states: 2,
            forecast: .none,
            options: options
        )
        let without = try FitDiagnostics(plain, options: options)
        #expect(without.forecast == nil && without.json["forecast"] == .null)
        #expect(!without.text.contains("forecast"))
    }
}
