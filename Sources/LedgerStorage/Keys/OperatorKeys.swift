import Crypto
public import MarketData

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The operator's secrets: an Ed25519 signing seed and the key under which openings are kept.
///
/// Everything else that must stay secret is derived from the opening key with HKDF-SHA-256 under its own label, so
/// that one key file is all there is to guard. The file itself is described in <doc:KeyFile>. Printing the value
/// prints `<hidden>`.
public struct OperatorKeys: Sendable {
    /// The Ed25519 public key, 32 bytes: genesis states it and every later attestation carries it.
    public let publicKey: [UInt8]

    let signingSeed: SecretBytes
    let openingKey: SecretBytes

    /// Draws both secrets from the system's generator.
    ///
    /// The generator is no argument on purpose: keys from a seedable one would be keys that somebody else can draw.
    public static func random() -> OperatorKeys {
        let opening = SymmetricKey(size: .bits256)
        return OperatorKeys(
            signing: Curve25519.Signing.PrivateKey(),
            openingKey: opening.withUnsafeBytes { SecretBytes($0) }
        )
    }

    /// Takes two secrets of 32 bytes, or nothing if one of them has another length.
    package init?(signingSeed: SecretBytes, openingKey: SecretBytes) {
        guard openingKey.count == KeyFile.secretLength,
            let signing = signingSeed.withUnsafeBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) })
        else { return nil }
        self.init(signing: signing, openingKey: openingKey)
    }

    private init(signing: Curve25519.Signing.PrivateKey, openingKey: SecretBytes) {
        publicKey = Array(signing.publicKey.rawRepresentation)
        signingSeed = SecretBytes(signing.rawRepresentation)
        self.openingKey = openingKey
    }

    /// The Ed25519 signature of `message`, 64 bytes.
    ///
    /// - Throws: ``LedgerError/signingFailed`` if the cryptographic library refuses, which no message causes.
    public func signature(for message: [UInt8]) throws(LedgerError) -> [UInt8] {
        do {
            let key = try signingSeed.withUnsafeBytes { try Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
            return try Array(key.signature(for: message))
        } catch {
            throw .signingFailed
        }
    }

    /// The secret that keys the transcript generator of fresh blindings, 32 bytes.
    public var vaultSecret: SecretBytes {
        derivedKey(label: "ballast vault secret v1", salt: []).withUnsafeBytes { SecretBytes($0) }
    }

    /// A digest that only the holder of these keys can compute.
    ///
    /// For values with so few possibilities that a plain digest would give them away, holdings above all.
    ///
    /// - Parameters:
    ///   - bytes: What to digest.
    ///   - label: What it is for: one purpose, one label.
    public func keyedDigest(of bytes: [UInt8], label: String) -> ContentDigest {
        let key = derivedKey(label: "ballast keyed digest v1", salt: Array(label.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: key)
        return ContentDigest(bytes: Array(code)) ?? ContentDigest.zero
    }

    /// 32 bytes of HKDF-SHA-256 over the opening key.
    func derivedKey(label: String, salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: openingKey.withUnsafeBytes { SymmetricKey(data: $0) },
            salt: salt,
            info: Array(label.utf8),
            outputByteCount: KeyFile.secretLength
        )
    }
}

extension OperatorKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
