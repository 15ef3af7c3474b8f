import CanonicalJSON
public import MarketData

/// Who may order a halt and end one: keys, and how many of them together.
///
/// Fixed at genesis, in the vault id, or appointed by an amend. Distinct keys alone are taken, so that no guardian counts twice.
public struct GuardianSet: Sendable, Hashable {
    /// Ed25519 public keys, 32 bytes each, in the order given.
    public let keys: [[UInt8]]
    /// How many of them together.
    public let threshold: Int

    /// The most guardians: as many as the policy language counts.
    public static let mostGuardians = 16

    /// Creates a set.
    ///
    /// - Throws: ``AttestationError/malformed(reason:)`` unless there are 1 to 16 distinct keys of 32 bytes, none of them
    ///   zeros, and as many as the threshold asks for.
    public init(keys: [[UInt8]], threshold: Int) throws(AttestationError) {
        guard (1...Self.mostGuardians).contains(keys.count) else {
            throw .malformed(reason: "guardians: expected 1 to \(Self.mostGuardians) keys, got \(keys.count)")
        }
        for key in keys {
            guard key.count == 32 else {
                throw .wrongLength(field: "guardian's key", got: key.count, expected: 32)
            }
            guard key.contains(where: { $0 != 0 }) else {
                throw .malformed(reason: "guardians: a key of zeros is nobody's")
            }
        }
        guard Set(keys).count == keys.count else {
            throw .malformed(reason: "guardians: expected distinct keys, got one twice")
        }
        guard (1...keys.count).contains(threshold) else {
            throw .malformed(reason: "guardians: expected a threshold of 1 to \(keys.count), got \(threshold)")
        }
        self.keys = keys
        self.threshold = threshold
    }

    /// What the vault id and the digest cover.
    var canonicalBytes: [UInt8] {
        Array("ballast guardians v1".utf8) + [UInt8(threshold)] + UInt32(keys.count).littleEndianBytes
            + keys.flatMap { $0 }
    }

    /// What the statement of an amend holds under ``PublicInput/Name/guardians``.
    public var digest: ContentDigest { ContentDigest(hashing: canonicalBytes) }

    /// In words: `2 of 3 guardians`.
    public var text: String { "\(threshold) of \(keys.count) guardian\(keys.count == 1 ? "" : "s")" }

    /// Why these signatures are not an order of the guardians over one message, which no term belongs to; `nil` if they are.
    func refusal(of signatures: [GuardianSignature], under message: [UInt8]) -> String? {
        refusal(of: signatures) { $0.term == nil ? message : nil }
    }

    /// Why these signatures are not an order of the guardians; `nil` if they are.
    ///
    /// Strict: one signature that is nobody's, twice or false refuses them all, so that a file holds nothing idle.
    ///
    /// - Parameter message: What a signature has to be over; `nil` where it has a form that the order cannot have.
    func refusal(
        of signatures: [GuardianSignature],
        under message: (GuardianSignature) -> [UInt8]?
    ) -> String? {
        var seen: Set<[UInt8]> = []
        for signature in signatures {
            guard keys.contains(signature.guardian) else { return "a signature is by a key that is no guardian's" }
            guard seen.insert(signature.guardian).inserted else { return "one guardian signed twice" }
            guard let message = message(signature) else { return "an order to halt says what it covers" }
            guard Signer.isValid(signature.signature, over: message, publicKey: signature.guardian) else {
                return "a guardian's signature is not over this order"
            }
        }
        return seen.count >= threshold ? nil : "signed by \(seen.count) of the \(threshold) guardians that it takes"
    }

    var json: JSONValue {
        .object([JSONMember("threshold", .integer(threshold)), JSONMember("keys", .array(keys.map { .hex($0) }))])
    }

    init(reading object: JSONObjectReader) throws {
        var object = object
        let threshold = try object.integer("threshold")
        let values = try object.array("keys")
        guard values.count <= Self.mostGuardians else {
            throw AttestationError.malformed(reason: "guardians: at most \(Self.mostGuardians) keys")
        }
        try self.init(keys: values.map { try $0.hexBytes(count: 32, at: "guardians") }, threshold: threshold)
        try object.finish()
    }
}

/// One guardian's signature under an order, with the key to check it by.
public struct GuardianSignature: Sendable, Hashable {
    /// The guardian's Ed25519 public key, 32 bytes.
    public let guardian: [UInt8]
    /// Ed25519 over the order's message, 64 bytes.
    public let signature: [UInt8]
    /// What an order to resume covers; `nil` for an order to halt, and for one of version 1.
    public let term: ResetTerm?

    /// Creates a signature; the verifier checks it, not this initialiser.
    public init(guardian: [UInt8], signature: [UInt8], term: ResetTerm? = nil) {
        self.guardian = guardian
        self.signature = signature
        self.term = term
    }

    var json: JSONValue {
        .object([JSONMember("guardian", .hex(guardian)), JSONMember("signature", .hex(signature))] + termMembers)
    }

    /// The term's keys in a file.
    var termMembers: [JSONMember] {
        term.map {
            [
                JSONMember("covers", .integer($0.covers.milliseconds)),
                JSONMember("expires", .integer($0.expires.milliseconds)),
            ]
        } ?? []
    }

    /// Reads one out of an object that may hold more.
    init(_ object: inout JSONObjectReader, term: ResetTerm?) throws {
        self.init(
            guardian: try object.hexBytes("guardian", count: 32),
            signature: try object.hexBytes("signature", count: 64),
            term: term
        )
    }

    static func list(in object: inout JSONObjectReader, _ name: String) throws -> [GuardianSignature] {
        let readers = try object.objects(name)
        guard readers.count <= GuardianSet.mostGuardians else {
            throw AttestationError.malformed(reason: "\(name): at most \(GuardianSet.mostGuardians) signatures")
        }
        return try readers.map { reader in
            var reader = reader
            // A copy looks first: without the key there is no term.
            var copy = reader
            let term = copy.optional("covers") == nil ? nil : try ResetTerm(&reader)
            let signature = try GuardianSignature(&reader, term: term)
            try reader.finish()
            return signature
        }
    }
}
