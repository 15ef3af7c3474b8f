import Attestations
import MarketData
import Rebalancing

extension Attestation {
    /// What an attestation without a proof shows by public data and signatures.
    ///
    /// - Parameters:
    ///   - standing: What the chain had fixed before it.
    ///   - policy: The policy that it is under.
    ///   - verdict: What breakers and oracle said at its time.
    func publicClaims(standing: ChainStanding, policy: CompiledPolicy, verdict: SafeguardVerdict) -> [String] {
        switch statement.kind {
        case .genesis, .rebalance, .flow: []
        case .hold where statement.ground == .halted:
            ["hold: the vault was halted (recomputed from the chain)"]
        case .hold: [Self.publicHold(statement.ground, verdict)]
        case .amend: amendClaims(standing: standing, policy: policy)
        case .halt where statement.cause == .breaker:
            [
                "in force until guardians reset it (recomputed from public data): "
                    + verdict.untilReset.map { "breaker `\($0)`" }.joined(separator: ", "),
                Self.effectOfHalt,
            ]
        case .halt: haltClaims(standing: standing)
        case .resume: resumptionClaims(standing: standing, policy: policy)
        }
    }

    private static func publicHold(_ ground: HoldGround, _ verdict: SafeguardVerdict) -> String {
        switch ground {
        case .breaker:
            let names = verdict.halts.map { "`\($0)`" }.joined(separator: ", ")
            return "hold: a breaker was in force (recomputed from public data): \(names)"
        case .oracle: return "hold: \(verdict.outage ?? "the oracle was bad") (recomputed from signed reports)"
        default: return "hold: the policy's cooldown had not passed (recomputed from public times)"
        }
    }

    private func amendClaims(standing: ChainStanding, policy: CompiledPolicy) -> [String] {
        let origin = standing.policy.map { ", from `\($0.name)`, \($0.digest)" } ?? ""
        var claims = [
            "passed with the owner's signature to policy `\(policy.name)`, \(policy.digest)" + origin
        ]
        let amendment = standing.policy.flatMap { try? PolicyAmendment(from: $0, to: policy) }
        claims += Self.passageClaims(amendment)
        if let old = standing.policy {
            let added = policy.assets.filter { !old.assets.contains($0) }
            if !added.isEmpty {
                claims.append("new assets begin at zero: " + added.map(\.symbol).joined(separator: ", "))
            }
            let carries = [old, policy].map { $0.mandates.contains { $0.carriesTurnover } }
            if carries == [false, true] { claims.append("the day's turnover is counted from zero on") }
            let buckets = [old, policy].map { $0.mandates.contains { $0.carriesBucket } }
            if buckets == [false, true] { claims.append("the slippage bucket begins empty") }
        }
        if let appointed { claims.append("guardians appointed by the owner: \(appointed.text)") }
        return claims
    }

    /// What became of the commitments.
    private static func passageClaims(_ amendment: PolicyAmendment?) -> [String] {
        guard let amendment, amendment.needsProof else {
            return ["nothing moved: every commitment is a copy (compared byte for byte)"]
        }
        var claims = ["nothing moved: what is not named below is a copy (compared byte for byte)"]
        if !amendment.droppedAssets.isEmpty {
            let names = amendment.droppedAssets.map(\.symbol).joined(separator: ", ")
            claims.append("left out, and proved to be held by no unit: \(names)")
        }
        claims += amendment.recountedAssets.map { asset, exponent in
            exponent > 0
                ? "\(asset): proved to be the same amount in units 10^\(exponent) times as fine"
                : "\(asset): proved to be the same amount, less what is no whole unit, in units 10^\(-exponent) times as coarse"
        }
        if let exponent = amendment.recountedValues {
            claims.append(
                "what is carried: proved to be the same"
                    + (exponent > 0
                        ? " in values counted 10^\(exponent) times as finely"
                        : ", rounded up, in values counted 10^\(-exponent) times as coarsely")
            )
        }
        return claims
    }

    private func haltClaims(standing: ChainStanding) -> [String] {
        guard let cause = statement.cause, cause.isSelfDeclared else {
            let who = standing.guardians.map { "at least \($0.text)" } ?? "guardians"
            return ["ordered by \(who), by their signatures", Self.effectOfHalt]
        }
        return ["self-declared by the operator, for the cause `\(cause)`", Self.effectOfHalt]
    }

    private static let effectOfHalt = "from here on no rebalance verifies, until a resumption"

    private func resumptionClaims(standing: ChainStanding, policy: CompiledPolicy) -> [String] {
        var claims = [
            standing.guardians.map { "ended by at least \($0.text), by their signatures over the halt" }
                ?? "ended by the operator alone: the vault has no guardians"
        ]
        if hasDatedOrders {
            claims.append(
                "reset: breakers that tripped until \(reset), as the orders say; what tripped later stays in force"
            )
        } else if policy.safeguards.guardians != nil {
            claims.append("reset: breakers that tripped until \(reset), the resumption: its orders bear no date")
        }
        return claims
    }
}
