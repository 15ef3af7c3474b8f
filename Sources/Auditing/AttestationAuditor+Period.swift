import Attestations
import MarketData
import Rebalancing
import Regimes

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
        let standings = report.standings(under: readings.map(\.policy))
        var expectations: [AttestationVerifier.Expectation] = []
        for (index, step) in report.steps.enumerated() {
            custody?.see(step)
            standing = standings[index]
            do {
                expectations.append(try expectation(of: step, reading: reading(of: step)))
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
        let checks = readings[0].verifier.checks(
            of: report,
            others: readings.dropFirst().map(\.verifier),
            expecting: expectations,
            now: now,
            progress: progress
        )
        var summary = ChainSummary(keeping: .refusedReports)
        for (index, standing) in standings.enumerated() {
            let step = report.attestation(index, ownedBy: standing.owner)
            summary.add(AttestationReport(file: file.name, attestation: step, checks: [], proved: [], hidden: []))
        }
        var last = standings[standings.count - 1]
        last.advance(past: report.attestation(standings.count - 1, ownedBy: last.owner), under: nil)
        return PeriodAudit(
            file: file.name,
            report: report,
            checks: checks,
            shown: shown(report, standings),
            caveats: caveats(isChain: true) + caveats(last: report.steps.last, unread: []) + summary.caveats(last)
                + Self.caveats(of: report, standings),
            custody: custody
        )
    }

    /// What an accepted report shows, kind by kind, then every event that was no decision.
    private func shown(_ report: PeriodReport, _ standings: [ChainStanding]) -> [String] {
        var lines = ["one proof of \(report.proof.count) bytes shows:"]
        if let periodReturn = report.periodReturn {
            let from = report.steps[0].kind == .genesis ? "since the vault opened" : "of the period"
            lines.append("  the return \(from): \(periodReturn), rounded down, each end at its own prices")
        }
        let policies = report.policies
        for policy in policies {
            let name = readings.first { $0.policy.digest == policy }?.policy.name ?? ""
            for kind in AttestationKind.allCases where kind.hasCircuit {
                let indices = report.steps.indices.filter {
                    report.steps[$0].kind == kind && report.steps[$0].policy == policy
                }
                guard let index = indices.last else { continue }
                let under = policies.count > 1 ? " under `\(name)`" : ""
                let count = "\(indices.count) \(Self.plural(kind, indices.count))"
                lines.append("  of \(count)\(under), of which the last:")
                lines += claims(of: report, index, standings[index]).map { "    \($0)" }
            }
        }
        if report.steps[0].kind != .genesis {
            lines.append("  every quantity before the first step lies in [0, 2^64)")
        }
        for (index, step) in report.steps.enumerated() where !step.kind.hasCircuit {
            if index == 0 || report.steps[..<index].allSatisfy(\.kind.hasCircuit) { lines.append("signatures show:") }
            lines.append("  \(step.kind) number \(step.sequence) at \(step.time):")
            lines += claims(of: report, index, standings[index]).map { "    \($0)" }
        }
        let consented = report.steps.count { $0.kind == .flow }
        if report.version == .spansEvents, consented > 0 {
            lines.append("the owner's signature stands under \(consented) \(Self.plural(.flow, consented))")
        }
        return lines + [
            "recomputed from candles, model and public times: prices, regimes, schedules, cooldowns, the time grid"
        ]
    }

    /// What one step shows, in its policy's words.
    private func claims(of report: PeriodReport, _ index: Int, _ standing: ChainStanding) -> [String] {
        let step = report.steps[index]
        let reading = readings[reading(of: step)]
        let verdict = reading.safeguards?.verdict(at: step.time, since: standing.lastReset(before: step))
        let proved =
            reading.verifier.template(of: step)?.claims
            ?? report.attestation(index, ownedBy: standing.owner)
            .publicClaims(standing: standing, policy: reading.policy, verdict: verdict ?? .clear)
        let sealed = SealedReport(reading.policy)
        guard step.kind.hasCircuit else { return proved }
        return proved + sealed.proved(step.kind)
            + (Self.hidden(step.kind) + sealed.hidden(step.kind)).map { "hidden: \($0)" }
    }

    private static func plural(_ kind: AttestationKind, _ count: Int) -> String {
        kind == .genesis || count == 1 ? "\(kind)" : "\(kind)s"
    }

    /// What a report does not show that the chain shows, or that it shows only from its genesis on.
    private static func caveats(of report: PeriodReport, _ standings: [ChainStanding]) -> [String] {
        let first = report.steps[0]
        guard report.version == .spansEvents else {
            let flows = report.steps.count { $0.kind == .flow }
            return [
                "the steps' own signatures, and the digests that link them: they stand in the chain from \(report.head)",
                "that the vault was under no halt: the chain from its genesis on shows it",
            ]
                + (flows > 0
                    ? ["the owner's consent to \(flows) \(plural(.flow, flows)): it stands in their attestations"] : [])
        }
        var caveats = [
            "that these steps are those of the chain that ends at \(report.head): the operator signed the digest of each; "
                + "--against compares them with attestations"
        ]
        guard let start = report.start else { return caveats }
        let brought = [start.appointment, start.halt].compactMap { $0 }
            .map { "the \($0.statement.kind) number \($0.statement.sequence)" }
        caveats.append(
            "what lay before number \(first.sequence): that nothing but "
                + (brought.isEmpty ? "the genesis" : brought.joined(separator: " and ") + ", brought here,")
                + " fixed who guards the vault and whether it is halted is the operator's word; the chain from its genesis on "
                + "shows it"
        )
        if start.halt?.statement.cause == .breaker {
            caveats.append("that a breaker was in force when the vault was halted before the period")
        }
        return caveats
    }
}

extension PeriodReport {
    /// The policies of the steps, in the order of their first step.
    var policies: [ContentDigest] {
        var seen: [ContentDigest] = []
        for step in steps where !seen.contains(step.policy) { seen.append(step.policy) }
        return seen
    }
}
