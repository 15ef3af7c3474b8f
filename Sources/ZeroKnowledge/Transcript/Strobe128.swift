/// The part of STROBE-128 that Merlin needs: associated data, keys and pseudorandom output on one 200-byte duplex state.
///
/// - Note: Source: Hamburg, *The STROBE protocol framework*, version 1.0.2, sections 4 to 6; no transport operations.
struct Strobe128: Sendable {
    private var state = KeccakState()
    private var position = 0
    private var operationStart = 0

    /// Bytes of the state that data may touch: 200 less 2·16 of capacity less 2 of padding.
    private static let rate = 166

    /// What an operation does, as STROBE's flag byte.
    enum Operation: UInt8 {
        case associatedData = 2
        case metadata = 18
        case pseudorandom = 7
        case key = 6

        /// STROBE runs the permutation before operations with the C flag, so that output and keys depend on all before them.
        var startsOnFreshBlock: Bool { rawValue & 4 != 0 }
    }

    /// Starts a protocol under `label`.
    init(protocolLabel label: String) {
        for (index, byte) in [1, UInt8(Self.rate + 2), 1, 0, 1, 96].enumerated() { state.absorb(byte, at: index) }
        for (index, byte) in "STROBEv1.0.2".utf8.enumerated() { state.absorb(byte, at: 6 + index) }
        state.permute()
        begin(.metadata)
        absorb(label.utf8)
    }

    /// Writes the framing of `operation`; what follows continues it.
    mutating func begin(_ operation: Operation) {
        let previousStart = UInt8(truncatingIfNeeded: operationStart)
        operationStart = position + 1
        absorb(byte: previousStart)
        absorb(byte: operation.rawValue)
        if operation.startsOnFreshBlock && position != 0 { runF() }
    }

    /// Absorbs bytes of an operation that was begun with `associatedData` or `metadata`.
    mutating func absorb(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { absorb(byte: byte) }
    }

    /// Absorbs a length as Merlin writes it: 32 bits, little-endian.
    mutating func absorb(length: Int) {
        let length = UInt32(truncatingIfNeeded: length)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { absorb(byte: UInt8(truncatingIfNeeded: length >> shift)) }
    }

    /// Overwrites the state with the bytes of an operation that was begun with `key`, so that what was there is forgotten.
    mutating func overwrite(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state[position] = byte
            advance()
        }
    }

    /// Takes output of an operation that was begun with `pseudorandom`, and forgets it.
    mutating func squeeze(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                buffer[index] = state[position]
                state[position] = 0
                advance()
            }
            initialized = count
        }
    }

    /// Overwrites the whole state with zeros; nothing sensible can be drawn from it afterwards.
    mutating func erase() {
        state.erase()
        position = 0
        operationStart = 0
    }

    private mutating func absorb(byte: UInt8) {
        state.absorb(byte, at: position)
        advance()
    }

    private mutating func advance() {
        position += 1
        if position == Self.rate { runF() }
    }

    private mutating func runF() {
        state.absorb(UInt8(truncatingIfNeeded: operationStart), at: position)
        state.absorb(4, at: position + 1)
        state.absorb(0x80, at: Self.rate + 1)
        state.permute()
        position = 0
        operationStart = 0
    }
}
