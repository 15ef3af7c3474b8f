import Attestations
import Rebalancing

/// What the reports say of breakers, oracle and the sources of market data.
extension AttestationAuditor {
    /// Breakers and oracle, in a line each.
    func recomputedSafeguards(_ statement: Statement, under policy: CompiledPolicy) -> [String] {
        guard statement.kind != .genesis else { return [] }
        var lines: [String] = []
        let names = policy.safeguards.breakers.map { "`\($0.name)`" }
        if !names.isEmpty {
            lines.append(
                "recomputed from \(policy.safeguards.readsReports ? "candles and reports" : "candles"): breakers \(names.joined(separator: ", "))"
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

    /// Who stands for the market data.
    var marketData: String {
        guard readings.allSatisfy({ $0.policy.safeguards.oracle != nil }) else {
            return "market data self-declared: no source signed the candles"
        }
        return
            "that the reports at hand are all that the sources signed: an operator may have left some out, within quorum, "
            + "age and spread"
    }
}

extension Safeguards {
    fileprivate var readsReports: Bool { breakers.contains { $0.condition.readsOracle } }
}
