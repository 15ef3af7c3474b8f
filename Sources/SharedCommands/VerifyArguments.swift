import ArgumentParser
import Attestations
package import Auditing
import CanonicalJSON
import MarketData

/// What `ballast verify` and `ballast-verify` take, and do.
package struct VerifyArguments: ParsableArguments {
    /// What both commands are for.
    package static let abstract =
        "Verifies an attestation, a folder of them as one chain, or a report over a period, from policy, model and candles alone."

    /// Nothing given yet.
    package init() {}

    @Argument(help: "An attestation, a folder of them, or a report over a period.")
    var path: String

    @Option(
        name: .long,
        help: "The policy, or its sealed form; after amends each that the chain was under, or a folder of them."
    )
    var policy: [String]

    @Option(name: .long, help: "The regime model: one for all policies, or one for each in their order.")
    var model: [String] = []

    @OptionGroup var candles: CandleOptions
    @OptionGroup var reports: ReportOptions

    @Option(name: .long, help: ArgumentHelp("The operator's public key, known from elsewhere.", valueName: "HEX"))
    var `operator`: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Attestations from elsewhere, to be compared: shows equivocation.", valueName: "PATH")
    )
    var against: String?

    @Option(name: .long, help: ArgumentHelp("A custody receipt, or a folder of them.", valueName: "PATH"))
    var custody: String?

    @Option(name: .long, help: ArgumentHelp("The custodian's public key, known from elsewhere.", valueName: "HEX"))
    var custodian: String?

    @Option(name: .long, help: "The form of the results.")
    var format: OutputFormat = .text

    /// Verifies, prints the report, and fails with status 1 where anything was refused.
    package func verify() throws {
        let trusted = try `operator`.map(Self.key)
        let receipts = try custodyReceipts()
        let inputs = try VaultInputs.pairs(policies: policy, models: model).map { policy, model in
            try refusing(policy, "policy and model") {
                try VaultInputs(
                    policyPath: policy,
                    modelPath: model,
                    sourcesPath: reports.sources,
                    status: .checkFailed
                )
            }
        }
        guard let first = inputs.first else { throw CommandFailure(.wrongUse, "no policy: give --policy FILE") }
        let series = try refusing("candles", "market data") { try candles.load(impossible: .checkFailed) }
        var auditor = AttestationAuditor(
            try reading(first, series),
            others: try inputs.dropFirst().map { try reading($0, series) },
            trustedOperator: trusted,
            now: SystemClock.now
        )
        auditor.custody = receipts
        if let file = try Self.period(at: path) {
            return try verify(period: file, by: &auditor)
        }
        var report = try Self.report(
            on: path,
            by: &auditor,
            keeping: format == .text ? .refusedReports : .everyReport
        )
        if let against { report = report.compared(try Self.comparison(of: path, with: against), with: against) }
        switch format {
        case .text: Terminal.print(report.text)
        case .json: Terminal.printJSON(report.json)
        }
        if !report.isAccepted { throw CommandFailure(.checkFailed) }
    }

    /// The file at a path, if it says of itself that it is a report over a period.
    private static func period(at path: String) throws -> AttestationAuditor.File? {
        guard Files.names(in: path) == nil else { return nil }
        let bytes = try Files.read(path, limit: 1 << 24)
        guard let json = try? JSONValue.read(bytes), PeriodReport.isNamed(in: json) else { return nil }
        return (path, bytes)
    }

    private func verify(period file: AttestationAuditor.File, by auditor: inout AttestationAuditor) throws {
        var line = ProgressLine("verifying")
        var audit = auditor.audit(period: file) { line.update($0, of: $1, "steps laid out") }
        line.finish()
        if let against {
            var search = EquivocationSearch()
            if let report = audit.report { search.add(report, file: file.name) }
            try Self.add(against, asOther: true, to: &search)
            audit = audit.compared(search, with: against)
        }
        switch format {
        case .text: Terminal.print(audit.text)
        case .json: Terminal.printJSON(audit.json)
        }
        if !audit.isAccepted { throw CommandFailure(.checkFailed) }
    }

    /// A policy with the market as it reads it.
    private func reading(_ inputs: VaultInputs, _ series: [CandleSeries]) throws -> PolicyReading {
        let replay = try inputs.replay(series)
        return PolicyReading(
            policy: inputs.compiled,
            replay: replay,
            safeguards: try inputs.safeguards(replay, series, reports)
        )
    }

    /// The custodian's receipts, if some are given.
    private func custodyReceipts() throws -> CustodyReceipts? {
        guard let custody, let custodian else {
            guard custody == nil, custodian == nil else {
                throw CommandFailure(
                    .wrongUse,
                    "give --custody and --custodian together: a receipt is worth its signer"
                )
            }
            return nil
        }
        var receipts = CustodyReceipts(custodian: try Self.key(custodian))
        let paths =
            Files.names(in: custody).map { names in
                names.filter { $0.hasSuffix(".json") }.map { custody + "/" + $0 }.filter(Files.isRegular)
            } ?? [custody]
        for path in paths {
            receipts.add((path.printable, try Files.read(path, limit: CustodyReceipt.largestFile)))
        }
        return receipts
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
    /// - Parameters:
    ///   - path: A file of one attestation, or a folder.
    ///   - auditor: What checks them.
    ///   - retention: Which reports the result holds: a person reads those of refused attestations, a program all.
    package static func report(
        on path: String,
        by auditor: inout AttestationAuditor,
        keeping retention: AuditReport.Retention
    ) throws -> AuditReport {
        guard let folder = AttestationFolder(path) else {
            return auditor.audit(single: (path, try Files.read(path, limit: 1 << 24)))
        }
        var line = ProgressLine("verifying")
        defer { line.finish() }
        return try auditor.audit(
            chain: folder.attestations.map(\.printable),
            unread: folder.others.map(\.printable),
            keeping: retention,
            progress: { line.update($0, of: folder.attestations.count) },
            reading: { try folder.read($0) }
        )
    }

    /// Compares two files or folders, number by number.
    private static func comparison(of path: String, with other: String) throws -> EquivocationSearch {
        var search = EquivocationSearch()
        try add(path, asOther: false, to: &search)
        try add(other, asOther: true, to: &search)
        return search
    }

    /// Adds a file or a folder to a comparison, as what is at hand or as what comes from elsewhere.
    private static func add(_ path: String, asOther isOther: Bool, to search: inout EquivocationSearch) throws {
        guard let folder = AttestationFolder(path) else {
            let file = (name: path, bytes: try Files.read(path, limit: 1 << 24))
            return isOther ? search.compare(file) : search.add(file)
        }
        var line = ProgressLine("comparing")
        defer { line.finish() }
        for (index, name) in folder.attestations.enumerated() {
            let shown = name.printable
            let file = (name: isOther ? path + "/" + shown : shown, bytes: try folder.read(index))
            if isOther { search.compare(file) } else { search.add(file) }
            line.update(index + 1, of: folder.attestations.count)
        }
    }

    /// Reads a public key in hexadecimal.
    package static func key(_ text: String) throws -> [UInt8] {
        guard let digest = ContentDigest(hex: text) else {
            throw CommandFailure(.wrongUse, "`\(text)` is no public key: expected 64 hexadecimal digits")
        }
        return digest.bytes
    }
}

/// A folder of attestations: files whose names end in `.json`, and what else lies there.
private struct AttestationFolder {
    let attestations: [String]
    let others: [String]
    private let path: String

    /// Lists the folder; `nil` if the path leads to none.
    init?(_ path: String) {
        guard let names = Files.names(in: path) else { return nil }
        let isAttestation = { (name: String) in name.hasSuffix(".json") && Files.isRegular(path + "/" + name) }
        attestations = names.filter(isAttestation)
        others = attestations.count == names.count ? [] : names.filter { !isAttestation($0) }
        self.path = path
    }

    func read(_ index: Int) throws -> [UInt8] { try Files.read(path + "/" + attestations[index], limit: 1 << 24) }
}
