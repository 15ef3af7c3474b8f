/// Applies the replacements that diagnostics carry.
public enum PolicyFixes {
    /// No source is mended more often than this: each round mends what the one before uncovered.
    private static let mostRounds = 20

    /// The source with every mistake mended that has one sure mending, and how many replacements that took.
    ///
    /// Replacements are made in rounds, for one mistake may hide another. A round that would leave more errors than it
    /// found is taken back, so the result never has more errors than the source.
    ///
    /// - Parameters:
    ///   - source: The text to mend.
    ///   - loader: Reads the policy that it extends.
    public static func apply(
        to source: PolicySource,
        loading loader: PolicyLoader = .none
    ) -> (source: PolicySource, count: Int) {
        var current = source
        var diagnostics = Policy.check(source, loading: loader).diagnostics
        var count = 0
        for _ in 0..<mostRounds {
            let (text, made) = replaced(current.text, diagnostics)
            guard made > 0 else { break }
            let next = PolicySource(path: source.path, text: text)
            let after = Policy.check(next, loading: loader).diagnostics
            guard errors(after) <= errors(diagnostics), after != diagnostics else { break }
            (current, diagnostics) = (next, after)
            count += made
        }
        return (current, count)
    }

    private static func errors(_ diagnostics: [PolicyDiagnostic]) -> Int {
        diagnostics.count { $0.severity == .error }
    }

    /// The text with the replacements made from its beginning to its end; of two that overlap, the first.
    private static func replaced(_ text: String, _ diagnostics: [PolicyDiagnostic]) -> (text: String, count: Int) {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        var count = 0
        for diagnostic in diagnostics {
            let span = diagnostic.span
            guard let replacement = diagnostic.replacement, span.lowerBound >= position, span.upperBound <= bytes.count
            else { continue }
            result += bytes[position..<span.lowerBound]
            result += replacement.utf8
            position = span.upperBound
            count += 1
        }
        result += bytes[position...]
        return (String(decoding: result, as: UTF8.self), count)
    }
}
