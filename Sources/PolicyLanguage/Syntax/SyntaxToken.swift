/// One word, number, string or mark of a policy, with the space and comments around it.
public struct SyntaxToken: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// Its text, exactly as written.
    public let text: String
    /// Its bytes in the source, without trivia.
    public let span: SourceSpan
    /// Space, line ends and comments before it, back to the line end of the token before.
    public internal(set) var leading: [SyntaxTrivia]
    /// Space and comment after it on the same line.
    public internal(set) var trailing: [SyntaxTrivia]

    /// The classes of tokens.
    public enum Kind: Sendable, Hashable {
        /// A name or keyword; which of the two is decided by where it stands.
        case word
        /// Digits with their unit, such as `2.5%`, `6h` or `50_000`.
        case number
        /// Text in double quotes.
        case string
        /// `{`
        case openBrace
        /// `}`
        case closeBrace
        /// `;`
        case semicolon
        /// Any other mark, such as `<=` or `(`.
        case mark
        /// Characters that belong to no token; reported where they stand.
        case unknown
        /// After the last token; its text is empty and its leading trivia are the end of the file.
        case endOfFile
    }

    /// Whether a line end lies between the token before and this one.
    public var startsLine: Bool { leading.contains { $0.kind == .newline } }

    /// The token with all its trivia, as in the source.
    public var sourceText: String {
        leading.map(\.text).joined() + text + trailing.map(\.text).joined()
    }
}

/// Text between tokens that has no meaning but must not be lost.
public struct SyntaxTrivia: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// Its text, exactly as written.
    public let text: String

    /// The classes of trivia.
    public enum Kind: Sendable, Hashable {
        /// Blanks and tabs.
        case space
        /// One line end.
        case newline
        /// From `//` to the end of the line, without the line end.
        case comment
    }
}
