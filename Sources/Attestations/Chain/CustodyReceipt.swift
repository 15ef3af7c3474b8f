import CanonicalJSON
public import MarketData
import Ristretto
import ZeroKnowledge

/// A custodian's signature under the commitments that an attestation ends with: the quantities in them are there.
///
/// The custodian is shown the openings, checks them against the commitments and its own books, and signs
/// `ballast custody v1` ‖ vault id ‖ sequence ‖ t ‖ C⁺ (attestation page, section 8). The receipt shows nothing of the quantities.
public struct CustodyReceipt: Sendable, Hashable {
    /// Which vault.
    public let vault: ContentDigest
    /// The number of the attestation.
    public let sequence: UInt64
    /// The attestation's time: that of the holdings, not of the signature.
    public let time: Timestamp
    /// The custodian's Ed25519 public key, 32 bytes.
    public let custodian: [UInt8]
    /// Ed25519 over the domain "ballast custody v1", vault, number, time and commitments after, 64 bytes.
    public let signature: [UInt8]

    /// What is signed.
    static func message(of statement: Statement) -> [UInt8] {
        Array("ballast custody v1".utf8) + statement.vault.bytes + statement.sequence.littleEndianBytes
            + statement.time.littleEndianBytes + statement.after.flatMap(\.bytes)
    }

    /// Signs for the commitments of an attestation, once the openings were found to be theirs.
    ///
    /// - Parameters:
    ///   - attestation: The attestation.
    ///   - opening: What the operator says that its commitments hold.
    ///   - custodian: Signs.
    /// - Throws: ``AttestationError/openingMismatch(index:)`` if a commitment is not of its opening.
    public init(
        for attestation: Attestation,
        opening: CustodyOpening,
        custodian: Signer
    ) throws(AttestationError) {
        let statement = attestation.statement
        try opening.check(statement)
        vault = statement.vault
        sequence = statement.sequence
        time = statement.time
        self.custodian = custodian.publicKey
        signature = try custodian.signature(over: Self.message(of: statement))
    }

    /// Why the receipt says nothing about an attestation; `nil` if it is the custodian's word about it.
    public func refusal(about statement: Statement) -> String? {
        guard vault == statement.vault else { return "it is of another vault, \(vault)" }
        guard sequence == statement.sequence, time == statement.time else {
            return "it is of number \(sequence) at \(time), not of \(statement.sequence) at \(statement.time)"
        }
        return Signer.isValid(signature, over: Self.message(of: statement), publicKey: custodian)
            ? nil : "it is not the custodian's signature over these commitments"
    }

    private static let format = "ballast custody receipt"
    /// No receipt comes near this; a larger file is refused unread.
    public static let largestFile = 4_096

    /// The file's text.
    public var fileText: String {
        JSONValue.object([
            JSONMember("format", .string(Self.format)), JSONMember("version", .integer(1)),
            JSONMember("vault", .hex(vault.bytes)), JSONMember("sequence", .integer(sequence)),
            JSONMember("time", .integer(time.milliseconds)), JSONMember("custodian", .hex(custodian)),
            JSONMember("signature", .hex(signature)),
        ]).prettyText
    }

    /// Reads a file; unknown, duplicate or missing keys are refused.
    ///
    /// - Throws: ``AttestationError/unreadable(file:reason:)``.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        self = try AttestationError.reading(fileBytes, as: "a custody receipt", atMost: Self.largestFile) {
            try CustodyReceipt(&$0)
        }
    }

    private init(_ object: inout JSONObjectReader) throws {
        guard try object.string("format") == Self.format, try object.integer("version") == 1 else {
            throw AttestationError.malformed("format", "`\(Self.format)`, version 1")
        }
        vault = try object.digest("vault")
        sequence = try object.unsigned("sequence")
        time = try object.time("time")
        custodian = try object.hexBytes("custodian", count: 32)
        signature = try object.hexBytes("signature", count: 64)
    }
}

/// What the operator shows a custodian: quantities and blindings of one attestation's commitments. **Secret.**
///
/// Carried state is not in it: it says how much was traded, which is not the custodian's affair.
public struct CustodyOpening: Sendable, CustomStringConvertible, CustomReflectable {
    private let opening: VaultOpening

    /// Takes the quantities and their blindings out of a vault's opening.
    public init(_ opening: VaultOpening) {
        self.opening = VaultOpening(
            quantities: opening.quantities,
            blindings: opening.blindings,
            carried: nil,
            carriedBlinding: nil
        )
    }

    /// What the vault is said to hold, in the order of the policy's assets.
    public var quantities: [Quantity] { opening.quantities }

    /// That each commitment of a statement is the one of its quantity and blinding.
    func check(_ statement: Statement) throws(AttestationError) {
        let commitments = opening.commitments()
        guard commitments.count == statement.after.count else {
            throw .wrongLength(field: "openings", got: commitments.count, expected: statement.after.count)
        }
        for (index, pair) in zip(commitments, statement.after).enumerated() where pair.0 != pair.1 {
            throw .openingMismatch(index: index)
        }
    }

    private static let format = "ballast custody opening"
    /// 255 assets stay far below; a larger file is refused unread.
    public static let largestFile = 1 << 17

    /// The file's text.
    ///
    /// - Important: It holds what commitments hide. It goes to the custodian alone.
    public var fileText: String {
        JSONValue.object([
            JSONMember("format", .string(Self.format)), JSONMember("version", .integer(1)),
            JSONMember("opening", .hex(opening.secretBytes)),
        ]).prettyText
    }

    /// Reads a file.
    ///
    /// - Throws: ``AttestationError/openingsUnreadable``, which says nothing of what stood there.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        guard fileBytes.count <= Self.largestFile else { throw .openingsUnreadable }
        do {
            var object = try JSONObjectReader(JSONValue.read(fileBytes))
            guard try object.string("format") == Self.format, try object.integer("version") == 1 else {
                throw AttestationError.openingsUnreadable
            }
            opening = try VaultOpening(secretBytes: object.hexBytes("opening"))
            try object.finish()
        } catch {
            throw .openingsUnreadable
        }
        guard opening.carriedValues.isEmpty else { throw .openingsUnreadable }
    }

    /// `<hidden>`.
    public var description: String { "<hidden>" }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
