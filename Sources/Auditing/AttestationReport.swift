public import Attestations
public import CanonicalJSON
import MarketData
import Rebalancing

/// What became of one attestation: every check, what it proved, what stays hidden and what nobody checked.
public struct AttestationReport: Sendable {
    /// The file's name, as given.
    public let file: String
    /// The attestation; `nil` if the file is none.
    public let attestation: Attestation?
    /// All checks made, in order.
    public let checks: [AttestationCheck]
    /// What the proof and the public data show, in the policy's words.
    public let proved: [String]
    /// What a reader of the attestation does not learn.
    public let hidden: [String]
    /// The instants of the policy's time grid that were left out before it.
    public let gap: TimeGrid.Gap?

    init(
        file: String,
        attestation: Attestation?,
        checks: [AttestationCheck],
        proved: [String],
        hidden: [String],
        gap: TimeGrid.Gap? = nil
    ) {
        self.file = file
        self.attestation = attestation
        self.checks = checks
        self.proved = proved
        self.hidden = hidden
        self.gap = gap
    }

    /// The first check that failed.
    public var failure: (check: String, reason: String)? {
        for check in checks {
            if case .failed(let reason) = check.outcome { return (check.name, reason) }
        }
        return nil
    }

    /// What was not checked, and why.
    public var unchecked: [String] {
        checks.compactMap { check in
            if case .unchecked(let reason) = check.outcome {
                "\(check.name): not checked, because \(reason)"
            } else {
                nil
            }
        }
    }

    /// The report of one attestation for a person.
    public var text: String {
        var lines = [headline]
        if let failure { lines.append("  refused by check `\(failure.check)`: \(failure.reason)") }
        for check in checks {
            switch check.outcome {
            case .passed: lines.append("  passed       \(check.name)")
            case .failed(let reason): lines.append("  FAILED       \(check.name): \(reason)")
            case .unchecked(let reason): lines.append("  not checked  \(check.name): \(reason)")
            }
        }
        if failure == nil {
            lines += section("proved", proved) + section("stays hidden", hidden)
        }
        return lines.joined(separator: "\n")
    }

    /// One line: file, kind, time and regime.
    public var headline: String {
        guard let statement = attestation?.statement else { return file }
        return "\(file): \(statement.kind) number \(statement.sequence) at \(statement.time)"
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["  \(title):"] + lines.map { "    \($0)" }
    }

    /// The report as JSON.
    public var json: JSONValue {
        .object(
            [
                JSONMember("file", .string(file)),
                JSONMember("kind", (attestation?.statement.kind.name).map { .string($0) } ?? .null),
                JSONMember("sequence", (attestation?.statement.sequence).map { .integer($0) } ?? .null),
                JSONMember("time", (attestation?.statement.time.description).map { .string($0) } ?? .null),
                JSONMember("accepted", .bool(failure == nil)),
                JSONMember("checks", .array(checks.map(Self.json))),
                JSONMember("proved", .array(proved.map { .string($0) })),
                JSONMember("hidden", .array(hidden.map { .string($0) })),
            ] + (gap.map { [JSONMember("missingInstants", $0.json)] } ?? [])
        )
    }

    private static func json(_ check: AttestationCheck) -> JSONValue {
        var members = [JSONMember("check", .string(check.name))]
        switch check.outcome {
        case .passed: members.append(JSONMember("outcome", .string("passed")))
        case .failed(let reason):
            members += [JSONMember("outcome", .string("failed")), JSONMember("reason", .string(reason))]
        case .unchecked(let reason):
            members += [JSONMember("outcome", .string("not checked")), JSONMember("reason", .string(reason))]
        }
        return .object(members)
    }
}

extension CircuitTemplate {
    /// What a proof of this template shows, in the policy's words.
    var claims: [String] {
        switch kind {
        case .genesis:
            return ["every quantity committed to lies in [0, 2^64)"]
                + (mandate.carriesTurnover ? ["no turnover is carried yet"] : [])
                + (mandate.carriesBucket ? ["the slippage bucket is empty"] : [])
        case .rebalance:
            let obligations = mandate.rebalanceObligations(sameDay: variant.sameDay)
            return [
                variant.scheduleDue
                    ? "warranted: a schedule was due (public)"
                    : "warranted: at least one held before: \(names(obligations.triggers))",
                "right side: overweight assets were only sold and not below target, underweight ones only bought and not above, "
                    + "within \(mandate.roundingTolerance) of the value",
                "destination: every asset ended inside its destination"
                    + (obligations.exhaustions.isEmpty ? "" : ", unless one held: \(names(obligations.exhaustions))"),
                "after it held: \(names(obligations.conditions))",
            ]
        case .flow:
            return [
                "every quantity after lies in [0, 2^64)",
                "a deposit or a withdrawal and no trade: every asset moved in one direction only, or not at all",
            ]
        case .amend, .halt, .resume:
            return []
        case .hold:
            let obligations = mandate.holdObligations(sameDay: variant.sameDay, scheduleDue: variant.scheduleDue)
            let usedUp = obligations.exhaustions.isEmpty ? "" : "; or: \(names(obligations.exhaustions))"
            guard let excuse = obligations.noTrade else {
                return ["in order: \(names(obligations.conditions))\(usedUp)"]
            }
            let test = "no exchange of assets saved more than it costs (unless \(excuse.form.rule))"
            return (excuse.duties.isEmpty ? [] : ["in order: \(names(excuse.duties))\(usedUp)"]) + [
                variant.scheduleDue
                    ? "a schedule was due (public), and \(test)\(usedUp)"
                    : "in order, or \(test), which stays hidden: \(names(excuse.deferrable))\(usedUp)"
            ]
        }
    }

    private func names(_ obligations: [Obligation]) -> String {
        obligations.map(\.name).joined(separator: ", ")
    }
}
