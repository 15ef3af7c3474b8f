import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A price source's Ed25519 key: it signs reports of prices and of candles, and belongs to no vault.
///
/// The file has the form of <doc:KeyFile>, under the heading `ballast-source-key/1`. Printing the value prints `<hidden>`.
public struct SourceKey: Sendable {
    /// The public key, 32 bytes: a policy's file of sources names it.
    public let publicKey: [UInt8]
    private let seed: SecretBytes

    private static let file = KeyFile(
        heading: "ballast-source-key/1",
        names: ["signing-seed"],
        noun: "a price source's key file"
    )

    private init(_ key: Curve25519.Signing.PrivateKey) {
        publicKey = Array(key.publicKey.rawRepresentation)
        seed = SecretBytes(key.rawRepresentation)
    }

    /// The key of a simulated source: everybody can make it and sign with it, so it is worth nothing beyond a demonstration.
    ///
    /// - Parameter number: Which source.
    public init?(simulated number: Int) {
        let digest = SHA256.hash(data: Array("ballast simulated source \(number)".utf8))
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(digest)) else { return nil }
        self.init(key)
    }

    /// Draws a key from the system's generator into a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// - Throws: ``OperatorKeyError``; a file that is there already is left alone.
    public static func make(at path: String) throws(OperatorKeyError) -> SourceKey {
        let key = SourceKey(Curve25519.Signing.PrivateKey())
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
    public static func read(from path: String) throws(OperatorKeyError) -> SourceKey {
        let secrets: [SecretBytes]
        do {
            secrets = try file.secrets(at: path)
        } catch .missing {
            throw .unreadable(path: path, reason: "no such file: `ballast oracle new` makes one")
        }
        guard let key = secrets[0].withUnsafeBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }) else {
            throw .malformed(path: path, line: 2, reason: "the signing seed is not an Ed25519 seed")
        }
        return SourceKey(key)
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

extension SourceKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
