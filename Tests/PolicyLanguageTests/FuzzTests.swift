import CanonicalJSON
import PolicyLanguage
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// No input traps: of the lexer, the checker, the formatter, the tests, the fixes and the language server.
@Suite("Fuzzing")
struct FuzzTests {
    private static let dictionary = [
        "policy", "extends", "version", "{", "}", "(", ")", "\"", "//", ";", "\n", "..", "x", "x4", "in", "to", "of",
        "or",
        "when", "unless cost > benefit", "unless cost 12bps > benefit(60d) over 30d at risk aversion 3",
        "every month on day 1 at 00:00 UTC", "p(storm)", "fall(BTC, 1h)",
        "before.weight(BTC)",
        "depth(SOL, 2%) < 3 x smallest trade", "oracle bad", "realized volatility(", "regime =",
        "secret target in 1%..60%",
        "breakers {", "oracle {", "execute {", "halt", "slow", "reset by 2 of guardians", "slippage bucket",
        "open target",
        "999999999999999", "0.000000001", "1__0", "100%", "0pp", "4%/yr", "250 USD", "é", "\u{FEFF}", "\u{0}", "\r\n",
        "property \"p\" always redeem allowed", "test \"t\" {", "given oracle age 4m", "expect halt \"a\"",
        "let a = 5%",
    ]

    private static let target = Result {
        // The policies of the repository, good and bad.
        let folders = ["accepted", "rejected"].map { PolicyFixtures.fixtures + "/" + $0 }
        let paths = try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".policy") }
                .map { folder + "/" + $0 }
        }
        let corpus = try (PolicyFixtures.shipped + paths).map { Array(try PolicyFixtures.read($0).utf8) }
        return FuzzTarget("policy", corpus: corpus, dictionary: dictionary) { survive($0, &$1) }
    }

    private static func survive(_ bytes: [UInt8], _ mutator: inout ByteMutator) {
        _ = try? PolicySource(path: "Policies/fuzz.policy", bytes: bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let source = PolicySource(path: "Policies/fuzz.policy", text: text)
        #expect(SyntaxTree(parsing: source).text == text)
        // What it extends, if anything, is itself: a ring, or the shipped house.
        let loader = PolicyLoader { path in
            path.hasSuffix("house-rules.policy")
                ? try PolicyFixtures.source(PolicyFixtures.policies + "/house-rules.policy") : source
        }
        let check = Policy.check(source, loading: loader)
        #expect(check.hasErrors == (check.policy == nil))
        for diagnostic in check.diagnostics { #expect(!diagnostic.description.isEmpty) }
        if let policy = check.policy {
            #expect(PolicyTests.run(policy).count == policy.tests.count)
            #expect(!PolicyExplanation(of: policy).description.isEmpty)
        }
        if let formatted = try? PolicyFormatter.format(source) {
            let again = PolicySource(path: source.path, text: formatted)
            #expect((try? PolicyFormatter.format(again)) == formatted)
            #expect(Policy.check(again, loading: loader).diagnostics.count == check.diagnostics.count)
        }
        let mended = PolicyFixes.apply(to: source, loading: loader).source
        let errors = check.diagnostics.count { $0.severity == .error }
        let left = Policy.check(mended, loading: loader).diagnostics.count { $0.severity == .error }
        #expect(left <= errors)
        serve(text, &mutator)
    }

    private static func serve(_ text: String, _ mutator: inout ByteMutator) {
        var server = PolicyLanguageServer()
        func send(_ message: JSONValue) -> [UInt8] {
            let body = message.canonicalBytes
            return server.receive(Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
        }
        _ = send(["jsonrpc": "2.0", "id": 1, "method": "initialize", "params": [:]])
        let document: JSONValue = [
            "uri": "file:///f.policy", "languageId": "policy", "version": 1, "text": .string(text),
        ]
        _ = send(["jsonrpc": "2.0", "method": "textDocument/didOpen", "params": ["textDocument": document]])
        let lines = text.utf8.count { $0 == 0x0A }
        for method in ["hover", "completion", "rename"] {
            let answer = send([
                "jsonrpc": "2.0", "id": 2, "method": .string("textDocument/" + method),
                "params": [
                    "textDocument": ["uri": "file:///f.policy"], "newName": "other",
                    "position": [
                        "line": .integer(mutator.offset(below: lines)),
                        "character": .integer(mutator.offset(below: 60)),
                    ],
                ],
            ])
            #expect(!answer.isEmpty && server.exitStatus == nil)
        }
    }

    @Test("mutations of the corpus never trap", arguments: UInt64(0)..<40)
    func smoke(seed: UInt64) throws { try Self.target.get().run(seed: seed, count: 5) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong))
    func long() throws { try Self.target.get().runLong() }
}
