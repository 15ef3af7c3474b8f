import ArgumentParser
import Attestations
import Auditing
import CanonicalJSON
import FoundationEssentials
import LedgerStorage
import MarketData
import Pipeline
import Rebalancing
import SharedCommands

/// `ballast period`.
struct PeriodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period",
        abstract: "Proves a stretch of a vault's chain at once: one file, one proof.",
        discussion: """
            For depositors who want a month and not its every attestation. `ballast verify FILE` checks it against policy, \
            model and candles, as it checks a chain. With --return the portfolio's return over the period is proved too, \
            to the basis point, and thereby becomes public; without it, it stays hidden.
            """
    )

    @Option(name: .long, help: "The ledger.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: "The policy.")
    var policy: String

    @Option(name: .long, help: "The openings of a sealed policy; else the file beside it that ends in .openings.")
    var openings: String?

    @Option(name: .long, help: "The regime model; the one that the policy names if absent.")
    var model: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The period's first moment, UTC; the genesis if absent.", valueName: "TIME")
    )
    var from: TimeArgument?

    @Option(
        name: .long,
        help: ArgumentHelp("The period's last moment, UTC; the newest entry if absent.", valueName: "TIME")
    )
    var to: TimeArgument?

    @OptionGroup var candles: CandleOptions

    @Flag(name: .customLong("return"), help: "Prove and show the return over the period.")
    var provesReturn = false

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() async throws {
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        let parameters = try SealedFiles.parameters(of: inputs, policyPath: policy, option: openings)
        let (from, to) = (from?.time ?? Timestamp(milliseconds: 0), to?.time ?? Timestamp(milliseconds: .max))
        guard from <= to else { throw CommandFailure(.wrongUse, "--from \(from) is after --to \(to)") }
        let path = OperatorKeys.path(option: key, environment: ProcessInfo.processInfo.environment, ledger: ledger)
        let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
        let keys = try failing(.cannotRun) { try OperatorKeys.read(from: path) }
        let period = try failing(.cannotRun) { try RecordedPeriod(from...to, in: reader, keys: keys) }
        if let other = period.heads.first(where: { $0.attestation.statement.policy != inputs.compiled.digest }) {
            let number = other.attestation.statement.sequence
            throw CommandFailure(.checkFailed, "number \(number) of the ledger is of another policy or model")
        }
        let reading =
            inputs.compiled.riskWindows.isEmpty
            ? nil : PolicyReading(policy: inputs.compiled, replay: try inputs.replay(try candles.load()))
        var line = ProgressLine("proving")
        let report = try failing(.checkFailed) {
            try period.report(
                under: inputs.compiled,
                keys: keys,
                parameters: parameters,
                risk: { time in
                    var reading = reading
                    return try reading?.risk(at: time) ?? .none
                },
                provingReturn: provesReturn ? .disclosed : .hidden
            ) { line.update($0, of: $1, "steps laid out") }
        }
        line.finish()
        try Files.write(report.json.prettyText + "\n", to: output)
        let steps = report.steps.count
        switch format {
        case .text:
            let shown = report.periodReturn.map { ", return \($0)" } ?? ""
            Terminal.print(
                "wrote \(output): \(steps) step\(steps == 1 ? "" : "s") in one proof of \(report.proof.count) bytes\(shown)"
            )
        case .json:
            Terminal.printJSON(
                .object([
                    JSONMember("file", .string(output)), JSONMember("steps", .integer(steps)),
                    JSONMember("proofBytes", .integer(report.proof.count)),
                    JSONMember(
                        "returnBasisPoints",
                        report.periodReturn.map { .integer(Int($0.basisPoints)) } ?? .null
                    ),
                    JSONMember("head", .hex(report.head.bytes)),
                ])
            )
        }
    }
}
