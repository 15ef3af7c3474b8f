/// Mutates a corpus: the same seed gives the same inputs on every machine.
///
/// Some mutations keep the shape of text and JSON (a number for a number, a digit for a digit, a word of the dictionary), so that
/// inputs get past the parser and reach what reads its values.
public struct ByteMutator: Sendable {
    private let corpus: [[UInt8]]
    private let dictionary: [[UInt8]]
    private var random: SplitMix64

    private static let numbers = [
        "0", "-0", "-1", "1", "255", "256", "65536", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "253402300799999", "1e308", "1e400", "-1e-400", "0.1", "NaN",
        "340282366920938463463374607431768211456",
    ].map { Array($0.utf8) }

    /// A mutator of `corpus`, which inserts words of `dictionary` now and then.
    public init(seed: UInt64, corpus: [[UInt8]], dictionary: [String] = []) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
        self.dictionary = dictionary.map { Array($0.utf8) }
    }

    /// A whole number from 0 to `count`.
    public mutating func offset(below count: Int) -> Int { Int.random(in: 0...max(0, count), using: &random) }

    /// The next input: one of the corpus with one to ten mutations.
    public mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...10, using: &random) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let start = offset(below: bytes.count)
        let end = min(bytes.count, start + offset(below: 40))
        switch Int.random(in: 0...9, using: &random) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: offset(below: bytes.count))
        case 2: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &random) }
        case 3:
            let word = dictionary.randomElement(using: &random) ?? []
            bytes.replaceSubrange(start..<min(bytes.count, start + offset(below: 8)), with: word)
        case 4:
            let other = corpus.randomElement(using: &random) ?? []
            let from = offset(below: other.count)
            bytes.insert(contentsOf: other[from..<min(other.count, from + 200)], at: start)
        case 5: if Bool.random(using: &random) { bytes.removeSubrange(start...) }
        case 6:
            let piece = Array(bytes[start..<end])
            for _ in 0..<Int.random(in: 2...50, using: &random) { bytes.insert(contentsOf: piece, at: start) }
        case 7, 8: replaceNumber(in: &bytes, from: start)
        default:
            guard let digit = bytes[start...].firstIndex(where: Self.isDigit) else { return }
            bytes[digit] = UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random)
        }
    }

    /// Puts another number for the next run of digits.
    private mutating func replaceNumber(in bytes: inout [UInt8], from start: Int) {
        guard let first = bytes[start...].firstIndex(where: Self.isDigit) else { return }
        let last = bytes[first...].firstIndex { !Self.isDigit($0) } ?? bytes.count
        bytes.replaceSubrange(first..<last, with: Self.numbers.randomElement(using: &random) ?? [])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
