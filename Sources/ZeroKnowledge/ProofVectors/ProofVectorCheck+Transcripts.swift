import Ristretto

extension ProofVectorCheck {
    static func checkTranscript(_ item: JSONItem) throws(ProofVectorRefusal) {
        var transcript = MerlinTranscript(label: try item.string("label"))
        for operation in try item.array("ops") {
            let operation = try JSONItem(operation, "ops")
            let kind = try operation.string("op")
            switch kind {
            case "append", "append_u64":
                try TranscriptMessage(operation).append(to: &transcript)
            case "challenge":
                let count = try operation.count("len", limit: maximumDrawnBytes)
                let output = transcript.challengeBytes(try operation.string("label"), count: count)
                guard try operation.bytes("out") == output else { throw .mismatch("challenge") }
            case "challenge_scalar":
                let output = transcript.challengeScalar(try operation.string("label"))
                guard try operation.bytes("out") == output.bytes else { throw .mismatch("challenge_scalar") }
            case "rng":
                try checkRandomness(operation, transcript)
            default:
                throw .malformed("unknown operation `\(kind)`")
            }
        }
    }

    private static func checkRandomness(
        _ operation: JSONItem,
        _ transcript: MerlinTranscript
    ) throws(ProofVectorRefusal) {
        var secrets: [(label: String, secret: [UInt8])] = []
        for pair in try operation.array("rekey") {
            let (label, secret) = try labelled(pair, "rekey")
            secrets.append((label, try JSONItem.bytes(secret, "rekey")))
        }
        let lengths = try operation.array("fill")
        let outputs = try operation.array("out")
        guard lengths.count == outputs.count else { throw .malformed("`fill` and `out` differ in length") }
        var randomness = transcript.makeRandomness(rekeyed: secrets, entropy: try operation.bytes("ext", count: 32))
        for (length, output) in zip(lengths, outputs) {
            let length = try JSONItem.unsigned(length, "fill")
            guard length <= maximumDrawnBytes else { throw .malformed("`fill` is too large") }
            guard try JSONItem.bytes(output, "out") == randomness.bytes(Int(length)) else { throw .mismatch("rng") }
        }
    }

    /// A pair [label, value].
    static func labelled(_ value: Any, _ what: String) throws(ProofVectorRefusal) -> (label: String, value: Any) {
        guard let pair = value as? [Any], pair.count == 2, let label = pair[0] as? String else {
            throw .malformed("`\(what)` is no list of pairs")
        }
        return (label, pair[1])
    }

    /// The transcript of a proof item: its label, then its prelude.
    static func transcript(of item: JSONItem) throws(ProofVectorRefusal) -> MerlinTranscript {
        var transcript = MerlinTranscript(label: try item.string("label"))
        if item.has("prelude") {
            for operation in try item.array("prelude") {
                try TranscriptMessage(JSONItem(operation, "prelude")).append(to: &transcript)
            }
        }
        return transcript
    }
}

/// A message that a transcript holds before a proof.
public enum TranscriptMessage: Sendable, Hashable {
    /// Bytes under a label.
    case bytes(label: String, [UInt8])
    /// A number under a label, as 8 bytes.
    case number(label: String, UInt64)

    /// Appends the message to `transcript`.
    public func append(to transcript: inout MerlinTranscript) {
        switch self {
        case .bytes(let label, let bytes): transcript.append(label, bytes)
        case .number(let label, let number): transcript.append(label, number)
        }
    }

    init(_ operation: JSONItem) throws(ProofVectorRefusal) {
        let label = try operation.string("label")
        switch try operation.string("op") {
        case "append": self = .bytes(label: label, try operation.bytes("data"))
        case "append_u64": self = .number(label: label, try operation.unsigned("value"))
        case let other: throw .malformed("unknown operation `\(other)`")
        }
    }
}
