import ArgumentParser
import CanonicalJSON
import MarketData
import Regimes
import SharedCommands
import Synchronization

/// `ballast select`.
struct Select: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract:
            "Chooses the number of regimes by what forecasts are worth out of sample, with AIC, BIC and ICL beside."
    )

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: "The bar: 1d, 4h, …")
    var bar = DurationArgument(milliseconds: 86_400_000)

    @Option(name: .long, help: "How volatility is measured; the finest that the candles allow if absent.")
    var estimator: EstimatorArgument?

    @Option(name: .long, help: ArgumentHelp("How many regimes are tried, within 1..6.", valueName: "FROM..TO"))
    var states = StateRangeArgument(range: 1...5)

    @Option(name: .long, help: "The kind of every regime's density.")
    var emission = EmissionArgument(family: .gaussian)

    @Option(name: .long, help: "Bars before the first forecast.")
    var initial: Int = 500

    @Option(name: .long, help: "Bars between refits.")
    var refit: Int = 20

    @Option(name: .long, help: "Starting points of each fit.")
    var restarts: Int = 6

    @Option(name: .long, help: "Fixes every random start.")
    var seed: UInt64 = BaumWelch.defaultSeed

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let series = try candles.load()
        guard series.count == 1 else {
            throw CommandFailure(.wrongUse, "regimes of one asset's candles are selected, got \(series.count)")
        }
        for (name, value, allowed) in [
            ("initial", initial, 1...1_000_000), ("refit", refit, 1...1_000_000), ("restarts", restarts, 1...10_000),
        ] where !allowed.contains(value) {
            throw CommandFailure(
                .wrongUse,
                "--\(name) \(value): expected \(allowed.lowerBound) to \(allowed.upperBound)"
            )
        }
        let volatility = try failing(.checkFailed) {
            try VolatilitySeries(of: series[0], bar: bar.milliseconds, estimator: estimator?.estimator)
        }
        guard volatility.bars.count > initial else {
            throw CommandFailure(
                .wrongUse,
                "--initial \(initial): expected fewer than the \(volatility.bars.count) bars of the series"
            )
        }
        var selection = StateSelection()
        selection.states = states.range
        selection.initialBars = initial
        selection.refitEvery = refit
        selection.options.restarts = restarts
        selection.options.seed = seed
        selection.options.emission = emission.family
        let line = Mutex(ProgressLine("fitting"))
        let report = try failing(.checkFailed) {
            try selection.evaluate(volatility.observations) { done, total in
                line.withLock { $0.update(done, of: total) }
            }
        }
        line.withLock { $0.finish() }
        switch format {
        case .text: Terminal.print(report.text)
        case .json: Terminal.printJSON(report.json)
        }
    }
}

/// A range of numbers of regimes on the command line: `2..4`, or `3` alone.
struct StateRangeArgument: ExpressibleByArgument {
    let range: ClosedRange<Int>

    init(range: ClosedRange<Int>) {
        self.range = range
    }

    init?(argument: String) {
        let parts = argument.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count <= 2, let first = parts.first ?? nil, let last = parts.last ?? nil,
            first >= 1, first <= last, last <= HiddenMarkovModel.maximumStateCount
        else { return nil }
        range = first...last
    }

    var defaultValueDescription: String { "\(range.lowerBound)..\(range.upperBound)" }
}

/// How regimes scatter their observations, on the command line.
struct EmissionArgument: ExpressibleByArgument {
    let family: EmissionFamily

    init(family: EmissionFamily) { self.family = family }

    init?(argument: String) {
        guard let family = EmissionFamily(rawValue: argument) else { return nil }
        self.family = family
    }

    static var allValueStrings: [String] { EmissionFamily.allCases.map(\.rawValue) }
    var defaultValueDescription: String { family.rawValue }
}
