public import CanonicalJSON
import MarketData
import Ristretto

/// The period file, versions 1 and 2: one JSON object, described on the documentation page <doc:PeriodFile>.
///
/// What one step takes over from the step before stands in the file once: a statement has one short form.
extension PeriodReport {
    private static let format = "ballast period"
    /// A larger file is refused unread.
    public static let largestFile = 1 << 24

    /// Whether a file says of itself that it is one, whatever else is wrong with it.
    public static func isNamed(in json: JSONValue) -> Bool {
        guard case .object(let members) = json else { return false }
        return members.contains { $0.name == "format" && $0.value == .string(format) }
    }

    /// Reads a file; unknown, duplicate or missing keys are refused.
    ///
    /// - Throws: ``AttestationError/unreadable(file:reason:)`` with line and column or the key's path.
    public init(fileBytes: [UInt8]) throws(AttestationError) {
        self = try AttestationError.reading(fileBytes, as: "a report over a period", atMost: Self.largestFile) {
            try PeriodReport(&$0)
        }
    }

    /// The report as a JSON value.
    public var json: JSONValue {
        let first = steps[0]
        var members: [JSONMember] = [
            JSONMember("format", .string(Self.format)),
            JSONMember("version", .integer(version.rawValue)),
            JSONMember("vault", .hex(first.vault.bytes)),
            JSONMember("policy", .hex(first.policy.bytes)),
            JSONMember("sequence", .integer(first.sequence)),
            JSONMember("previous", .hex(first.previous.bytes)),
            JSONMember("previousTime", .integer(first.previousTime.milliseconds)),
            JSONMember("lastRebalance", .integer(first.lastRebalance.milliseconds)),
            JSONMember("before", .points(first.before)),
            JSONMember("carriedBefore", .points(first.carriedBefore)),
        ]
        if let start { members.append(JSONMember("start", start.json)) }
        let steps = zip(self.steps, evidence).enumerated().map { index, step in
            PeriodStepForm.json(step.0, step.1, version, isFirst: index == 0)
        }
        members.append(JSONMember("steps", .array(steps)))
        members.append(JSONMember("head", .hex(head.bytes)))
        if let periodReturn {
            members.append(JSONMember("returnBasisPoints", .integer(Int(periodReturn.basisPoints))))
        }
        members.append(JSONMember("operator", .hex(operatorKey)))
        members.append(JSONMember("proof", .hex(proof)))
        members.append(JSONMember("signature", .hex(signature)))
        return .object(members)
    }

    private init(_ object: inout JSONObjectReader) throws {
        guard try object.string("format") == Self.format else {
            throw AttestationError.malformed("format", "`\(Self.format)`")
        }
        guard let version = Version(rawValue: try object.integer("version")) else {
            throw AttestationError.malformed("version", "1 or 2, which this build reads")
        }
        self.version = version
        operatorKey = try object.hexBytes("operator", count: 32)
        var form = PeriodStepForm(
            version: version,
            operatorKey: operatorKey,
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
        let read = try values.enumerated().map { index, value in
            var step = try JSONObjectReader(value, at: "steps[\(index)]")
            return try form.next(&step, isFirst: index == 0)
        }
        steps = read.map(\.statement)
        evidence = read.map(\.evidence)
        let isRooted = version == .sharesPolicy || steps[0].kind == .genesis
        start = isRooted ? nil : try PeriodStart(reading: object.object("start"), operatorKey: operatorKey)
        head = try object.digest("head")
        periodReturn = try object.optionalInteger("returnBasisPoints").map { value in
            guard let parts = Int32(exactly: value), let periodReturn = PeriodReturn(basisPoints: parts) else {
                throw AttestationError.malformed("returnBasisPoints", "a whole number in \(PeriodReturn.range)")
            }
            return periodReturn
        }
        proof = try object.hexBytes("proof")
        signature = try object.hexBytes("signature", count: 64)
    }
}

extension PeriodStart {
    fileprivate var json: JSONValue {
        var members = VaultIdentity.members(of: identity) + [JSONMember("policy", .hex(policy.bytes))]
        if let appointment { members.append(JSONMember("appointment", appointment.json)) }
        if let halt { members.append(JSONMember("halt", halt.json)) }
        return .object(members)
    }

    fileprivate init(reading object: JSONObjectReader, operatorKey: [UInt8]) throws {
        var object = object
        func attestation(_ name: String) throws -> Attestation? {
            guard var reader = try object.optionalObject(name) else { return nil }
            let attestation = try Attestation(&reader)
            try reader.finish()
            return attestation
        }
        self.init(
            identity: try VaultIdentity(reading: &object, operatorKey: operatorKey),
            policy: try object.digest("policy"),
            appointment: try attestation("appointment"),
            halt: try attestation("halt")
        )
        try object.finish()
    }
}
