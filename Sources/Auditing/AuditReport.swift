import Attestations
public import CanonicalJSON

/// What became of an attestation or of a whole chain.
public struct AuditReport: Sendable {
    /// One report an attestation, damaged files first, then in order of sequence; those alone that ``Retention`` keeps.
    public let reports: [AttestationReport]
    /// How many files were audited.
    public let count: Int
    /// What is wrong with the chain rather than with one attestation.
    public let failures: [ChainFailure]
    /// What was not checked at all, and why.
    public let caveats: [String]
    private let isChain: Bool
    private let firstRefusal: ChainFailure?
    private let summary: [String]
    /// Instants of the time grid without an attestation, over the whole chain.
    public let missing: MissingInstants
    private let custody: CustodyReceipts?
    private var comparison: (search: EquivocationSearch, name: String)?

    /// Which attestations' reports an audit keeps.
    public enum Retention: Sendable, Hashable {
        /// All of them: some kilobytes an attestation.
        case everyReport
        /// Those of refused attestations; the rest is counted and summed up, so that memory does not grow with the chain.
        case refusedReports
    }

    init(
        _ summary: ChainSummary,
        failures: [ChainFailure],
        caveats: [String],
        isChain: Bool,
        custody: CustodyReceipts? = nil
    ) {
        self.custody = custody
        reports = summary.reports
        count = summary.count
        firstRefusal = summary.firstRefusal
        self.summary = summary.lines
        missing = summary.missing
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
        let failure = ChainFailure(file: subject, check: check, reason: "it contradicts itself", place: 0)
        self.init(
            ChainSummary(keeping: .everyReport),
            failures: [failure],
            caveats: ["every attestation"],
            isChain: true
        )
    }

    /// Something wrong with the chain as a whole.
    public struct ChainFailure: Sendable, Hashable {
        /// The file at which it shows.
        public let file: String
        /// The check that failed.
        public let check: String
        /// What was got.
        public let reason: String
        /// Where along the chain it shows.
        let place: Int
    }

    /// Whether every check that was made passed.
    public var isAccepted: Bool { refusal == nil }

    /// The report with what a comparison with attestations from elsewhere showed.
    ///
    /// - Parameters:
    ///   - search: The comparison.
    ///   - name: What the attestations from elsewhere are called.
    public func compared(_ search: EquivocationSearch, with name: String) -> AuditReport {
        var report = self
        report.comparison = (search, name)
        return report
    }

    /// The first failure.
    public var refusal: ChainFailure? {
        auditRefusal ?? equivocation
    }

    /// The first proof of equivocation; it stands after whatever the audit itself refused.
    private var equivocation: ChainFailure? {
        comparison?.search.findings.first(where: \.isProof).map {
            ChainFailure(file: $0.other, check: "equivocation", reason: $0.text, place: count)
        }
    }

    private var auditRefusal: ChainFailure? {
        guard let single = firstRefusal, let whole = failures.first else { return failures.first ?? firstRefusal }
        // Along the chain: a file that fails by itself comes before what a later file shows of the whole.
        return single.place < whole.place ? single : whole
    }

    /// The last line of `verify`.
    public var verdict: String {
        if let refusal { return "refused: \(refusal.file): \(refusal.check)" }
        return "verified: \(count) attestations"
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
        if missing.count > 0 {
            lines += [
                "",
                "missing: \(missing.count) instant\(missing.count == 1 ? "" : "s") of the time grid: \(missing.text)",
            ]
        }
        if let comparison {
            let (search, name) = comparison
            lines += [""] + search.lines(with: name)
        }
        if let refusal { lines += ["", "\(refusal.file): \(refusal.check): \(refusal.reason)"] }
        lines += ["", "not checked:"] + caveats.map { "  \($0)" } + ["", verdict]
        return lines.joined(separator: "\n")
    }

    private var comparisonMembers: [JSONMember] {
        guard let (search, name) = comparison else { return [] }
        return [search.member(with: name)]
    }

    /// The report as JSON.
    public var json: JSONValue {
        .object(
            [
                JSONMember("accepted", .bool(isAccepted)),
                JSONMember("verdict", .string(verdict)),
                JSONMember("failures", .array(failures.map { .string("\($0.file): \($0.check): \($0.reason)") })),
                JSONMember("notChecked", .array(caveats.map { .string($0) })),
                JSONMember("attestations", .array(reports.map(\.json))),
            ] + (missing.count > 0 ? [JSONMember("missingInstants", missing.json)] : [])
                + (custody.map { [JSONMember("custody", $0.json)] } ?? []) + comparisonMembers
        )
    }
}
