/// Reads a syntax tree into an outline: which statement stands where, and what its parts are.
struct OutlineReader {
    private(set) var issues: [Issue]
    private(set) var outline: PolicyOutline?

    init(_ tree: SyntaxTree) {
        issues = tree.issues
        file(tree)
    }

    // MARK: File

    private mutating func file(_ tree: SyntaxTree) {
        var first: SourceSpan?
        var unsupported: [Issue] = []
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
                unsupported.append(notActedOn(.testBlock, statement, "`test` blocks are"))
            case "property":
                unsupported.append(notActedOn(.propertyBlock, statement, "`property` is"))
            default:
                stray(statement)
            }
        }
        if first == nil, !issues.contains(where: { $0.code.severity == .error }) {
            let end = tree.statements.last?.headSpan ?? tree.endOfFile.span
            let help = "write `policy \"name\" version 1 { … }`"
            issues.append(Issue(.noPolicy, end, "the file holds no policy", help: help))
        }
        outline?.unsupported += unsupported
        issues += unsupported
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
            var extends: Issue?
            if reader.isWord("extends") {
                let start = reader.here
                _ = reader.accept("extends")
                let path = try reader.text("the path of the policy that this one extends")
                extends = Self.notActedOn(.extends, start.union(path.span), "`extends` is")
            }
            try reader.word("version")
            let version = try reader.count("the version", in: 1...1_000_000_000)
            try reader.end()
            outline = PolicyOutline(name: name, version: version)
            if let extends { note(extends) }
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
        case "target": target(statement)
        case "regimes": regimes(statement)
        case "bands": bands(statement)
        case "rebalance": rebalance(statement)
        case "limits": limits(statement)
        case "require": requirements(statement)
        case "oracle": note(notActedOn(.oracleBlock, statement, "`oracle` is"))
        case "breakers": note(notActedOn(.breakersBlock, statement, "`breakers` is"))
        case "execute": note(notActedOn(.executeBlock, statement, "`execute` is"))
        case "secret": note(notActedOn(.secretParameters, statement, "`secret` is"))
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
        issues.append(Issue(.unknownStatement, terminator.span, "this `;` ends nothing", help: "remove it"))
    }

    private mutating func definition(_ statement: SyntaxStatement) {
        guard withoutBlock(statement) else { return }
        var reader = StatementReader(statement, form: "let floor = 5%")
        do throws(Issue) {
            try reader.word("let")
            let name = try reader.name("a name")
            do throws(Issue) {
                try reader.mark("=")
                let value = try reader.literal("a value such as `5%` or `250 USD`")
                try reader.end()
                outline?.lets.append(.init(name: name, value: value))
            } catch {
                outline?.lets.append(.init(name: name, value: nil))
                throw error
            }
        } catch {
            fail(error, in: statement)
        }
    }

    private mutating func group(_ statement: SyntaxStatement) {
        let form = "group majors = { BTC, ETH }"
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            try reader.word("group")
            let name = try reader.name("the group's name")
            do throws(Issue) {
                try reader.mark("=")
                try reader.end()
                guard let block = statement.block else {
                    throw Issue(
                        .unexpected,
                        reader.here,
                        "expected `{` before the end of the line",
                        help: "write `\(form)`"
                    )
                }
                let tokens = block.statements.flatMap(\.tokens)
                if let nested = block.statements.first(where: { $0.block != nil }) {
                    throw Issue(
                        .unexpected,
                        nested.headSpan,
                        "a group lists assets, not blocks",
                        help: "write `\(form)`"
                    )
                }
                var list = StatementReader(tokens, fallback: block.open.span, form: form)
                var members = [try list.name("an asset")]
                while list.acceptMark(",") {
                    if list.current == nil { break }
                    members.append(try list.name("an asset"))
                }
                try list.end()
                outline?.groups.append(.init(name: name, members: members))
            } catch {
                outline?.groups.append(.init(name: name, members: []))
                throw error
            }
        } catch {
            fail(error, in: statement)
        }
    }

    private mutating func target(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Target.self, form: "target {")
        for line in lines(statement, in: &section) {
            var reader = StatementReader(line, form: "BTC 45%")
            do throws(Issue) {
                let asset = try reader.name("an asset")
                do throws(Issue) {
                    let weight = try reader.operand("a fraction such as `45%`")
                    try reader.end()
                    section.lines.append(.init(asset: asset, weight: weight))
                } catch {
                    section.lines.append(.init(asset: asset, weight: nil))
                    throw error
                }
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        outline?.targets.append(section)
    }

    private mutating func regimes(_ statement: SyntaxStatement) {
        let form = "regimes calm, storm from \"model.json\""
        var reader = StatementReader(statement, form: form)
        do throws(Issue) {
            try reader.word("regimes")
            var labels = [try reader.name("a regime")]
            while reader.acceptMark(",") { labels.append(try reader.name("a regime")) }
            try reader.word("from")
            let model = try reader.text("the model's path in quotes")
            var digest: Spanned<String>?
            if reader.accept("digest") {
                digest = reader.current?.kind == .string ? try reader.text("the digest") : try reader.raw("the digest")
            }
            try reader.end()
            var rules = PolicyOutline.Section<PolicyOutline.RegimeThreshold>(keyword: statement.headSpan)
            if statement.block != nil {
                for line in lines(statement, in: &rules) {
                    do throws(Issue) {
                        rules.lines.append(try Self.threshold(line))
                    } catch {
                        complain(error, about: line)
                        rules.isPartial = true
                    }
                }
            }
            outline?.regimes.append(.init(labels: labels, model: model, digest: digest, rules: rules))
        } catch {
            fail(error, in: statement)
        }
    }

    private static func threshold(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.RegimeThreshold {
        let isLeave = statement.keyword == "leave"
        let form = isLeave ? "leave storm when p(storm) < 40% for 5 bars" : "enter storm when p(storm) > 80% for 2 bars"
        var reader = StatementReader(statement, form: form)
        try noBlock(statement)
        _ = try reader.choice(["enter", "leave"], "`enter` or `leave`")
        let label = try reader.name("a regime")
        try reader.word("when")
        try reader.word("p")
        try reader.mark("(")
        let compared = try reader.name("a regime")
        try reader.mark(")")
        _ = try reader.comparison([isLeave ? .below : .above])
        let probability = try reader.operand("a probability such as `80%`")
        try reader.word("for")
        let bars = try reader.count("the number of bars", in: 1...10_000)
        if !reader.accept("bar") { try reader.word("bars") }
        try reader.end()
        return .init(
            edge: isLeave ? .leave : .enter,
            label: label,
            compared: compared,
            probability: probability,
            bars: bars
        )
    }

    // MARK: Sections in files of their own

    private mutating func bands(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "bands {", Self.band)
        outline?.bands.append(section)
    }

    private mutating func rebalance(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Rule.self, form: "rebalance {")
        var hasTrigger = false
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                let (rule, issue) = try Self.rule(line, hasTrigger: hasTrigger)
                section.lines.append(rule)
                if let issue { note(issue) }
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
            hasTrigger = hasTrigger || line.keyword == "when" || line.keyword == "or"
        }
        outline?.rebalance.append(section)
    }

    private mutating func limits(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Limit.self, form: "limits {")
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                let (limit, issue) = try Self.limit(line)
                section.lines.append(limit)
                if let issue { note(issue) }
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        outline?.limits.append(section)
    }

    private mutating func requirements(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.Requirement.self, form: "require {")
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                switch try Self.requirement(line) {
                case .success(let requirement): section.lines.append(requirement)
                case .failure(let issue): note(issue)
                }
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        outline?.requirements.append(section)
    }

    // MARK: Parts

    /// A statement of one line without a block.
    private mutating func line(
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

    private mutating func readLines<Line>(
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

    private mutating func open<Line>(
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
    private mutating func lines<Line>(
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
    private mutating func complain(_ issue: Issue, about statement: SyntaxStatement) {
        let isKnown = statement.tokens.contains {
            $0.kind == .unknown || $0.kind == .closeBrace || $0.kind == .openBrace
                || $0.kind == .string && ($0.text.utf8.count < 2 || !$0.text.hasSuffix("\""))
        }
        if !isKnown { issues.append(issue) }
    }

    private mutating func withoutBlock(_ statement: SyntaxStatement) -> Bool {
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

    private mutating func fail(_ issue: Issue, in statement: SyntaxStatement) {
        complain(issue, about: statement)
        outline?.isPartial = true
    }

    private mutating func note(_ issue: Issue) {
        issues.append(issue)
        outline?.unsupported.append(issue)
    }

    private func notActedOn(
        _ code: PolicyDiagnosticCode,
        _ statement: SyntaxStatement,
        _ subject: String
    ) -> Issue {
        Self.notActedOn(code, statement.headSpan, subject)
    }

    static func notActedOn(_ code: PolicyDiagnosticCode, _ span: SourceSpan, _ subject: String) -> Issue {
        let help = "`policy compile` and `run` refuse the policy while it stands here: this version would not keep it"
        return Issue(code, span, "\(subject) understood but not yet acted on", help: help)
    }

    private func unknown(_ token: SyntaxToken, among words: [String], what: String) -> Issue {
        let text = Literal.shortened(token.text)
        let help = Suggestion.help(for: token.text, among: words, declared: what)
        return Issue(.unknownStatement, token.span, "unknown statement `\(text)`", help: help)
    }
}
