import Foundation
import Testing

@Suite("A secret policy at the prompt")
struct PolicySealCommandTests {
    private static let market = ["--candles", "BTC=BTC.csv", "--candles", "ETH=ETH.csv"]

    /// A vault of four decisions under the shipped secret strategy, sealed and run; read by many tests, written by none.
    private static let shared = Result { try sealed(days: 4) }

    private static func sealed(days: Int) throws -> Workspace {
        let workspace = try Workspace()
        try FileManager.default.copyItem(
            at: Workspace.repository.appending(path: "Policies/secret-strategy.policy"),
            to: workspace.folder.appending(path: "secret.policy")
        )
        try workspace.write(#"{"BTC": "1.5", "ETH": "20", "USD": "10000"}"#, to: "balances.json")
        let sealed = try workspace.ballast(
            ["policy", "seal", "secret.policy", "--model", "model.json", "--output", "sealed"]
        )
        guard sealed.status == 0 else { throw Workspace.Failure(text: sealed.all) }
        guard days > 0 else { return workspace }
        let ran = try workspace.ballast(run("sealed/secret.sealed.json", ledger: "secret.ledger"))
        let exported = try workspace.ballast(
            ["attestation", "export", "--ledger", "secret.ledger", "--output", "attestations"]
        )
        guard ran.status == 0, exported.status == 0 else { throw Workspace.Failure(text: ran.all + exported.all) }
        return workspace
    }

    private static func run(_ policy: String, ledger: String, more: [String] = []) -> [String] {
        ["run", "--policy", policy, "--model", "model.json"] + market
            + ["--holdings", "balances.json", "--ledger", ledger, "--from", "2024-01-11", "--to", "2024-01-16"] + more
    }

    private static func verify(_ policy: String, folder: String = "attestations") -> [String] {
        ["verify", folder, "--policy", policy, "--model", "model.json"] + market
    }

    @Test("is sealed, run and verified by the public form alone, whose report says what is proved and what shows")
    func sealRunVerify() throws {
        let workspace = try Self.shared.get()
        // A stranger's folder: neither the policy's text nor the openings.
        let stranger = workspace.folder.appending(path: "stranger")
        try FileManager.default.createDirectory(at: stranger, withIntermediateDirectories: true)
        for name in ["attestations", "model.json", "BTC.csv", "ETH.csv"] {
            try FileManager.default.copyItem(
                at: workspace.folder.appending(path: name),
                to: stranger.appending(path: name)
            )
        }
        try FileManager.default.copyItem(
            at: workspace.folder.appending(path: "sealed/secret.sealed.json"),
            to: stranger.appending(path: "s.sealed.json")
        )
        let verified = try BallastExecutable.run(Self.verify("s.sealed.json"), in: stranger)
        #expect(verified.status == 0 && verified.lastLine == "verified: 5 attestations", "\(verified.all)")
        #expect(verified.output.contains("target(BTC) in 10%..60%"))
        #expect(verified.output.contains("trigger(BTC) in 1pp..8pp"))
        #expect(verified.output.contains("the targets sum to 100%; no destination is wider than its trigger"))
        #expect(verified.output.contains("weights: the policy does not show them beyond the targets' ranges"))
        #expect(verified.output.contains("narrows secret numbers down over time"))
    }

    @Test("leaves its numbers in the openings alone, which nobody else may read")
    func hidesNumbers() throws {
        let workspace = try Self.shared.get()
        // Another strategy under the same rules: what everybody may see says the same, commitments and proof apart.
        var text = try workspace.text("secret.policy")
        for (from, to) in [
            ("BTC  40%", "BTC  31%"), ("ETH  35%", "ETH  44%"), ("trigger 4pp", "trigger 7pp"), ("to 2pp", "to 1.5pp"),
        ] {
            #expect(text.contains(from))
            text = text.replacing(from, with: to)
        }
        try workspace.write(text, to: "other.policy")
        let outcome = try workspace.ballast(
            ["policy", "seal", "other.policy", "--model", "model.json", "--output", "other"]
        )
        #expect(outcome.status == 0, "\(outcome.all)")
        func openLines(_ form: String) -> [Substring] {
            form.split(separator: "\n").filter { !$0.contains("\"commitment\"") && !$0.contains("\"proof\"") }
        }
        let form = try workspace.text("sealed/secret.sealed.json")
        #expect(try openLines(form) == openLines(workspace.text("other/other.sealed.json")))
        #expect(!form.contains("the operator can test") && !form.contains("//"))
        let attributes = try FileManager.default.attributesOfItem(
            atPath: workspace.folder.appending(path: "sealed/secret.openings").path
        )
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try workspace.text("sealed/secret.openings").hasPrefix("ballast-policy-openings/1\nsealed: "))
    }

    @Test("is not run or compiled unsealed, and the message says what to do")
    func refusesUnsealed() throws {
        let workspace = try Self.shared.get()
        for arguments in [
            Self.run("secret.policy", ledger: "none.ledger"),
            ["policy", "compile", "secret.policy", "--model", "model.json"],
            Self.verify("secret.policy"),
        ] {
            let outcome = try workspace.ballast(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.all.contains("seal it first (`ballast policy seal secret.policy`)"), "\(outcome.all)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.folder.appending(path: "none.ledger").path))
        for arguments in [["check"], ["fmt", "--check"], ["test"]] {
            let outcome = try workspace.ballast(["policy"] + arguments + ["secret.policy"])
            #expect(outcome.status == 0, "\(outcome.all)")
        }
        let explained = try workspace.ballast(["policy", "explain", "secret.policy", "--model", "model.json"])
        #expect(explained.status == 0 && explained.output.contains("Its targets and bands are secret"))
        #expect(explained.output.contains("multipliers"))
    }

    @Test("is run with its own openings, and with none, others or spoilt ones not at all")
    func refusesOtherOpenings() throws {
        let workspace = try Self.shared.get()
        let second = try workspace.ballast(
            ["policy", "seal", "secret.policy", "--model", "model.json", "--output", "second"]
        )
        #expect(second.status == 0, "\(second.all)")
        #expect(try workspace.text("second/secret.sealed.json") != workspace.text("sealed/secret.sealed.json"))
        let own = try workspace.text("sealed/secret.openings")
        let digits = try #require(own.split(separator: "\n").last)
        var spoilt = Array(own)
        spoilt[spoilt.count - 2] = spoilt[spoilt.count - 2] == "0" ? "1" : "0"
        // The other seal's openings under this one's digest.
        let moved = try workspace.text("second/secret.openings").split(separator: "\n").last ?? ""
        for (name, text, message) in [
            ("other", try workspace.text("second/secret.openings"), "not of this sealed policy"),
            ("moved", own.replacing(digits, with: moved), "not of this sealed policy"),
            ("spoilt", String(spoilt), "openings"), ("short", String(own.dropLast(3)), "error"),
            ("empty", "", "not a file of policy openings"),
        ] {
            let path = "\(name).openings"
            try workspace.write(text, to: path)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: workspace.folder.appending(path: path).path
            )
            let arguments = Self.run("sealed/secret.sealed.json", ledger: "\(name).ledger", more: ["--openings", path])
            let outcome = try workspace.ballast(arguments)
            #expect(outcome.status == 3 && outcome.all.contains(message), "\(name): \(outcome.all)")
            #expect(!outcome.all.contains(digits.suffix(64)))
            let ledger = workspace.folder.appending(path: "\(name).ledger").path
            #expect(!FileManager.default.fileExists(atPath: ledger))
        }
        try workspace.write(own, to: "open.openings")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: workspace.folder.appending(path: "open.openings").path
        )
        let open = try workspace.ballast(
            Self.run("sealed/secret.sealed.json", ledger: "open.ledger", more: ["--openings", "open.openings"])
        )
        #expect(open.status == 3 && open.all.contains("open to other users"), "\(open.all)")
        let missing = try workspace.ballast(
            Self.run("sealed/secret.sealed.json", ledger: "m.ledger", more: ["--openings", "nowhere"])
        )
        #expect(missing.status == 3 && missing.all.contains("no openings at `nowhere`"), "\(missing.all)")
        let needless = try workspace.ballast(
            Self.run("small.policy", ledger: "n.ledger", more: ["--openings", "sealed/secret.openings"])
        )
        #expect(needless.status == 2, "\(needless.all)")
    }

    @Test("is never sealed over a seal that is there, and a policy without secrets is not sealed")
    func refusesToOverwrite() throws {
        let workspace = try Self.shared.get()
        let before = try workspace.text("sealed/secret.sealed.json")
        let again = try workspace.ballast(
            ["policy", "seal", "secret.policy", "--model", "model.json", "--output", "sealed"]
        )
        #expect(again.status == 3 && again.all.contains("there already"), "\(again.all)")
        #expect(try workspace.text("sealed/secret.sealed.json") == before)
        let plain = try workspace.ballast(["policy", "seal", "small.policy", "--model", "model.json"])
        #expect(plain.status == 1 && plain.all.contains("nothing to seal"), "\(plain.all)")
        for command in ["check", "fmt", "test", "analyze", "explain", "seal"] {
            let outcome = try workspace.ballast(["policy", command, "sealed/secret.sealed.json"])
            #expect(outcome.status == 2 && outcome.all.contains("a sealed policy, expected a policy's own text"))
        }
    }

    @Test(
        "is refused in whichever part of its public form a byte is altered",
        arguments: [
            ("\"low\": 100000", "\"low\": 100001"), ("\"high\": 80000", "\"high\": 80001"),
            ("\"cost\": 3500", "\"cost\": 3501"),
            ("\"drift\": true", "\"drift\": false"), ("\"cooldown\": 86400000", "\"cooldown\": 86400001"),
            ("\"factor\": \"2\"", "\"factor\": \"3\""), ("\"parameters\": [0, 1, 2]", "\"parameters\": [1, 0, 2]"),
            ("\"constant\": \"0\"", "\"constant\": \"1\""), ("\"950000\"", "\"950001\""), ("cash floor", "cash fl00r"),
            ("\"Secret strategy\"", "\"Secret strategi\""), ("trigger(BTC)", "trigger(BTX)"),
            ("\"policyVersion\": 1", "\"policyVersion\": 2"), ("\"commitment\": \"", "\"commitment\": \"00"),
            ("\"calm\", \"choppy\"", "\"choppy\", \"calm\""), ("\"proof\": \"01", "\"proof\": \"02"),
            ("\"version\": 1,", "\"version\": 2,"), ("\"quote\": \"USD\"", "\"quote\": \"EUR\""),
            ("\"attestEvery\": 86400000", "\"attestEvery\": 172800000"),
            ("{\n  \"format\"", "{\n  \"extra\": 1,\n  \"format\""),
            ("\"digest\": \"0", "\"digest\": \"1"), ("\"low\": 10000,\n", "\"low\": 10000, \"low\": 1,\n"), ("}\n", ""),
        ]
    )
    func refusesAlteredForms(from: String, to: String) throws {
        let workspace = try Self.shared.get()
        let form = try workspace.text("sealed/secret.sealed.json")
        let range = try #require(form.range(of: from))
        let name = "altered-\(UUID().uuidString).sealed.json"
        try workspace.write(form.replacingCharacters(in: range, with: to), to: name)
        let outcome = try workspace.ballast(Self.verify(name))
        #expect(outcome.status == 1, "\(outcome.all)")
        #expect(outcome.lastLine.hasPrefix("refused: "), "\(outcome.all)")
    }

    @Test("has a public form in which no byte can be changed and the chain still verify")
    func refusesEveryKindOfByte() throws {
        let workspace = try Self.shared.get()
        let form = Array(try workspace.text("sealed/secret.sealed.json").utf8)
        var places = stride(from: 7, to: form.count, by: form.count / 40).filter {
            form[$0] != 0x20 && form[$0] != 0x0A
        }
        places += [0, 1].compactMap { form.indices.dropFirst(2).contains($0 + 2) ? $0 + 4 : nil }
        for place in places {
            var altered = form
            altered[place] ^= 1
            let name = "byte-\(place).sealed.json"
            try workspace.write(String(decoding: altered, as: UTF8.self), to: name)
            let outcome = try workspace.ballast(Self.verify(name))
            #expect(outcome.status != 0 && !outcome.all.contains("\nverified:"), "byte \(place): \(outcome.all)")
        }
    }

    @Test("of another seal is another policy: its chain is refused")
    func refusesAnotherSeal() throws {
        let workspace = try Self.sealed(days: 0)
        let shared = try Self.shared.get()
        try FileManager.default.copyItem(
            at: shared.folder.appending(path: "attestations"),
            to: workspace.folder.appending(path: "attestations")
        )
        let outcome = try workspace.ballast(Self.verify("sealed/secret.sealed.json"))
        #expect(outcome.status == 1 && outcome.lastLine.contains("policy and model"), "\(outcome.all)")
    }

    @Test("compiles to circuits that no number and no seal but the commitments changes")
    func compiles() throws {
        let workspace = try Self.shared.get()
        let compiled = try workspace.ballast(
            ["policy", "compile", "sealed/secret.sealed.json", "--model", "model.json"]
        )
        #expect(compiled.status == 0, "\(compiled.all)")
        let stored = try String(
            contentsOf: Workspace.repository.appending(path: "Circuits/secret-strategy.circuits"),
            encoding: .utf8
        )
        func templates(_ text: String) -> [String] {
            text.split(separator: "\n").map(String.init)
                .filter { !$0.hasPrefix("sealed ") && !$0.hasPrefix("secret[") && !$0.hasPrefix("policy digest") }
        }
        #expect(templates(compiled.output) == templates(stored))
        #expect(compiled.output != stored)
    }
}
