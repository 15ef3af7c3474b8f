import ArgumentParser
import CanonicalJSON
import MarketData
import Regimes
import SharedCommands

/// `ballast evaluate`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Walks forward over a series and compares volatility forecasters out of sample, losses as plainly as wins."
    )

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "The bar: 1d, 4h, …")
    var bar = DurationArgument(milliseconds: 86_400_000)

    @Option(name: .long, help: "How volatility is measured; the finest that the candles allow if absent.")
    var estimator: EstimatorArgument?

    @Option(name: .long, help: "How many regimes, 1 to 6.")
    var states: Int = 3

    @Option(name: .long, help: "Bars before the first forecast.")
    var initial: Int = 500

    @Option(name: .long, help: "Bars between refits.")
    var refit: Int = 20

    @Option(name: .long, help: "Fit on the last so many bars only; on all if absent.")
    var window: Int?

    @Option(name: .long, help: "Starting points of each refit.")
    var restarts: Int = 6

    @Option(name: .long, help: "The forecaster that the others are compared with.")
    var baseline = ForecasterArgument(forecaster: .rollingGaussian)

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let series = try candles.load()
        guard series.count == 1 else {
            throw CommandFailure(.wrongUse, "one asset's candles are evaluated, got \(series.count)")
        }
        for (name, value, allowed) in [
            ("states", states, 1...6), ("initial", initial, 1...1_000_000), ("refit", refit, 1...1_000_000),
            ("window", window ?? 1, 1...1_000_000), ("restarts", restarts, 1...10_000),
        ] where !allowed.contains(value) {
            throw CommandFailure(
                .wrongUse,
                "--\(name) \(value): expected \(allowed.lowerBound) to \(allowed.upperBound)"
            )
        }
        let volatility = try failing(.checkFailed) {
            try VolatilitySeries(of: series[0], bar: bar.milliseconds, estimator: estimator?.estimator)
        }
        var walk = WalkForward()
        walk.initialBars = initial
        walk.refitEvery = refit
        walk.states = states
        walk.options.restarts = restarts
        if let window { walk.window = .rolling(bars: window) }
        walk.baseline = baseline.forecaster
        var line = ProgressLine("walking forward")
        let report = try failing(.checkFailed) {
            try walk.evaluate(
                volatility.observations,
                barsPerYear: VolatilitySeries.periodsPerYear(bar: bar.milliseconds)
            ) { line.update($0, of: $1) }
        }
        line.finish()
        switch format {
        case .text: Terminal.print(report.text)
        case .json: Terminal.printJSON(report.json)
        }
    }
}

/// A forecaster on the command line, by its name in reports.
struct ForecasterArgument: ExpressibleByArgument {
    let forecaster: Forecaster

    init(forecaster: Forecaster) {
        self.forecaster = forecaster
    }

    init?(argument: String) {
        guard let forecaster = Forecaster(rawValue: argument) else { return nil }
        self.forecaster = forecaster
    }

    static var allValueStrings: [String] { Forecaster.allCases.map(\.rawValue) }

    var defaultValueDescription: String { forecaster.rawValue }
}
