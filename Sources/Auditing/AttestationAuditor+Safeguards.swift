import Attestations
import Rebalancing

/// What the reports say of breakers, oracle and the sources of market data.
extension AttestationAuditor {
    /// Breakers and oracle, in a line each.
    func recomputedSafeguards(_ statement: Statement) -> [String] {
        guard statement.kind != .genesis else { return [] }
        var lines: [String] = []
        let names = policy.safeguards.breakers.map { "`\($0.name)`" }
        if !names.isEmpty {
            lines.append(
                "recomputed from \(readsReports ? "candles and reports" : "candles"): breakers \(names.joined(separator: ", "))"
            )
        }
        if let rule = policy.safeguards.oracle {
            lines.append(
                "recomputed from signed reports: median of at least \(rule.quorum) of \(rule.sources) sources, their age and "
                    + "spread, and who signed the candles"
            )
        }
        return lines
    }

    private var readsReports: Bool { policy.safeguards.breakers.contains { $0.condition.readsOracle } }

    /// Why a hold without a proof was right.
    static func publicHold(_ statement: Statement, _ verdict: SafeguardVerdict) -> [String] {
        switch statement.ground {
        case .breaker:
            let names = verdict.halts.map { "`\($0)`" }.joined(separator: ", ")
            return ["hold: a breaker was in force (recomputed from public data): \(names)"]
        case .oracle: return ["hold: \(verdict.outage ?? "the oracle was bad") (recomputed from signed reports)"]
        default: return ["hold: the policy's cooldown had not passed (recomputed from public times)"]
        }
    }

    /// Who stands for the market data.
    var marketData: String {
        guard policy.safeguards.oracle != nil else {
            return "market data self-declared: no source signed the candles"
        }
        return
            "that the reports at hand are all that the sources signed: an operator may have left some out, within quorum, "
            + "age and spread"
    }
}
