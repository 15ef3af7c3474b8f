public import Ristretto

/// A Merlin transcript: the record of everything both sides of a protocol have said, and the source of its challenges.
///
/// Every message is framed by its label and length, so that two different sequences of messages never meet in one state.
/// A transcript is a value; a copy is a fork.
///
/// - Note: Source: the Merlin specification, version 1.0 (merlin 3.0.0), over STROBE-128.
public struct MerlinTranscript: Sendable {
    private var strobe: Strobe128

    /// The challenge scalars drawn since recording began, with their labels; `nil` while nothing is recorded.
    ///
    /// Test vectors state the challenges of a proof; nothing else reads them.
    package var recordedChallenges: [(label: String, challenge: Scalar)]?

    /// Starts the transcript of the protocol called `label`.
    public init(label: String) {
        strobe = Strobe128(protocolLabel: "Merlin v1.0")
        append("dom-sep", label.utf8)
    }

    /// Appends `bytes` under `label`.
    public mutating func append(_ label: String, _ bytes: some Collection<UInt8>) {
        strobe.begin(.metadata)
        strobe.absorb(label.utf8)
        strobe.absorb(length: bytes.count)
        strobe.begin(.associatedData)
        strobe.absorb(bytes)
    }

    /// Appends `number` under `label`, as 8 bytes, little-endian.
    public mutating func append(_ label: String, _ number: UInt64) {
        strobe.begin(.metadata)
        strobe.absorb(label.utf8)
        strobe.absorb(length: 8)
        strobe.begin(.associatedData)
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            strobe.absorb(CollectionOfOne(UInt8(truncatingIfNeeded: number >> shift)))
        }
    }

    /// Draws `count` bytes that depend on everything appended and drawn so far.
    public mutating func challengeBytes(_ label: String, count: Int) -> [UInt8] {
        strobe.begin(.metadata)
        strobe.absorb(label.utf8)
        strobe.absorb(length: count)
        strobe.begin(.pseudorandom)
        return strobe.squeeze(count)
    }

    /// Draws a scalar: 64 challenge bytes reduced modulo the group's order.
    public mutating func challengeScalar(_ label: String) -> Scalar {
        let challenge = Scalar(wide: challengeBytes(label, count: 64))
        recordedChallenges?.append((label, challenge))
        return challenge
    }

    /// Forks a generator of secrets that depends on the transcript, on the given secrets and on `entropy`.
    ///
    /// A prover whose system entropy fails still never uses one blinding for two statements, because transcript and secrets
    /// enter as well. The transcript itself does not change.
    ///
    /// - Parameters:
    ///   - secrets: Labelled secrets that key the generator, in order.
    ///   - entropy: 32 bytes of system entropy.
    public func makeRandomness(
        rekeyed secrets: [(label: String, secret: [UInt8])],
        entropy: [UInt8]
    ) -> TranscriptRandomness {
        var fork = strobe
        for (label, secret) in secrets {
            fork.begin(.metadata)
            fork.absorb(label.utf8)
            fork.absorb(length: secret.count)
            fork.begin(.key)
            fork.overwrite(secret)
        }
        fork.begin(.metadata)
        fork.absorb("rng".utf8)
        fork.begin(.key)
        fork.overwrite(entropy)
        return TranscriptRandomness(strobe: fork)
    }
}
