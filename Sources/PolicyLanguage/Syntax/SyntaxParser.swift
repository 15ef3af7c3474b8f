/// Arranges tokens into statements and blocks; recovers from braces that do not match.
///
/// Recursion follows the nesting of blocks and is bounded by ``deepestNesting``; deeper braces are kept as plain tokens of
/// the statement in which they stand.
struct SyntaxParser {
    private(set) var issues: [Issue] = []

    private let tokens: [SyntaxToken]
    private var position = 0
    private var endReported = false

    /// No construct of the language nests more than three deep.
    static let deepestNesting = 16

    init(_ tokens: [SyntaxToken]) {
        self.tokens = tokens
    }

    mutating func file() -> [SyntaxStatement] {
        var statements: [SyntaxStatement] = []
        while current.kind != .endOfFile {
            if current.kind == .closeBrace {
                let token = take()
                let message = "this `}` closes nothing"
                issues.append(Issue(.strayBrace, token.span, message, help: "remove it, or open its block with `{`"))
                statements.append(SyntaxStatement(tokens: [token], block: nil, terminator: nil))
            } else {
                statements.append(statement(depth: 0, in: nil))
            }
        }
        return statements
    }

    // MARK: Parts

    private var current: SyntaxToken { tokens[min(position, tokens.count - 1)] }

    private mutating func take() -> SyntaxToken {
        let token = current
        if position < tokens.count - 1 { position += 1 }
        return token
    }

    /// One line up to its end, `;`, or a brace; with its block if it opens one.
    private mutating func statement(depth: Int, in parent: String?) -> SyntaxStatement {
        var statement = SyntaxStatement(tokens: [], block: nil, terminator: nil)
        while true {
            let token = current
            switch token.kind {
            case .endOfFile, .closeBrace:
                return statement
            case .semicolon:
                statement.terminator = take()
                return statement
            case .openBrace:
                if depth >= Self.deepestNesting {
                    issues.append(Issue(.nestedTooDeeply, token.span, "blocks are nested too deeply here"))
                    swallow(into: &statement)
                    return statement
                }
                statement.block = block(of: statement, depth: depth)
                if current.kind == .semicolon, !current.startsLine { statement.terminator = take() }
                return statement
            default:
                if token.startsLine, !statement.tokens.isEmpty { return statement }
                statement.tokens.append(take())
            }
        }
    }

    private mutating func block(of statement: SyntaxStatement, depth: Int) -> SyntaxBlock {
        var block = SyntaxBlock(open: take(), statements: [], close: nil)
        let isPolicy = depth == 0 && statement.keyword == "policy"
        while true {
            switch current.kind {
            case .endOfFile:
                unclosed(block.open, statement)
                return block
            case .closeBrace where isPolicy && sectionsFollow(position + 1):
                // A brace too many: what follows clearly belongs to the policy, so it is not the policy's end.
                let token = take()
                let message = "this `}` ends the policy, but its statements go on below"
                issues.append(Issue(.strayBrace, token.span, message, help: "remove it", replacement: ""))
                block.statements.append(SyntaxStatement(tokens: [token], block: nil, terminator: nil))
            case .closeBrace:
                block.close = take()
                return block
            case _ where depth >= 1 && sectionStarts(position, of: statement),
                _ where depth == 0 && (isPolicy || statement.keyword == "test") && topLevelStarts(position):
                unclosed(block.open, statement)
                return block
            default:
                block.statements.append(self.statement(depth: depth + 1, in: statement.keyword))
            }
        }
    }

    private mutating func unclosed(_ open: SyntaxToken, _ statement: SyntaxStatement) {
        // At the end of the file one missing brace leaves every block around it open too: the innermost is named.
        if current.kind == .endOfFile {
            guard !endReported else { return }
            endReported = true
        }
        let name = statement.keyword.map { "the block of `\($0)`" } ?? "this block"
        let note = current.kind == .endOfFile ? "the file ends here" : "the next section begins here"
        issues.append(
            Issue(
                .unclosedBlock,
                open.span,
                "\(name) is never closed",
                help: "add `}`",
                related: .init(span: current.span, note: note)
            )
        )
    }

    /// Takes everything up to the matching brace, without recursion.
    private mutating func swallow(into statement: inout SyntaxStatement) {
        var open = 0
        while current.kind != .endOfFile {
            if current.kind == .openBrace { open += 1 }
            if current.kind == .closeBrace { open -= 1 }
            statement.tokens.append(take())
            if open == 0 { return }
        }
    }

    /// Whether a section of a policy begins here while the block of another is still open.
    private func sectionStarts(_ index: Int, of statement: SyntaxStatement) -> Bool {
        let token = tokens[index]
        guard token.startsLine, token.kind == .word else { return false }
        // Blocks of tests and of unknown statements may hold words that are sections elsewhere.
        guard let keyword = statement.keyword, Vocabulary.blockSections.contains(keyword) else { return false }
        guard Vocabulary.sections.contains(token.text) || Vocabulary.topLevel.contains(token.text) else { return false }
        if !Vocabulary.blockSections.contains(token.text), Vocabulary.sections.contains(token.text) { return true }
        // A section with a block shows its brace on the same line.
        var next = index + 1
        while next < tokens.count - 1, !tokens[next].startsLine {
            if tokens[next].kind == .openBrace { return true }
            next += 1
        }
        return Vocabulary.topLevel.contains(token.text) && tokens[min(index + 1, tokens.count - 1)].kind == .string
    }

    private func topLevelStarts(_ index: Int) -> Bool {
        let token = tokens[index]
        return token.startsLine && token.kind == .word && Vocabulary.topLevel.contains(token.text)
            && tokens[min(index + 1, tokens.count - 1)].kind == .string
    }

    private func sectionsFollow(_ index: Int) -> Bool {
        let token = tokens[min(index, tokens.count - 1)]
        return token.kind == .word && token.startsLine && Vocabulary.sections.contains(token.text)
    }
}
