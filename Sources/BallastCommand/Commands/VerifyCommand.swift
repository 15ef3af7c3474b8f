import ArgumentParser
import Auditing
import MarketData

/// `ballast verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies an attestation, or a folder of them as one chain, from policy, model and candles alone."
    )

    @Argument(help: "An attestation, or a folder of them.")
    var path: String

    @Option(name: .long, help: "The policy.")
    var policy: String

    @Option(name: .long, help: "The regime model.")
    var model: String?

    @OptionGroup var candles: CandleOptions

    @Option(name: .long, help: ArgumentHelp("The operator's public key, known from elsewhere.", valueName: "HEX"))
    var `operator`: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    func run() throws {
        let trusted = try `operator`.map(Self.key)
        let inputs = try refusing(policy, "policy and model") {
            try VaultInputs(policyPath: policy, modelPath: model, status: .checkFailed)
        }
        let series = try refusing("candles", "market data") { try candles.load(impossible: .checkFailed) }
        var auditor = AttestationAuditor(
            policy: inputs.compiled,
            replay: try inputs.replay(series),
            trustedOperator: trusted,
            now: SystemClock.now
        )
        let report = try Self.report(on: path, by: &auditor)
        switch format {
        case .text: Terminal.print(report.text)
        case .json: Terminal.printJSON(report.json)
        }
        if !report.isAccepted { throw CommandFailure(.checkFailed) }
    }

    /// Ends with the verdict that altered inputs deserve: a policy, model or market that contradicts itself is refused.
    private func refusing<Result>(_ subject: String, _ check: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as CommandFailure where failure.status == .checkFailed {
            if !failure.text.isEmpty { Terminal.error(failure.text) }
            let report = AuditReport(refusing: subject, check: check)
            switch format {
            case .text: Terminal.print(report.verdict)
            case .json: Terminal.printJSON(report.json)
            }
            throw CommandFailure(.checkFailed)
        }
    }

    /// Audits a file or a folder, with progress on a terminal.
    static func report(on path: String, by auditor: inout AttestationAuditor) throws -> AuditReport {
        guard let names = Files.names(in: path) else {
            return auditor.audit(single: (path, try Files.read(path, limit: 1 << 24)))
        }
        let isAttestation = { (name: String) in name.hasSuffix(".json") && Files.names(in: path + "/" + name) == nil }
        let files = try names.filter(isAttestation).map { name in
            (name: name, bytes: try Files.read(path + "/" + name, limit: 1 << 24))
        }
        let unread = names.filter { !isAttestation($0) }
        var line = ProgressLine("verifying")
        defer { line.finish() }
        return auditor.audit(chain: files, unread: unread) { line.update($0, of: files.count) }
    }

    /// Reads a public key in hexadecimal.
    static func key(_ text: String) throws -> [UInt8] {
        guard let digest = ContentDigest(hex: text) else {
            throw CommandFailure(.wrongUse, "`\(text)` is no public key: expected 64 hexadecimal digits")
        }
        return digest.bytes
    }
}
