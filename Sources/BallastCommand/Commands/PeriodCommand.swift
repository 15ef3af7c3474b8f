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
            model and candles, as it checks a chain. Halts, resumptions and amends are in it with their signatures; give every \
            policy that the vault was under meanwhile. With --return the portfolio's return over the period is proved too, \
            to the basis point, and thereby becomes public; without it, it stays hidden.
            """
    )

    @Option(name: .long, help: "The ledger.")
    var ledger: String

    @OptionGroup var vault: VaultOption

    @Option(name: .long, help: "The operator's key file; else BALLAST_KEY_FILE, else the ledger's path with .key.")
    var key: String?

    @Option(name: .long, help: "The policy; where the period spans amends, each that it is under, or a folder of them.")
    var policy: [String]

    @Option(name: .long, help: "The openings of a sealed policy; else the file beside it that ends in .openings.")
    var openings: String?

    @Option(name: .long, help: "The regime model: one for all policies, or one for each in their order.")
    var model: [String] = []

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
        let inputs = try VaultInputs.pairs(policies: policy, models: model).map { policy, model in
            (path: policy, inputs: try VaultInputs(policyPath: policy, modelPath: model))
        }
        let (from, to) = (from?.time ?? Timestamp(milliseconds: 0), to?.time ?? Timestamp(milliseconds: .max))
        guard from <= to else { throw CommandFailure(.wrongUse, "--from \(from) is after --to \(to)") }
        let path = OperatorKeys.path(option: key, environment: ProcessInfo.processInfo.environment, ledger: ledger)
        let reader = try failing(.cannotRun) { try LedgerReader(path: ledger, vault: vault.name) }
        let keys = try failing(.cannotRun) { try OperatorKeys.read(from: path) }
        let period = try failing(.cannotRun) { try RecordedPeriod(from...to, in: reader, keys: keys) }
        let policies = try policies(of: period, among: inputs)
        var readings: [ContentDigest: PolicyReading] = [:]
        for (_, inputs) in inputs where !inputs.compiled.riskWindows.isEmpty {
            let replay = try inputs.replay(try candles.load())
            readings[inputs.compiled.digest] = PolicyReading(policy: inputs.compiled, replay: replay)
        }
        var line = ProgressLine("proving")
        let report = try failing(.checkFailed) {
            try period.report(
                under: policies,
                keys: keys,
                risk: { try readings[$1]?.risk(at: $0) ?? .none },
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

    /// The policies that the period's steps are under, with the openings of those that are sealed.
    private func policies(
        of period: RecordedPeriod,
        among inputs: [(path: String, inputs: VaultInputs)]
    ) throws -> [PeriodPolicy] {
        var policies: [PeriodPolicy] = []
        for step in period.steps.map(\.statement)
        where !policies.contains(where: { $0.policy.digest == step.policy }) {
            guard let (path, inputs) = inputs.first(where: { $0.inputs.compiled.digest == step.policy }) else {
                throw CommandFailure(
                    .checkFailed,
                    "number \(step.sequence) of the ledger is under policy \(step.policy), and none of those given is: text, "
                        + "model or version differ, or it was amended: give each policy"
                )
            }
            let isOnly = self.policy.count == 1 || inputs.sealed != nil
            let parameters = try SealedFiles.parameters(
                of: inputs,
                policyPath: path,
                option: isOnly ? openings : nil
            )
            policies.append(PeriodPolicy(inputs.compiled, parameters: parameters))
        }
        return policies
    }
}
