public import MarketData
import Ristretto
import ZeroKnowledge

/// Consecutive events of one vault under one policy, with one proof for all of them.
///
/// A chain carries a proof an attestation. A report over a period carries the same statements, in short form, and one proof whose
/// size grows with the logarithm of the period. It can say more than the chain does: what the portfolio returned, to the
/// basis point, while quantities and values stay hidden.
public struct PeriodReport: Sendable, Hashable {
    /// The statements in order, at least one. Each but the first has zeros for the digest of its predecessor, whose proof is not here.
    public let steps: [Statement]
    /// Digest of the last step's own attestation: where the period ends in the chain.
    public let head: ContentDigest
    /// The return that is proved, if one is.
    public let periodReturn: PeriodReturn?
    /// The operator's Ed25519 public key.
    public let operatorKey: [UInt8]
    /// The zero-knowledge proof.
    public let proof: [UInt8]
    /// The operator's, over the domain "ballast period signature v1", statements and proof.
    public let signature: [UInt8]

    /// The most steps that one report covers.
    public static let mostSteps = 4_096

    /// Everything public that the proof is about, as labelled messages in the order of the transcript.
    static func messages(
        steps: [Statement],
        head: ContentDigest,
        periodReturn: PeriodReturn?
    ) -> [(label: String, bytes: [UInt8])] {
        var messages: [(label: String, bytes: [UInt8])] = [("steps", UInt64(steps.count).littleEndianBytes)]
        for step in steps { messages += step.messages }
        messages.append(("head", head.bytes))
        messages.append(("return count", [periodReturn == nil ? 0 : 1]))
        if let periodReturn { messages.append(("return", Int64(periodReturn.basisPoints).littleEndianBytes)) }
        return messages
    }

    /// A transcript that has absorbed the statements and the circuit's digest.
    static func transcript(
        _ messages: [(label: String, bytes: [UInt8])],
        circuit: ContentDigest
    ) -> MerlinTranscript {
        var transcript = MerlinTranscript(label: "ballast period v1")
        for message in messages { transcript.append(message.label, message.bytes) }
        transcript.append("circuit", circuit.bytes)
        return transcript
    }

    /// What the operator signs.
    static func signedBytes(_ messages: [(label: String, bytes: [UInt8])], _ proof: [UInt8]) -> [UInt8] {
        var bytes = Array("ballast period signature v1".utf8)
        for message in messages {
            bytes += UInt32(message.label.utf8.count).littleEndianBytes + Array(message.label.utf8)
            bytes += UInt32(message.bytes.count).littleEndianBytes + message.bytes
        }
        return bytes + UInt64(proof.count).littleEndianBytes + proof
    }
}

/// What a portfolio's value did from before a period's first decision to after its last, each at its own prices.
public struct PeriodReturn: Sendable, Hashable, CustomStringConvertible {
    /// The return in hundredths of a percent, rounded down: −10 000 is everything lost.
    public let basisPoints: Int32

    /// What a report can claim.
    public static let range: ClosedRange<Int32> = -10_000...100_000_000

    /// Creates a claim.
    ///
    /// - Returns: `nil` outside ``range``.
    public init?(basisPoints: Int32) {
        guard Self.range.contains(basisPoints) else { return nil }
        self.basisPoints = basisPoints
    }

    /// As in `+3.21%`.
    public var description: String {
        let size = basisPoints.magnitude
        return "\(basisPoints < 0 ? "-" : "+")\(size / 100).\(size % 100 / 10)\(size % 10)%"
    }
}
