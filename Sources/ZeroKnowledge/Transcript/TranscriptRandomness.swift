public import Ristretto

/// Random scalars for a prover, in the order in which the protocol draws them.
package protocol ScalarSource: ~Copyable {
    /// The next scalar, uniform modulo the group's order.
    mutating func nextScalar() -> Scalar
}

/// A generator of secrets bound to a transcript, to the prover's secrets and to system entropy.
///
/// Made by ``MerlinTranscript/makeRandomness(rekeyed:entropy:)``. It cannot be copied, so that no two users draw the same
/// secrets, and its state is overwritten when it goes.
///
/// - Note: Source: `TranscriptRng` of the Merlin specification.
public struct TranscriptRandomness: ~Copyable, Sendable {
    private let state: ErasedStrobe

    init(strobe: Strobe128) {
        state = ErasedStrobe(strobe)
    }

    /// The next `count` bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        state.strobe.begin(.metadata)
        state.strobe.absorb(length: count)
        state.strobe.begin(.pseudorandom)
        return state.strobe.squeeze(count)
    }

    /// The next scalar: 64 bytes reduced modulo the group's order.
    public mutating func scalar() -> Scalar {
        var wide = bytes(64)
        defer { erase(&wide) }
        return Scalar(wide: wide)
    }

    /// The state behind one generator, overwritten when the generator goes.
    // SAFETY: the noncopyable generator is the only owner and reaches this through `mutating` functions alone.
    private final class ErasedStrobe: @unchecked Sendable {
        var strobe: Strobe128

        init(_ strobe: Strobe128) { self.strobe = strobe }
        deinit { erase(&strobe) }
    }
}

extension TranscriptRandomness: ScalarSource {
    package mutating func nextScalar() -> Scalar { scalar() }
}

/// The deterministic tape of a test vector: SHAKE256 of a seed, 64 bytes a scalar.
///
/// The only way to run a prover twice with one outcome. It is not public, because a blinding factor that somebody can
/// reproduce hides nothing.
package struct DeterministicTape: ScalarSource {
    private var sponge: KeccakSponge

    /// Starts the tape of `seed`.
    package init(seed: [UInt8]) {
        sponge = .shake256(seed)
    }

    package mutating func nextScalar() -> Scalar {
        Scalar(wide: sponge.squeeze(64))
    }
}
