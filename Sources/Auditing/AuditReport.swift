import Attestations
public import CanonicalJSON

/// What became of an attestation or of a whole chain.
public struct AuditReport: Sendable {
    /// One report an attestation, damaged files first, then in order of sequence.
    public let reports: [AttestationReport]
    /// What is wrong with the chain rather than with one attestation.
    public let failures: [ChainFailure]
    /// What was not checked at all, and why.
    public let caveats: [String]
    let isChain: Bool

    init(reports: [AttestationReport], failures: [ChainFailure], caveats: [String], isChain: Bool) {
        self.reports = reports
        self.failures = failures
        self.caveats = caveats
        self.isChain = isChain
    }

    /// The report where nothing could be checked, because what to check it with is refused.
    ///
    /// - Parameters:
    ///   - subject: What is refused.
    ///   - check: The check that it failed.
    public init(refusing subject: String, check: String) {
        let failure = ChainFailure(file: subject, check: check, reason: "it contradicts itself")
        self.init(reports: [], failures: [failure], caveats: ["every attestation"], isChain: true)
    }

    /// Something wrong with the chain as a whole.
    public struct ChainFailure: Sendable, Hashable {
        /// The file at which it shows.
        public let file: String
        /// The check that failed.
        public let check: String
        /// What was got.
        public let reason: String
    }

    /// Whether every check that was made passed.
    public var isAccepted: Bool { refusal == nil }

    /// The first failure.
    public var refusal: ChainFailure? {
        let single = reports.lazy.compactMap { report in
            report.failure.map { ChainFailure(file: report.file, check: $0.check, reason: $0.reason) }
        }.first
        guard let single, let whole = failures.first else { return failures.first ?? single }
        // Along the chain: a file that fails by itself comes before what a later file shows of the whole.
        return place(of: single) < place(of: whole) ? single : whole
    }

    private func place(of failure: ChainFailure) -> Int {
        reports.firstIndex { $0.file == failure.file } ?? 0
    }

    /// The last line of `verify`.
    public var verdict: String {
        if let refusal { return "refused: \(refusal.file): \(refusal.check)" }
        return "verified: \(reports.count) attestations"
    }

    /// The report for a person; its last line is ``verdict``.
    public var text: String {
        var lines: [String] = []
        if isChain {
            lines += summary
            for report in reports where report.failure != nil { lines += ["", report.text] }
        } else {
            lines += reports.map(\.text)
        }
        if let refusal { lines += ["", "\(refusal.file): \(refusal.check): \(refusal.reason)"] }
        lines += ["", "not checked:"] + caveats.map { "  \($0)" } + ["", verdict]
        return lines.joined(separator: "\n")
    }

    /// Counts by kind, the span, and what each kind proved.
    private var summary: [String] {
        let statements = reports.compactMap { $0.attestation?.statement }
        guard let first = statements.first, let last = statements.last else { return [] }
        var lines = ["vault \(first.vault), \(first.time) to \(last.time)"]
        for kind in AttestationKind.allCases {
            let ofKind = reports.filter { $0.attestation?.statement.kind == kind }
            guard let example = ofKind.last(where: { $0.failure == nil }) else { continue }
            lines += ["", "\(ofKind.count) \(kind)\(ofKind.count == 1 ? "" : "s"); the last proved:"]
            lines += example.proved.map { "  \($0)" } + example.hidden.map { "  hidden: \($0)" }
        }
        return lines
    }

    /// The report as JSON.
    public var json: JSONValue {
        .object([
            JSONMember("accepted", .bool(isAccepted)),
            JSONMember("verdict", .string(verdict)),
            JSONMember("failures", .array(failures.map { .string("\($0.file): \($0.check): \($0.reason)") })),
            JSONMember("notChecked", .array(caveats.map { .string($0) })),
            JSONMember("attestations", .array(reports.map(\.json))),
        ])
    }
}
