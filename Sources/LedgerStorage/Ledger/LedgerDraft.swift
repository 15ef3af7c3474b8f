public import MarketData

/// An event that is to be recorded, before the ledger gives it a place, a seal and a hash.
public struct LedgerDraft: Sendable {
    /// The kind of event: lower-case words joined by hyphens, at most 32 bytes.
    public var kind: String
    /// When it was decided. Must be later than the entry before.
    public var time: Timestamp
    /// The decision, at most 1 MiB, stored in the clear.
    public var decision: [UInt8]
    /// The fills, at most 1 MiB, stored in the clear.
    public var fills: [UInt8]
    /// The attestation's canonical bytes, at most 4 MiB.
    public var attestation: [UInt8]
    /// What opens the commitments, and whatever else must stay hidden: at most 1 MiB with 28 bytes of seal.
    public var openings: SecretBytes

    /// Creates a draft of the given parts.
    public init(
        kind: String,
        time: Timestamp,
        decision: [UInt8],
        fills: [UInt8],
        attestation: [UInt8],
        openings: SecretBytes
    ) {
        self.kind = kind
        self.time = time
        self.decision = decision
        self.fills = fills
        self.attestation = attestation
        self.openings = openings
    }

    func checkSizes() throws(LedgerError) {
        let limits = LedgerEntry.limits
        guard kind.utf8.count <= limits.kind, isHyphenated(kind) else {
            throw .malformed(
                part: "the entry's kind",
                got: String(kind.prefix(limits.kind)),
                expected: "lower-case words and hyphens, at most \(limits.kind) bytes"
            )
        }
        let parts = [
            ("the decision", decision.count, limits.decision),
            ("the fills", fills.count, limits.fills),
            ("the attestation", attestation.count, limits.attestation),
            ("the openings", openings.count, limits.sealedOpenings - OpeningsSeal.overhead),
        ]
        for (part, count, limit) in parts where count > limit {
            throw .tooLarge(part: part, got: count, limit: limit)
        }
    }
}
