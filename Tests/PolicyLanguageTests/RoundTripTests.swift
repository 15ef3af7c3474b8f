import TestSupport
import Testing

@testable import PolicyLanguage

@Suite("Reading, printing and formatting")
struct RoundTripTests {
    @Test("a printed policy reads as itself, before and after formatting", arguments: UInt64(0)..<300)
    func roundTrips(seed: UInt64) throws {
        var drawn = RandomPolicy(SplitMix64(seed: seed))
        let outline = drawn.outline()
        let source = PolicySource(path: "random.policy", text: drawn.text(of: outline))
        let reader = OutlineReader(SyntaxTree(parsing: source))
        #expect(source.locate(reader.issues).map(\.description) == [])
        #expect(reader.outline == outline)
        #expect(SyntaxTree(parsing: source).text == source.text)

        let formatted = PolicySource(path: "random.policy", text: try PolicyFormatter.format(source))
        #expect(OutlineReader(SyntaxTree(parsing: formatted)).outline == outline)
        #expect(try PolicyFormatter.format(formatted) == formatted.text)
        #expect(comments(formatted) == comments(source))
    }

    @Test("the shipped policies are laid out canonically", arguments: PolicyFixtures.shipped)
    func shippedAreCanonical(path: String) throws {
        let source = try PolicyFixtures.source(path)
        #expect(try PolicyFormatter.format(source) == source.text)
    }

    @Test("formatting keeps every token and comment of the design page's example, and is idempotent")
    func formatsDesignPage() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        let once = PolicySource(path: source.path, text: try PolicyFormatter.format(source))
        #expect(SyntaxTree(parsing: once).tokens.map(\.text) == SyntaxTree(parsing: source).tokens.map(\.text))
        #expect(comments(once) == comments(source))
        #expect(try PolicyFormatter.format(once) == once.text)
    }

    @Test("a policy with mistakes of meaning can be laid out, one with slips of the pen cannot")
    func refusesSyntaxErrorsOnly() throws {
        let folder = PolicyFixtures.fixtures + "/rejected/"
        let mistaken = try PolicyFixtures.source(folder + "ten-mistakes.policy")
        let once = PolicySource(path: mistaken.path, text: try PolicyFormatter.format(mistaken))
        #expect(Policy.check(once).diagnostics.map(\.code) == Policy.check(mistaken).diagnostics.map(\.code))
        let slipped = try PolicyFixtures.source(folder + "ten-slips.policy")
        #expect {
            _ = try PolicyFormatter.format(slipped)
        } throws: { error in
            (error as? PolicyDiagnostics)?.diagnostics.allSatisfy(\.code.isSyntaxError) == true
        }
    }

    @Test("comments in odd places are kept, and the layout settles at once")
    func keepsOddComments() throws {
        let text = """
            // first
            policy // a
              "P" version 1 // b
            // c
            { // d
            // e
            quote USD; // f
            group g = { // g
            BTC, // h
            // i
            ETH } // j
            target { } // k
            // l
            } // m
            // n
            """
        // The line end after `policy` ends the statement, so this source has an error and is refused.
        #expect(throws: PolicyDiagnostics.self) {
            _ = try PolicyFormatter.format(PolicySource(path: "p.policy", text: text))
        }
        let whole = PolicySource(path: "p.policy", text: String(text.replacing("// a\n  ", with: "")))
        let once = PolicySource(path: "p.policy", text: try PolicyFormatter.format(whole))
        #expect(comments(once).sorted() == comments(whole).sorted())
        #expect(try PolicyFormatter.format(once) == once.text)
    }

    private func comments(_ source: PolicySource) -> [String] {
        var found: [String] = []
        for token in SyntaxTree(parsing: source).tokens {
            for trivia in token.leading + token.trailing where trivia.kind == .comment {
                var text = trivia.text
                while text.last == " " || text.last == "\t" { text.removeLast() }
                found.append(text)
            }
        }
        return found
    }
}
