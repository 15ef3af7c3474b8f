public import Attestations
public import CanonicalJSON
import MarketData
import Regimes

/// What became of a report over a period: every check, what one proof shows of all steps, and what nobody checked.
public struct PeriodAudit: Sendable {
    /// The report; `nil` if the file is none.
    public let report: PeriodReport?
    private let auditRefusal: Refusal?
    /// What was proved or recomputed, in the policy's words.
    public let shown: [String]
    /// What was not checked, and why.
    public let notChecked: [String]
    private let file: String
    private let custody: CustodyReceipts?
    private var comparison: (search: EquivocationSearch, name: String)?

    init(file: String, damaged reason: String) {
        self.file = file
        report = nil
        custody = nil
        auditRefusal = (file, "form", reason)
        (shown, notChecked) = ([], ["everything: the file is no report over a period"])
    }

    init(
        file: String,
        report: PeriodReport,
        checks: [AttestationVerifier.PeriodCheck],
        shown: [String],
        caveats: [String],
        custody: CustodyReceipts? = nil
    ) {
        func place(_ index: Int?) -> String {
            guard let index, report.steps.indices.contains(index) else { return file }
            let step = report.steps[index]
            return "\(file): \(step.kind) number \(step.sequence) at \(step.time)"
        }
        self.file = file
        self.report = report
        self.custody = custody
        auditRefusal =
            checks.lazy.compactMap { item -> Refusal? in
                guard case .failed(let reason) = item.check.outcome else { return nil }
                return (place(item.index), item.check.name, reason)
            }.first ?? custody?.failures.first.map { ($0.file, $0.check, $0.reason) }
        // What is open at many steps for one reason is said once.
        var open: [String] = []
        for item in checks {
            guard case .unchecked(let reason) = item.check.outcome else { continue }
            let line = "\(item.check.name): \(reason)"
            if !open.contains(line) { open.append(line) }
        }
        self.shown = auditRefusal == nil ? shown : []
        notChecked = open + caveats
    }

    /// Where something failed, which check, and why.
    public typealias Refusal = (place: String, check: String, reason: String)

    /// The first failure.
    public var refusal: Refusal? {
        auditRefusal
            ?? comparison?.search.findings.first(where: \.isProof).map { ($0.other, "equivocation", $0.text) }
    }

    /// The audit with what a comparison with attestations from elsewhere showed.
    ///
    /// - Parameters:
    ///   - search: The comparison.
    ///   - name: What the attestations from elsewhere are called.
    public func compared(_ search: EquivocationSearch, with name: String) -> PeriodAudit {
        var audit = self
        audit.comparison = (search, name)
        return audit
    }

    /// Whether every check that was made passed.
    public var isAccepted: Bool { refusal == nil }

    /// The last line of `verify`.
    public var verdict: String {
        if let refusal { return "refused: \(refusal.place): \(refusal.check)" }
        let count = report?.steps.count ?? 0
        return "verified: a period of \(count) step\(count == 1 ? "" : "s") in one proof"
    }

    /// The report for a person; its last line is ``verdict``.
    public var text: String {
        var lines: [String] = []
        if let report, let first = report.steps.first, let last = report.steps.last {
            lines += [
                "vault \(first.vault), number \(first.sequence) to \(last.sequence), \(first.time) to \(last.time)",
                first.kind == .genesis ? "from its genesis" : "after \(first.previous)", "ends at \(report.head)",
            ]
        }
        if let (search, name) = comparison { lines += [""] + search.lines(with: name) }
        if let refusal {
            lines += ["", "\(refusal.place): \(refusal.check): \(refusal.reason)"]
        } else {
            lines += [""] + shown
        }
        return (lines + ["", "not checked:"] + notChecked.map { "  \($0)" } + ["", verdict]).joined(separator: "\n")
    }

    /// The report as JSON.
    public var json: JSONValue {
        .object(
            [
                JSONMember("accepted", .bool(isAccepted)),
                JSONMember("verdict", .string(verdict)),
                JSONMember("version", (report?.version.rawValue).map { .integer($0) } ?? .null),
                JSONMember("steps", .integer(report?.steps.count ?? 0)),
                JSONMember("fromGenesis", .bool(report?.steps.first?.kind == .genesis)),
                JSONMember("policies", .array((report?.policies ?? []).map { .hex($0.bytes) })),
                JSONMember("events", .array(events)),
                JSONMember("from", (report?.steps.first?.time.description).map { .string($0) } ?? .null),
                JSONMember("to", (report?.steps.last?.time.description).map { .string($0) } ?? .null),
                JSONMember("head", (report?.head.bytes).map { .hex($0) } ?? .null),
                JSONMember(
                    "returnBasisPoints",
                    (report?.periodReturn).map { .integer(Int($0.basisPoints)) } ?? .null
                ),
                JSONMember(
                    "failures",
                    .array(refusal.map { [.string("\($0.place): \($0.check): \($0.reason)")] } ?? [])
                ),
                JSONMember(
                    "shown",
                    .array(shown.map { .string($0.trimmingPrefix(while: \.isWhitespace).description) })
                ),
                JSONMember("notChecked", .array(notChecked.map { .string($0) })),
            ] + (custody.map { [JSONMember("custody", $0.json)] } ?? [])
                + (comparison.map { [$0.search.member(with: $0.name)] } ?? [])
        )
    }

    /// What was no decision: each by its kind, number and time.
    private var events: [JSONValue] {
        (report?.steps ?? []).filter { !$0.kind.isDecision }.map { step in
            .object([
                JSONMember("kind", .string(step.kind.name)), JSONMember("sequence", .integer(step.sequence)),
                JSONMember("time", .string(step.time.description)),
            ])
        }
    }
}
