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
        let report = try Self.report(
            on: path,
            by: &auditor,
            keeping: format == .text ? .refusedReports : .everyReport
        )
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

    /// Audits a file or a folder of any size, with progress on a terminal.
    ///
    /// - Parameter retention: Which reports the result holds: a person reads those of refused attestations, a program all.
    static func report(
        on path: String,
        by auditor: inout AttestationAuditor,
        keeping retention: AuditReport.Retention
    ) throws -> AuditReport {
        guard let names = Files.names(in: path) else {
            return auditor.audit(single: (path, try Files.read(path, limit: 1 << 24)))
        }
        let isAttestation = { (name: String) in name.hasSuffix(".json") && Files.names(in: path + "/" + name) == nil }
        let attestations = names.filter(isAttestation)
        var line = ProgressLine("verifying")
        defer { line.finish() }
        return try auditor.audit(
            chain: attestations,
            unread: attestations.count == names.count ? [] : names.filter { !isAttestation($0) },
            keeping: retention,
            progress: { line.update($0, of: attestations.count) },
            reading: { try Files.read(path + "/" + attestations[$0], limit: 1 << 24) }
        )
    }

    /// Reads a public key in hexadecimal.
    static func key(_ text: String) throws -> [UInt8] {
        guard let digest = ContentDigest(hex: text) else {
            throw CommandFailure(.wrongUse, "`\(text)` is no public key: expected 64 hexadecimal digits")
        }
        return digest.bytes
    }
}
