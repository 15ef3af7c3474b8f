import CanonicalJSON
public import MarketData

/// What an order to resume covers, and for how long it may be used: times that its guardian signs.
///
/// An order of version 2 has one. One of version 1 has none: what trips between the guardian's signature and the resumption is
/// reset with it, whenever the operator uses it.
public struct ResetTerm: Sendable, Hashable {
    /// Breakers that trip at this time or before are reset; what trips later stays in force.
    public let covers: Timestamp
    /// A resumption after this time cannot use the order.
    public let expires: Timestamp

    /// How long an order may be used after what it covers, unless its guardian says otherwise: a day, in milliseconds.
    public static let usualValidity: Int64 = 86_400_000

    /// Creates a term.
    ///
    /// - Throws: ``AttestationError/malformed(reason:)`` if it expires before what it covers.
    public init(covers: Timestamp, expires: Timestamp) throws(AttestationError) {
        guard covers <= expires else {
            throw .malformed(reason: "an order that covers what trips until \(covers) cannot expire at \(expires)")
        }
        self.covers = covers
        self.expires = expires
    }

    /// What a guardian's signature covers of it.
    var canonicalBytes: [UInt8] { covers.littleEndianBytes + expires.littleEndianBytes }

    /// What the statement of a resumption holds under ``PublicInput/Name/covers``: until when it resets.
    static func digest(of reset: Timestamp) -> ContentDigest {
        ContentDigest(hashing: Array("ballast reset v1".utf8) + reset.littleEndianBytes)
    }
}

extension ResetTerm {
    /// Reads the keys `covers` and `expires`.
    init(_ object: inout JSONObjectReader) throws {
        let covers = try object.time("covers")
        try self.init(covers: covers, expires: try object.time("expires"))
    }
}

extension [GuardianSignature] {
    /// Until when these orders together reset, at a resumption at this time: the least that all of them cover; `nil` if
    /// none has a term.
    func reset(at time: Timestamp) -> Timestamp? {
        compactMap(\.term?.covers).min().map { Swift.min($0, time) }
    }
}

extension Attestation {
    /// Until when a resumption resets breakers that halt until reset: its own time, unless its orders cover less.
    public var reset: Timestamp { guardianSignatures.reset(at: statement.time) ?? statement.time }

    /// Whether the orders of a resumption say what they cover.
    public var hasDatedOrders: Bool { guardianSignatures.contains { $0.term != nil } }
}

extension AttestationVerifier {
    /// That the orders of a resumption are used in their time, cover the halt that they end, and reset what the statement says.
    func termChecks(_ attestation: Attestation, ending halt: ChainStanding.Halt) -> [AttestationCheck] {
        let statement = attestation.statement
        let terms = attestation.guardianSignatures.compactMap(\.term)
        guard let earliest = terms.map(\.covers).min(), let end = terms.map(\.expires).min() else { return [] }
        let name = "term of the orders"
        guard terms.count == attestation.guardianSignatures.count else {
            return [AttestationCheck(name, .failed("some of them say what they cover, and some do not"))]
        }
        guard statement.time <= end else {
            return [
                AttestationCheck(
                    name,
                    .failed("an order expired at \(end), and the resumption is at \(statement.time)")
                )
            ]
        }
        guard earliest >= halt.time else {
            let reason = "an order covers what tripped until \(earliest), before the halt of \(halt.time) that it ends"
            return [AttestationCheck(name, .failed(reason))]
        }
        return [
            .require(
                statement.inputs.contains(PublicInput(.covers, ResetTerm.digest(of: attestation.reset))),
                name,
                "the statement resets until another time than \(attestation.reset), which the orders cover"
            )
        ]
    }
}
