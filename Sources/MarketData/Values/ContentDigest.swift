import Crypto

/// The SHA-256 of some bytes: how models, policies, candles and attestations are named.
public struct ContentDigest: Sendable, Hashable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// 32 zero bytes: the predecessor of a genesis.
    public static let zero = ContentDigest(checked: [UInt8](repeating: 0, count: 32))

    /// Hashes `bytes` with SHA-256.
    public init(hashing bytes: [UInt8]) {
        var hasher = SHA256()
        bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        self.init(finalising: hasher)
    }

    /// Takes 32 bytes as they are, or nothing if there are not exactly 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.init(checked: bytes)
    }

    /// Reads 64 lower-case hexadecimal digits, or nothing if the text is anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = ContentDigest.nibble(digits[index]), let low = ContentDigest.nibble(digits[index + 1])
            else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(checked: bytes)
    }

    /// The digest of everything that `hasher` has seen.
    init(finalising hasher: SHA256) {
        self.init(checked: Array(hasher.finalize()))
    }

    private init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ContentDigest: CustomStringConvertible {
    /// 64 lower-case hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
