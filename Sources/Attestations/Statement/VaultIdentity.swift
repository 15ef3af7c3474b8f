public import MarketData

/// What makes a vault this vault: fixed at genesis, hashed into the vault id.
public struct VaultIdentity: Sendable, Hashable {
    /// 32 random bytes, so that no two vaults share an id.
    public let nonce: [UInt8]
    /// The operator's Ed25519 public key, which signs every attestation.
    public let operatorKey: [UInt8]
    /// The owner's Ed25519 public key; 32 zero bytes where a vault has none, and then nothing can be countersigned.
    public let ownerKey: [UInt8]
    /// Who may order a halt, and alone can end one; `nil` where the vault opens without guardians.
    public let guardians: GuardianSet?

    /// Creates an identity.
    ///
    /// - Throws: ``AttestationError/wrongLength(field:got:expected:)`` unless all three have 32 bytes.
    public init(
        nonce: [UInt8],
        operatorKey: [UInt8],
        ownerKey: [UInt8],
        guardians: GuardianSet? = nil
    ) throws(AttestationError) {
        for (field, bytes) in [("nonce", nonce), ("operator key", operatorKey), ("owner key", ownerKey)]
        where bytes.count != 32 {
            throw .wrongLength(field: field, got: bytes.count, expected: 32)
        }
        self.nonce = nonce
        self.operatorKey = operatorKey
        self.ownerKey = ownerKey
        self.guardians = guardians
    }

    /// The vault id: digest of nonce, both keys, policy and the asset list with units, and of guardians where there are some.
    ///
    /// What comes before the guardians says itself where it ends, so that no two vaults share their bytes.
    public func vault(policy: CompiledPolicy) -> ContentDigest {
        var bytes = Array("ballast vault v1".utf8) + nonce + operatorKey + ownerKey + policy.digest.bytes
        bytes += UInt32(policy.assets.count).littleEndianBytes
        for (asset, units) in zip(policy.assets, policy.units) {
            bytes += UInt32(asset.symbol.utf8.count).littleEndianBytes + Array(asset.symbol.utf8)
            bytes += Int32(units.quantityExponent).littleEndianBytes + Int32(units.priceExponent).littleEndianBytes
        }
        return ContentDigest(hashing: bytes + (guardians?.canonicalBytes ?? []))
    }
}
