public import MarketData
import Rebalancing

/// Events that move nothing and prove nothing: public data and signatures decide them.
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
    ///   would change.
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
        let last = head.attestation.statement
        guard let after = amendment.commitments(last.after) else {
            throw .wrongLength(field: "commitments", got: last.after.count, expected: old.assets.count)
        }
        var statement = unmoved(.amend, after: head, at: time)
        statement.after = after
        statement.carriedAfter = amendment.carriedCommitments(last.carriedAfter)
        statement.inputs = guardians.map { [PublicInput(.guardians, $0.digest)] } ?? []
        return Head(
            attestation: try signed(statement, owner: owner, appointed: guardians),
            opening: try amendment.opening(head.opening)
        )
    }

    /// Stops the vault: no rebalance verifies until a resumption.
    ///
    /// - Parameters:
    ///   - head: Where the chain stands.
    ///   - time: When; also at an instant of the time grid, where it says why there is no decision.
    ///   - cause: What for.
    ///   - signatures: The guardians', over the digest of `head`, where they order it.
    public func halt(
        after head: Head,
        at time: Timestamp,
        cause: HaltCause,
        signatures: [GuardianSignature] = []
    ) throws(AttestationError) -> Head {
        var statement = unmoved(.halt, after: head, at: time)
        statement.inputs = [PublicInput(.cause, cause.digest)]
        return Head(attestation: try signed(statement, guardians: signatures), opening: head.opening)
    }

    /// Lets the vault go on after a halt.
    ///
    /// - Parameters:
    ///   - head: Where the chain stands.
    ///   - time: When, between two decisions.
    ///   - halt: Digest of the halt's attestation.
    ///   - signatures: The guardians', over that digest, where the vault has guardians.
    public func resume(
        after head: Head,
        at time: Timestamp,
        from halt: ContentDigest,
        signatures: [GuardianSignature] = []
    ) throws(AttestationError) -> Head {
        var statement = unmoved(.resume, after: head, at: time)
        statement.inputs = [PublicInput(.halt, halt)]
        return Head(attestation: try signed(statement, guardians: signatures), opening: head.opening)
    }

    /// States that the vault held because it is halted: no prices and no regime are needed for it.
    public func halted(after head: Head, at time: Timestamp) throws(AttestationError) -> Head {
        try hold(
            after: head,
            at: Moment(time: time, regime: 0, candles: .zero, prices: []),
            ground: .halted
        )
    }

    /// The statement of an event that copies every commitment and reads no market.
    private func unmoved(_ kind: AttestationKind, after head: Head, at time: Timestamp) -> Statement {
        let last = head.attestation
        return Statement(
            kind: kind,
            vault: last.statement.vault,
            sequence: last.statement.sequence &+ 1,
            previous: last.digest,
            time: time,
            previousTime: last.statement.time,
            lastRebalance: head.lastRebalance,
            policy: policy.digest,
            regime: 0,
            candles: .zero,
            prices: [],
            ground: .none,
            before: last.statement.after,
            after: last.statement.after,
            carriedBefore: last.statement.carriedAfter,
            carriedAfter: last.statement.carriedAfter
        )
    }

    private func signed(
        _ statement: Statement,
        owner: Signer? = nil,
        appointed: GuardianSet? = nil,
        guardians: [GuardianSignature] = []
    ) throws(AttestationError) -> Attestation {
        var consent: Attestation.Countersignature?
        if let owner {
            consent = Attestation.Countersignature(
                ownerKey: owner.publicKey,
                signature: try owner.signature(over: Attestation.countersignedBytes(statement, []))
            )
        }
        return Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: nil,
            proof: [],
            signature: try signer.signature(over: Attestation.signedBytes(statement, [])),
            countersignature: consent,
            appointed: appointed,
            guardianSignatures: guardians
        )
    }
}

extension AttestationProver.Moment {
    /// The public input of a name, as far as the circumstances hold it.
    func input(_ name: PublicInput.Name) -> PublicInput? {
        name == .covariance ? PublicInput(.covariance, risk.digest) : inputs.first { $0.name == name }
    }
}
