/// Reads a syntax tree into an outline: which statement stands where, and what its parts are.
struct OutlineReader {
    var issues: [Issue]
    var outline: PolicyOutline?

    init(_ tree: SyntaxTree) {
        issues = tree.issues
        file(tree)
    }

    // MARK: File

    private mutating func file(_ tree: SyntaxTree) {
        var first: SourceSpan?
        var properties: [PolicyOutline.Property] = []
        var tests: [PolicyOutline.Test] = []
        for statement in tree.statements {
            switch statement.keyword {
            case "policy":
                if let first {
                    issues.append(
                        Issue(
                            .severalPolicies,
                            statement.headSpan,
                            "a file holds one policy",
                            related: .init(span: first, note: "the first one")
                        )
                    )
                } else {
                    first = statement.headSpan
                    policy(statement)
                }
            case "test":
                if let test = test(statement) { tests.append(test) }
            case "property":
                if let property = property(statement) { properties.append(property) }
            default:
                stray(statement)
            }
        }
        if first == nil, !issues.contains(where: { $0.code.severity == .error }) {
            let end = tree.statements.last?.headSpan ?? tree.endOfFile.span
            let help = "write `policy \"name\" version 1 { … }`"
            issues.append(Issue(.noPolicy, end, "the file holds no policy", help: help))
        }
        outline?.tests = tests
        outline?.properties = properties
    }

    private mutating func stray(_ statement: SyntaxStatement) {
        guard let token = statement.tokens.first else {
            let span = statement.headSpan
            if statement.block == nil, let terminator = statement.terminator { return emptyStatement(terminator) }
            return issues.append(Issue(.unknownStatement, span, "a block needs a name before its `{`"))
        }
        // The lexer or the parser has spoken of it already.
        if token.kind == .closeBrace || token.kind == .unknown { return }
        let word = Literal.shortened(token.text)
        if Vocabulary.sections.contains(token.text) {
            let help = "move it between the braces of `policy \"name\" version 1 { … }`"
            issues.append(Issue(.outsidePolicy, token.span, "`\(word)` stands outside the policy", help: help))
        } else {
            issues.append(unknown(token, among: Vocabulary.topLevel.sorted(), what: "a file holds"))
        }
    }

    private mutating func policy(_ statement: SyntaxStatement) {
        var reader = StatementReader(statement, form: "policy \"name\" version 1 {")
        do throws(Issue) {
            try reader.word("policy")
            let name = try reader.text("the policy's name in quotes")
            if name.value.allSatisfy(\.isWhitespace) {
                issues.append(Issue(.unexpected, name.span, "a policy needs a name"))
            }
            let extends =
                reader.accept("extends") ? try reader.text("the path of the policy that this one extends") : nil
            try reader.word("version")
            let version = try reader.count("the version", in: 1...1_000_000_000)
            try reader.end()
            outline = PolicyOutline(name: name, version: version)
            outline?.extends = extends
        } catch {
            issues.append(error)
            // The body is read all the same, under a name that never reaches a mandate.
            outline = PolicyOutline(name: Spanned("", statement.headSpan), version: Spanned(1, statement.headSpan))
            outline?.isPartial = true
        }
        guard let block = statement.block else {
            if !issues.contains(where: { $0.span == statement.headSpan }) {
                issues.append(
                    Issue(
                        .unexpected,
                        reader.here,
                        "expected `{` before the end of the line",
                        help: "open the policy with `{`"
                    )
                )
            }
            return
        }
        for statement in block.statements { section(statement) }
    }

    // MARK: Sections

    private mutating func section(_ statement: SyntaxStatement) {
        guard let keyword = statement.keyword else {
            outline?.isPartial = true
            return strayInPolicy(statement)
        }
        switch keyword {
        case "quote":
            line(statement, "quote USD") { reader, outline throws(Issue) in
                try reader.word("quote")
                outline.quotes.append(try reader.name("the quote currency"))
            }
        case "let": definition(statement)
        case "group": group(statement)
        case "attest":
            line(statement, "attest every 1h") { reader, outline throws(Issue) in
                try reader.word("attest")
                try reader.word("every")
                outline.attests.append(try reader.operand("a duration"))
            }
        case "open":
            line(statement, "open target") { reader, outline throws(Issue) in
                try reader.word("open")
                outline.opens.append(try reader.choice(["target"], "`target`"))
            }
        case "target": target(statement)
        case "regimes": regimes(statement)
        case "bands": bands(statement)
        case "rebalance": rebalance(statement)
        case "limits": limits(statement)
        case "require": requirements(statement)
        case "oracle": oracle(statement)
        case "breakers": breakers(statement)
        case "execute": execution(statement)
        case "secret": secret(statement)
        default:
            outline?.isPartial = true
            if let token = statement.tokens.first {
                issues.append(unknown(token, among: Vocabulary.sectionList, what: "a policy holds"))
            }
        }
    }

    private mutating func strayInPolicy(_ statement: SyntaxStatement) {
        guard let token = statement.tokens.first else {
            if statement.block == nil, let terminator = statement.terminator { return emptyStatement(terminator) }
            return issues.append(Issue(.unknownStatement, statement.headSpan, "a block needs a name before its `{`"))
        }
        if token.kind == .closeBrace || token.kind == .unknown { return }
        issues.append(unknown(token, among: Vocabulary.sectionList, what: "a policy holds"))
    }

    private mutating func emptyStatement(_ terminator: SyntaxToken) {
        issues.append(
            Issue(.unknownStatement, terminator.span, "this `;` ends nothing", help: "remove it", replacement: "")
        )
    }

    // MARK: Parts

    /// A statement of one line without a block.
    mutating func line(
        _ statement: SyntaxStatement,
        _ form: String,
        _ read: (inout StatementReader, inout PolicyOutline) throws(Issue) -> Void
    ) {
        guard withoutBlock(statement), var outline else { return }
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            try read(&reader, &outline)
            try reader.end()
            self.outline = outline
        } catch {
            fail(error, in: statement)
        }
    }

    mutating func readLines<Line>(
        _ statement: SyntaxStatement,
        form: String,
        _ read: (SyntaxStatement) throws(Issue) -> Line
    ) -> PolicyOutline.Section<Line> {
        var section = open(statement, as: Line.self, form: form)
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                section.lines.append(try read(line))
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        return section
    }

    mutating func open<Line>(
        _ statement: SyntaxStatement,
        as line: Line.Type,
        form: String
    ) -> PolicyOutline.Section<Line> {
        var section = PolicyOutline.Section<Line>(keyword: statement.headSpan)
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            _ = try reader.name("a section")
            try reader.end()
            if statement.block == nil {
                throw Issue(
                    .unexpected,
                    reader.here,
                    "expected `{` before the end of the line",
                    help: "write `\(form)`"
                )
            }
        } catch {
            complain(error, about: statement)
            section.isPartial = true
        }
        return section
    }

    /// The statements of a section's block that are worth reading.
    mutating func lines<Line>(
        _ statement: SyntaxStatement,
        in section: inout PolicyOutline.Section<Line>
    ) -> [SyntaxStatement] {
        var lines: [SyntaxStatement] = []
        for line in statement.block?.statements ?? [] {
            if line.tokens.isEmpty {
                section.isPartial = true
                if line.block == nil, let terminator = line.terminator {
                    emptyStatement(terminator)
                } else {
                    issues.append(Issue(.unknownStatement, line.headSpan, "a block cannot stand here"))
                }
            } else {
                lines.append(line)
            }
        }
        return lines
    }

    /// Reports what is wrong with a statement, unless the lexer or the parser has spoken of it already.
    mutating func complain(_ issue: Issue, about statement: SyntaxStatement) {
        let isKnown = statement.tokens.contains {
            $0.kind == .unknown || $0.kind == .closeBrace || $0.kind == .openBrace
                || $0.kind == .string && ($0.text.utf8.count < 2 || !$0.text.hasSuffix("\""))
        }
        if !isKnown { issues.append(issue) }
    }

    mutating func withoutBlock(_ statement: SyntaxStatement) -> Bool {
        do throws(Issue) {
            try Self.noBlock(statement)
            return true
        } catch {
            fail(error, in: statement)
            return false
        }
    }

    static func noBlock(_ statement: SyntaxStatement) throws(Issue) {
        guard let block = statement.block else { return }
        throw Issue(.unexpected, block.open.span, "expected the end of the line, got `{`")
    }

    mutating func fail(_ issue: Issue, in statement: SyntaxStatement) {
        complain(issue, about: statement)
        outline?.isPartial = true
    }

    private func unknown(_ token: SyntaxToken, among words: [String], what: String) -> Issue {
        let text = Literal.shortened(token.text)
        let help = Suggestion.help(for: token.text, among: words, declared: what)
        return Issue(
            .unknownStatement,
            token.span,
            "unknown statement `\(text)`",
            help: help,
            replacement: token.kind == .word ? Suggestion.nearest(to: token.text, among: words) : nil
        )
    }
}
