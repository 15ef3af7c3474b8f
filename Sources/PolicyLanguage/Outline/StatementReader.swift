/// Reads the tokens of one statement from left to right; throws at the first that does not fit.
///
/// One statement yields at most one issue, so one mistake never causes a second.
struct StatementReader {
    private let tokens: [SyntaxToken]
    private let fallback: SourceSpan
    /// How such a statement is written, for help.
    private var form: String
    private var position = 0

    init(_ statement: SyntaxStatement, form: String) {
        tokens = statement.tokens
        fallback = statement.headSpan
        self.form = form
    }

    init(_ tokens: [SyntaxToken], fallback: SourceSpan, form: String) {
        self.tokens = tokens
        self.fallback = fallback
        self.form = form
    }

    init(_ other: StatementReader, form: String) {
        self = other
        self.form = form
    }

    // MARK: Looking

    var current: SyntaxToken? { position < tokens.count ? tokens[position] : nil }

    func isWord(_ word: String) -> Bool {
        current.map { $0.kind == .word && $0.text == word } ?? false
    }

    func isMark(_ mark: String) -> Bool {
        current.map { $0.kind == .mark && $0.text == mark } ?? false
    }

    /// From the token at `start` to the last one read.
    func span(from start: Int) -> SourceSpan {
        guard start < tokens.count, position > start else { return here }
        return tokens[start].span.union(tokens[position - 1].span)
    }

    var index: Int { position }

    /// The current token, or the end of the line.
    var here: SourceSpan {
        if let current { return current.span }
        guard let last = tokens.last else { return fallback }
        return SourceSpan(last.span.upperBound..<last.span.upperBound)
    }

    // MARK: Taking

    mutating func accept(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        position += 1
        return true
    }

    mutating func acceptMark(_ mark: String) -> Bool {
        guard isMark(mark) else { return false }
        position += 1
        return true
    }

    @discardableResult
    mutating func word(_ word: String) throws(Issue) -> SourceSpan {
        let span = here
        guard accept(word) else { throw unexpected("`\(word)`", near: [word]) }
        return span
    }

    /// One of several words.
    mutating func choice(_ words: [String], _ what: String) throws(Issue) -> Spanned<String> {
        guard let token = current, token.kind == .word, words.contains(token.text) else {
            throw unexpected(what, near: words)
        }
        position += 1
        return Spanned(token.text, token.span)
    }

    mutating func mark(_ mark: String) throws(Issue) {
        guard acceptMark(mark) else { throw unexpected("`\(mark)`") }
    }

    mutating func name(_ what: String) throws(Issue) -> Spanned<String> {
        guard let token = current, token.kind == .word else { throw unexpected(what) }
        position += 1
        return Spanned(token.text, token.span)
    }

    /// The text between quotes.
    mutating func text(_ what: String) throws(Issue) -> Spanned<String> {
        guard let token = current, token.kind == .string else { throw unexpected(what) }
        position += 1
        let text = token.text.dropFirst()
        return Spanned(String(text.hasSuffix("\"") ? text.dropLast() : text), token.span)
    }

    /// A word or number taken as plain letters and digits, such as a digest.
    mutating func raw(_ what: String) throws(Issue) -> Spanned<String> {
        guard let token = current, token.kind == .word || token.kind == .number else { throw unexpected(what) }
        position += 1
        return Spanned(token.text, token.span)
    }

    mutating func literal(_ what: String) throws(Issue) -> Spanned<Literal> {
        guard let token = current, token.kind == .number else {
            if isMark("-") { throw Issue(.outOfRange, here, "\(what) cannot be negative") }
            throw unexpected(what)
        }
        let literal = try Literal.read(token)
        position += 1
        guard case .none = literal.unit, let next = current else { return Spanned(literal, token.span) }
        if next.kind == .mark, next.text == "%" {
            let help = "write `\(token.text)%`"
            throw unitApart(token, next, help)
        }
        guard next.kind == .word else { return Spanned(literal, token.span) }
        if ["pp", "bps", "s", "m", "h", "d", "w"].contains(next.text) {
            let help = "write `\(token.text)\(next.text)`"
            throw unitApart(token, next, help)
        }
        guard next.text.first.map({ $0.isUppercase }) ?? false else { return Spanned(literal, token.span) }
        position += 1
        let money = Literal(significand: literal.significand, places: literal.places, unit: .currency(next.text))
        return Spanned(money, token.span.union(next.span))
    }

    private func unitApart(_ number: SyntaxToken, _ unit: SyntaxToken, _ help: String) -> Issue {
        Issue(
            .unitApart,
            number.span.union(unit.span),
            "a unit stands directly behind its number",
            help: help,
            replacement: number.text + unit.text
        )
    }

    /// A literal, or a name that `let` gives a value to.
    mutating func operand(_ what: String) throws(Issue) -> Spanned<PolicyOutline.Operand> {
        if let token = current, token.kind == .word {
            position += 1
            return Spanned(.name(token.text), token.span)
        }
        let literal = try literal(what)
        return Spanned(.literal(literal.value), literal.span)
    }

    /// A whole number within a range.
    mutating func count(_ what: String, in range: ClosedRange<Int>) throws(Issue) -> Spanned<Int> {
        guard let token = current, token.kind == .number else { throw unexpected(what) }
        let literal = try Literal.read(token)
        guard case .none = literal.unit, literal.places == 0 else {
            let message = "expected \(what), a plain whole number, got `\(Literal.shortened(token.text))`"
            throw Issue(.wrongUnit, token.span, message)
        }
        guard let value = Int(exactly: literal.significand), range.contains(value) else {
            let message = "\(what) must be \(range.lowerBound) to \(range.upperBound), got \(token.text)"
            throw Issue(.outOfRange, token.span, message)
        }
        position += 1
        return Spanned(value, token.span)
    }

    mutating func comparison(_ allowed: [PolicyOutline.Requirement.Comparison]) throws(Issue) -> Spanned<
        PolicyOutline.Requirement.Comparison
    > {
        let list = allowed.map { "`\($0.rawValue)`" }.joined(separator: " or ")
        guard let token = current, token.kind == .mark else { throw unexpected(list) }
        guard let comparison = PolicyOutline.Requirement.Comparison(rawValue: token.text), allowed.contains(comparison)
        else {
            let meant = ["=<": "<=", "=>": ">=", "<": "<=", ">": ">="][token.text]
            let fit = meant.flatMap { meant in allowed.contains { $0.rawValue == meant } ? meant : nil }
            throw Issue(
                .unexpected,
                token.span,
                "expected \(list), got `\(token.text)`",
                help: fit.map { "write `\($0)`" } ?? written,
                replacement: fit
            )
        }
        position += 1
        return Spanned(comparison, token.span)
    }

    /// The statement ends here.
    func end() throws(Issue) {
        guard let token = current else { return }
        let span = tokens[position...].reduce(token.span) { $0.union($1.span) }
        throw Issue(
            .afterStatement,
            span,
            "unexpected \(Self.shown(token)) after the end of the statement",
            help: written
        )
    }

    // MARK: Complaints

    func unexpected(_ expected: String, near words: [String] = []) -> Issue {
        guard let token = current else {
            return Issue(.unexpected, here, "expected \(expected) before the end of the line", help: written)
        }
        let meant = token.kind == .word ? Suggestion.nearest(to: token.text, among: words) : nil
        return Issue(
            .unexpected,
            token.span,
            "expected \(expected), got \(Self.shown(token))",
            help: meant.map { "did you mean `\($0)`?" } ?? written,
            replacement: meant
        )
    }

    private var written: String? { form.isEmpty ? nil : "write `\(form)`" }

    private static func shown(_ token: SyntaxToken) -> String { "`\(Literal.shortened(token.text))`" }
}
