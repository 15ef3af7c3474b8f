import ArgumentParser
import CanonicalJSON
import MarketData
import PolicyLanguage
import Rebalancing
import SharedCommands
import Simulation

/// `ballast sweep`.
struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract:
            "Backtests a policy for every combination of some parameters, on all cores, and resumes where it was stopped.",
        discussion: """
            --vary takes NAME=FIRST..LAST:STEP or NAME=VALUE,VALUE,…: `band` (points; each asset's trigger in the first regime, the \
            others in proportion), `scale` (of all bands), `cost`, `cooldown`, and each further regime's label (its bands as a multiple \
            of the first regime's).

            Each result is a line of --output as soon as it is there; combinations that stand there are not run again.
            """
    )

    @OptionGroup var options: BacktestOptions

    @Option(
        name: .long,
        help: ArgumentHelp("What to vary; may be given again: band=1pp..10pp:1pp.", valueName: "RANGE")
    )
    var vary: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The results, one JSON object a line; goes on with what is there.", valueName: "FILE")
    )
    var output: String

    @Option(name: .long, help: ArgumentHelp("Write all results as a table, too.", valueName: "FILE"))
    var csv: String?

    @Option(name: .long, help: "The form of the summary.")
    var format: OutputFormat = .text

    func run() async throws {
        guard !vary.isEmpty else {
            throw CommandFailure(.wrongUse, "nothing to vary: give --vary NAME=FIRST..LAST:STEP")
        }
        let inputs = try options.load()
        let parameters = try vary.map { text in
            try failing(.wrongUse) { try SweepParameter(text, labels: inputs.policy.regimes) }
        }
        let study = BacktestStudy(
            name: inputs.policy.name,
            mandates: inputs.policy.mandates,
            market: inputs.market,
            opening: inputs.opening,
            share: options.cost.parts,
            costModel: options.costModel.model,
            comparisons: [],
            shuffles: 0,
            restraints: inputs.restraints
        )
        let sweep = try failing(.wrongUse) { try PolicySweep(study: study, parameters: parameters) }
        let identity = identity(inputs)
        var file = try SweepFile(path: output, sweep: identity)
        let pending = (0..<sweep.count).filter { file.results[sweep.name($0)] == nil }
        let resumed = sweep.count - pending.count
        try await runAll(pending, of: sweep, into: &file)
        let results = (0..<sweep.count).compactMap { file.results[sweep.name($0)] }
        if let csv { try Files.write(Self.table(sweep, results), to: csv) }
        switch format {
        case .text:
            if resumed > 0 { Terminal.print("\(resumed) of \(sweep.count) combinations stood in \(output) already") }
            for line in Self.summary(results) { Terminal.print(line) }
        case .json: Terminal.printJSON(.array(results.map { $0.json(of: identity) }))
        }
    }

    /// As many at a time as there are cores; each result is in the file before the next one begins.
    private func runAll(_ pending: [Int], of sweep: PolicySweep, into file: inout SweepFile) async throws {
        var line = ProgressLine("sweeping")
        defer { line.finish() }
        var waiting = pending[...]
        var done = 0
        try await withThrowingTaskGroup(of: SweepResult.self) { group in
            func begin() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { try failing(.cannotRun) { try sweep.result(index) } }
            }
            for _ in 0..<Files.coreCount { begin() }
            while let result = try await group.next() {
                try file.append(result)
                done += 1
                line.update(done, of: pending.count, result.point)
                begin()
            }
        }
    }

    /// What every result of a file has in common: policy, market, opening and costs, but not what is varied.
    private func identity(_ inputs: BacktestOptions.Inputs) -> ContentDigest {
        let market = inputs.market
        var lines = [inputs.policy.source.text, "\(options.cost.parts.value) \(options.costModel.rawValue)"]
        if let points = inputs.restraints.bandPointsPerDay { lines.append("band speed \(points.value)") }
        lines += inputs.opening.quantities.map { "\($0.units)" }
        for (bar, time) in market.times.enumerated() {
            lines.append("\(time.milliseconds) \(market.regimes[bar]) \(market.prices[bar].map { "\($0.units)" })")
        }
        // A covariance looks back before the first close.
        for (bar, risk) in market.risks.enumerated() where bar == 0 || risk != market.risks[bar - 1] {
            lines.append("\(risk.digest)")
        }
        return ContentDigest(hashing: Array(lines.joined(separator: "\n").utf8))
    }

    private static func table(_ sweep: PolicySweep, _ results: [SweepResult]) -> String {
        let head = sweep.parameters.map(\.kind.description) + SweepResult.names
        let rows = results.enumerated().map { index, result in
            (sweep.point(index).map(\.text) + result.figures.map { "\($0)" }).joined(separator: ",")
        }
        return ([head.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    }

    /// So many rows are shown on a terminal.
    private static let mostRows = 40

    private static func summary(_ results: [SweepResult]) -> [String] {
        let shown =
            results.count <= mostRows
            ? results[...]
            : results.sorted {
                ($0.costPerYear * $0.trackingError, $0.point) < ($1.costPerYear * $1.trackingError, $1.point)
            }
            .prefix(mostRows)
        var lines = BacktestReport.table(
            [
                "", "return", "Sharpe", "drawdown", "tracking", "turnover", "rebalances", "blocked", "cost",
                "cost a year",
            ],
            shown.map { result in
                [
                    result.point, BacktestReport.percent(result.totalReturn), BacktestReport.rounded(result.sharpe, 2),
                    BacktestReport.percent(-result.maximumDrawdown), BacktestReport.percent(result.trackingError, 2),
                    BacktestReport.percent(result.turnoverPerYear, 0), "\(result.rebalances)", "\(result.blocked)",
                    BacktestReport.rounded(result.cost, 2), BacktestReport.basisPoints(result.costPerYear),
                ]
            }
        )
        if results.count > shown.count {
            lines.append("  … of \(results.count), those with the least cost a year × tracking error")
        }
        return lines
    }
}
