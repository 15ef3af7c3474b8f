import TestSupport
import Testing

@testable import Regimes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Forecasts of regime and volatility")
struct VolatilityForecastTests {
    private static func model() throws -> HiddenMarkovModel {
        try HiddenMarkovModel(
            initialDistribution: [0.6, 0.4],
            transitionMatrix: [[0.9, 0.1], [0.25, 0.75]],
            means: [-0.2, 0.4],
            variances: [0.02, 0.1]
        )
    }

    @Test("the regimes ahead are powers of the transition matrix, and end at the long-run distribution")
    func regimesAhead() throws {
        let model = try Self.model()
        var filter = ForwardFilter(model)
        for value in [0.5, nil, 0.1] { try filter.update(value) }
        let forecasts = filter.forecast(steps: 400)
        let now = filter.filteredProbabilities
        // Of two regimes the distance from the long run shrinks by a₀₀ + a₁₁ − 1 = 0.65 a bar.
        let share = 0.25 / 0.35
        for forecast in forecasts.prefix(20) {
            let expected = share + (now[0] - share) * pow(0.65, Double(forecast.horizon))
            #expect(agree(forecast.probabilities, [expected, 1 - expected]))
        }
        #expect(agree(forecasts[399].probabilities, [share, 1 - share]))
        #expect(filter.forecast(steps: 0).isEmpty && filter.forecast(steps: -1).isEmpty)
    }

    @Test("mean, variance and expected volatility of a plain model are those of the mixture")
    func mixtureMoments() throws {
        let model = try Self.model()
        let forecast = try #require(ForwardFilter(model).forecast(steps: 1).first)
        #expect(agree(forecast.probabilities, [0.6, 0.4]))
        // 0.6·(−0.2) + 0.4·0.4; 0.6·(0.02 + 0.04) + 0.4·(0.1 + 0.16) − 0.04²; 0.6 exp(−0.19) + 0.4 exp(0.45).
        #expect(agree([forecast.mean, forecast.variance], [0.04, 0.1384]))
        let expected = 0.6 * exp(-0.19)
        #expect(agree([forecast.expectedVolatility], [expected + 0.4 * exp(0.45)]))
    }

    @Test("a Student t has no expected volatility, and below two degrees of freedom no variance")
    func heavyTails() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            emissions: [.studentT(location: 0.3, scale: 0.2, degreesOfFreedom: 1.5)]
        )
        let forecast = try #require(ForwardFilter(model).forecast(steps: 1).first)
        #expect(forecast.mean == 0.3 && forecast.variance == .infinity && forecast.expectedVolatility == .infinity)
    }

    /// 40,000 simulated futures: five standard errors of a mean are 0.025 standard deviations, of a variance some 4%.
    @Test(
        "over an autoregression, all moments at all horizons are those of simulated futures",
        arguments: [false, true]
    )
    func momentsAreThoseOfSimulation(hasGaps: Bool) throws {
        let level = HeterogeneousAutoregression(
            intercept: -0.1,
            coefficients: [0.4, 0.25, 0.2],
            residualVariance: 1
        )
        let regimes = AutoregressiveRegimes(autoregression: level, residuals: try Self.model(), logLikelihood: 0)
        var past = try AutoregressiveRegimesTests.series(count: 60, seed: 2)
        if hasGaps { for bar in [37, 38, 40, 45, 55, 58, 59] { past[bar] = nil } }
        let forecasts = try #require(try regimes.forecast(after: past, steps: 8))
        var filter = ForwardFilter(regimes.residuals)
        for residual in level.residuals(of: past) { try filter.update(residual) }
        let first = filter.nextPredictedProbabilities()
        let runs = 40_000
        var (sums, squares, levels) = (
            [Double](repeating: 0, count: 8), [Double](repeating: 0, count: 8), [Double](repeating: 0, count: 8)
        )
        for run in 0..<runs {
            let start = HiddenMarkovModel(
                uncheckedInitial: first,
                transitions: regimes.residuals.transitionMatrix,
                emissions: regimes.residuals.emissions
            )
            var path = Array(past.suffix(22))
            for (step, residual) in Simulated.series(start, count: 8, seed: UInt64(run)).enumerated() {
                let value = (level.forecast(after: path.suffix(22)) ?? .nan) + (residual ?? .nan)
                path.append(value)
                sums[step] += value
                squares[step] += value * value
                levels[step] += exp(value)
            }
        }
        for (step, forecast) in forecasts.enumerated() {
            let mean = sums[step] / Double(runs)
            let variance = squares[step] / Double(runs) - mean * mean
            let deviation = variance.squareRoot()
            #expect(abs(forecast.mean - mean) < 0.025 * deviation)
            #expect(abs(forecast.variance / variance - 1) < 0.05)
            #expect(abs(forecast.expectedVolatility / (levels[step] / Double(runs)) - 1) < 0.03 * deviation)
        }
        let density = try #require(try regimes.predictiveDensity(after: past))
        #expect(abs(density.mean - forecasts[0].mean) < 1e-12)
        #expect(try regimes.forecast(after: [Double?](repeating: nil, count: 30), steps: 2) == nil)
        #expect(try regimes.forecast(after: [1, 2], steps: 2) == nil)
        #expect(throws: ObservationError.notFinite(index: 60, got: .infinity)) {
            try regimes.forecast(after: past + [.infinity], steps: 1)
        }
    }
}
