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
    /// - Throws: ``AttestationError/unreadable(file:reason:)`` with line and column or the key's path.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        self = try AttestationError.reading(fileBytes, as: "an attestation", atMost: Self.largestFile) {
            try Attestation(&$0)
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
            JSONMember("prices", .prices(statement.prices)),
            JSONMember("ground", .string(statement.ground.name)),
            JSONMember("before", .points(statement.before)),
            JSONMember("after", .points(statement.after)),
            JSONMember("carriedBefore", .points(statement.carriedBefore)),
            JSONMember("carriedAfter", .points(statement.carriedAfter)),
        ]
        members += statement.inputMembers
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

    init(_ object: inout JSONObjectReader) throws {
        guard try object.string("format") == Self.format else {
            throw AttestationError.malformed("format", "`\(Self.format)`")
        }
        guard try object.integer("version") == Self.version else {
            throw AttestationError.malformed("version", "\(Self.version), the only one this build reads")
        }
        guard let kind = AttestationKind(name: try object.string("kind")) else {
            throw AttestationError.malformed(
                "kind",
                "one of \(AttestationKind.allCases.map(\.name).joined(separator: ", "))"
            )
        }
        statement = Statement(
            kind: kind,
            vault: try object.digest("vault"),
            sequence: try object.unsigned("sequence"),
            previous: try object.digest("previous"),
            time: try object.time("time"),
            previousTime: try object.time("previousTime"),
            lastRebalance: try object.time("lastRebalance"),
            policy: try object.digest("policy"),
            regime: try object.regime(),
            candles: try object.digest("candles"),
            prices: try object.prices(),
            ground: try object.ground(),
            before: try object.points("before"),
            after: try object.points("after"),
            carriedBefore: try object.points("carriedBefore"),
            carriedAfter: try object.points("carriedAfter"),
            inputs: try object.inputs()
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
    }
}
