import Crypto
import FoundationEssentials

/// The operator's Ed25519 key, which signs statement and proof of every attestation.
public struct OperatorSigner: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey

    /// Creates a signer from a seed of 32 bytes.
    ///
    /// - Throws: ``AttestationError/badKey``.
    public init(seed: [UInt8]) throws(AttestationError) {
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw .badKey
        }
    }

    /// The public key, 32 bytes.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    func signature(over message: [UInt8]) throws(AttestationError) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            throw .badKey
        }
    }

    static func isValid(_ signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// `<hidden>`.
    public var description: String { "<hidden>" }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
