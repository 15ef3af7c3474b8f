import TestSupport
import Testing

@testable import PolicyLanguage

/// The right-hand side of a rule of the grammar.
private indirect enum Expression: Sendable {
    case literal(String)
    case rule(String)
    case sequence([Expression])
    case choice([Expression])
    case option(Expression)
    case repetition(Expression)
}

/// Reads EBNF as the documentation writes it.
private struct GrammarReader {
    private var tokens: [String] = []
    private var position = 0
    private(set) var rules: [String: Expression] = [:]

    init(_ text: String) {
        var rest = Substring(text)
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" {
                let end = rest.dropFirst().firstIndex(of: "\"") ?? rest.endIndex
                tokens.append(String(rest[...end]))
                rest = rest[rest.index(after: end)...]
            } else if first.isLetter {
                let word = rest.prefix { $0.isLetter || $0.isNumber }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            } else {
                tokens.append(String(first))
                rest.removeFirst()
            }
        }
        while position < tokens.count {
            let name = take()
            _ = take()
            rules[name] = choice()
            _ = take()
        }
    }

    private mutating func take() -> String {
        defer { position += 1 }
        return tokens[position]
    }

    private mutating func choice() -> Expression {
        var options = [sequence()]
        while tokens[position] == "|" {
            position += 1
            options.append(sequence())
        }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() -> Expression {
        var parts: [Expression] = []
        while ![";", "|", ")", "]", "}"].contains(tokens[position]) {
            let token = take()
            switch token {
            case "(": parts.append(choice())
            case "[": parts.append(.option(choice()))
            case "{": parts.append(.repetition(choice()))
            default:
                let isLiteral = token.hasPrefix("\"")
                parts.append(isLiteral ? .literal(String(token.dropFirst().dropLast())) : .rule(token))
                continue
            }
            _ = take()
        }
        return .sequence(parts)
    }
}

/// Draws a text that the grammar derives.
private struct Derivation {
    let rules: [String: Expression]
    var random: SplitMix64
    var words: [String] = []

    private static let leaves: [String: [String]] = [
        "text": ["\"x\"", "\"cash floor\"", "\"it's // fine\""], "count": ["1", "7"], "small": ["1", "3", "16"],
        "name": ["calm", "storm", "floor", "majors"], "SYMBOL": ["BTC", "ETH", "UNI-V3"],
        "fraction": ["5%", "35bps", "floor"], "points": ["4pp", "floor"], "plain": ["2", "0.25", "floor"],
        "duration": ["6h", "30d", "floor"], "hours": ["40h", "7d"], "money": ["250 USD", "1_000.5 USD", "floor"],
        "literal": ["5%", "4pp", "2.5", "6h", "70%/yr", "250 USD"], "value": ["5%", "4pp", "2.5", "6h", "floor"],
        "hex64": [String(repeating: "1a", count: 32)], "weekday": ["monday", "sunday"], "day": ["1", "28"],
        "hour": ["0", "23"], "minute": ["00", "59"], "factor": ["x2", "x 4"],
        "venue": ["uniswap.v3", "curve", "cow"], "end": ["\n", "\n\n", " // note\n", ";", "; \n"],
    ]

    mutating func derive(_ expression: Expression) {
        switch expression {
        case .literal(let word): words.append(word)
        case .sequence(let parts): for part in parts { derive(part) }
        case .choice(let options): derive(options[Int.random(in: 0..<options.count, using: &random)])
        case .option(let part): if Bool.random(using: &random) { derive(part) }
        case .repetition(let part): for _ in 0..<Int.random(in: 0...3, using: &random) { derive(part) }
        case .rule(let name):
            if let rule = rules[name] { return derive(rule) }
            guard let leaf = Self.leaves[name]?.randomElement(using: &random) else {
                Testing.Issue.record("the grammar has no rule `\(name)`")
                return
            }
            words.append(leaf)
        }
    }
}

@Suite("The grammar")
struct GrammarTests {
    private static let rules = GrammarReader(PolicyGrammar.statements + "\n" + PolicyGrammar.figures).rules

    @Test("derives only what reads without an issue, and is the same when laid out", arguments: UInt64(0)..<300)
    func derives(seed: UInt64) throws {
        var derivation = Derivation(rules: Self.rules, random: SplitMix64(seed: seed))
        derivation.derive(.rule("file"))
        let text = derivation.words.joined(separator: " ")
        let source = PolicySource(path: "derived.policy", text: text)
        let reader = OutlineReader(SyntaxTree(parsing: source))
        #expect(source.locate(reader.issues).map(\.description) == [])
        let formatted = PolicySource(path: "derived.policy", text: try PolicyFormatter.format(source))
        let again = OutlineReader(SyntaxTree(parsing: formatted))
        #expect(again.issues.isEmpty && again.outline == reader.outline)
        #expect(try PolicyFormatter.format(formatted) == formatted.text)
        _ = Policy.check(source)
    }

    @Test("uses every rule that it has")
    func isConnected() {
        #expect(Self.rules.count > 40)
        var seen: Set<String> = []
        func visit(_ expression: Expression) {
            switch expression {
            case .literal: break
            case .rule(let name):
                if seen.insert(name).inserted, let rule = Self.rules[name] { visit(rule) }
            case .sequence(let parts), .choice(let parts): parts.forEach(visit)
            case .option(let part), .repetition(let part): visit(part)
            }
        }
        visit(.rule("file"))
        #expect(Set(Self.rules.keys).subtracting(seen) == [])
    }
}

@Suite("The reference page")
struct ReferenceTests {
    private static let folder = PolicyFixtures.root + "/Sources/PolicyLanguage/"

    /// The cases of the enumeration with the first lines of their comments.
    private func codes() throws -> [(code: String, summary: String)] {
        let text = try PolicyFixtures.read(Self.folder + "Diagnostics/PolicyDiagnosticCode.swift")
        var summary = ""
        var found: [(code: String, summary: String)] = []
        for line in text.split(separator: "\n") {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("/// ") { summary = String(trimmed.dropFirst(4)) }
            guard trimmed.hasPrefix("case "), let quote = trimmed.firstIndex(of: "\"") else { continue }
            found.append((String(trimmed[quote...].dropFirst().prefix(5)), summary))
        }
        return found
    }

    @Test("is what grammar, vocabulary and codes make of it")
    func isGenerated() throws {
        let codes = try codes()
        #expect(codes.map(\.code) == PolicyDiagnosticCode.allCases.map(\.rawValue))
        let rows = codes.map { "| \($0.code) | \($0.code.hasPrefix("E") ? "error" : "warning") | \($0.summary) |" }
        let page = """
            # Reference

            The grammar, the vocabulary and the codes of the policy language, printed from the source.

            ## Tokens

            A statement ends with its line, or at `;`. A block may open on the line after its statement. Names are case-sensitive.

            ```
            \(PolicyGrammar.tokens)
            ```

            ## Statements

            `fraction` (`%`, `bps`), `points` (`pp`), `plain` (no unit), `duration` (`s m h d w`) and `money` (a number and the quote
            currency) are each a literal of that type, or the name that a `let` gives to one; `value` is any of them. `small` is a whole
            number from 1 to 16, `factor` such as `x4`, `hours` a literal duration. A test derives random policies from this text and
            reads them.

            ```
            \(PolicyGrammar.statements)

            \(PolicyGrammar.figures)
            ```

            ## Vocabulary

            What reads holdings is private: it may stand in `rebalance` and `require`, whose truth a proof hides, and never in `breakers`.
            What is public comes from a source that the policy names.

            \(PolicyGrammar.vocabulary)

            ## Codes

            <doc:DiagnosticCodes> shows an example and a counterexample of each.

            | code | is | says |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            """
        try expectGolden(page, "../../../Sources/PolicyLanguage/PolicyLanguage.docc/Reference.md")
    }
}
