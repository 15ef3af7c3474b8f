import CanonicalJSON
import MarketData
import Rebalancing

/// One open document, and what an editor asks of it.
struct PolicyDocument {
    let uri: String
    let source: PolicySource
    let positions: EditorPositions
    let check: PolicyCheck
    let tree: SyntaxTree
    private let loader: PolicyLoader
    private let costs: RuleCosts

    init(uri: String, text: String, loading loader: PolicyLoader = .none, costs: RuleCosts = .unknown) {
        self.costs = costs
        self.uri = uri
        source = PolicySource(path: uri, text: text)
        positions = EditorPositions(text)
        check = Policy.check(source, loading: loader)
        self.loader = loader
        tree = SyntaxTree(parsing: source)
    }

    // MARK: Diagnostics

    var diagnostics: [JSONValue] { check.diagnostics.map(diagnostic) }

    private func diagnostic(_ diagnostic: PolicyDiagnostic) -> JSONValue {
        let text = diagnostic.message + (diagnostic.help.map { "\n\($0)" } ?? "")
        return [
            "range": positions.range(diagnostic.span),
            "severity": diagnostic.severity == .error ? 1 : 2,
            "code": .string(diagnostic.code.rawValue),
            "source": "ballast",
            "message": .string(text),
        ]
    }

    /// A quick fix for every diagnostic in a range that has a sure mending.
    func fixes(in range: JSONValue?) -> JSONValue {
        guard let start = positions.offset(range?["start"]), let end = positions.offset(range?["end"]) else {
            return []
        }
        let actions = check.diagnostics.compactMap { diagnostic -> JSONValue? in
            let span = diagnostic.span
            guard let replacement = diagnostic.replacement, span.lowerBound <= end, span.upperBound >= start else {
                return nil
            }
            let title = replacement.isEmpty ? "Remove it" : "Write `\(replacement)`"
            return [
                "title": .string(title), "kind": "quickfix", "isPreferred": true,
                "diagnostics": [self.diagnostic(diagnostic)],
                "edit": edit([SourceEdit(span: span, text: replacement)]),
            ]
        }
        return .array(actions)
    }

    // MARK: Edits

    struct SourceEdit {
        let span: SourceSpan
        let text: String
    }

    private func textEdit(_ edit: SourceEdit) -> JSONValue {
        ["range": positions.range(edit.span), "newText": .string(edit.text)]
    }

    private func edit(_ edits: [SourceEdit]) -> JSONValue {
        .object([JSONMember("changes", .object([JSONMember(uri, .array(edits.map(textEdit)))]))])
    }

    /// The whole text in canonical layout; no edit if it is so already, `null` if it cannot be read.
    var formatted: JSONValue {
        guard let text = try? PolicyFormatter.format(source) else { return .null }
        return text == source.text ? [] : [["range": positions.everything, "newText": .string(text)]]
    }

    /// Why a name cannot be changed.
    struct Refusal: Error {
        let reason: String
    }

    /// Gives a declared name another one wherever it stands.
    ///
    /// The result must check as the source does, and demand the same but for the name; else nothing is changed.
    func renaming(at offset: Int, to name: String) -> Result<JSONValue, Refusal> {
        guard let before = check.policy else {
            return .failure(Refusal(reason: "the policy has errors; mend them first"))
        }
        guard let token = token(at: offset), token.kind == .word, declares(token.text, before) else {
            return .failure(Refusal(reason: "no asset, group, value or regime of this policy stands here"))
        }
        let tokens = Lexer(name).tokens
        guard tokens.count == 2, tokens[0].kind == .word, tokens[0].text == name else {
            return .failure(Refusal(reason: "`\(Literal.shortened(name))` is not a name"))
        }
        let edits = tree.tokens.filter { $0.kind == .word && $0.text == token.text }
            .map { SourceEdit(span: $0.span, text: name) }
        let after = Policy.check(PolicySource(path: source.path, text: applying(edits)), loading: loader)
        guard let policy = after.policy, policy.mandates.count == before.mandates.count,
            after.diagnostics.map(\.code) == check.diagnostics.map(\.code), keepsMeaning(before, policy, token.text)
        else { return .failure(Refusal(reason: "`\(Literal.shortened(name))` has a meaning here already")) }
        return .success(edit(edits))
    }

    private func declares(_ name: String, _ policy: Policy) -> Bool {
        policy.quote.symbol == name || policy.assets.contains { $0.symbol == name } || policy.regimes.contains(name)
            || policy.outline.groups.contains { $0.name.value == name }
            || policy.outline.lets.contains { $0.name.value == name }
    }

    /// Names of groups and values are gone from a mandate; names of assets and regimes are all that may differ in one.
    private func keepsMeaning(_ before: Policy, _ after: Policy, _ name: String) -> Bool {
        let isInMandates =
            before.quote.symbol == name || before.assets.contains { $0.symbol == name } || before.regimes.contains(name)
        guard isInMandates else { return before.mandates == after.mandates }
        return zip(before.mandates, after.mandates).allSatisfy {
            $0.targets == $1.targets && $0.bands == $1.bands && $0.requirements == $1.requirements
        }
    }

    private func applying(_ edits: [SourceEdit]) -> String {
        let bytes = Array(source.text.utf8)
        var result: [UInt8] = []
        var position = 0
        for edit in edits {
            result += bytes[position..<edit.span.lowerBound]
            result += edit.text.utf8
            position = edit.span.upperBound
        }
        return String(decoding: result + bytes[position...], as: UTF8.self)
    }

    /// What a rule adds to the proof of a rebalance, if that is known.
    func cost(_ title: String, _ policy: Policy) -> Int? { costs.multipliers(policy)[title] }

    // MARK: Places

    /// The token that an offset touches; at the seam of two, the one that begins there.
    func token(at offset: Int) -> SyntaxToken? {
        tree.tokens.last { $0.kind != .endOfFile && $0.span.lowerBound <= offset && offset <= $0.span.upperBound }
    }

    /// The keywords of the blocks around an offset, outermost first, and the words of the line before it, without the one
    /// that is being typed.
    func surroundings(of offset: Int) -> (blocks: [String], line: [String]) {
        var blocks: [String] = []
        var line: [String] = []
        for token in tree.tokens where token.kind != .endOfFile && token.span.upperBound <= offset {
            let isBeingTyped = token.span.upperBound == offset && token.kind == .word
            if token.startsLine { line = [] }
            switch token.kind {
            case .openBrace:
                blocks.append(line.first ?? "")
                line = []
            case .closeBrace:
                if !blocks.isEmpty { blocks.removeLast() }
                line = []
            case .semicolon: line = []
            default: if !isBeingTyped { line.append(token.text) }
            }
        }
        let upToHere = Array(source.text.utf8.prefix(offset))
        // On a new line nothing of the one above counts.
        if let last = upToHere.lastIndex(of: UInt8(ascii: "\n")),
            upToHere[last...].dropFirst().allSatisfy({ $0 == 0x20 || $0 == 0x09 })
        {
            line = []
        }
        return (blocks, line)
    }
}
