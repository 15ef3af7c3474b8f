public import MarketData

/// One event as the ledger keeps it: what was decided, what was filled, what was attested, and the sealed openings.
///
/// The ledger does not read the parts. Decision, fills and attestation are stored in the clear; whatever of them must
/// stay hidden belongs into the openings.
public struct LedgerEntry: Sendable, Equatable {
    /// The position in the ledger, from 0, without gaps.
    public let sequence: UInt64
    /// The kind of event, such as `genesis`, `rebalance` or `hold`.
    public let kind: String
    /// When it was decided.
    public let time: Timestamp
    /// The decision, as its writer encoded it.
    public let decision: [UInt8]
    /// The fills, as their writer encoded them.
    public let fills: [UInt8]
    /// The attestation's canonical bytes.
    public let attestation: [UInt8]
    /// The ChaCha20-Poly1305 box of the openings: nonce, ciphertext, tag.
    public let sealedOpenings: [UInt8]
    /// The hash of the entry before; of the ledger's identity for entry 0.
    public let previousHash: ContentDigest
    /// SHA-256 over the domain, the previous hash and every part above, each after its length.
    public let hash: ContentDigest

    /// The most bytes that each part may have.
    static let limits = (kind: 32, decision: 1 << 20, fills: 1 << 20, attestation: 1 << 22, sealedOpenings: 1 << 20)

    /// Where the chain stands after this entry.
    public var head: LedgerHead {
        LedgerHead(sequence: sequence, time: time, hash: hash)
    }

    /// Seals and hashes a draft into the entry that follows `head`.
    init(sealing draft: LedgerDraft, after head: LedgerHead?, identity: LedgerIdentity, with seal: OpeningsSeal)
        throws(LedgerError)
    {
        try draft.checkSizes()
        if let head, draft.time <= head.time {
            throw .notLater(got: draft.time.milliseconds, previous: head.time.milliseconds)
        }
        sequence = head.map { $0.sequence + 1 } ?? 0
        previousHash = head?.hash ?? identity.digest
        kind = draft.kind
        time = draft.time
        decision = draft.decision
        fills = draft.fills
        attestation = draft.attestation
        let associated = LedgerEntry.hash(
            domain: LedgerEntry.boxDomain,
            previous: previousHash,
            sequence: sequence,
            draft: draft,
            box: nil
        )
        sealedOpenings = try seal.seal(draft.openings, authenticating: associated)
        hash = LedgerEntry.hash(
            domain: LedgerEntry.entryDomain,
            previous: previousHash,
            sequence: sequence,
            draft: draft,
            box: sealedOpenings
        )
    }

    /// An entry as read from a file, unchecked.
    init(
        stored draft: LedgerDraft,
        sequence: UInt64,
        sealedOpenings: [UInt8],
        previousHash: ContentDigest,
        hash: ContentDigest
    ) {
        self.sequence = sequence
        kind = draft.kind
        time = draft.time
        decision = draft.decision
        fills = draft.fills
        attestation = draft.attestation
        self.sealedOpenings = sealedOpenings
        self.previousHash = previousHash
        self.hash = hash
    }

    /// The hash that the parts and the previous hash have, whatever ``hash`` says.
    var recomputedHash: ContentDigest {
        LedgerEntry.hash(
            domain: LedgerEntry.entryDomain,
            previous: previousHash,
            sequence: sequence,
            draft: withoutOpenings,
            box: sealedOpenings
        )
    }

    /// What the box authenticates besides its content: everything in the entry but the box and the hash.
    var boxContext: ContentDigest {
        LedgerEntry.hash(
            domain: LedgerEntry.boxDomain,
            previous: previousHash,
            sequence: sequence,
            draft: withoutOpenings,
            box: nil
        )
    }

    private static let entryDomain = "ballast ledger entry v1"
    private static let boxDomain = "ballast ledger openings v1"

    private var withoutOpenings: LedgerDraft {
        LedgerDraft(
            kind: kind,
            time: time,
            decision: decision,
            fills: fills,
            attestation: attestation,
            openings: .empty
        )
    }

    private static func hash(
        domain: String,
        previous: ContentDigest,
        sequence: UInt64,
        draft: LedgerDraft,
        box: [UInt8]?
    ) -> ContentDigest {
        var hash = LengthPrefixedHash(domain: domain)
        hash.append(previous.bytes)
        hash.append(sequence)
        hash.append(UInt64(bitPattern: draft.time.milliseconds))
        hash.append(draft.kind)
        hash.append(draft.decision)
        hash.append(draft.fills)
        hash.append(draft.attestation)
        if let box { hash.append(box) }
        return hash.digest()
    }
}

/// Where a ledger's chain stands: the last entry's place, time and hash.
public struct LedgerHead: Sendable, Hashable {
    /// The last entry's position.
    public let sequence: UInt64
    /// The last entry's time.
    public let time: Timestamp
    /// The last entry's hash.
    public let hash: ContentDigest
}
