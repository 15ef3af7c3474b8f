/// One thing that is wrong with a policy, or worth knowing: code, place, message, help.
///
/// The stored properties are what `--format json` prints; ``description`` is what a terminal shows.
public struct PolicyDiagnostic: Error, Sendable, Hashable {
    /// Stable from release to release.
    public let code: PolicyDiagnosticCode
    /// Whether the policy is refused.
    public let severity: Severity
    /// Path of the policy file.
    public let file: String
    /// Line of the first character, from 1.
    public let line: Int
    /// Column of the first character, from 1, in Unicode scalars.
    public let column: Int
    /// One past the column of the last character on that line; equal to ``column`` for a place between characters.
    public let endColumn: Int
    /// The underlined bytes of the source, for editors.
    public let span: SourceSpan
    /// One line, lower case, no full stop.
    public let message: String
    /// What to do about it.
    public let help: String?
    /// The second place, where two places conflict.
    public let related: Related?
    /// The text that mends it in place of ``span``; `nil` where a person must choose.
    public let replacement: String?

    let place: SourcePlace

    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The policy is refused.
        case error
        /// The policy is accepted.
        case warning
    }

    /// The other place that a diagnostic speaks of.
    public struct Related: Sendable, Hashable {
        /// Path of the file, which may be another than the diagnostic's.
        public let file: String
        /// Line, from 1.
        public let line: Int
        /// Column, from 1.
        public let column: Int
        /// One past the last column.
        public let endColumn: Int
        /// What stands there.
        public let note: String

        let place: SourcePlace
    }

    init(_ issue: Issue, in source: PolicySource, lines: LineTable, others: [String: LineTable]) {
        code = issue.code
        severity = issue.code.severity
        file = source.path
        span = issue.span
        place = lines.place(issue.span)
        line = place.line
        column = place.column
        endColumn = place.endColumn
        message = Self.bounded(issue.message)
        help = issue.help.map(Self.bounded)
        replacement = issue.replacement
        related = issue.related.map {
            let place = ($0.source.flatMap { others[$0.path] } ?? lines).place($0.span)
            return Related(
                file: $0.source?.path ?? source.path,
                line: place.line,
                column: place.column,
                endColumn: place.endColumn,
                note: Self.bounded($0.note),
                place: place
            )
        }
    }
}

extension PolicyDiagnostic {
    /// A name of a megabyte is quoted in part only.
    private static func bounded(_ text: String) -> String {
        text.utf8.count <= 600 ? text : String(text.prefix(500)) + "…"
    }
}

extension PolicyDiagnostic: CustomStringConvertible {
    /// The diagnostic with its excerpt: `file:line:column: error: message [code]`, the line, carets, note and help.
    public var description: String {
        let width = max(String(line).count, related.map { String($0.line).count } ?? 0)
        let margin = String(repeating: " ", count: width)
        var lines = ["\(file):\(line):\(column): \(severity.rawValue): \(message) [\(code.rawValue)]"]
        lines += Self.excerpt(place, width: width, mark: "^", note: nil)
        if let related {
            let second = Self.excerpt(related.place, width: width, mark: "-", note: Self.bounded(related.note))
            if related.file != file { lines.append("  \(margin) \(related.file):\(related.line):\(related.column):") }
            // Both places on one line: the line is shown once, underlined twice.
            lines +=
                related.file == file && related.line == line && related.place.excerpt == place.excerpt
                ? Array(second.dropFirst()) : second
        }
        if let help { lines.append("  \(margin) help: \(help)") }
        return lines.joined(separator: "\n")
    }

    private static func excerpt(_ place: SourcePlace, width: Int, mark: String, note: String?) -> [String] {
        let number = String(place.line)
        let gutter = String(repeating: " ", count: width - number.count) + number
        let indent = String(repeating: " ", count: place.excerptColumn)
        let marks = String(repeating: mark, count: place.excerptWidth)
        return [
            "  \(gutter) │ \(place.excerpt)",
            "  \(String(repeating: " ", count: width)) │ \(indent)\(marks)\(note.map { " \($0)" } ?? "")",
        ]
    }
}

/// Everything that is wrong with a policy, in source order: what `Policy(checking:)` throws.
public struct PolicyDiagnostics: Error, Sendable, Hashable, CustomStringConvertible {
    /// At least one of them is an error.
    public let diagnostics: [PolicyDiagnostic]

    /// Collects diagnostics.
    public init(_ diagnostics: [PolicyDiagnostic]) {
        self.diagnostics = diagnostics
    }

    /// One after the other, with excerpts.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
