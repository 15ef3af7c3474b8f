import Crypto
import MarketData

/// SHA-256 over a list of byte strings, each after its length, so that no two lists share an input.
struct LengthPrefixedHash {
    private var hasher = SHA256()

    /// Starts with the name of what is hashed, which keeps one use's digests out of every other.
    init(domain: String) {
        append(domain)
    }

    /// Appends the length as eight little-endian bytes, then the bytes.
    mutating func append(_ bytes: [UInt8]) {
        appendWord(UInt64(bytes.count))
        hasher.update(data: bytes)
    }

    /// Appends the UTF-8 bytes of `text`.
    mutating func append(_ text: String) {
        append(Array(text.utf8))
    }

    /// Appends an integer as a string of eight little-endian bytes.
    mutating func append(_ integer: UInt64) {
        appendWord(8)
        appendWord(integer)
    }

    /// The digest of all that was appended.
    consuming func digest() -> ContentDigest {
        // SHA-256 always yields 32 bytes.
        ContentDigest(bytes: Array(hasher.finalize())) ?? ContentDigest.zero
    }

    private mutating func appendWord(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { hasher.update(bufferPointer: $0) }
    }
}
