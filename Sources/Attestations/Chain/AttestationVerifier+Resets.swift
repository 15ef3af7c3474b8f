public import MarketData
import Rebalancing

/// Breakers that halt until guardians reset them: public data tell that they trip, the chain when they were reset.
extension AttestationVerifier {
    static let withoutResets = "the chain from its genesis on, and with it the last reset, is not at hand"

    /// That guardians are there to reset what the policy lets trip, and that a breaker which a halt pleads is in force.
    func resetChecks(_ attestation: Attestation, _ expectation: Expectation) -> [AttestationCheck] {
        let statement = attestation.statement
        let isPleaded = statement.cause == .breaker
        guard policy.safeguards.guardians != nil || isPleaded else { return [] }
        let name = "reset of breakers"
        switch statement.kind {
        case .genesis: return [officeCheck(attestation.identity?.guardians)]
        case .amend, .resume:
            guard standing.knowsHalts else { return [AttestationCheck(name, .unchecked(Self.withoutResets))] }
            return [officeCheck(attestation.appointed ?? standing.guardians)]
        case .rebalance:
            // What the chain does not tell here, its predecessor's time bounds: no reset is later than that.
            return standing.knowsReset ? [] : [AttestationCheck(name, .unchecked(Self.withoutResets))]
        case .halt where isPleaded:
            guard let verdict = expectation.safeguards else {
                return [AttestationCheck("breakers", .failed("nothing is at hand to recompute them from"))]
            }
            guard standing.knowsReset || !verdict.untilReset.isEmpty else {
                return [AttestationCheck("breakers", .unchecked(Self.withoutResets))]
            }
            return [
                .require(
                    !verdict.untilReset.isEmpty,
                    "breakers",
                    "it pleads a breaker that halts until reset, and none is in force"
                )
            ]
        case .halt, .hold, .flow: return []
        }
    }

    private func officeCheck(_ guardians: GuardianSet?) -> AttestationCheck {
        let refusal = policy.resetRefusal(of: guardians)
        return .require(refusal == nil, "reset of breakers", refusal ?? "")
    }
}

extension CompiledPolicy {
    /// Why a vault of these guardians cannot be under the policy; `nil` if it can.
    ///
    /// A breaker that halts until n guardians reset it needs a threshold of at least n: fewer could lift it otherwise.
    public func resetRefusal(of guardians: GuardianSet?) -> String? {
        guard let needed = safeguards.guardians else { return nil }
        let need = "a breaker of the policy halts until \(needed) guardian\(needed == 1 ? "" : "s") reset it"
        guard let guardians else { return need + ", and the vault has no guardians" }
        return guardians.threshold >= needed
            ? nil : need + ", and \(guardians.threshold) of the vault's can end a halt: their threshold is too low"
    }
}

extension ChainStanding {
    /// Since when breakers that halt until reset count for a statement: the last reset, or where the chain does not tell, the
    /// time before which it must lie.
    public func lastReset(before statement: Statement) -> Timestamp {
        reset ?? (statement.kind == .genesis ? statement.time : statement.previousTime)
    }
}
