import ArgumentParser
import CanonicalJSON
import MarketData
import Regimes
import SharedCommands
import Simulation

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

    @Flag(
        name: .long,
        help: "Test too whether bands that follow the regime are worth money; needs several assets' candles."
    )
    var economic = false

    @Option(name: .long, help: "Random subsets of the assets in the economic test.")
    var subsets: Int = 60

    @Option(name: .long, help: "Assets in a subset.")
    var subsetSize: Int = 6

    @Option(name: .long, help: "The band of the wildest label relative to the calmest, in the economic test.")
    var widest: Double = 2

    @Option(name: .long, help: "Fixes subsets, shuffles and resampling of the economic test.")
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("Write a page with pictures of it all.", valueName: "FILE"))
    var html: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let series = try candles.load()
        guard series.count == 1 || economic else {
            throw CommandFailure(.wrongUse, "one asset's candles are evaluated, got \(series.count): add --economic")
        }
        guard !economic || series.count >= 2 else {
            throw CommandFailure(.wrongUse, "--economic: expected candles of two assets or more, got \(series.count)")
        }
        for (name, value, allowed) in [
            ("states", states, 1...6), ("initial", initial, 1...1_000_000), ("refit", refit, 1...1_000_000),
            ("window", window ?? 1, 1...1_000_000), ("restarts", restarts, 1...10_000),
            ("subsets", subsets, 2...10_000),
            ("subset-size", subsetSize, 2...1_000),
        ] where !allowed.contains(value) {
            throw CommandFailure(
                .wrongUse,
                "--\(name) \(value): expected \(allowed.lowerBound) to \(allowed.upperBound)"
            )
        }
        guard widest > 0, widest <= 100 else {
            throw CommandFailure(.wrongUse, "--widest \(widest): expected above 0 and at most 100")
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
        let money = try economic ? economicTest(series, volatility) : nil
        if let html {
            let page = EvaluationPage(report: report, volatility: volatility, economic: money?.page)
            try Files.write(page.html, to: html)
        }
        switch format {
        case .text:
            Terminal.print(report.text)
            if let money { Terminal.print(money.text) }
        case .json:
            guard case .object(var members) = report.json else { return }
            if let money { members.append(JSONMember("economic", money.json)) }
            Terminal.printJSON(.object(members))
        }
    }

    /// The economic test under the labels of the first candles' level, known bar by bar.
    private func economicTest(_ series: [CandleSeries], _ volatility: VolatilitySeries) throws -> EconomicTestReport {
        var walk = WalkForward()
        // Thresholds need fewer bars than forecasts do, and every bar before the first label is lost to the test.
        walk.initialBars = min(initial, 120)
        walk.refitEvery = refit
        walk.states = states
        walk.forecasters = []
        var test = EconomicTest()
        test.subsets = subsets
        test.subsetSize = min(subsetSize, series.count)
        test.widest = widest
        test.seed = seed
        return try failing(.checkFailed) {
            let labelled = try walk.evaluate(
                volatility.observations,
                barsPerYear: VolatilitySeries.periodsPerYear(bar: bar.milliseconds)
            )
            let market = try AlignedMarket(series)
            let labels = EconomicTest.labels(
                labelled[.level]?.labels ?? [],
                from: labelled.firstBar,
                of: volatility,
                over: market
            )
            var line = ProgressLine("economic test")
            defer { line.finish() }
            return try test.run(
                market,
                labels: labels,
                barsPerYear: VolatilitySeries.periodsPerYear(bar: series[0].interval)
            ) { line.update($0, of: $1) }
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

extension EconomicTestReport {
    /// The part of the page that shows this test.
    fileprivate var page: EvaluationPage.Economics {
        let colors: [EconomicTest.BandRule: String] = [.widening: "var(--blue)", .narrowing: "var(--red)"]
        let groups = EconomicTest.CostModel.allCases.map { cost in
            (
                name: cost.name,
                rows: EconomicTest.BandRule.allCases.compactMap { rule in
                    self[rule, cost].map {
                        IntervalChart.Row(
                            name: rule.name,
                            estimate: $0.mean,
                            interval: $0.interval,
                            color: colors[rule] ?? "var(--soft)"
                        )
                    }
                }
            )
        }
        return EvaluationPage.Economics(
            chart: IntervalChart(
                title: "Change in trading cost against a constant band that tracks equally well",
                lower: "cheaper",
                upper: "dearer",
                groups: groups,
                format: { EconomicTestReport.percent($0) }
            ),
            note:
                "\(portfolios.count) random subsets of \(test.subsetSize) assets over \(bars) bars, seed \(test.seed). Dots are means "
                + "over subsets, lines 95% of resampled subsets, which share assets and years. A flat cost is the control; shuffled "
                + "labels are what the same bands do when the label means nothing."
        )
    }
}
