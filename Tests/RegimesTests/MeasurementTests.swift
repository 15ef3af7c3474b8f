import MarketData
import Regimes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Prints figures instead of checking them; run with `BALLAST_MEASURE=1`.
@Suite("Measurements", .enabled(if: Fixtures.isMeasuring, "prints figures; set BALLAST_MEASURE=1"), .serialized)
struct MeasurementTests {
    @Test("twenty EM steps over 100,000 bars of three regimes")
    func timesExpectationMaximization() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [0.3, 0.4, 0.3],
            transitionMatrix: [[0.97, 0.02, 0.01], [0.02, 0.95, 0.03], [0.01, 0.05, 0.94]],
            means: [-1.2, -0.6, 0],
            variances: [0.3, 0.1, 0.15]
        )
        let series = Simulated.series(model, count: 100_000, seed: 1)
        var options = BaumWelch.Options()
        options.restarts = 1
        options.iterations = 20
        options.tolerance = -1
        let clock = ContinuousClock()
        options.threads = 1
        for _ in 0..<3 {
            var report: FitReport?
            let start = threadSeconds()
            let time = try clock.measure { report = try BaumWelch.fit(series, states: 3, options: options) }
            let steps = Double(report?.iterations ?? 1)
            let cpu = (threadSeconds() - start) / steps * 1e4
            print("fit/100k-bars-3-regimes: \(steps) steps in \(time); \(cpu) ns of processor time a bar and step")
        }
        var filter = ForwardFilter(model)
        let filtering = try clock.measure { for y in series { try filter.update(y) } }
        print("filter/100k-bars: \(nanoseconds(filtering) / 100_000) ns an update")
        let smoothing = try clock.measure { _ = try SmoothedRegimes(model, observations: series) }
        print("smooth/100k-bars: \(nanoseconds(smoothing) / 100_000) ns a bar")
        let decoding = try clock.measure { _ = try Viterbi(model, observations: series) }
        print("viterbi/100k-bars: \(nanoseconds(decoding) / 100_000) ns a bar")
    }

    @Test("training on the daily series of the reference fits")
    func timesTraining() throws {
        guard Fixtures.shared != nil else { return }
        let series = try Fixtures.series("series_btc_logrv.csv")
        for states in 1...6 {
            let clock = ContinuousClock()
            var report: FitReport?
            let time = try clock.measure { report = try BaumWelch.fit(series, states: states) }
            guard let report else { continue }
            print(
                "train/btc-daily-\(states): \(time), ln L \(report.logLikelihood), \(report.iterations) steps, "
                    + "agree \(report.agreement(within: 1e-3)), converged \(report.hasConverged)",
                report.restarts.map { "\(Int($0.logLikelihood))\($0.isCollapsed ? "c" : "")" }.joined(separator: " ")
            )
        }
    }

    @Test("BTC, hourly candles, daily bars, three regimes")
    func describesBitcoin() throws {
        guard Fixtures.shared != nil else { return }
        let candles = try SampleMarket.file("crypto_1h_binance_BTCUSDT_2021_2023.csv", interval: SampleMarket.hour)
        let clock = ContinuousClock()
        for (states, dwell) in [(2, 1), (3, 1), (3, 5), (4, 1)] {
            var result: RegimeTraining?
            let hysteresis = try Hysteresis(enterAt: 0.8, minimumDwell: dwell)
            let time = try clock.measure {
                result = try RegimeModel.train(
                    on: candles,
                    bar: SampleMarket.day,
                    states: states,
                    hysteresis: hysteresis
                )
            }
            guard let result else { continue }
            let (model, report) = (result.model, result.report)
            let regimes = try model.filteredRegimes(of: candles)
            let years = Double(regimes.count) / 365
            let changes = zip(regimes, regimes.dropFirst()).count { $0.label != $1.label }
            let argmax = regimes.map { regime in regime.probabilities.firstIndex(of: regime.probabilities.max() ?? 0) }
            let flips = zip(argmax, argmax.dropFirst()).count { $0 != $1 }
            print(
                "btc/\(states) regimes, dwell \(dwell): \(time), ln L \(report.logLikelihood), bars \(regimes.count), "
                    + "label changes a year \(Double(changes) / years), argmax \(Double(flips) / years)"
            )
            if states == 3 && dwell == 1 {
                print(ModelCard(model).text)
                print(String(decoding: model.fileBytes, as: UTF8.self))
                let volatility = try VolatilitySeries(of: candles, bar: model.bar, estimator: model.estimator)
                let svg = RegimePicture(model: model, volatility: volatility, regimes: regimes).svg
                try Fixtures.write(svg, to: "/tmp/regimes_btc.svg")
            }
        }
    }

    /// Processor time of this thread: other work on the machine does not count.
    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private func nanoseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) * 1e-9
    }
}
