import Foundation
import Testing

/// One after the other: several of them open one ledger, which has one writer at a time.
@Suite("Exit statuses", .serialized)
struct ExitStatusTests {
    /// A command line, the status it must end with and words that its output or errors must hold.
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        let words: String

        init(_ status: Int32, _ arguments: [String], _ words: String) {
            self.arguments = arguments
            self.status = status
            self.words = words
        }

        var testDescription: String { "\(status): ballast " + arguments.joined(separator: " ") }
    }

    private static let hold = "attestations/000002-hold.json"
    private static let vault = ["--holdings", "holdings.json", "--ledger", "vault.ledger"]

    static let cases: [Case] = good + refused + wrong + missing + holdings + foreign

    /// 0: good.
    private static let good: [Case] = [
        Case(0, [], "SUBCOMMANDS"),
        Case(0, ["--version"], "ballast 0.1.0"),
        Case(0, ["run", "--help"], "--holdings"),
        Case(0, ["--generate-completion-script", "bash"], "complete -o filenames -F _ballast ballast"),
        Case(0, ["policy", "check", "small.policy"], "0 errors"),
        Case(0, ["policy", "fmt", "--check", "small.policy"], ""),
        Case(0, ["ledger", "audit", "--ledger", "vault.ledger"], "clean: 4 entries"),
        Case(0, ["verify", "attestations"] + Workspace.inputs, "verified: 4 attestations"),
        Case(
            0,
            ["run"] + Workspace.inputs + vault + ["--from", "2024-01-11", "--to", "2024-01-14"],
            "nothing to do"
        ),
    ]

    /// 1: a well-formed input failed a check.
    private static let refused: [Case] = [
        Case(1, ["verify", "truncated.json"] + Workspace.inputs, "refused: truncated.json: form"),
        Case(1, ["verify", "twice.json"] + Workspace.inputs, "refused: twice.json: form"),
        Case(1, ["verify", "bytes"] + Workspace.inputs, "refused: bytes: form"),
        Case(1, ["verify", "nothing"] + Workspace.inputs, "refused: nothing: form"),
        Case(1, ["verify", "empty-folder"] + Workspace.inputs, "genesis"),
        Case(
            1,
            ["verify", "attestations", "--operator", String(repeating: "0", count: 64)] + Workspace.inputs,
            "refused: 000000-genesis.json: vault"
        ),
        Case(1, ["policy", "check", "nothing"], "[E0014]"),
        Case(1, ["policy", "fmt", "--check", "loose.policy"], "not in canonical layout"),
        Case(1, ["policy", "compile", "ten-mistakes.policy"], "error:"),
        Case(1, ["policy", "compile", "hourly.policy", "--model", "model.json"], "whole multiple of the bar"),
        Case(1, ["policy", "compile", "positions.policy", "--model", "model.json"], "[W09"),
        Case(1, ["run", "--policy", "positions.policy"] + Workspace.inputs.dropFirst(2) + vault, "[W09"),
        Case(1, ["run", "--policy", "ten-mistakes.policy"] + Workspace.inputs.dropFirst(2) + vault, "error:"),
    ]

    /// 2: wrong use.
    private static let wrong: [Case] = [
        Case(2, ["sail"], "sail"),
        Case(2, ["run"], "--policy"),
        Case(2, ["verify", hold, "--polcy", "small.policy"], "--policy"),
        Case(2, ["verify", hold, "--policy", "small.policy"], "no candles"),
        Case(2, ["verify", hold, "--operator", "zz"] + Workspace.inputs, "`zz` is no public key"),
        Case(2, ["verify", hold] + Workspace.inputs + ["--candles", "BTC=BTC.csv"], "given twice"),
        Case(2, ["verify", hold] + Workspace.inputs + ["--candles", "btc=BTC.csv"], "asset symbol `btc`"),
        Case(2, ["run"] + Workspace.inputs + vault + ["--from", "2022-13-01"], "2022-13-01"),
        Case(2, ["run"] + Workspace.inputs + vault + ["--from", "99999999999999999999"], "99999999999999999999"),
        Case(
            2,
            ["run"] + Workspace.inputs + vault + ["--from", "2024-01-11T05:00:00Z"],
            "no close of the model's bar"
        ),
        Case(2, ["run"] + Workspace.inputs + vault + ["--from", "2024-01-11", "--to", "2024-01-11"], "not after"),
        Case(2, ["run"] + Workspace.inputs + vault + ["--fee", "10"], "--fee"),
        Case(2, ["train", "--candles", "BTC=BTC.csv", "--states", "0", "--output", "m.json"], "0 regimes"),
        Case(2, ["train", "--candles", "BTC=BTC.csv", "--bar", "7m", "--output", "m.json"], "7min"),
        Case(2, ["policy", "compile", "small.policy", "loose.policy"], "--output"),
        Case(2, ["demo", "--days", "0"], "1 to 180"),
    ]

    /// 3: a file is missing, unreadable or not of its format.
    private static let missing: [Case] = [
        Case(3, ["verify", "missing.json"] + Workspace.inputs, "missing.json: no such file"),
        Case(3, ["verify", hold, "--policy", "missing"] + Workspace.market, "missing: no such file"),
        Case(3, ["verify", hold, "--policy", "attestations"] + Workspace.market, "no file ends in .policy or"),
        Case(3, ["policy", "check", "bytes"], "not UTF-8"),
        Case(3, ["policy", "check", "/dev/zero"], "a device"),
        Case(
            3,
            ["verify", hold, "--policy", "small.policy", "--model", "bytes"] + Workspace.market,
            "bytes: line 1"
        ),
        Case(3, ["regimes", "--model", "model.json", "--candles", "BTC=torn.csv"], "torn.csv:3:"),
        Case(3, ["regimes", "--model", "model.json", "--candles", "BTC=nothing"], "empty file"),
        Case(3, ["regimes", "--model", "model.json", "--candles", "BTC=impossible.csv"], "impossible.csv:2:"),
        Case(3, ["ledger", "audit", "--ledger", "bytes"], "not a ledger"),
        Case(3, ["ledger", "show", "--ledger", "nothing"], "not a ledger"),
        Case(3, ["ledger", "show", "--ledger", "missing"], "no ledger at `missing`"),
        Case(
            3,
            ["ledger", "audit", "--ledger", "vault.ledger", "--key", "missing.key"],
            "no key file at `missing.key`"
        ),
        Case(3, ["ledger", "audit", "--ledger", "vault.ledger", "--key", "wide.key"], "open to other users"),
        Case(3, ["attestation", "export", "--ledger", "vault.ledger", "--output", "attestations"], "not empty"),
        Case(3, ["attestation", "export-proof", "bytes", "--policy", "small.policy"], "bytes: not an attestation"),
        Case(3, ["proof", "check", "bytes"], "bytes: not JSON"),
        Case(3, ["sample", "--output", "attestations"], "not empty"),
    ]

    /// Files of holdings that the policy does not fit.
    private static let holdings: [Case] = [
        ("few.json", "no balance of `ETH`"), ("many.json", "balance of `DOGE`"),
        ("number.json", "`BTC` is not a decimal"),
        ("negative.json", "`BTC` is negative"), ("huge.json", "does not fit 64 bits"), ("nothing", "nothing: line 1"),
    ].map { name, words in
        Case(3, ["run"] + Workspace.inputs + ["--holdings", name, "--ledger", "new.ledger"], words)
    }

    /// The shared ledger under another identity: 3, naming what differs.
    private static let foreign: [Case] = {
        let market = Workspace.market + ["--ledger", "vault.ledger", "--to", "2024-01-16"]
        let mine = ["--policy", "small.policy", "--model", "model.json", "--holdings", "holdings.json"]
        let start = ["--from", "2024-01-11"]
        func with(_ index: Int, _ value: String) -> [String] {
            var arguments = mine
            arguments[index] = value
            return ["run"] + arguments + market
        }
        return [
            Case(3, with(1, "other.policy") + start, "another policy"),
            Case(3, with(3, "other-model.json") + start, "another model"),
            Case(3, with(5, "other-holdings.json") + start, "another holdings"),
            Case(3, ["run"] + mine + market + ["--from", "2024-01-12"], "another start"),
            Case(3, ["run"] + mine + market + start + ["--key", "other.key"], "no key file"),
            Case(3, ["run"] + mine + ["--ledger", "bytes"] + Workspace.market, "`bytes` is not a ledger"),
        ]
    }()

    /// The shared workspace with every spoilt file beside the good ones.
    private static let spoilt = Result {
        let workspace = try Workspace.shared.get()
        let attestation = try workspace.text(hold)
        try workspace.write(String(attestation.prefix(500)), to: "truncated.json")
        try workspace.write(
            attestation.replacingOccurrences(of: #""version": 1,"#, with: #""version": 1, "version": 1,"#),
            to: "twice.json"
        )
        try Data([0xFF, 0x00, 0x3B, 0xC0, 0x80, 0x0A]).write(to: workspace.folder.appending(path: "bytes"))
        try workspace.write("", to: "nothing")
        try FileManager.default.createDirectory(
            at: workspace.folder.appending(path: "empty-folder"),
            withIntermediateDirectories: true
        )
        let policy = Workspace.policy
        try workspace.write(policy.replacingOccurrences(of: "  ", with: "   "), to: "loose.policy")
        try workspace.write(policy.replacingOccurrences(of: "every 1d", with: "every 1h"), to: "hourly.policy")
        try workspace.write(policy.replacingOccurrences(of: "4pp", with: "5pp"), to: "other.policy")
        try workspace.write(
            policy.replacingOccurrences(of: "weight(USD) >= 5%", with: "turnover <= 50%"),
            to: "positions.policy"
        )
        let mistakes = Workspace.repository.appending(path: "Tests/Fixtures/policies/rejected/ten-mistakes.policy")
        try workspace.write(String(decoding: try Data(contentsOf: mistakes), as: UTF8.self), to: "ten-mistakes.policy")
        try workspace.write(try workspace.text("model.json") + "\n", to: "other-model.json")
        let header = "timestamp,open,high,low,close,volume\n"
        try workspace.write(header + "2024-01-01T00:00:00Z,1,1,1,1,1\n2024-01-01T01:00:00Z,1,1\n", to: "torn.csv")
        try workspace.write(header + "2024-01-01T00:00:00Z,1,1,1,2,1\n", to: "impossible.csv")
        for (name, text) in [
            ("few", #"{"BTC": "1"}"#), ("number", #"{"BTC": 1, "ETH": "1", "SOL": "1", "USD": "1"}"#),
            ("many", #"{"BTC": "1", "ETH": "1", "SOL": "1", "USD": "1", "DOGE": "1"}"#),
            ("negative", #"{"BTC": "-1", "ETH": "1", "SOL": "1", "USD": "1"}"#),
            ("huge", #"{"BTC": "99999999999999999999999", "ETH": "1", "SOL": "1", "USD": "1"}"#),
            ("other-holdings", #"{"BTC": "1", "ETH": "1", "SOL": "1", "USD": "1"}"#),
        ] { try workspace.write(text, to: name + ".json") }
        let key = workspace.folder.appending(path: "wide.key")
        try FileManager.default.copyItem(at: workspace.folder.appending(path: "vault.ledger.key"), to: key)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key.path)
        return workspace
    }

    @Test("tell good, failed, wrong and missing apart, with a message for the person at the prompt", arguments: cases)
    func endsWith(_ expected: Case) throws {
        let workspace = try Self.spoilt.get()
        let outcome = try workspace.ballast(expected.arguments)
        #expect(!outcome.wasKilled, "a signal ended it: \(outcome.all)")
        #expect(outcome.status == expected.status, "\(outcome.all)")
        #expect(expected.words.isEmpty || outcome.all.contains(expected.words), "\(outcome.all)")
        for name in [
            "CommandFailure", "JSONError", "LedgerError", "PolicyDiagnostic", "AttestationError", "CandleError",
        ] {
            #expect(!outcome.all.contains(name), "a Swift type name is in the message: \(outcome.all)")
        }
        #expect(expected.status == 0 || expected.status == 1 || outcome.errors.contains("error:"), "\(outcome.all)")
    }
}
