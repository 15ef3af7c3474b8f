import CanonicalJSON
import PolicyLanguage
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Mutates a corpus of policies: the same seed gives the same inputs on every machine.
struct PolicyMutator {
    private let corpus: [[UInt8]]
    private var random: SplitMix64

    private static let dictionary = [
        "policy", "extends", "version", "{", "}", "(", ")", "\"", "//", ";", "\n", "..", "x", "x4", "in", "to", "of",
        "or",
        "when", "unless cost > benefit", "every month on day 1 at 00:00 UTC", "p(storm)", "fall(BTC, 1h)",
        "before.weight(BTC)",
        "depth(SOL, 2%) < 3 x smallest trade", "oracle bad", "realized volatility(", "regime =",
        "secret target in 1%..60%",
        "breakers {", "oracle {", "execute {", "halt", "slow", "reset by 2 of guardians", "slippage bucket",
        "open target",
        "999999999999999", "0.000000001", "1__0", "100%", "0pp", "4%/yr", "250 USD", "é", "\u{FEFF}", "\u{0}", "\r\n",
        "property \"p\" always redeem allowed", "test \"t\" {", "given oracle age 4m", "expect halt \"a\"",
        "let a = 5%",
    ].map { Array($0.utf8) }

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.corpus = corpus
    }

    /// The policies of the repository, good and bad.
    static func corpus() throws -> [[UInt8]] {
        let folders = ["accepted", "rejected"].map { PolicyFixtures.fixtures + "/" + $0 }
        let paths = try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".policy") }
                .map { folder + "/" + $0 }
        }
        return try (PolicyFixtures.shipped + paths).map { Array(try PolicyFixtures.read($0).utf8) }
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0...bytes.count, using: &random) }

    /// The next input.
    mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...10, using: &random) {
            let start = place(in: bytes)
            let end = min(bytes.count, start + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0...6, using: &random) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: bytes[start..<end], at: place(in: bytes))
            case 2: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &random) }
            case 3:
                let word = Self.dictionary.randomElement(using: &random) ?? []
                bytes.replaceSubrange(
                    start..<min(bytes.count, start + Int.random(in: 0...8, using: &random)),
                    with: word
                )
            case 4:
                let other = corpus.randomElement(using: &random) ?? []
                let from = place(in: other)
                bytes.insert(contentsOf: other[from..<min(other.count, from + 200)], at: start)
            case 5: bytes.removeSubrange(start...)
            default:
                let piece = Array(bytes[start..<end])
                for _ in 0..<Int.random(in: 2...50, using: &random) { bytes.insert(contentsOf: piece, at: start) }
            }
        }
        return bytes
    }

    mutating func offset(below count: Int) -> Int { Int.random(in: 0...max(0, count), using: &random) }
}

/// No input traps: of the lexer, the checker, the formatter, the tests, the fixes and the language server.
///
/// `BALLAST_FUZZ_SECONDS=600 make test FILTER=FuzzTests` goes on for so long, from `BALLAST_FUZZ_SEED` (1 if absent), and keeps the
/// input that is being read in the file `BALLAST_FUZZ_INPUT`, so that a trap leaves behind what caused it.
@Suite("Fuzzing")
struct FuzzTests {
    private static func survive(_ bytes: [UInt8], _ mutator: inout PolicyMutator) {
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

    private static func serve(_ text: String, _ mutator: inout PolicyMutator) {
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
    func smoke(seed: UInt64) throws {
        var mutator = PolicyMutator(seed: seed, corpus: try PolicyMutator.corpus())
        for _ in 0..<5 { Self.survive(mutator.next(), &mutator) }
    }

    private static let environment = ProcessInfo.processInfo.environment

    @Test("for as long as was asked", .enabled(if: environment["BALLAST_FUZZ_SECONDS"] != nil))
    func long() throws {
        let seconds = Int(Self.environment["BALLAST_FUZZ_SECONDS"] ?? "") ?? 0
        let seed = UInt64(Self.environment["BALLAST_FUZZ_SEED"] ?? "") ?? 1
        var mutator = PolicyMutator(seed: seed, corpus: try PolicyMutator.corpus())
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while ContinuousClock.now < end {
            let input = mutator.next()
            if let path = Self.environment["BALLAST_FUZZ_INPUT"] { try Data(input).write(to: URL(filePath: path)) }
            Self.survive(input, &mutator)
            count += 1
        }
        print("\(count) inputs from seed \(seed)")
    }
}
