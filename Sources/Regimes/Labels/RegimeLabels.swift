/// The names of regimes, lowest volatility first.
public enum RegimeLabels {
    /// The names used where none are given: calm, storm · calm, choppy, storm · calm, normal, choppy, storm · else r1…rK.
    public static func standard(count: Int) -> [String] {
        switch count {
        case 2: ["calm", "storm"]
        case 3: ["calm", "choppy", "storm"]
        case 4: ["calm", "normal", "choppy", "storm"]
        default: (1...max(1, count)).map { "r\($0)" }
        }
    }

    /// Checks names for `count` regimes: one each, all different, each `[a-z][a-z0-9_]*` of at most 32 characters.
    ///
    /// - Throws: ``RegimeModelError``.
    public static func check(_ labels: [String], count: Int) throws(RegimeModelError) {
        guard labels.count == count else { throw .count(of: "labels", got: labels.count, expected: count) }
        var seen: Set<String> = []
        for label in labels {
            let bytes = Array(label.utf8)
            let isIdentifier = bytes.enumerated().allSatisfy { index, byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): index > 0
                default: false
                }
            }
            guard isIdentifier, (1...32).contains(bytes.count) else { throw .labelNotAnIdentifier(label) }
            guard seen.insert(label).inserted else { throw .labelRepeated(label) }
        }
    }
}
