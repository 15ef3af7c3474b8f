import MarketData
import Rebalancing

/// Breakers and oracle: public data alone decide, and no proof is asked for.
extension AttestationVerifier {
    /// The checks of a decision against what the safeguards say at its time; none for a policy without any.
    func safeguardChecks(_ statement: Statement, _ expectation: Expectation) -> [AttestationCheck] {
        let safeguards = policy.safeguards
        guard !safeguards.isEmpty else {
            // A ground that the policy cannot give is no ground.
            return [.require(!statement.ground.isOfSafeguards, "ground", "the policy has no breakers and no oracle")]
                .filter { _ in statement.ground.isOfSafeguards }
        }
        guard let verdict = expectation.safeguards else {
            return [AttestationCheck("breakers and oracle", .failed("nothing is at hand to recompute them from"))]
        }
        var checks: [AttestationCheck] = []
        if !safeguards.breakers.isEmpty || statement.ground == .breaker {
            checks.append(breakersCheck(statement, verdict))
        }
        if safeguards.oracle != nil || statement.ground == .oracle { checks.append(oracleCheck(statement, verdict)) }
        return checks
    }

    private func breakersCheck(_ statement: Statement, _ verdict: SafeguardVerdict) -> AttestationCheck {
        switch (statement.kind, statement.ground) {
        case (.rebalance, _):
            return .require(
                verdict.halts.isEmpty,
                "breakers",
                "it trades while a breaker halts trading: " + verdict.halts.map { "`\($0)`" }.joined(separator: ", ")
            )
        case (.hold, .breaker):
            if verdict.halts.isEmpty, policy.safeguards.guardians != nil, !standing.knowsReset {
                return AttestationCheck("breakers", .unchecked(Self.withoutResets))
            }
            return .require(!verdict.halts.isEmpty, "breakers", "it holds for a breaker, and none is in force")
        default:
            return AttestationCheck("breakers", .passed)
        }
    }

    private func oracleCheck(_ statement: Statement, _ verdict: SafeguardVerdict) -> AttestationCheck {
        switch (statement.kind, statement.ground) {
        case (.rebalance, _):
            return .require(verdict.outage == nil, "oracle", "it trades, and \(verdict.outage ?? "")")
        case (.hold, .oracle):
            return .require(verdict.outage != nil, "oracle", "it holds for the oracle, and the oracle is good")
        case (.hold, .proved):
            return .require(
                !verdict.isOracleBad,
                "oracle",
                "it proves something of prices that the oracle did not give: \(verdict.outage ?? "")"
            )
        default:
            return AttestationCheck("oracle", .passed)
        }
    }
}
