/// A policy as it is written: statements and blocks with every token, space and comment.
///
/// A statement is one line (or part of one, before `;`), perhaps with a block. What it means is decided later, by the
/// place where it stands; so a construct that this version does not know keeps its shape, and the formatter and editors
/// can still work with it. Concatenated, the tokens are the source.
public struct SyntaxTree: Sendable, Hashable {
    /// The source that was parsed.
    public let source: PolicySource
    /// The statements of the file.
    public let statements: [SyntaxStatement]
    /// Holds the space and comments at the end of the file.
    public let endOfFile: SyntaxToken

    let issues: [Issue]

    /// Parses any text whatever; what does not fit is in the tree and in the diagnostics of the check.
    public init(parsing source: PolicySource) {
        let lexer = Lexer(source.text)
        var parser = SyntaxParser(lexer.tokens)
        statements = parser.file()
        endOfFile = lexer.tokens[lexer.tokens.count - 1]
        issues = lexer.issues + parser.issues
        self.source = source
    }

    /// Parses a good source with every token at one place of another: what is inherited is spoken of where it is inherited.
    init(parsing source: PolicySource, everythingAt span: SourceSpan) {
        let tokens = Lexer(source.text).tokens.map {
            SyntaxToken(kind: $0.kind, text: $0.text, span: span, leading: $0.leading, trailing: $0.trailing)
        }
        var parser = SyntaxParser(tokens)
        statements = parser.file()
        endOfFile = tokens[tokens.count - 1]
        issues = parser.issues
        self.source = source
    }

    /// All tokens in source order, the end of file last.
    public var tokens: [SyntaxToken] {
        var tokens: [SyntaxToken] = []
        for statement in statements { statement.appendTokens(to: &tokens) }
        return tokens + [endOfFile]
    }

    /// The source again, from the tokens.
    public var text: String {
        var text = ""
        for token in tokens { text += token.sourceText }
        return text
    }
}

/// A line of a policy, with the block that it opens if it opens one.
public struct SyntaxStatement: Sendable, Hashable {
    /// The tokens before the block.
    public internal(set) var tokens: [SyntaxToken]
    /// The block, if the statement has one.
    public internal(set) var block: SyntaxBlock?
    /// The `;` that ends the statement, if one does.
    public internal(set) var terminator: SyntaxToken?

    /// The first token's text if it is a word.
    public var keyword: String? {
        tokens.first.flatMap { $0.kind == .word ? $0.text : nil }
    }

    /// From the first token to the last before the block.
    var headSpan: SourceSpan {
        guard let first = tokens.first, let last = tokens.last else {
            return block?.open.span ?? SourceSpan(0..<0)
        }
        return first.span.union(last.span)
    }

    func appendTokens(to list: inout [SyntaxToken]) {
        list += tokens
        if let block {
            list.append(block.open)
            for statement in block.statements { statement.appendTokens(to: &list) }
            if let close = block.close { list.append(close) }
        }
        if let terminator { list.append(terminator) }
    }
}

/// Statements in braces.
public struct SyntaxBlock: Sendable, Hashable {
    /// The `{`.
    public let open: SyntaxToken
    /// What stands between the braces.
    public internal(set) var statements: [SyntaxStatement]
    /// The `}`; missing if the block was never closed.
    public internal(set) var close: SyntaxToken?
}
