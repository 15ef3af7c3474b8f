import Crypto
public import MarketData
public import Ristretto
import ZeroKnowledge

/// Everything public that an attestation claims something about.
///
/// All of it enters the transcript before the proof's first message, each field under its own label and with its length,
/// so that nothing a verifier relies on stays outside (attestation page, section 1).
public struct Statement: Sendable, Hashable {
    /// The format this build writes and reads.
    public static let formatVersion: UInt16 = 1

    /// The kind of event.
    public var kind: AttestationKind
    /// Which vault: see ``VaultIdentity``.
    public var vault: ContentDigest
    /// Position in the vault's chain; genesis is 0.
    public var sequence: UInt64
    /// Digest of the previous attestation's statement and proof; zero for genesis.
    public var previous: ContentDigest
    /// When the decision was made.
    public var time: Timestamp
    /// Time of the previous attestation; of genesis itself for genesis.
    public var previousTime: Timestamp
    /// Time of the last rebalance before this decision, else of genesis.
    public var lastRebalance: Timestamp
    /// Digest of the compiled policy, templates and model included.
    public var policy: ContentDigest
    /// Index of the regime's label.
    public var regime: UInt8
    /// Digest of the canonical candles of every asset through the last one closed at ``time``.
    public var candles: ContentDigest
    /// One price per asset, at least 1.
    public var prices: [Price]
    /// Why the vault held; ``HoldGround/none`` for other kinds.
    public var ground: HoldGround
    /// Commitments to the quantities before; empty for genesis.
    public var before: [CompressedRistretto]
    /// Commitments to the quantities after.
    public var after: [CompressedRistretto]
    /// Commitments to the carried state before: none, or one for the day's turnover.
    public var carriedBefore: [CompressedRistretto]
    /// Commitments to the carried state after.
    public var carriedAfter: [CompressedRistretto]
    /// Digests of what else the decision read, in the order of ``PublicInput/Name``; empty for most policies.
    public var inputs: [PublicInput]

    /// The fields as labelled messages, in the order of the transcript.
    public var messages: [(label: String, bytes: [UInt8])] {
        func points(_ label: String, _ points: [CompressedRistretto]) -> [(label: String, bytes: [UInt8])] {
            [(label + " count", UInt64(points.count).littleEndianBytes)] + points.map { (label, $0.bytes) }
        }
        var messages: [(label: String, bytes: [UInt8])] = [
            ("format", [UInt8(truncatingIfNeeded: Self.formatVersion), UInt8(Self.formatVersion >> 8)]),
            ("kind", [kind.rawValue]),
            ("vault", vault.bytes),
            ("sequence", sequence.littleEndianBytes),
            ("previous", previous.bytes),
            ("time", time.littleEndianBytes),
            ("previous time", previousTime.littleEndianBytes),
            ("last rebalance", lastRebalance.littleEndianBytes),
            ("policy", policy.bytes),
            ("regime", [regime]),
            ("candles", candles.bytes),
            ("price count", UInt64(prices.count).littleEndianBytes),
        ]
        messages += prices.map { ("price", $0.units.littleEndianBytes) }
        messages.append(("ground", [ground.rawValue]))
        messages += points("before", before) + points("after", after)
        messages += points("carried before", carriedBefore) + points("carried after", carriedAfter)
        messages += inputs.map { ("input " + $0.name.rawValue, $0.digest.bytes) }
        return messages
    }

    /// Every message with its label and both lengths: what digests and signatures cover.
    public var canonicalBytes: [UInt8] {
        var bytes = Array("ballast statement v1".utf8)
        for message in messages {
            bytes += UInt32(message.label.utf8.count).littleEndianBytes + Array(message.label.utf8)
            bytes += UInt32(message.bytes.count).littleEndianBytes + message.bytes
        }
        return bytes
    }

    /// A transcript that has absorbed the statement and the circuit's digest.
    func transcript(circuit: ContentDigest) -> MerlinTranscript {
        var transcript = MerlinTranscript(label: Self.transcriptLabel)
        for message in prelude(circuit: circuit) { transcript.append(message.label, message.bytes) }
        return transcript
    }

    /// What a proof's transcript absorbs before the proof: the statement, then the circuit's digest.
    public func prelude(circuit: ContentDigest) -> [(label: String, bytes: [UInt8])] {
        messages + [("circuit", circuit.bytes)]
    }

    /// The label of every attestation's transcript.
    public static let transcriptLabel = "ballast attestation v1"

    /// Creates a statement; the verifier checks that its fields fit its kind, not this initialiser.
    public init(
        kind: AttestationKind,
        vault: ContentDigest,
        sequence: UInt64,
        previous: ContentDigest,
        time: Timestamp,
        previousTime: Timestamp,
        lastRebalance: Timestamp,
        policy: ContentDigest,
        regime: UInt8,
        candles: ContentDigest,
        prices: [Price],
        ground: HoldGround,
        before: [CompressedRistretto],
        after: [CompressedRistretto],
        carriedBefore: [CompressedRistretto],
        carriedAfter: [CompressedRistretto],
        inputs: [PublicInput] = []
    ) {
        self.kind = kind
        self.vault = vault
        self.sequence = sequence
        self.previous = previous
        self.time = time
        self.previousTime = previousTime
        self.lastRebalance = lastRebalance
        self.policy = policy
        self.regime = regime
        self.candles = candles
        self.prices = prices
        self.ground = ground
        self.before = before
        self.after = after
        self.carriedBefore = carriedBefore
        self.carriedAfter = carriedAfter
        self.inputs = inputs
    }
}

extension FixedWidthInteger {
    /// The bytes of the integer, least significant first.
    var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: littleEndian) { Array($0) }
    }
}

extension Timestamp {
    var littleEndianBytes: [UInt8] { UInt64(bitPattern: milliseconds).littleEndianBytes }
}
