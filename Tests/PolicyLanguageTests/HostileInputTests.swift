import PolicyLanguage
import Rebalancing
import TestSupport
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    private static let words = [
        "policy", "\"x\"", "version", "1", "{", "}", "quote", "USD", "target", "BTC", "45%", "bands", "each", "trigger",
        "4pp",
        "to", "edge", "in", "storm", "x", "1.5", "rebalance", "when", "any", "drift", ">", "band", "limits", "cost",
        "<=",
        "35bps", "per", "require", "weight", "(", ")", "group", "=", ",", "let", "floor", "regimes", "from", "enter",
        "leave", "p",
        "for", "bars", "every", "30d", ";", "\n", "\n", "\n", "// c\n", "\"", "..", "test", "property", "oracle",
        "attest", "é",
        "99999999999999999999999999", "0.0000000000000000001%", "_", "#", "\r\n", "\u{FEFF}", "/*", "%", "of", "-1",
        "250 USD", "given", "expect", "weights", "hold", "because", "within", "prices", "elapsed", "at", "turnover",
    ]

    /// Total, lossless, and formatted or refused.
    private func survive(_ text: String) {
        let source = PolicySource(path: "soup.policy", text: text)
        #expect(SyntaxTree(parsing: source).text == text)
        let check = Policy.check(source)
        #expect(check.hasErrors == (check.policy == nil))
        if let policy = check.policy { #expect(PolicyTests.run(policy).count == policy.tests.count) }
        for diagnostic in check.diagnostics { #expect(!diagnostic.description.isEmpty) }
        #expect(check.diagnostics.map { $0.span.lowerBound } == check.diagnostics.map { $0.span.lowerBound }.sorted())
        if let formatted = try? PolicyFormatter.format(source) {
            #expect((try? PolicyFormatter.format(PolicySource(path: "soup.policy", text: formatted))) == formatted)
        }
    }

    @Test("random words never trap", arguments: UInt64(0)..<150)
    func survivesTokenSoup(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 0...200, using: &random)
        let isGlued = Bool.random(using: &random)
        let words = (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }
        survive(words.joined(separator: isGlued ? "" : " "))
    }

    @Test("a good policy with random cuts and copies never traps", arguments: UInt64(0)..<150)
    func survivesMutations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = Array(
            try PolicyFixtures.read(PolicyFixtures.shipped[Int(seed) % PolicyFixtures.shipped.count]).utf8
        )
        for _ in 0..<Int.random(in: 1...8, using: &random) where bytes.count > 2 {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 1...20, using: &random))
            let other = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: bytes[start..<end], at: other)
            default: bytes[start] = UInt8.random(in: 0x09...0x7E, using: &random)
            }
        }
        survive(String(decoding: bytes, as: UTF8.self))
    }

    @Test("random bytes never trap", arguments: UInt64(0)..<60)
    func survivesBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = try? PolicySource(path: "bytes.policy", bytes: bytes)
        survive(String(decoding: bytes, as: UTF8.self))
    }

    @Test(
        "a megabyte of one thing never traps",
        arguments: [
            "{", "}", "(", "a ", "\n", ";", "\"", "é", "9", "policy \"p\" version 1 {\n", "let a = 1%\n", "{ }",
        ]
    )
    func survivesLength(piece: String) {
        let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let source = PolicySource(path: "long.policy", text: "policy \"P\" version 1 {\n" + text)
        let check = Policy.check(source)
        #expect(check.policy == nil)
        #expect(check.diagnostics.count <= 1_001)
        #expect(check.diagnostics.allSatisfy { $0.description.utf8.count < 4_000 })
    }

    @Test("ten thousand rules are checked, and as many on top of as many inherited")
    func checksManyRules() throws {
        let rules = (0..<10_000).map { "\"rule \($0)\" weight(BTC) <= \(61 + $0 % 39)%" }.joined(separator: "\n")
        let house = String(PolicyFixtures.small.dropLast(2)) + "require {\n\(rules)\n}\n}\n"
        let loader = PolicyLoader { PolicySource(path: $0, text: house) }
        let whole = try Policy(checking: PolicySource(path: "many.policy", text: house))
        #expect(whole.mandates[0].requirements.count == 10_000)
        let vault = "policy \"Vault\" extends \"house.policy\" version 1 {\nrequire {\n\(rules)\n}\n}\n"
        let check = Policy.check(PolicySource(path: "vault.policy", text: vault), loading: loader)
        #expect(check.diagnostics.map(\.description) == [])
        #expect(check.policy?.mandates == whole.mandates)
    }

    @Test("twenty thousand names in every place are read in linear time")
    func survivesManyNames() {
        let names = (0..<20_000).map { "N\($0)" }
        let text = """
            policy "P" version 1 {
            regimes \(names.joined(separator: ", ")) from "m" { }
            target {
            \(names.map { "\($0) 1%" }.joined(separator: "\n"))
            }
            group g = { \(names.joined(separator: ", ")) }
            \(names.map { "let v\($0) = 1%" }.joined(separator: "\n"))
            require {
            \(names.map { "\"\($0)\" weight(g) <= w\($0)" }.joined(separator: "\n"))
            }
            }
            """
        let check = Policy.check(PolicySource(path: "many.policy", text: text))
        #expect(check.diagnostics.contains { $0.code == .tooManyAssets })
    }
}
