/// A length of time in the language's words: `6h`, `1d 30m`, `500ms`.
struct ElapsedTime: CustomStringConvertible {
    let milliseconds: Int64

    var description: String {
        var rest = milliseconds
        var parts: [String] = []
        for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
            as [(String, Int64)]
        {
            if rest / length != 0 { parts.append("\(rest / length)\(unit)") }
            rest %= length
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }
}
