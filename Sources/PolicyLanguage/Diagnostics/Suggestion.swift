/// Finds the name that a misspelt one was probably meant to be.
enum Suggestion {
    /// Names longer than this are not compared, so that the cost of a suggestion is bounded.
    private static let longestName = 40
    /// No more candidates than this are compared.
    private static let mostCandidates = 256

    /// The nearest of `candidates`, or nothing if none is near: at most a third of the letters may differ.
    ///
    /// A name that differs only in case is nearest of all.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        guard name.utf8.count <= longestName else { return nil }
        let allowed = max(1, name.utf8.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(mostCandidates) where candidate != name {
            guard candidate.utf8.count <= longestName else { continue }
            if candidate.lowercased() == name.lowercased() { return candidate }
            let distance = editDistance(Array(name.utf8), Array(candidate.utf8))
            // One of two letters is no likeness: `BTC` is near `BTX`, but `A` is not near `B`.
            guard distance <= allowed, distance < max(name.utf8.count, candidate.utf8.count) - (allowed == 1 ? 1 : 0)
            else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one name into the other.
    ///
    /// - Note: Source: Damerau (1964), optimal string alignment.
    static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            current.reserveCapacity(right.count + 1)
            for j in right.indices {
                var cost = min(previous[j + 1], current[j]) + 1
                cost = min(cost, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }

    /// The help line for an unknown name: the nearest one, then what there is.
    static func help(for name: String, among candidates: [String], declared: String) -> String {
        let list =
            candidates.isEmpty
            ? "\(declared) none"
            : "\(declared) \(candidates.prefix(12).joined(separator: ", "))\(candidates.count > 12 ? ", …" : "")"
        guard let nearest = nearest(to: name, among: candidates) else { return list }
        return "did you mean `\(nearest)`? \(list)"
    }
}
