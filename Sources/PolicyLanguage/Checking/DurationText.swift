/// Durations as people write them.
enum DurationText {
    /// `6h`, `30d`, `90s`: the largest unit that divides.
    static func short(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")]
        for (size, name) in units where milliseconds % size == 0 { return "\(milliseconds / size)\(name)" }
        return "\(milliseconds)ms"
    }

    /// `6 hours`, `30 days`, `1 hour`.
    static func words(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [
            (86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"),
        ]
        for (size, name) in units where milliseconds % size == 0 {
            let count = milliseconds / size
            return "\(count) \(name)\(count == 1 ? "" : "s")"
        }
        return "\(milliseconds) milliseconds"
    }

    /// What follows `every`: `6 hours`, but `hour`.
    static func period(_ milliseconds: Int64) -> String {
        let words = words(milliseconds)
        return words.hasPrefix("1 ") ? String(words.dropFirst(2)) : words
    }
}
