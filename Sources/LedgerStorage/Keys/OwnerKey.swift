import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The owner's Ed25519 key: it consents to deposits and withdrawals, and never lies with the operator's.
///
/// The file is described in <doc:KeyFile>. Printing the value prints `<hidden>`.
public struct OwnerKey: Sendable {
    /// The public key, 32 bytes: `ballast run --owner` fixes it at genesis.
    public let publicKey: [UInt8]
    private let seed: SecretBytes

    private static let file = KeyFile(
        heading: "ballast-owner-key/1",
        names: ["signing-seed"],
        noun: "an owner's key file"
    )

    private init(_ key: Curve25519.Signing.PrivateKey) {
        publicKey = Array(key.publicKey.rawRepresentation)
        seed = SecretBytes(key.rawRepresentation)
    }

    /// Draws a key from the system's generator into a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// - Throws: ``OperatorKeyError``; a file that is there already is left alone.
    public static func make(at path: String) throws(OperatorKeyError) -> OwnerKey {
        let key = OwnerKey(Curve25519.Signing.PrivateKey())
        do {
            try file.make(at: path, secrets: [key.seed])
        } catch {
            throw error.isPresent ? .present(path: path) : .unwritable(path: path, reason: error.reason)
        }
        return key
    }

    /// Reads a key file.
    ///
    /// - Throws: ``OperatorKeyError``: the file is missing, unreadable, malformed, or open to other users.
    public static func read(from path: String) throws(OperatorKeyError) -> OwnerKey {
        let secrets: [SecretBytes]
        do {
            secrets = try file.secrets(at: path)
        } catch .missing {
            throw .ownerMissing(path: path)
        }
        guard let key = secrets[0].withUnsafeBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }) else {
            throw .malformed(path: path, line: 2, reason: "the signing seed is not an Ed25519 seed")
        }
        return OwnerKey(key)
    }

    /// The Ed25519 signature of `message`, 64 bytes.
    ///
    /// - Throws: ``LedgerError/signingFailed`` if the cryptographic library refuses, which no message causes.
    public func signature(for message: [UInt8]) throws(LedgerError) -> [UInt8] {
        do {
            let key = try seed.withUnsafeBytes { try Curve25519.Signing.PrivateKey(rawRepresentation: $0) }
            return try Array(key.signature(for: message))
        } catch {
            throw .signingFailed
        }
    }
}

extension OwnerKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
