import MarketData

/// What stands beside a step's statement in a report over a period, so that a reader misses nothing of the step's own attestation
/// that its statement rests on.
///
/// A genesis brings what the vault id follows from; a flow and an amend the owner's signature, and their own proof because the
/// signature covers it; an amend also whom it appoints; a halt and a resumption the guardians' signatures.
public struct StepEvidence: Sendable, Hashable {
    /// What fixed the vault id; a genesis alone has it.
    public let identity: VaultIdentity?
    /// The owner's Ed25519 signature, 64 bytes; flows and amends alone have it.
    public let ownerSignature: [UInt8]?
    /// The proof of an attestation that the owner signed; empty for other kinds, and for an amend that has none.
    public let proof: [UInt8]
    /// The guardians whom an amend appoints.
    public let appointed: GuardianSet?
    /// The guardians' signatures under a halt or a resumption.
    public let guardianSignatures: [GuardianSignature]

    /// Nothing: what most steps need, and all that version 1 carries.
    public static let none = StepEvidence()

    init(
        identity: VaultIdentity? = nil,
        ownerSignature: [UInt8]? = nil,
        proof: [UInt8] = [],
        appointed: GuardianSet? = nil,
        guardianSignatures: [GuardianSignature] = []
    ) {
        self.identity = identity
        self.ownerSignature = ownerSignature
        self.proof = proof
        self.appointed = appointed
        self.guardianSignatures = guardianSignatures
    }

    /// What a report takes over from an attestation.
    init(of attestation: Attestation) {
        self.init(
            identity: attestation.identity,
            ownerSignature: attestation.countersignature?.signature,
            proof: attestation.statement.kind.needsOwner ? attestation.proof : [],
            appointed: attestation.appointed,
            guardianSignatures: attestation.guardianSignatures
        )
    }

    /// The parts as labelled messages: those that a step of this kind has, no others.
    func messages(_ kind: AttestationKind) -> [(label: String, bytes: [UInt8])] {
        switch kind {
        case .genesis: identity.map(Self.messages) ?? []
        case .flow: [("owner signature", ownerSignature ?? []), ("own proof", proof)]
        case .amend:
            [
                ("guardians", appointed?.canonicalBytes ?? []), ("owner signature", ownerSignature ?? []),
                ("own proof", proof),
            ]
        case .halt, .resume:
            [("guardian signature count", UInt64(guardianSignatures.count).littleEndianBytes)]
                + guardianSignatures.map { ("guardian signature", $0.guardian + $0.signature) }
        case .rebalance, .hold: []
        }
    }

    /// What fixed the vault id, but for the operator's key and the policy.
    static func messages(_ identity: VaultIdentity) -> [(label: String, bytes: [UInt8])] {
        [
            ("nonce", identity.nonce), ("owner", identity.ownerKey),
            ("guardians", identity.guardians?.canonicalBytes ?? []),
        ]
    }
}

extension PeriodReport {
    /// A step as its own attestation would stand in the chain, but for the operator's signature and, where it has one that the
    /// report does not carry, its proof.
    ///
    /// - Parameter owner: The owner's key, as far as it is known before the step.
    package func attestation(_ index: Int, ownedBy owner: [UInt8]?) -> Attestation {
        let (statement, evidence) = (steps[index], evidence[index])
        let unsigned = [UInt8](repeating: 0, count: 64)
        return Attestation(
            statement: statement,
            operatorKey: operatorKey,
            identity: evidence.identity,
            proof: evidence.proof,
            signature: unsigned,
            countersignature: statement.kind.needsOwner
                ? Attestation.Countersignature(
                    ownerKey: owner ?? [UInt8](repeating: 0, count: 32),
                    signature: evidence.ownerSignature ?? unsigned
                ) : nil,
            appointed: evidence.appointed,
            guardianSignatures: evidence.guardianSignatures
        )
    }

    /// Whether what is here suffices to compute the digest of a step's own attestation.
    func knowsDigest(_ index: Int) -> Bool {
        version == .spansEvents && (!steps[index].isProved || steps[index].kind.needsOwner)
    }
}
