import Crypto
import FoundationEssentials

/// Signs attestations with an Ed25519 key that it does not show.
///
/// A value of two parts, so that a key file, a hardware module or a remote signer can each stand behind it.
public struct Signer: Sendable, CustomStringConvertible, CustomReflectable {
    /// The public key, 32 bytes.
    public let publicKey: [UInt8]
    private let sign: @Sendable ([UInt8]) throws -> [UInt8]

    /// Creates a signer.
    ///
    /// - Parameters:
    ///   - publicKey: The Ed25519 public key.
    ///   - sign: The signature over a message, 64 bytes.
    public init(publicKey: [UInt8], sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.publicKey = publicKey
        self.sign = sign
    }

    func signature(over message: [UInt8]) throws(AttestationError) -> [UInt8] {
        let signature: [UInt8]
        do {
            signature = try sign(message)
        } catch {
            throw .signerFailed(reason: "\(error)")
        }
        // A signer that answers with another key's signature would make a chain that nobody accepts.
        guard Self.isValid(signature, over: message, publicKey: publicKey) else {
            throw .signerFailed(reason: "its signature is not by its own public key")
        }
        return signature
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
