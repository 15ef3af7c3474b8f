public import CanonicalJSON
import MarketData
import Ristretto

/// The period file, version 1: one JSON object, described on the documentation page <doc:PeriodFile>.
///
/// What one step takes over from the step before stands in the file once: a statement has one short form.
extension PeriodReport {
    private static let format = "ballast period"
    private static let version = 1
    /// A larger file is refused unread.
    public static let largestFile = 1 << 24

    /// Whether a file says of itself that it is one, whatever else is wrong with it.
    public static func isNamed(in json: JSONValue) -> Bool {
        guard case .object(let members) = json else { return false }
        return members.contains { $0.name == "format" && $0.value == .string(format) }
    }

    /// Reads a file; unknown, duplicate or missing keys are refused.
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

    /// The report as a JSON value.
    public var json: JSONValue {
        let first = steps[0]
        func points(_ points: [CompressedRistretto]) -> JSONValue { .array(points.map { .hex($0.bytes) }) }
        var members: [JSONMember] = [
            JSONMember("format", .string(Self.format)),
            JSONMember("version", .integer(Self.version)),
            JSONMember("vault", .hex(first.vault.bytes)),
            JSONMember("policy", .hex(first.policy.bytes)),
            JSONMember("sequence", .integer(first.sequence)),
            JSONMember("previous", .hex(first.previous.bytes)),
            JSONMember("previousTime", .integer(first.previousTime.milliseconds)),
            JSONMember("lastRebalance", .integer(first.lastRebalance.milliseconds)),
            JSONMember("before", points(first.before)),
            JSONMember("carriedBefore", points(first.carriedBefore)),
            JSONMember("steps", .array(steps.map(Self.json))),
            JSONMember("head", .hex(head.bytes)),
        ]
        if let periodReturn {
            members.append(JSONMember("returnBasisPoints", .integer(Int(periodReturn.basisPoints))))
        }
        members.append(JSONMember("operator", .hex(operatorKey)))
        members.append(JSONMember("proof", .hex(proof)))
        members.append(JSONMember("signature", .hex(signature)))
        return .object(members)
    }

    private static func json(_ step: Statement) -> JSONValue {
        func points(_ points: [CompressedRistretto]) -> JSONValue { .array(points.map { .hex($0.bytes) }) }
        var members = [
            JSONMember("kind", .string(step.kind.name)),
            JSONMember("time", .integer(step.time.milliseconds)),
            JSONMember("regime", .integer(step.regime)),
            JSONMember("candles", .hex(step.candles.bytes)),
            JSONMember("prices", .array(step.prices.map { .string("\($0.units)") })),
            JSONMember("ground", .string(step.ground.name)),
        ]
        if step.kind != .hold { members.append(JSONMember("after", points(step.after))) }
        if step.kind == .rebalance { members.append(JSONMember("carriedAfter", points(step.carriedAfter))) }
        if !step.inputs.isEmpty {
            let inputs = step.inputs.map { JSONMember($0.name.rawValue, .hex($0.digest.bytes)) }
            members.append(JSONMember("inputs", .object(inputs)))
        }
        return .object(members)
    }

    private init(json: JSONValue) throws {
        var object = try JSONObjectReader(json)
        guard try object.string("format") == Self.format else {
            throw Attestation.malformed("format", "`\(Self.format)`")
        }
        guard try object.integer("version") == Self.version else {
            throw Attestation.malformed("version", "\(Self.version), the only one this build reads")
        }
        var common = Common(
            vault: try Attestation.digest(&object, "vault"),
            policy: try Attestation.digest(&object, "policy"),
            sequence: try object.unsigned("sequence"),
            previous: try Attestation.digest(&object, "previous"),
            previousTime: try Attestation.time(&object, "previousTime"),
            lastRebalance: try Attestation.time(&object, "lastRebalance"),
            before: try Attestation.points(&object, "before"),
            carriedBefore: try Attestation.points(&object, "carriedBefore")
        )
        let values = try object.array("steps")
        guard (1...Self.mostSteps).contains(values.count) else {
            throw Attestation.malformed("steps", "1 to \(Self.mostSteps) of them")
        }
        steps = try values.enumerated().map { index, value in
            var step = try JSONObjectReader(value, at: "steps[\(index)]")
            return try common.next(&step)
        }
        head = try Attestation.digest(&object, "head")
        periodReturn = try object.optionalInteger("returnBasisPoints").map { value in
            guard let parts = Int32(exactly: value), let periodReturn = PeriodReturn(basisPoints: parts) else {
                throw Attestation.malformed("returnBasisPoints", "a whole number in \(PeriodReturn.range)")
            }
            return periodReturn
        }
        operatorKey = try object.hexBytes("operator", count: 32)
        proof = try object.hexBytes("proof")
        signature = try object.hexBytes("signature", count: 64)
        try object.finish()
    }

    /// What each step takes over from the one before.
    private struct Common {
        let vault: ContentDigest
        let policy: ContentDigest
        var sequence: UInt64
        var previous: ContentDigest
        var previousTime: Timestamp
        var lastRebalance: Timestamp
        var before: [CompressedRistretto]
        var carriedBefore: [CompressedRistretto]

        mutating func next(_ step: inout JSONObjectReader) throws -> Statement {
            guard let kind = AttestationKind(name: try step.string("kind")), PeriodReport.kinds.contains(kind) else {
                throw Attestation.malformed("kind", "one of rebalance, hold, flow")
            }
            guard let ground = HoldGround(name: try step.string("ground")) else {
                throw Attestation.malformed(
                    "ground",
                    "one of \(HoldGround.allCases.map(\.name).joined(separator: ", "))"
                )
            }
            guard let regime = UInt8(exactly: try step.integer("regime")) else {
                throw Attestation.malformed("regime", "0…255")
            }
            let statement = Statement(
                kind: kind,
                vault: vault,
                sequence: sequence,
                previous: previous,
                time: try Attestation.time(&step, "time"),
                previousTime: previousTime,
                lastRebalance: lastRebalance,
                policy: policy,
                regime: regime,
                candles: try Attestation.digest(&step, "candles"),
                prices: try step.strings("prices").map(Attestation.price),
                ground: ground,
                before: before,
                after: kind == .hold ? before : try Attestation.points(&step, "after"),
                carriedBefore: carriedBefore,
                carriedAfter: kind == .rebalance ? try Attestation.points(&step, "carriedAfter") : carriedBefore,
                inputs: try Attestation.inputs(&step)
            )
            try step.finish()
            // A chain whose numbers wrap around is refused by the check of their order.
            sequence = sequence &+ 1
            previous = .zero
            previousTime = statement.time
            if kind == .rebalance { lastRebalance = statement.time }
            before = statement.after
            carriedBefore = statement.carriedAfter
            return statement
        }
    }
}
