/// A Keccak sponge that absorbs everything first and is squeezed then: SHA3-512 and SHAKE256.
///
/// - Note: Source: FIPS 202, sections 4 and 6. Time does not depend on the bytes, only on their number.
package struct KeccakSponge: Sendable {
    private var state = KeccakState()
    private var position = 0
    private let rate: Int

    /// Creates a sponge that absorbed `message` and was padded with `suffix`; `rate` is in bytes.
    private init(rate: Int, suffix: UInt8, message: some Sequence<UInt8>) {
        self.rate = rate
        for byte in message {
            state.absorb(byte, at: position)
            position += 1
            if position == rate { permute() }
        }
        state.absorb(suffix, at: position)
        state.absorb(0x80, at: rate - 1)
        permute()
    }

    /// The extendable-output function SHAKE256 over `message`, ready to be squeezed.
    package static func shake256(_ message: some Sequence<UInt8>) -> KeccakSponge {
        KeccakSponge(rate: 136, suffix: 0x1f, message: message)
    }

    /// The 64-byte digest SHA3-512 of `message`.
    package static func sha3x512(_ message: some Sequence<UInt8>) -> [UInt8] {
        var sponge = KeccakSponge(rate: 72, suffix: 0x06, message: message)
        return sponge.squeeze(64)
    }

    /// The next `count` bytes of output.
    package mutating func squeeze(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                if position == rate { permute() }
                buffer[index] = state[position]
                position += 1
            }
            initialized = count
        }
    }

    private mutating func permute() {
        state.permute()
        position = 0
    }
}
