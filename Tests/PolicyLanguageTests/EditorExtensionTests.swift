import CanonicalJSON
import PolicyLanguage
import Testing

@Suite("The editor extension")
struct EditorExtensionTests {
    private static let folder = PolicyFixtures.root + "/Editors/vscode/"

    private func json(_ name: String) throws -> JSONValue {
        try JSONValue.read(Array(try PolicyFixtures.read(Self.folder + name).utf8))
    }

    @Test("names files that are there, and the grammar's own scope")
    func isWhole() throws {
        let manifest = try json("package.json")
        guard case .array(let grammars)? = manifest["contributes"]?["grammars"],
            case .string(let path)? = grammars.first?["path"]
        else { throw CancellationError() }
        #expect(try json(path)["scopeName"] == grammars.first?["scopeName"])
        _ = try json("language-configuration.json")
        #expect(try PolicyFixtures.read(Self.folder + "extension.js").contains("\"policy\", \"lsp\""))
    }

    /// The patterns as regular expressions of Swift, in order; the first that matches colours a token.
    private func patterns() throws -> [(name: String, regex: Regex<AnyRegexOutput>)] {
        guard case .array(let patterns)? = try json("syntaxes/policy.tmLanguage.json")["patterns"] else { return [] }
        return try patterns.compactMap { pattern in
            guard case .string(let name)? = pattern["name"], case .string(let match)? = pattern["match"] else {
                return nil
            }
            return (name, try Regex(match))
        }
    }

    @Test("colours every keyword of every line of the shipped policies", arguments: PolicyFixtures.shipped)
    func coloursPolicies(path: String) throws {
        let source = try PolicyFixtures.source(path)
        let patterns = try patterns()
        #expect(patterns.count > 5)
        let policy = try Policy(checking: source, loading: PolicyFixtures.loader)
        var names = Set(policy.regimes)
        for statement in SyntaxTree(parsing: source).statements {
            for inner in statement.block?.statements ?? [] where ["group", "let"].contains(inner.keyword ?? "") {
                names.insert(inner.tokens[1].text)
            }
        }
        for token in SyntaxTree(parsing: source).tokens
        where !["", "x", ":", ",", "(", ")", "{", "}"].contains(token.text) {
            if names.contains(token.text) { continue }
            let isColoured = patterns.contains { (try? $0.regex.wholeMatch(in: token.text)) != nil }
            #expect(isColoured, "\(token.text)")
        }
    }
}
