import PolicyLanguage
import Testing

@Suite("Diagnostics as text")
struct DiagnosticLayoutTests {
    @Test("show file, place, excerpt, carets and help in the layout of the style page")
    func layout() throws {
        let text = PolicyFixtures.small.replacing(
            "each  trigger 4pp  to edge",
            with: "each  trigger 4pp  to edge\n    BTX  trigger 3pp to edge"
        )
        let check = Policy.check(PolicySource(path: "Policies/core.policy", text: String(text)))
        #expect(
            check.diagnostics.map(\.description) == [
                """
                Policies/core.policy:11:5: error: unknown asset `BTX` [E0107]
                  11 │     BTX  trigger 3pp to edge
                     │     ^^^
                     help: did you mean `BTC`? this policy declares BTC, USD
                """
            ]
        )
        let diagnostic = try #require(check.diagnostics.first)
        #expect([diagnostic.line, diagnostic.column, diagnostic.endColumn] == [11, 5, 8])
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.file == "Policies/core.policy")
    }

    @Test("show both places where two conflict")
    func secondPlace() {
        let text = PolicyFixtures.small.replacing("USD  40%", with: "USD  40%\n    BTC  1%")
        let check = Policy.check(PolicySource(path: "p.policy", text: String(text)))
        #expect(
            check.diagnostics.map(\.description) == [
                """
                p.policy:7:5: error: asset `BTC` stands twice [E0103]
                  7 │     BTC  1%
                    │     ^^^
                  5 │     BTC  60%
                    │     --- the first one
                """
            ]
        )
    }

    @Test("count columns in characters and cut long lines to a window")
    func columns() throws {
        let wide = "policy \"é\" version 1 { quote USD; " + String(repeating: "let é = 1%; ", count: 40) + "}"
        let check = Policy.check(PolicySource(path: "p.policy", text: wide))
        let first = try #require(check.diagnostics.first { $0.code == .strangeCharacter })
        #expect(first.column == 39)
        #expect(check.diagnostics.allSatisfy { $0.description.split(separator: "\n").allSatisfy { $0.count < 200 } })
    }

    @Test("say one thing about one misspelt word, wherever it stands", arguments: PolicyFixtures.shipped.prefix(3))
    func noCascade(path: String) throws {
        let source = try PolicyFixtures.source(path)
        for token in SyntaxTree(parsing: source).tokens where token.kind == .word || token.kind == .number {
            let bytes = Array(source.text.utf8)
            let changed = bytes[..<token.span.lowerBound] + Array("zzqq".utf8) + bytes[token.span.upperBound...]
            let check = Policy.check(PolicySource(path: "p.policy", text: String(decoding: changed, as: UTF8.self)))
            // A symbol that cannot be one, and the uses that now have no declaration, are two.
            let others = check.diagnostics.filter { $0.code != .badSymbol }
            #expect(others.count <= 1, "\(token.text): \(others.map(\.description))")
        }
    }
}
