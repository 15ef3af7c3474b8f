public import MarketData
import Rebalancing

/// Events that move nothing. All but some amends prove nothing: public data and signatures decide them.
extension AttestationProver {
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
        let reset = signatures.reset(at: time)
        statement.inputs =
            [PublicInput(.halt, halt)] + (reset.map { [PublicInput(.covers, ResetTerm.digest(of: $0))] } ?? [])
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
    func unmoved(_ kind: AttestationKind, after head: Head, at time: Timestamp) -> Statement {
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

    /// Signs an event, and has the owner sign it where it needs the owner.
    func signed(
        _ statement: Statement,
        proof: [UInt8] = [],
        owner: Signer? = nil,
        appointed: GuardianSet? = nil,
        guardians: [GuardianSignature] = []
    ) throws(AttestationError) -> Attestation {
        var consent: Attestation.Countersignature?
        if let owner {
            consent = Attestation.Countersignature(
                ownerKey: owner.publicKey,
                signature: try owner.signature(over: Attestation.countersignedBytes(statement, proof))
            )
        }
        return Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: nil,
            proof: proof,
            signature: try signer.signature(over: Attestation.signedBytes(statement, proof)),
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
