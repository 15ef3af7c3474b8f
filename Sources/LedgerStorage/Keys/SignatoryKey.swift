import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The Ed25519 key of somebody other than the operator: an owner, a guardian or a custodian, who sign for a vault, or a price
/// source, which belongs to none.
///
/// The file is described in <doc:KeyFile>. Printing the value prints `<hidden>`.
public struct SignatoryKey: Sendable {
    /// The public key, 32 bytes.
    public let publicKey: [UInt8]
    /// What it is for.
    public let role: Role
    private let seed: SecretBytes

    /// What a key is for. A file of one role is none of another's.
    public enum Role: String, Sendable, CaseIterable {
        /// Consents to deposits, withdrawals and other policies.
        case owner
        /// Orders halts and ends them.
        case guardian
        /// Signs that the committed quantities are there.
        case custodian
        /// Signs reports of prices and of candles.
        case source

        /// With its article, as in `a guardian's`.
        var possessive: String {
            switch self {
            case .owner: "an owner's"
            case .guardian, .custodian: "a \(rawValue)'s"
            case .source: "a price source's"
            }
        }

        var file: KeyFile {
            KeyFile(heading: "ballast-\(rawValue)-key/1", names: ["signing-seed"], noun: "\(possessive) key file")
        }
    }

    private init(_ key: Curve25519.Signing.PrivateKey, role: Role) {
        publicKey = Array(key.publicKey.rawRepresentation)
        seed = SecretBytes(key.rawRepresentation)
        self.role = role
    }

    /// The key of a simulated source: everybody can make it and sign with it, so it is worth nothing beyond a demonstration.
    ///
    /// - Parameter number: Which source.
    public init?(simulatedSource number: Int) {
        let digest = SHA256.hash(data: Array("ballast simulated source \(number)".utf8))
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(digest)) else { return nil }
        self.init(key, role: .source)
    }

    /// Draws a key from the system's generator into a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// - Throws: ``OperatorKeyError``; a file that is there already is left alone.
    public static func make(_ role: Role, at path: String) throws(OperatorKeyError) -> SignatoryKey {
        let key = SignatoryKey(Curve25519.Signing.PrivateKey(), role: role)
        do {
            try role.file.make(at: path, secrets: [key.seed])
        } catch {
            throw error.isPresent ? .present(path: path) : .unwritable(path: path, reason: error.reason)
        }
        return key
    }

    /// Reads a key file.
    ///
    /// - Throws: ``OperatorKeyError``: the file is missing, unreadable, malformed, of another role, or open to other users.
    public static func read(_ role: Role, from path: String) throws(OperatorKeyError) -> SignatoryKey {
        let secrets: [SecretBytes]
        do {
            secrets = try role.file.secrets(at: path)
        } catch .missing {
            switch role {
            case .owner: throw .ownerMissing(path: path)
            case .guardian, .custodian: throw .signatoryMissing(path: path, role: role)
            case .source: throw .unreadable(path: path, reason: "no such file: `ballast oracle new` makes one")
            }
        }
        guard let key = secrets[0].withUnsafeBytes({ try? Curve25519.Signing.PrivateKey(rawRepresentation: $0) }) else {
            throw .malformed(path: path, line: 2, reason: "the signing seed is not an Ed25519 seed")
        }
        return SignatoryKey(key, role: role)
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

extension SignatoryKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<hidden>`.
    public var description: String { "<hidden>" }

    /// Always `<hidden>`.
    public var debugDescription: String { "<hidden>" }

    /// Shows no children, so that `dump` prints nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
