import ArgumentParser
import SharedCommands

/// The `ballast` command.
struct Ballast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ballast",
        abstract: "Keeps a portfolio on policy and proves it, without showing the portfolio.",
        discussion: """
            Start with `ballast demo`: it goes from candles to verified attestations on an embedded sample.

            Exit status: 0 good, 1 a well-formed input failed a check, 2 wrong use, 3 a file is missing, unreadable or \
            not of its format.
            """,
        version: BallastVersion.text(of: "ballast"),
        subcommands: [
            Demo.self, Sample.self,
            Train.self, Select.self, Retrain.self, Evaluate.self, RegimesCommand.self, Forecast.self,
            PolicyCommand.self, BandsCommand.self, RouteCommand.self,
            Backtest.self, Sweep.self,
            Run.self, FlowCommand.self, OwnerCommand.self, OracleCommand.self,
            AmendCommand.self, HaltCommand.self, ResumeCommand.self, GuardianCommand.self, CustodyCommand.self,
            AttestationCommand.self, PeriodCommand.self,
            ProofCommand.self, Verify.self, LedgerCommand.self,
        ]
    )
}

@main
enum BallastMain {
    static func main() async {
        await CommandEntry.run(Ballast.self)
    }
}
