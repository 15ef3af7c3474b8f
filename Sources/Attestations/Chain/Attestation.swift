public import MarketData

/// A statement with its proof and the operator's signature over both.
public struct Attestation: Sendable, Hashable {
    /// What is claimed.
    public let statement: Statement
    /// The operator's Ed25519 public key.
    public let operatorKey: [UInt8]
    /// What fixed the vault id; genesis alone carries it.
    public let identity: VaultIdentity?
    /// The zero-knowledge proof; empty where public data alone decide.
    public let proof: [UInt8]
    /// Ed25519 over the domain "ballast signature v1", statement and proof.
    public let signature: [UInt8]
    /// The owner's consent; flows and amends alone carry it.
    public let countersignature: Countersignature?
    /// The guardians whom an amend appoints.
    public let appointed: GuardianSet?
    /// The guardians' signatures under a halt or a resumption.
    public let guardianSignatures: [GuardianSignature]

    /// The owner's signature, with the key to check it by.
    public struct Countersignature: Sendable, Hashable {
        /// The owner's Ed25519 public key, which genesis fixed.
        public let ownerKey: [UInt8]
        /// Ed25519 over the domain "ballast owner signature v1", or for an amend "ballast owner amend signature v1", statement
        /// and proof.
        public let signature: [UInt8]

        /// Creates a countersignature; the verifier checks it, not this initialiser.
        public init(ownerKey: [UInt8], signature: [UInt8]) {
            self.ownerKey = ownerKey
            self.signature = signature
        }
    }

    init(
        statement: Statement,
        operatorKey: [UInt8],
        identity: VaultIdentity?,
        proof: [UInt8],
        signature: [UInt8],
        countersignature: Countersignature? = nil,
        appointed: GuardianSet? = nil,
        guardianSignatures: [GuardianSignature] = []
    ) {
        self.statement = statement
        self.operatorKey = operatorKey
        self.identity = identity
        self.proof = proof
        self.signature = signature
        self.countersignature = countersignature
        self.appointed = appointed
        self.guardianSignatures = guardianSignatures
    }

    /// What the next attestation names as its `previous`: SHA-256 of statement and proof.
    public var digest: ContentDigest {
        ContentDigest(hashing: Array("ballast attestation v1".utf8) + Self.body(statement, proof))
    }

    /// Whether the signature is valid under the operator's key that the attestation itself names.
    ///
    /// That the vault is this operator's follows from its genesis alone.
    public var isSignedByItsOperator: Bool {
        operatorKey.count == 32 && signature.count == 64
            && Signer.isValid(signature, over: signedBytes, publicKey: operatorKey)
    }

    /// What the operator signs.
    var signedBytes: [UInt8] { Self.signedBytes(statement, proof) }

    static func signedBytes(_ statement: Statement, _ proof: [UInt8]) -> [UInt8] {
        Array("ballast signature v1".utf8) + body(statement, proof)
    }

    /// What the owner signs: under a domain of its own, so that no operator's signature passes for an owner's, whoever holds
    /// which key, and no consent to a flow for one to an amend.
    static func countersignedBytes(_ statement: Statement, _ proof: [UInt8]) -> [UInt8] {
        let domain = statement.kind == .amend ? "ballast owner amend signature v1" : "ballast owner signature v1"
        return Array(domain.utf8) + body(statement, proof)
    }

    private static func body(_ statement: Statement, _ proof: [UInt8]) -> [UInt8] {
        let bytes = statement.canonicalBytes
        return UInt64(bytes.count).littleEndianBytes + bytes + UInt64(proof.count).littleEndianBytes + proof
    }
}
