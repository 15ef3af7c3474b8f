public import MarketData
import Ristretto
import ZeroKnowledge

/// Consecutive events of one vault, with one proof for all of them.
///
/// A chain carries a proof an attestation. A report over a period carries the same statements, in short form, and one proof whose
/// size grows with the logarithm of the period. It can say more than the chain does: what the portfolio returned, to the
/// basis point, while quantities and values stay hidden.
public struct PeriodReport: Sendable, Hashable {
    /// Which form it has.
    public let version: Version
    /// The statements in order, at least one. In version 1 each but the first has zeros for the digest of its predecessor.
    public let steps: [Statement]
    /// What stands beside each step, in the same order.
    public let evidence: [StepEvidence]
    /// How the vault stood before; `nil` where the first step is its genesis, and in version 1.
    public let start: PeriodStart?
    /// Digest of the last step's own attestation: where the period ends in the chain.
    public let head: ContentDigest
    /// The return that is proved, if one is.
    public let periodReturn: PeriodReturn?
    /// The operator's Ed25519 public key.
    public let operatorKey: [UInt8]
    /// The zero-knowledge proof.
    public let proof: [UInt8]
    /// The operator's, over everything here and the proof.
    public let signature: [UInt8]

    /// The forms there are; the raw value stands in files, transcripts and what is signed.
    public enum Version: Int, Sendable, Hashable {
        /// Rebalances, holds and flows under one policy, after the genesis.
        case sharesPolicy = 1
        /// Every kind, genesis, amends and halts included, each with its signatures and the digest of its predecessor.
        case spansEvents = 2
    }

    /// The most steps that one report covers.
    public static let mostSteps = 4_096

    /// Everything public that the proof is about, as labelled messages in the order of the transcript.
    var messages: [(label: String, bytes: [UInt8])] {
        var messages: [(label: String, bytes: [UInt8])] = [("steps", UInt64(steps.count).littleEndianBytes)]
        if version == .spansEvents {
            messages.append(("start count", [start == nil ? 0 : 1]))
            messages += start?.messages ?? []
        }
        for (step, evidence) in zip(steps, evidence) {
            messages += step.messages
            if version == .spansEvents { messages += evidence.messages(step.kind) }
        }
        messages.append(("head", head.bytes))
        messages.append(("return count", [periodReturn == nil ? 0 : 1]))
        if let periodReturn { messages.append(("return", Int64(periodReturn.basisPoints).littleEndianBytes)) }
        return messages
    }

    /// Whether the signature is valid under the operator's key that the report itself names.
    public var isSignedByItsOperator: Bool {
        operatorKey.count == 32 && signature.count == 64
            && Signer.isValid(signature, over: signedBytes, publicKey: operatorKey)
    }

    /// The digest of a step's own attestation, as the report says; `nil` where it does not say.
    public func digest(of index: Int) -> ContentDigest? {
        if index == steps.count - 1 { return head }
        return version == .spansEvents ? steps[index + 1].previous : nil
    }

    /// A transcript that has absorbed the statements and the circuit's digest.
    func transcript(circuit: ContentDigest) -> MerlinTranscript {
        var transcript = MerlinTranscript(label: version.label("ballast period"))
        for message in messages { transcript.append(message.label, message.bytes) }
        transcript.append("circuit", circuit.bytes)
        return transcript
    }

    /// What the operator signs.
    var signedBytes: [UInt8] {
        var bytes = Array(version.label("ballast period signature").utf8)
        for message in messages {
            bytes += UInt32(message.label.utf8.count).littleEndianBytes + Array(message.label.utf8)
            bytes += UInt32(message.bytes.count).littleEndianBytes + message.bytes
        }
        return bytes + UInt64(proof.count).littleEndianBytes + proof
    }

    /// The same claims with a proof, or with a signature.
    func with(proof: [UInt8]? = nil, signature: [UInt8]? = nil) -> PeriodReport {
        PeriodReport(
            version: version,
            steps: steps,
            evidence: evidence,
            start: start,
            head: head,
            periodReturn: periodReturn,
            operatorKey: operatorKey,
            proof: proof ?? self.proof,
            signature: signature ?? self.signature
        )
    }
}

extension PeriodReport.Version {
    fileprivate func label(_ domain: String) -> String { "\(domain) v\(rawValue)" }

    /// What a period may consist of.
    var kinds: [AttestationKind] {
        switch self {
        case .sharesPolicy: [.rebalance, .hold, .flow]
        case .spansEvents: AttestationKind.allCases
        }
    }
}
