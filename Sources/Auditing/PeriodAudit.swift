public import Attestations
public import CanonicalJSON
import MarketData
import Regimes

/// What became of a report over a period: every check, what one proof shows of all steps, and what nobody checked.
public struct PeriodAudit: Sendable {
    /// The report; `nil` if the file is none.
    public let report: PeriodReport?
    /// The first failure: where, which check, and why.
    public let refusal: (place: String, check: String, reason: String)?
    /// What was proved or recomputed, in the policy's words.
    public let shown: [String]
    /// What was not checked, and why.
    public let notChecked: [String]
    private let file: String

    init(file: String, damaged reason: String) {
        self.file = file
        report = nil
        refusal = (file, "form", reason)
        (shown, notChecked) = ([], ["everything: the file is no report over a period"])
    }

    init(
        file: String,
        report: PeriodReport,
        checks: [AttestationVerifier.PeriodCheck],
        shown: [String],
        caveats: [String]
    ) {
        func place(_ index: Int?) -> String {
            guard let index, report.steps.indices.contains(index) else { return file }
            let step = report.steps[index]
            return "\(file): \(step.kind) number \(step.sequence) at \(step.time)"
        }
        self.file = file
        self.report = report
        refusal =
            checks.lazy.compactMap { item -> (String, String, String)? in
                guard case .failed(let reason) = item.check.outcome else { return nil }
                return (place(item.index), item.check.name, reason)
            }.first
        var open: [String] = []
        for item in checks {
            guard case .unchecked(let reason) = item.check.outcome else { continue }
            let line = "\(item.check.name): \(reason)"
            // What one step leaves open, most do.
            if !open.contains(line) { open.append(line) }
        }
        self.shown = refusal == nil ? shown : []
        notChecked = open + caveats
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
                "after \(first.previous)", "ends at \(report.head)",
            ]
        }
        if let refusal {
            lines += ["", "\(refusal.place): \(refusal.check): \(refusal.reason)"]
        } else {
            lines += [""] + shown
        }
        return (lines + ["", "not checked:"] + notChecked.map { "  \($0)" } + ["", verdict]).joined(separator: "\n")
    }

    /// The report as JSON.
    public var json: JSONValue {
        .object([
            JSONMember("accepted", .bool(isAccepted)),
            JSONMember("verdict", .string(verdict)),
            JSONMember("steps", .integer(report?.steps.count ?? 0)),
            JSONMember("from", (report?.steps.first?.time.description).map { .string($0) } ?? .null),
            JSONMember("to", (report?.steps.last?.time.description).map { .string($0) } ?? .null),
            JSONMember("head", (report?.head.bytes).map { .hex($0) } ?? .null),
            JSONMember(
                "returnBasisPoints",
                (report?.periodReturn).map { .integer(Int($0.basisPoints)) } ?? .null
            ),
            JSONMember("failures", .array(refusal.map { [.string("\($0.place): \($0.check): \($0.reason)")] } ?? [])),
            JSONMember("shown", .array(shown.map { .string($0.trimmingPrefix(while: \.isWhitespace).description) })),
            JSONMember("notChecked", .array(notChecked.map { .string($0) })),
        ])
    }
}

extension AttestationAuditor {
    /// Checks a report over a period.
    ///
    /// - Parameters:
    ///   - file: Its name and bytes.
    ///   - progress: Called with the number of steps laid out, and of steps in all.
    public mutating func audit(period file: File, progress: (Int, Int) -> Void = { _, _ in }) -> PeriodAudit {
        let report: PeriodReport
        do {
            report = try PeriodReport(fileBytes: file.bytes)
        } catch {
            return PeriodAudit(file: file.name, damaged: error.description)
        }
        let reading = reading(of: report.steps[0])
        let verifier = readings[reading].verifier
        var expectations: [AttestationVerifier.Expectation] = []
        for (index, step) in report.steps.enumerated() {
            do {
                // No step of a period resets a breaker: what trips at one is in force at all that follow.
                let reset = report.steps[0].previousTime
                expectations.append(try expectation(of: step, reading: reading, since: reset))
            } catch {
                let check = AttestationCheck("market data", .failed(error.description))
                return PeriodAudit(
                    file: file.name,
                    report: report,
                    checks: [.init(index: index, check: check)],
                    shown: [],
                    caveats: caveats(isChain: true)
                )
            }
        }
        return PeriodAudit(
            file: file.name,
            report: report,
            checks: verifier.checks(of: report, expecting: expectations, now: now, progress: progress),
            shown: shown(report, by: verifier),
            caveats: caveats(isChain: true) + caveats(of: report)
        )
    }

    /// What an accepted report shows, kind by kind.
    private func shown(_ report: PeriodReport, by verifier: AttestationVerifier) -> [String] {
        var lines = ["one proof of \(report.proof.count) bytes shows:"]
        if let periodReturn = report.periodReturn {
            lines.append("  the return of the period: \(periodReturn), rounded down, each end at its own prices")
        }
        for kind in AttestationKind.allCases {
            let steps = report.steps.filter { $0.kind == kind }
            guard let last = steps.last else { continue }
            lines.append("  of \(steps.count) \(kind)\(steps.count == 1 ? "" : "s"), of which the last:")
            let claims =
                verifier.template(of: last)?.claims ?? ["\(last.ground): decided by public data, which were recomputed"]
            lines += claims.map { "    \($0)" }
            lines += Self.hidden(kind).map { "    hidden: \($0)" }
        }
        return lines + [
            "  every quantity before the first step lies in [0, 2^64)",
            "recomputed from candles, model and public times: prices, regimes, schedules, cooldowns, the time grid",
        ]
    }

    private func caveats(of report: PeriodReport) -> [String] {
        var caveats = [
            "the steps' own signatures, and the digests that link them: they stand in the chain from \(report.head)",
            "that the vault was under no halt: the chain from its genesis on shows it",
        ]
        let flows = report.steps.count { $0.kind == .flow }
        if flows > 0 {
            caveats.append(
                "the owner's consent to \(flows) flow\(flows == 1 ? "" : "s"): it stands in their attestations"
            )
        }
        return caveats
    }
}
