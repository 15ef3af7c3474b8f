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
        self = try AttestationError.reading(fileBytes, atMost: Self.largestFile) { try PeriodReport(&$0) }
    }

    /// The report as a JSON value.
    public var json: JSONValue {
        let first = steps[0]
        var members: [JSONMember] = [
            JSONMember("format", .string(Self.format)),
            JSONMember("version", .integer(Self.version)),
            JSONMember("vault", .hex(first.vault.bytes)),
            JSONMember("policy", .hex(first.policy.bytes)),
            JSONMember("sequence", .integer(first.sequence)),
            JSONMember("previous", .hex(first.previous.bytes)),
            JSONMember("previousTime", .integer(first.previousTime.milliseconds)),
            JSONMember("lastRebalance", .integer(first.lastRebalance.milliseconds)),
            JSONMember("before", .points(first.before)),
            JSONMember("carriedBefore", .points(first.carriedBefore)),
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
        var members = [
            JSONMember("kind", .string(step.kind.name)),
            JSONMember("time", .integer(step.time.milliseconds)),
            JSONMember("regime", .integer(step.regime)),
            JSONMember("candles", .hex(step.candles.bytes)),
            JSONMember("prices", .prices(step.prices)),
            JSONMember("ground", .string(step.ground.name)),
        ]
        if step.kind != .hold { members.append(JSONMember("after", .points(step.after))) }
        if step.kind == .rebalance { members.append(JSONMember("carriedAfter", .points(step.carriedAfter))) }
        return .object(members + step.inputMembers)
    }

    private init(_ object: inout JSONObjectReader) throws {
        guard try object.string("format") == Self.format else {
            throw AttestationError.malformed("format", "`\(Self.format)`")
        }
        guard try object.integer("version") == Self.version else {
            throw AttestationError.malformed("version", "\(Self.version), the only one this build reads")
        }
        var common = Common(
            vault: try object.digest("vault"),
            policy: try object.digest("policy"),
            sequence: try object.unsigned("sequence"),
            previous: try object.digest("previous"),
            previousTime: try object.time("previousTime"),
            lastRebalance: try object.time("lastRebalance"),
            before: try object.points("before"),
            carriedBefore: try object.points("carriedBefore")
        )
        let values = try object.array("steps")
        guard (1...Self.mostSteps).contains(values.count) else {
            throw AttestationError.malformed("steps", "1 to \(Self.mostSteps) of them")
        }
        steps = try values.enumerated().map { index, value in
            var step = try JSONObjectReader(value, at: "steps[\(index)]")
            return try common.next(&step)
        }
        head = try object.digest("head")
        periodReturn = try object.optionalInteger("returnBasisPoints").map { value in
            guard let parts = Int32(exactly: value), let periodReturn = PeriodReturn(basisPoints: parts) else {
                throw AttestationError.malformed("returnBasisPoints", "a whole number in \(PeriodReturn.range)")
            }
            return periodReturn
        }
        operatorKey = try object.hexBytes("operator", count: 32)
        proof = try object.hexBytes("proof")
        signature = try object.hexBytes("signature", count: 64)
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
                throw AttestationError.malformed("kind", "one of rebalance, hold, flow")
            }
            let statement = Statement(
                kind: kind,
                vault: vault,
                sequence: sequence,
                previous: previous,
                time: try step.time("time"),
                previousTime: previousTime,
                lastRebalance: lastRebalance,
                policy: policy,
                regime: try step.regime(),
                candles: try step.digest("candles"),
                prices: try step.prices(),
                ground: try step.ground(),
                before: before,
                after: kind == .hold ? before : try step.points("after"),
                carriedBefore: carriedBefore,
                carriedAfter: kind == .rebalance ? try step.points("carriedAfter") : carriedBefore,
                inputs: try step.inputs()
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
