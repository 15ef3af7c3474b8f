/// Four 64-bit words to 32 bytes and back, least significant first.
@usableFromInline
enum LittleEndian {
    /// - Precondition: `bytes` holds 32 bytes.
    @inlinable
    static func words(_ bytes: some RandomAccessCollection<UInt8>) -> (UInt64, UInt64, UInt64, UInt64) {
        precondition(bytes.count == 32, "32 bytes make four words")
        func word(_ index: Int) -> UInt64 {
            var word: UInt64 = 0
            var position = bytes.index(bytes.startIndex, offsetBy: 8 * index)
            for shift in 0..<8 {
                word |= UInt64(bytes[position]) << UInt64(8 * shift)
                position = bytes.index(after: position)
            }
            return word
        }
        return (word(0), word(1), word(2), word(3))
    }

    @inlinable
    static func bytes(_ words: (UInt64, UInt64, UInt64, UInt64)) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            func word(_ index: Int) -> UInt64 {
                index < 2 ? (index == 0 ? words.0 : words.1) : (index == 2 ? words.2 : words.3)
            }
            for index in 0..<32 {
                buffer[index] = UInt8(truncatingIfNeeded: word(index / 8) >> UInt64(8 * (index % 8)))
            }
            initialized = 32
        }
    }
}
