/// The owner's Ed25519 key: it consents to deposits, withdrawals and other policies, and never lies with the operator's.
///
/// The file is described in <doc:KeyFile>. Printing the value prints `<hidden>`.
public struct OwnerKey: Sendable {
    private let key: SignatoryKey

    /// The public key, 32 bytes: `ballast run --owner` fixes it at genesis.
    public var publicKey: [UInt8] { key.publicKey }

    /// Draws a key from the system's generator into a file of mode 0600 that did not exist, and flushes file and folder.
    ///
    /// - Throws: ``OperatorKeyError``; a file that is there already is left alone.
    public static func make(at path: String) throws(OperatorKeyError) -> OwnerKey {
        OwnerKey(key: try SignatoryKey.make(.owner, at: path))
    }

    /// Reads a key file.
    ///
    /// - Throws: ``OperatorKeyError``: the file is missing, unreadable, malformed, or open to other users.
    public static func read(from path: String) throws(OperatorKeyError) -> OwnerKey {
        OwnerKey(key: try SignatoryKey.read(.owner, from: path))
    }

    /// The Ed25519 signature of `message`, 64 bytes.
    ///
    /// - Throws: ``LedgerError/signingFailed`` if the cryptographic library refuses, which no message causes.
    public func signature(for message: [UInt8]) throws(LedgerError) -> [UInt8] {
        try key.signature(for: message)
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
