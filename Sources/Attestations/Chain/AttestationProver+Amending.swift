public import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// The passage of a vault from one policy to another.
extension AttestationProver {
    /// Passes the vault to this prover's policy, with the owner's consent.
    ///
    /// - Parameters:
    ///   - head: Where the chain stands.
    ///   - old: The policy that it stands under.
    ///   - time: When, between two decisions.
    ///   - guardians: Whom the owner appoints in place of those in office; `nil` leaves them.
    ///   - owner: Signs for the owner whose key genesis fixed.
    /// - Throws: ``AttestationError/unamendable(reason:)`` if commitments cannot pass from one policy to the other, or nothing
    ///   would change, ``AttestationError/notSatisfied(kind:reason:)`` if an asset that is left out is held, or more units of one
    ///   than can be counted.
    public func amend(
        after head: Head,
        from old: CompiledPolicy,
        at time: Timestamp,
        appointing guardians: GuardianSet? = nil,
        owner: Signer
    ) throws(AttestationError) -> Head {
        guard old.digest == head.attestation.statement.policy else {
            throw .unamendable(reason: "it stands under \(head.attestation.statement.policy), not under \(old.digest)")
        }
        guard old.digest != policy.digest || guardians != nil else {
            throw .unamendable(reason: "it is under this policy already")
        }
        let amendment = try PolicyAmendment(from: old, to: policy)
        let previous = head.attestation.digest
        let opening = try amendment.opening(head.opening) { quantities, carried, slippage in
            draw(previous: previous, quantities: quantities, carried: carried, slippage: slippage)
        }
        var statement = unmoved(.amend, after: head, at: time)
        statement.after = opening.commitments()
        statement.carriedAfter = opening.carriedCommitments()
        statement.inputs = guardians.map { [PublicInput(.guardians, $0.digest)] } ?? []
        let proof = try amendment.circuit.map { circuit throws(AttestationError) in
            try Self.proof(of: statement, circuit, amendment, from: head.opening, to: opening)
        }
        return Head(
            attestation: try signed(statement, proof: proof ?? [], owner: owner, appointed: guardians),
            opening: opening
        )
    }

    private static func proof(
        of statement: Statement,
        _ circuit: AmendmentCircuit,
        _ amendment: PolicyAmendment,
        from before: VaultOpening,
        to after: VaultOpening
    ) throws(AttestationError) -> [UInt8] {
        var committed = amendment.inCircuitOrder(
            (before.values, after.values),
            (before.carriedValues, after.carriedValues)
        )
        var blindings = amendment.inCircuitOrder(
            (before.blindings, after.blindings),
            (before.carriedBlindings, after.carriedBlindings)
        )
        defer {
            committed.erase()
            blindings.erase()
        }
        return try statement.proof(over: circuit.build(committed: committed), circuit.digest, blindings: blindings)
    }
}
