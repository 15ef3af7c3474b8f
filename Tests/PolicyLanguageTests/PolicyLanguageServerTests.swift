import CanonicalJSON
import PolicyLanguage
import TestSupport
import Testing

/// A client that sends messages and reads the answers, cut from the server's bytes.
private struct ScriptedClient {
    var server: PolicyLanguageServer
    private var identifier = 0
    static let uri = "file:///p.policy"

    init(server: PolicyLanguageServer = PolicyLanguageServer()) {
        self.server = server
    }

    /// Sends a message, a few bytes at a time, and returns every message that came back.
    mutating func send(_ message: JSONValue, pieces: Int = 7) throws -> [JSONValue] {
        let body = message.canonicalBytes
        let bytes = Array("Content-Length: \(body.count)\r\nContent-Type: any\r\n\r\n".utf8) + body
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let end = min(bytes.count, position + max(1, bytes.count / pieces))
            output += server.receive(Array(bytes[position..<end]))
            position = end
        }
        return try Self.messages(output)
    }

    static func messages(_ bytes: [UInt8]) throws -> [JSONValue] {
        var rest = bytes[...]
        var found: [JSONValue] = []
        while !rest.isEmpty {
            let header = String(decoding: rest.prefix { $0 != 0x0D }, as: UTF8.self)
            let count = try #require(Int(header.dropFirst("Content-Length: ".count)))
            rest = rest.dropFirst(header.utf8.count + 4)
            found.append(try JSONValue.read(Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return found
    }

    mutating func request(_ method: String, _ parameters: JSONValue) throws -> JSONValue {
        identifier += 1
        let id = JSONValue.integer(identifier)
        let answers = try send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
        let answer = try #require(answers.first)
        #expect(answers.count == 1 && answer["id"] == id)
        return answer
    }

    mutating func open(_ text: String) throws -> [JSONValue] {
        _ = try request("initialize", [:])
        #expect(try send(["jsonrpc": "2.0", "method": "initialized", "params": [:]]).isEmpty)
        let document: JSONValue = [
            "uri": .string(Self.uri), "languageId": "policy", "version": 1, "text": .string(text),
        ]
        return try diagnostics(
            send(["jsonrpc": "2.0", "method": "textDocument/didOpen", "params": ["textDocument": document]])
        )
    }

    func diagnostics(_ messages: [JSONValue]) throws -> [JSONValue] {
        let message = try #require(messages.first)
        #expect(message["method"] == "textDocument/publishDiagnostics" && messages.count == 1)
        guard case .array(let diagnostics)? = message["params"]?["diagnostics"] else { return [] }
        return diagnostics
    }

    mutating func ask(_ method: String, line: Int, character: Int, newName: String = "") throws -> JSONValue {
        try request(
            "textDocument/" + method,
            [
                "textDocument": ["uri": .string(Self.uri)],
                "position": ["line": .integer(line), "character": .integer(character)], "newName": .string(newName),
            ]
        )
    }
}

@Suite("The language server")
struct PolicyLanguageServerTests {
    private func place(of text: String, in document: String) throws -> (line: Int, character: Int) {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains(text) })
        let start = try #require(lines[line].firstRange(of: text)).lowerBound
        return (line, lines[line][..<start].utf16.count)
    }

    @Test("publishes what the check finds, and takes it back when it is mended")
    func publishesDiagnostics() throws {
        var client = ScriptedClient()
        let wrong = String(PolicyFixtures.small.replacing("each  trigger", with: "/*é𝄞*/ eech trigger"))
        let found = try client.open(wrong)
        #expect(found.count == Policy.check(PolicySource(path: "", text: wrong)).diagnostics.count)
        #expect(found.allSatisfy { $0["source"] == "ballast" && $0["severity"] == 1 })
        let change: JSONValue = [
            "textDocument": ["uri": .string(ScriptedClient.uri), "version": 2],
            "contentChanges": [["text": .string(PolicyFixtures.small)]],
        ]
        let after = try client.send(["jsonrpc": "2.0", "method": "textDocument/didChange", "params": change])
        #expect(try client.diagnostics(after).isEmpty)
    }

    @Test("counts characters as editors do, in UTF-16")
    func countsUTF16() throws {
        var client = ScriptedClient()
        let text = PolicyFixtures.small + "test \"é𝄞\" { expect weight(BTX) <= 1% }\n"
        let diagnostic = try #require(try client.open(text).first)
        #expect(diagnostic["code"] == "E0107")
        let place = try place(of: "BTX", in: text)
        #expect(diagnostic["range"]?["start"]?["character"] == .integer(place.character))
        #expect(diagnostic["range"]?["end"]?["character"] == .integer(place.character + 3))
    }

    @Test("offers the sure mending of a diagnostic as a quick fix")
    func offersFixes() throws {
        var client = ScriptedClient()
        let text = String(PolicyFixtures.small.replacing("trigger", with: "triger"))
        let range = try #require(try client.open(text).first?["range"])
        let answer = try client.request(
            "textDocument/codeAction",
            ["textDocument": ["uri": .string(ScriptedClient.uri)], "range": range, "context": ["diagnostics": []]]
        )
        guard case .array(let actions)? = answer["result"] else { throw CancellationError() }
        #expect(actions.map { $0["title"] } == ["Write `trigger`"])
        guard case .array(let edits)? = actions.first?["edit"]?["changes"]?[ScriptedClient.uri] else {
            throw CancellationError()
        }
        #expect(edits.map { $0["newText"] } == ["trigger"] && edits.map { $0["range"] } == [range])
    }

    @Test("explains an asset with its widths, a rule, a name and a word of the language")
    func hovers() throws {
        var client = ScriptedClient()
        let text = try PolicyFixtures.read(PolicyFixtures.shipped[0])
        #expect(try client.open(text).isEmpty)
        for (word, expected) in [
            ("SOL        trigger", "in storm: trades beyond 5pp, back to within 2.5pp"),
            ("\"cash floor\"", "USD weighs at least"),
            ("majors = ", "the group of BTC, ETH"), ("floor  =", "**floor** = 5%"),
            ("cost      <=", "operator could take"),
            ("storm   x", "a regime of the model"),
        ] {
            let place = try place(of: word, in: text)
            let answer = try client.ask("hover", line: place.line, character: place.character)
            let value = answer["result"]?["contents"]?["value"]
            guard case .string(let markdown)? = value else {
                Issue.record("no hover for \(word)")
                continue
            }
            #expect(markdown.contains(expected), "\(markdown)")
        }
        #expect(try client.ask("hover", line: 0, character: 0)["result"] == JSONValue.null)
    }

    @Test("says of a figure what it is, who sees it and where it comes from, and of a rule what it costs to prove")
    func hoversVisibilityAndCost() throws {
        let costs = RuleCosts { policy in ["require \"cash floor\"": policy.assets.count * 100] }
        var client = ScriptedClient(server: PolicyLanguageServer(costs: costs))
        let text = try PolicyFixtures.read(PolicyFixtures.shipped[0])
        _ = try client.open(text)
        let rule = try place(of: "\"cash floor\"", in: text)
        let answer = try client.ask("hover", line: rule.line, character: rule.character + 2)
        guard case .string(let markdown)? = answer["result"]?["contents"]?["value"] else { throw CancellationError() }
        #expect(markdown.contains("_private; proved; 400 multipliers of the proof_"), "\(markdown)")

        var other = ScriptedClient()
        let page = try PolicyFixtures.read(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        _ = try other.open(page)
        for (word, expected) in [
            ("fall(BTC", "public, from signed prices (`oracle`)_"),
            ("tracking error", "a yearly rate (%/yr); private, from the holdings_"),
            ("depth(SOL", "public, from the venues (`execute`)_"),
            ("\"crash\"", "Trading halts for 24h when fall(BTC, 1h) > 12%"),
            ("breakers {", "it reads public figures alone"), ("error(60d", "tracking error(60d)"),
        ] {
            let place = try place(of: word, in: page)
            let answer = try other.ask("hover", line: place.line, character: place.character + 1)
            guard case .string(let markdown)? = answer["result"]?["contents"]?["value"] else {
                Issue.record("no hover for \(word)")
                continue
            }
            #expect(markdown.contains(expected), "\(markdown)")
        }
    }

    @Test("reads the house of a document through its loader, and renames the document's own names across it")
    func extendsInEditor() throws {
        let loader = PolicyLoader { path in
            #expect(path == "file:///house.policy")
            return PolicySource(path: path, text: PolicyFixtures.small)
        }
        var client = ScriptedClient(server: PolicyLanguageServer(loading: loader))
        let text = """
            policy "V" extends "house.policy" version 1 {
              let floor = 10%
              require { "cash" weight(USD) >= floor }
            }
            test "t" {
              given weights BTC 95%, USD 5%
              expect weight(USD) >= floor
            }

            """
        #expect(try client.open(text).isEmpty)
        let place = try place(of: "floor =", in: text)
        let answer = try client.ask("rename", line: place.line, character: place.character, newName: "least")
        guard case .array(let edits)? = answer["result"]?["changes"]?[ScriptedClient.uri] else {
            throw CancellationError()
        }
        #expect(edits.count == 3)
        var alone = ScriptedClient()
        #expect(try alone.open(text).map { $0["code"] } == ["E0702"])
    }

    @Test(
        "completes by the block in which it stands, even while the policy is wrong",
        arguments: [
            ("  zz", "require"), ("  bands {\n    ", "BTC"), ("  limits {\n    ", "cost <= 35bps per rebalance"),
            ("  require {\n    \"x\" weight(", "USD"), ("}\ntest \"t\" {\n  expect ", "hold"),
            ("  rebalance {\n ", "cooldown 6h"), ("  oracle {\n    ", "max age 3m"),
            ("  execute {\n    venues ", "curve"),
            ("  breakers {\n    \"a\" halt 1h when ", "fall(BTC, 1h)"), ("}\nproperty \"p\" ", "always redeem allowed"),
        ]
    )
    func completes(typed: String, expected: String) throws {
        var client = ScriptedClient()
        let head = "policy \"P\" version 1 {\n  quote USD\n  target {\n    BTC 60%\n    USD 40%\n  }\n"
        let text = head + typed
        _ = try client.open(text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let answer = try client.ask("completion", line: lines.count - 1, character: lines[lines.count - 1].utf16.count)
        guard case .array(let items)? = answer["result"] else { throw CancellationError() }
        #expect(items.contains { $0["label"] == .string(expected) }, "\(items.map { $0["label"] })")
    }

    @Test("lays out a document, and leaves one alone that it cannot read")
    func formats() throws {
        var client = ScriptedClient()
        let text = String(PolicyFixtures.small.replacing("  quote", with: "quote"))
        _ = try client.open(text)
        let document: JSONValue = ["textDocument": ["uri": .string(ScriptedClient.uri)], "options": [:]]
        guard case .array(let edits)? = try client.request("textDocument/formatting", document)["result"] else {
            throw CancellationError()
        }
        #expect(edits.map { $0["newText"] } == [.string(PolicyFixtures.small)])
        var other = ScriptedClient()
        _ = try other.open("policy \"P {")
        #expect(try other.request("textDocument/formatting", document)["result"] == JSONValue.null)
    }

    @Test("renames a name wherever it stands, and refuses one that has a meaning already")
    func renames() throws {
        var client = ScriptedClient()
        let text = try PolicyFixtures.read(PolicyFixtures.shipped[0])
        #expect(try client.open(text).isEmpty)
        for (name, new, count) in [("majors = ", "large", 3), ("floor  =", "least", 3), ("SOL  10%", "AVAX", 26)] {
            let place = try place(of: name, in: text)
            let answer = try client.ask("rename", line: place.line, character: place.character, newName: new)
            guard case .array(let edits)? = answer["result"]?["changes"]?[ScriptedClient.uri] else {
                Issue.record("\(answer)")
                continue
            }
            #expect(edits.count == count || name.hasPrefix("SOL") && edits.count > 10, "\(edits.count)")
            #expect(edits.allSatisfy { $0["newText"] == .string(new) })
        }
        let place = try place(of: "majors = ", in: text)
        for bad in ["floor", "BTC", "limits", "two words", "", "5pp", "a;b"] {
            let answer = try client.ask("rename", line: place.line, character: place.character, newName: bad)
            #expect(answer["error"]?["code"] == -32_803, "\(bad)")
        }
    }

    @Test("keeps the order of a session")
    func keepsOrder() throws {
        var client = ScriptedClient()
        #expect(try client.request("shutdown", .null)["error"]?["code"] == -32_002)
        #expect(try client.request("initialize", [:])["result"]?["capabilities"]?["hoverProvider"] == true)
        #expect(try client.request("initialize", [:])["error"]?["code"] == -32_600)
        #expect(try client.request("workspace/symbol", [:])["error"]?["code"] == -32_601)
        #expect(try client.ask("hover", line: 0, character: 0)["error"]?["code"] == -32_602)
        #expect(try client.request("shutdown", .null)["result"] == JSONValue.null)
        #expect(try client.request("textDocument/hover", [:])["error"]?["code"] == -32_600)
        #expect(client.server.exitStatus == nil)
        _ = try client.send(["jsonrpc": "2.0", "method": "exit"])
        #expect(client.server.exitStatus == 0)
        var rude = ScriptedClient()
        _ = try rude.send(["jsonrpc": "2.0", "method": "exit"])
        #expect(rude.server.exitStatus == 1)
    }

    @Test(
        "ends at what is no message",
        arguments: [
            "Content-Length: 5 and more\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 999999999\r\n\r\n",
            "Content-Length: 99999999999999999999\r\n\r\n", "no header\r\n\r\n", "\r\n\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", String(repeating: "a", count: 5_000),
        ]
    )
    func refusesBadHeaders(bytes: String) {
        var server = PolicyLanguageServer()
        #expect(server.receive(Array(bytes.utf8)).isEmpty)
        #expect(server.exitStatus == 1)
    }

    @Test("answers what is no request with an error, and goes on")
    func survivesBadBodies() throws {
        for body in [
            "", "{", "[]", "null", "{\"id\":1}", "{\"id\":{},\"method\":\"x\"}", String(repeating: "[", count: 9_000),
        ] {
            var client = ScriptedClient()
            let bytes = Array("Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
            let answers = try ScriptedClient.messages(client.server.receive(bytes))
            #expect(answers.first?["error"] != nil, "\(body)")
            #expect(client.server.exitStatus == nil)
            #expect(try client.request("initialize", [:])["result"] != nil)
        }
    }

    @Test("random bytes and random positions never trap", arguments: UInt64(0)..<40)
    func survivesNoise(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var server = PolicyLanguageServer()
        let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
        _ = server.receive(Array("Content-Length: \(Int.random(in: 0...600, using: &random))\r\n\r\n".utf8) + noise)
        var client = ScriptedClient()
        var bytes = Array(PolicyFixtures.small.utf8)
        bytes.removeSubrange(Int.random(in: 0..<bytes.count, using: &random)...)
        _ = try client.open(String(decoding: bytes, as: UTF8.self))
        for method in ["hover", "completion", "rename"] {
            let (line, character) = (Int.random(in: 0...30, using: &random), Int.random(in: 0...200, using: &random))
            let answer = try client.ask(method, line: line, character: character, newName: "name")
            #expect(answer["result"] != nil || answer["error"] != nil)
        }
    }
}
