import ArgumentParser
import CanonicalJSON
import MarketData
import Pipeline
import PolicyLanguage
import Rebalancing
import SharedCommands
import Simulation

/// `ballast backtest`.
struct Backtest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Replays a policy over past candles, by the code that runs live, with rules of thumb beside it.",
        discussion: """
            Decisions, plans and settlement are those of `ballast run`, in exact integers, without proofs and without a ledger. The \
            first close is the genesis and trades nothing.

            With a model, what the regimes are worth is shown beside the result: the same policy at a constant cost, one band that \
            tracks as well, and the policy under shuffled labels.

            Ends with status 1 where a rebalance was due and no plan satisfied the policy, and says which rules conflict.
            """
    )

    @OptionGroup var options: BacktestOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Rules beside the policy, with commas: hold, monthly, band:5pp:edge, band:20%:target, te:4%, monthly+band:5pp:half.",
            valueName: "RULES"
        )
    )
    var compare: String = "hold,monthly,band:5pp:edge,band:20%:target"

    @Option(name: .long, help: "How many label shuffles the null takes; 0 for none.")
    var shuffles: Int = 20

    @Option(name: .long, help: ArgumentHelp("Where to write the report as one page.", valueName: "FILE"))
    var html: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() async throws {
        guard (0...10_000).contains(shuffles) else {
            throw CommandFailure(.wrongUse, "--shuffles \(shuffles): expected 0 to 10000")
        }
        let rules = try compare.split(separator: ",").map { text in
            try failing(.wrongUse) { try RebalancingRule(String(text)) }
        }
        let inputs = try options.load()
        let study = BacktestStudy(
            name: inputs.policy.name,
            mandates: inputs.policy.mandates,
            market: inputs.market,
            opening: inputs.opening,
            share: options.cost.parts,
            costModel: options.costModel.model,
            comparisons: rules,
            shuffles: shuffles,
            restraints: inputs.restraints
        )
        var line: (stage: String, line: ProgressLine)?
        let report = try await failing(.cannotRun) {
            try await study.report { progress in
                if line?.stage != progress.stage { line = (progress.stage, ProgressLine(progress.stage)) }
                line?.line.update(progress.done, of: progress.total)
            }
        }
        line?.line.finish()
        if let html { try Files.write(BacktestPage(report).html, to: html) }
        switch format {
        case .text:
            for refit in inputs.refits { Terminal.print("refit at \(refit)") }
            for text in report.lines { Terminal.print(text) }
            if let html { Terminal.print("\nreport: \(html)") }
        case .json: Terminal.printJSON(report.json)
        }
        if report.run.blocked > 0 {
            let first = report.run.conflict.map { ": \($0.explanation)" } ?? ""
            let closes = report.run.blocked == 1 ? "1 close" : "\(report.run.blocked) closes"
            throw CommandFailure(.checkFailed, "a rebalance was due and none admissible at \(closes)\(first)")
        }
    }
}
