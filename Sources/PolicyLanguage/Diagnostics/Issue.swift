/// Something wrong at a byte range, before it is given its line and column: what the stages of the compiler throw.
struct Issue: Error, Sendable, Hashable {
    let code: PolicyDiagnosticCode
    let span: SourceSpan
    let message: String
    let help: String?
    /// The place it conflicts with, and why.
    let related: Related?
    /// What to put in place of the span, where that surely mends it.
    let replacement: String?

    struct Related: Sendable, Hashable {
        let span: SourceSpan
        let note: String
        /// The file it stands in, if that is another.
        var source: PolicySource?
    }

    init(
        _ code: PolicyDiagnosticCode,
        _ span: SourceSpan,
        _ message: String,
        help: String? = nil,
        related: Related? = nil,
        replacement: String? = nil
    ) {
        self.code = code
        self.span = span
        self.message = message
        self.help = help
        self.related = related
        self.replacement = replacement
    }
}

extension PolicySource {
    /// At most this many diagnostics are shown for one file; one more then says how many were left out.
    static let mostDiagnostics = 1_000

    /// Gives issues their lines and columns, in source order.
    func locate(_ issues: [Issue]) -> [PolicyDiagnostic] {
        let lines = LineTable(text)
        // Places in the house policy: its lines are counted once, however many diagnostics point there.
        var others: [String: LineTable] = [:]
        for other in issues.compactMap({ $0.related?.source }) where others[other.path] == nil {
            others[other.path] = LineTable(other.text)
        }
        let sorted = issues.enumerated().sorted {
            ($0.element.span.lowerBound, $0.offset) < ($1.element.span.lowerBound, $1.offset)
        }.map(\.element)
        var shown = sorted.prefix(Self.mostDiagnostics).map {
            PolicyDiagnostic($0, in: self, lines: lines, others: others)
        }
        if sorted.count > Self.mostDiagnostics {
            let left = sorted[Self.mostDiagnostics...]
            // An error among those left out must not be lost: the file is refused if any of them refuses it.
            let code: PolicyDiagnosticCode =
                left.contains { $0.code.severity == .error } ? .tooManyErrors : .tooManyWarnings
            let issue = Issue(
                code,
                left[left.startIndex].span,
                "\(left.count) more diagnostics from here on are not shown"
            )
            shown.append(PolicyDiagnostic(issue, in: self, lines: lines, others: [:]))
        }
        return shown
    }
}
