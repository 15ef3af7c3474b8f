public import CanonicalJSON
import MarketData
import Ristretto

/// The attestation file, version 1: one JSON object, described on the documentation page <doc:AttestationFile>.
extension Attestation {
    private static let format = "ballast attestation"
    private static let version = 1
    /// No attestation of 64 assets comes near this; a larger file is refused unread.
    public static let largestFile = 1 << 20

    /// Reads a file: any white space and key order; unknown, duplicate or missing keys are refused.
    ///
    /// - Throws: ``AttestationError/malformed(reason:)`` with line and column or the key's path.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        guard fileBytes.count <= Self.largestFile else {
            throw .malformed(reason: "\(fileBytes.count) bytes: at most \(Self.largestFile) are read")
        }
        do {
            try self.init(json: JSONValue.read(fileBytes))
        } catch let error as JSONError {
            throw .malformed(reason: error.description)
        } catch let error as AttestationError {
            throw error
        } catch {
            throw .malformed(reason: "\(error)")
        }
    }

    /// The file's text, in the order of the statement.
    public var fileText: String { json.prettyText }

    /// The attestation as a JSON value.
    public var json: JSONValue {
        var members: [JSONMember] = [
            JSONMember("format", .string(Self.format)),
            JSONMember("version", .integer(Self.version)),
            JSONMember("kind", .string(statement.kind.name)),
            JSONMember("vault", .hex(statement.vault.bytes)),
            JSONMember("sequence", .integer(statement.sequence)),
            JSONMember("previous", .hex(statement.previous.bytes)),
            JSONMember("time", .integer(statement.time.milliseconds)),
            JSONMember("previousTime", .integer(statement.previousTime.milliseconds)),
            JSONMember("lastRebalance", .integer(statement.lastRebalance.milliseconds)),
            JSONMember("policy", .hex(statement.policy.bytes)),
            JSONMember("regime", .integer(statement.regime)),
            JSONMember("candles", .hex(statement.candles.bytes)),
            // As strings: most readers keep integers only to 2⁵³.
            JSONMember("prices", .array(statement.prices.map { .string("\($0.units)") })),
            JSONMember("ground", .string(statement.ground.name)),
            JSONMember("before", .array(statement.before.map { .hex($0.bytes) })),
            JSONMember("after", .array(statement.after.map { .hex($0.bytes) })),
            JSONMember("carriedBefore", .array(statement.carriedBefore.map { .hex($0.bytes) })),
            JSONMember("carriedAfter", .array(statement.carriedAfter.map { .hex($0.bytes) })),
        ]
        if !statement.inputs.isEmpty {
            let inputs = statement.inputs.map { JSONMember($0.name.rawValue, .hex($0.digest.bytes)) }
            members.append(JSONMember("inputs", .object(inputs)))
        }
        members.append(JSONMember("operator", .hex(operatorKey)))
        if let identity {
            members.append(JSONMember("nonce", .hex(identity.nonce)))
            members.append(JSONMember("owner", .hex(identity.ownerKey)))
        }
        if let guardians = identity?.guardians ?? appointed { members.append(JSONMember("guardians", guardians.json)) }
        if let countersignature { members.append(JSONMember("owner", .hex(countersignature.ownerKey))) }
        members.append(JSONMember("proof", .hex(proof)))
        members.append(JSONMember("signature", .hex(signature)))
        if let countersignature { members.append(JSONMember("ownerSignature", .hex(countersignature.signature))) }
        if statement.kind == .halt || statement.kind == .resume {
            members.append(JSONMember("guardianSignatures", .array(guardianSignatures.map(\.json))))
        }
        return .object(members)
    }

    private init(json: JSONValue) throws {
        var object = try JSONObjectReader(json)
        guard try object.string("format") == Self.format else { throw Self.malformed("format", "`\(Self.format)`") }
        guard try object.integer("version") == Self.version else {
            throw Self.malformed("version", "\(Self.version), the only one this build reads")
        }
        guard let kind = AttestationKind(name: try object.string("kind")) else {
            throw Self.malformed("kind", "one of \(AttestationKind.allCases.map(\.name).joined(separator: ", "))")
        }
        guard let ground = HoldGround(name: try object.string("ground")) else {
            throw Self.malformed("ground", "one of \(HoldGround.allCases.map(\.name).joined(separator: ", "))")
        }
        guard let regime = UInt8(exactly: try object.integer("regime")) else {
            throw Self.malformed("regime", "0…255")
        }
        statement = Statement(
            kind: kind,
            vault: try Self.digest(&object, "vault"),
            sequence: try object.unsigned("sequence"),
            previous: try Self.digest(&object, "previous"),
            time: try Self.time(&object, "time"),
            previousTime: try Self.time(&object, "previousTime"),
            lastRebalance: try Self.time(&object, "lastRebalance"),
            policy: try Self.digest(&object, "policy"),
            regime: regime,
            candles: try Self.digest(&object, "candles"),
            prices: try object.strings("prices").map(Self.price),
            ground: ground,
            before: try Self.points(&object, "before"),
            after: try Self.points(&object, "after"),
            carriedBefore: try Self.points(&object, "carriedBefore"),
            carriedAfter: try Self.points(&object, "carriedAfter"),
            inputs: try Self.inputs(&object)
        )
        operatorKey = try object.hexBytes("operator", count: 32)
        let guardians =
            kind == .genesis || kind == .amend
            ? try object.optionalObject("guardians").map { try GuardianSet(reading: $0) } : nil
        appointed = kind == .amend ? guardians : nil
        identity =
            kind == .genesis
            ? try VaultIdentity(
                nonce: object.hexBytes("nonce", count: 32),
                operatorKey: operatorKey,
                ownerKey: object.hexBytes("owner", count: 32),
                guardians: guardians
            ) : nil
        countersignature =
            kind.needsOwner
            ? try Countersignature(
                ownerKey: object.hexBytes("owner", count: 32),
                signature: object.hexBytes("ownerSignature", count: 64)
            ) : nil
        proof = try object.hexBytes("proof")
        signature = try object.hexBytes("signature", count: 64)
        guardianSignatures =
            kind == .halt || kind == .resume ? try GuardianSignature.list(in: &object, "guardianSignatures") : []
        try object.finish()
    }

    static func malformed(_ field: String, _ expected: String) -> AttestationError {
        .malformed(reason: "\(field): expected \(expected)")
    }

    static func digest(_ object: inout JSONObjectReader, _ name: String) throws -> ContentDigest {
        guard let digest = ContentDigest(bytes: try object.hexBytes(name, count: 32)) else {
            throw malformed(name, "32 bytes")
        }
        return digest
    }

    /// Times run from 1970 to 9999, so that sums of times and durations stay far from the integers' ends.
    static func time(_ object: inout JSONObjectReader, _ name: String) throws -> Timestamp {
        let milliseconds = Int64(try object.integer(name))
        guard (0...253_402_300_799_999).contains(milliseconds) else {
            throw malformed(name, "Unix milliseconds of the years 1970 to 9999")
        }
        return Timestamp(milliseconds: milliseconds)
    }

    static func price(_ text: String) throws -> Price {
        guard let units = UInt64(text), "\(units)" == text, let price = Price(units: units) else {
            throw malformed("prices", "whole numbers from 1 to 2^64 - 1 as strings")
        }
        return price
    }

    /// No key `inputs` where there are none, so that a statement has one form.
    static func inputs(_ object: inout JSONObjectReader) throws -> [PublicInput] {
        guard var members = try object.optionalObject("inputs") else { return [] }
        let inputs = try PublicInput.Name.allCases.compactMap { name -> PublicInput? in
            guard let bytes = try members.optionalHexBytes(name.rawValue, count: 32) else { return nil }
            return ContentDigest(bytes: bytes).map { PublicInput(name, $0) }
        }
        try members.finish()
        guard !inputs.isEmpty else { throw malformed("inputs", "at least one input, or no such key") }
        return inputs
    }

    static func points(_ object: inout JSONObjectReader, _ name: String) throws -> [CompressedRistretto] {
        let values = try object.array(name)
        guard values.count <= 256 else { throw malformed(name, "at most 256 commitments") }
        return try values.map { value in
            guard let point = CompressedRistretto(try value.hexBytes(count: 32, at: name)) else {
                throw malformed(name, "32 bytes a commitment")
            }
            return point
        }
    }
}
