import CanonicalJSON
import MarketData
import Ristretto

/// How a period file writes its steps, and what each step takes over from the one before.
struct PeriodStepForm {
    let version: PeriodReport.Version
    let operatorKey: [UInt8]
    let vault: ContentDigest
    var policy: ContentDigest
    var sequence: UInt64
    var previous: ContentDigest
    var previousTime: Timestamp
    var lastRebalance: Timestamp
    var before: [CompressedRistretto]
    var carriedBefore: [CompressedRistretto]

    /// A step in short.
    static func json(
        _ step: Statement,
        _ evidence: StepEvidence,
        _ version: PeriodReport.Version,
        isFirst: Bool
    ) -> JSONValue {
        var members = [
            JSONMember("kind", .string(step.kind.name)),
            JSONMember("time", .integer(step.time.milliseconds)),
        ]
        if version == .spansEvents, !isFirst { members.append(JSONMember("previous", .hex(step.previous.bytes))) }
        if step.kind.hasCircuit {
            members += [
                JSONMember("regime", .integer(step.regime)),
                JSONMember("candles", .hex(step.candles.bytes)),
                JSONMember("prices", .prices(step.prices)),
                JSONMember("ground", .string(step.ground.name)),
            ]
        }
        if step.kind == .amend { members.append(JSONMember("policy", .hex(step.policy.bytes))) }
        if step.kind.writesCommitments { members.append(JSONMember("after", .points(step.after))) }
        if step.kind.writesCarried { members.append(JSONMember("carriedAfter", .points(step.carriedAfter))) }
        members += step.inputMembers
        return .object(version == .spansEvents ? members + evidence.members(step.kind) : members)
    }

    /// Reads the next step.
    mutating func next(
        _ step: inout JSONObjectReader,
        isFirst: Bool
    ) throws -> (statement: Statement, evidence: StepEvidence) {
        let kinds = version.kinds.filter { isFirst || $0 != .genesis }
        guard let kind = AttestationKind(name: try step.string("kind")), kinds.contains(kind) else {
            throw AttestationError.malformed("kind", "one of \(kinds.map(\.name).joined(separator: ", "))")
        }
        if version == .spansEvents, !isFirst { previous = try step.digest("previous") }
        if kind == .amend { policy = try step.digest("policy") }
        let statement = Statement(
            kind: kind,
            vault: vault,
            sequence: sequence,
            previous: previous,
            time: try step.time("time"),
            previousTime: previousTime,
            lastRebalance: lastRebalance,
            policy: policy,
            regime: kind.hasCircuit ? try step.regime() : 0,
            candles: kind.hasCircuit ? try step.digest("candles") : .zero,
            prices: kind.hasCircuit ? try step.prices() : [],
            ground: kind.hasCircuit ? try step.ground() : .none,
            before: before,
            after: kind.writesCommitments ? try step.points("after") : before,
            carriedBefore: carriedBefore,
            carriedAfter: kind.writesCarried ? try step.points("carriedAfter") : carriedBefore,
            inputs: try step.inputs()
        )
        let evidence =
            version == .spansEvents ? try StepEvidence(reading: &step, of: kind, operatorKey: operatorKey) : .none
        try step.finish()
        // A chain whose numbers wrap around is refused by the check of their order.
        sequence = sequence &+ 1
        previous = .zero
        previousTime = statement.time
        if kind == .rebalance { lastRebalance = statement.time }
        before = statement.after
        carriedBefore = statement.carriedAfter
        return (statement, evidence)
    }
}

extension AttestationKind {
    /// Whether commitments after are others than those before.
    fileprivate var writesCommitments: Bool { self != .hold && self != .halt && self != .resume }

    /// Whether the carried state after is another than before.
    fileprivate var writesCarried: Bool { self == .genesis || self == .rebalance || self == .amend }
}

extension StepEvidence {
    fileprivate func members(_ kind: AttestationKind) -> [JSONMember] {
        var members = identity.map(VaultIdentity.members) ?? []
        if let appointed { members.append(JSONMember("guardians", appointed.json)) }
        if let ownerSignature { members.append(JSONMember("ownerSignature", .hex(ownerSignature))) }
        // An amend that moves nothing has none, and then no such key.
        if kind == .flow || !proof.isEmpty { members.append(JSONMember("proof", .hex(proof))) }
        if kind == .halt || kind == .resume {
            members.append(JSONMember("guardianSignatures", .array(guardianSignatures.map(\.json))))
        }
        return members
    }

    fileprivate init(
        reading object: inout JSONObjectReader,
        of kind: AttestationKind,
        operatorKey: [UInt8]
    ) throws {
        self.init(
            identity: kind == .genesis ? try VaultIdentity(reading: &object, operatorKey: operatorKey) : nil,
            ownerSignature: kind.needsOwner ? try object.hexBytes("ownerSignature", count: 64) : nil,
            proof: kind == .flow
                ? try object.hexBytes("proof") : kind == .amend ? try Self.amendProof(in: &object) : [],
            appointed: kind == .amend
                ? try object.optionalObject("guardians").map { try GuardianSet(reading: $0) } : nil,
            guardianSignatures: kind == .halt || kind == .resume
                ? try GuardianSignature.list(in: &object, "guardianSignatures") : []
        )
    }

    private static func amendProof(in object: inout JSONObjectReader) throws -> [UInt8] {
        guard let proof = try object.optionalHexBytes("proof") else { return [] }
        guard !proof.isEmpty else { throw AttestationError.malformed("proof", "some bytes, or no such key") }
        return proof
    }
}

extension VaultIdentity {
    /// What a file writes of it: the operator's key stands elsewhere.
    static func members(of identity: VaultIdentity) -> [JSONMember] {
        var members = [
            JSONMember("nonce", .hex(identity.nonce)), JSONMember("owner", .hex(identity.ownerKey)),
        ]
        if let guardians = identity.guardians { members.append(JSONMember("guardians", guardians.json)) }
        return members
    }

    init(reading object: inout JSONObjectReader, operatorKey: [UInt8]) throws {
        try self.init(
            nonce: object.hexBytes("nonce", count: 32),
            operatorKey: operatorKey,
            ownerKey: object.hexBytes("owner", count: 32),
            guardians: object.optionalObject("guardians").map { try GuardianSet(reading: $0) }
        )
    }
}
