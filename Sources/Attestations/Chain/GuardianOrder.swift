import CanonicalJSON
public import MarketData

/// What one guardian signs, as a file that travels to the operator: to halt a vault, or to let it go on.
///
/// An order to halt names the attestation that the chain stood at; one to resume names the halt. Both digests cover vault,
/// number and everything before, so that no order serves twice or elsewhere. One to resume also says until when it resets
/// what tripped, and until when it may be used; one to halt does not, for whoever delays it would only have to wait.
public struct GuardianOrder: Sendable, Hashable {
    /// What is ordered.
    public let action: Action
    /// Which vault.
    public let vault: ContentDigest
    /// Digest of the attestation that the order is about.
    public let attestation: ContentDigest
    /// Who signed it, and the signature.
    public let signature: GuardianSignature

    /// What a guardian can order.
    public enum Action: String, Sendable, CaseIterable {
        /// To stop rebalancing.
        case halt
        /// To go on.
        case resume
    }

    /// Signs an order about an attestation.
    ///
    /// - Throws: ``AttestationError/signerFailed(reason:)``.
    public init(_ action: Action, about attestation: Attestation, signer: Signer) throws(AttestationError) {
        try self.init(action, about: attestation, term: nil, signer: signer)
    }

    /// Signs an order to resume after a halt.
    ///
    /// - Parameters:
    ///   - halt: The halt to end.
    ///   - term: What the order covers, and for how long it may be used.
    ///   - signer: The guardian's.
    /// - Throws: ``AttestationError/signerFailed(reason:)``.
    public init(resuming halt: Attestation, term: ResetTerm, signer: Signer) throws(AttestationError) {
        try self.init(.resume, about: halt, term: term, signer: signer)
    }

    private init(
        _ action: Action,
        about attestation: Attestation,
        term: ResetTerm?,
        signer: Signer
    ) throws(AttestationError) {
        self.action = action
        vault = attestation.statement.vault
        self.attestation = attestation.digest
        let message = Self.message(action, vault: vault, attestation: self.attestation, term: term)
        signature = GuardianSignature(
            guardian: signer.publicKey,
            signature: try signer.signature(over: message),
            term: term
        )
    }

    /// What is signed: each action, and an order with a term, under a domain of its own.
    static func message(
        _ action: Action,
        vault: ContentDigest,
        attestation: ContentDigest,
        term: ResetTerm? = nil
    ) -> [UInt8] {
        Array("ballast guardian \(action.rawValue) v\(term == nil ? 1 : 2)".utf8) + vault.bytes + attestation.bytes
            + (term?.canonicalBytes ?? [])
    }

    /// Whether the signature is its guardian's over this very order.
    public var isSigned: Bool {
        Signer.isValid(
            signature.signature,
            over: Self.message(action, vault: vault, attestation: attestation, term: signature.term),
            publicKey: signature.guardian
        )
    }

    private static let format = "ballast guardian order"
    /// No order comes near this; a larger file is refused unread.
    public static let largestFile = 4_096

    /// The file's text.
    public var fileText: String {
        JSONValue.object(
            [
                JSONMember("format", .string(Self.format)),
                JSONMember("version", .integer(signature.term == nil ? 1 : 2)),
                JSONMember("order", .string(action.rawValue)), JSONMember("vault", .hex(vault.bytes)),
                JSONMember("attestation", .hex(attestation.bytes)),
                JSONMember("guardian", .hex(signature.guardian)), JSONMember("signature", .hex(signature.signature)),
            ] + signature.termMembers
        ).prettyText
    }

    /// Reads a file; unknown, duplicate or missing keys are refused. The signature is the verifier's affair.
    ///
    /// - Throws: ``AttestationError/unreadable(file:reason:)``.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        self = try AttestationError.reading(fileBytes, as: "a guardian's order", atMost: Self.largestFile) {
            try GuardianOrder(&$0)
        }
    }

    private init(_ object: inout JSONObjectReader) throws {
        let format = try object.string("format")
        let version = try object.integer("version")
        guard format == Self.format, version == 1 || version == 2 else {
            throw AttestationError.malformed("format", "`\(Self.format)`, version 1 or 2")
        }
        guard let action = Action(rawValue: try object.string("order")) else {
            throw AttestationError.malformed("order", "halt or resume")
        }
        guard version == 1 || action == .resume else {
            throw AttestationError.malformed("order", "resume, in a file of version 2")
        }
        self.action = action
        vault = try object.digest("vault")
        attestation = try object.digest("attestation")
        let term = version == 1 ? nil : try ResetTerm(&object)
        signature = try GuardianSignature(&object, term: term)
    }
}
