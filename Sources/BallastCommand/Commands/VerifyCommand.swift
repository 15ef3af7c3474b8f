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
        let inputs = try VaultInputs(policyPath: policy, modelPath: model)
        let trusted = try `operator`.map(Self.key)
        var auditor = AttestationAuditor(
            policy: inputs.compiled,
            replay: try inputs.replay(try candles.load()),
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

    /// Audits a file or a folder, with progress on a terminal.
    static func report(on path: String, by auditor: inout AttestationAuditor) throws -> AuditReport {
        guard let names = Files.names(in: path) else {
            return auditor.audit(single: (path, try Files.read(path, limit: 1 << 24)))
        }
        let files = try names.filter { $0.hasSuffix(".json") }.map { name in
            (name: name, bytes: try Files.read(path + "/" + name, limit: 1 << 24))
        }
        var line = ProgressLine("verifying")
        defer { line.finish() }
        return auditor.audit(chain: files) { line.update($0, of: files.count) }
    }

    /// Reads a public key in hexadecimal.
    static func key(_ text: String) throws -> [UInt8] {
        guard let digest = ContentDigest(hex: text) else {
            throw CommandFailure(.wrongUse, "`\(text)` is no public key: expected 64 hexadecimal digits")
        }
        return digest.bytes
    }
}
