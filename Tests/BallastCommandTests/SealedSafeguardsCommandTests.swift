import Foundation
import Testing

@Suite("A secret policy with an oracle, breakers and budgets at the prompt")
struct SealedSafeguardsCommandTests {
    private static let market = ["--candles", "BTC=BTC.csv", "--candles", "ETH=ETH.csv"]
    private static let sealed = "sealed/guarded.sealed.json"

    /// The shipped guarded strategy over windows that the workspace's twenty days fill; run and exported, an outage on the third day.
    private static let shared = Result { () throws -> Workspace in
        let workspace = try Workspace()
        let shipped = Workspace.repository.appending(path: "Policies/guarded-strategy.policy")
        let text = String(decoding: try Data(contentsOf: shipped), as: UTF8.self)
            .replacing("(30d)", with: "(5d)").replacing("volatility(BTC, 7d)", with: "volatility(BTC, 3d)")
            .replacing("tracking error(5d) > 6%/yr", with: "tracking error(5d) > 25%/yr")
            .replacing("volatility(5d) <= 90%/yr", with: "volatility(5d) <= 400%/yr")
            .replacing("BTC, 30d", with: "BTC, 5d").replacing("ETH, 30d", with: "ETH, 5d")
        try workspace.write(text, to: "guarded.policy")
        try workspace.write(#"{"BTC": "1.5", "ETH": "20", "USD": "10000"}"#, to: "balances.json")
        for arguments in [
            ["oracle", "simulate", "--policy", "guarded.policy", "--names", "guarded.sources"],
            ["policy", "seal", "guarded.policy", "--model", "model.json", "--output", "sealed"],
            ["oracle", "simulate"] + inputs(sealed) + ["--output", "reports", "--outage", "2024-01-13"],
            ["guardian", "new", "anna.key"], ["guardian", "new", "bert.key"],
        ] {
            let outcome = try workspace.ballast(arguments)
            guard outcome.status == 0 else { throw Workspace.Failure(text: outcome.all) }
            if arguments[0] == "guardian" { try workspace.write(outcome.lastLine, to: arguments[2] + ".txt") }
        }
        let guardians = try ["anna", "bert"].flatMap { ["--guardian", try workspace.text("\($0).key.txt")] }
        let ran = try workspace.ballast(
            ["run"] + inputs(sealed) + guardians
                + [
                    "--reports", "reports", "--holdings", "balances.json", "--ledger", "v.ledger", "--from",
                    "2024-01-11", "--to", "2024-01-17",
                ]
        )
        let exported = try workspace.ballast([
            "attestation", "export", "--ledger", "v.ledger", "--output", "attestations",
        ])
        guard ran.status == 0, ran.output.contains("held: oracle"), exported.status == 0 else {
            throw Workspace.Failure(text: ran.all + exported.all)
        }
        return workspace
    }

    private static func inputs(_ policy: String) -> [String] {
        ["--policy", policy, "--model", "model.json"] + market
    }

    private static func verify(_ policy: String = sealed, _ more: [String] = ["--reports", "reports"]) -> [String] {
        ["verify", "attestations"] + inputs(policy) + more
    }

    @Test("is sealed with its sources beside it, run on signed prices, and verified by the public form alone")
    func verifies() throws {
        let workspace = try Self.shared.get()
        #expect(try workspace.text("sealed/guarded.sources") == workspace.text("guarded.sources"))
        // A stranger's folder: neither the policy's text nor the openings.
        let stranger = workspace.folder.appending(path: "stranger")
        try FileManager.default.createDirectory(at: stranger, withIntermediateDirectories: true)
        for name in ["attestations", "model.json", "BTC.csv", "ETH.csv", "reports"] {
            try FileManager.default.copyItem(
                at: workspace.folder.appending(path: name),
                to: stranger.appending(path: name)
            )
        }
        for name in ["guarded.sealed.json", "guarded.sources"] {
            try FileManager.default.copyItem(
                at: workspace.folder.appending(path: "sealed/\(name)"),
                to: stranger.appending(path: name)
            )
        }
        let verified = try BallastExecutable.run(Self.verify("guarded.sealed.json"), in: stranger)
        #expect(verified.status == 0 && verified.lastLine == "verified: 6 attestations", "\(verified.all)")
        for words in [
            "recomputed from candles: breakers `crash`, `panic`, `wild`", "recomputed from signed reports: median of",
            "target(BTC) in 10%..60%", "slippage bucket", "risk budget, spread out", "tracking error(5d) > 25%/yr",
            "covariance", "the policy's secret numbers within their ranges",
        ] {
            #expect(verified.output.contains(words), "\(words)\n\(verified.output)")
        }
        // Another strategy under the same rules: what everybody may see says the same, commitments and proof apart.
        let text = try workspace.text("guarded.policy")
        let other = text.replacing("BTC  40%", with: "BTC  31%").replacing("ETH  35%", with: "ETH  44%")
            .replacing("trigger 4pp  to 2pp", with: "trigger 7pp  to 1.5pp")
        try workspace.write(other, to: "other.policy")
        try workspace.write(try workspace.text("guarded.sources"), to: "other-strategy.sources")
        let resealed = try workspace.ballast(
            ["policy", "seal", "other.policy", "--model", "model.json", "--output", "other"]
                + ["--sources", "other-strategy.sources"]
        )
        #expect(resealed.status == 0, "\(resealed.all)")
        func openLines(_ form: String) -> [Substring] {
            form.split(separator: "\n").filter { !$0.contains("\"commitment\"") && !$0.contains("\"proof\"") }
        }
        #expect(try openLines(workspace.text(Self.sealed)) == openLines(workspace.text("other/other.sealed.json")))
    }

    @Test("goes on to a report over the whole period in one proof")
    func period() throws {
        let workspace = try Self.shared.get()
        let made = try workspace.ballast(
            ["period", "--ledger", "v.ledger", "--policy", Self.sealed, "--model", "model.json"]
                + Self.market + ["--output", "period.json"]
        )
        try #require(made.status == 0, "\(made.all)")
        let verified = try workspace.ballast(
            ["verify", "period.json"] + Self.inputs(Self.sealed) + ["--reports", "reports"]
        )
        #expect(verified.status == 0, "\(verified.all)")
    }

    @Test(
        "is refused where its form has another oracle, breaker or budget",
        arguments: [
            ("\"quorum\": 2", "\"quorum\": 1"), ("\"maximumSpread\": 8000", "\"maximumSpread\": 80000"),
            ("\"value\": \"120000\"", "\"value\": \"900000\""), ("\"haltUntilReset\": 2", "\"haltUntilReset\": 1"),
            ("\"slow\": 3", "\"slow\": 2"), ("\"outageHold\": 172800000", "\"outageHold\": 0"),
            ("\"capacity\": 10000", "\"capacity\": 100000"), ("\"atMost\": 4000000", "\"atMost\": 9000000"),
            ("\"positionsAbove\": 2", "\"positionsAbove\": 1"), ("\"days\": 5", "\"days\": 6"),
            ("\"atMost\": 250000", "\"atMost\": 900000"), ("\"name\": \"fall\"", "\"name\": \"rise\""),
        ]
    )
    func refusesAlteredForms(from: String, to: String) throws {
        let workspace = try Self.shared.get()
        let form = try workspace.text(Self.sealed)
        let range = try #require(form.range(of: from), "\(from)")
        let name = "altered-\(UUID().uuidString)"
        try workspace.write(form.replacingCharacters(in: range, with: to), to: "\(name).sealed.json")
        let sources = ["--sources", "guarded.sources"]
        let outcome = try workspace.ballast(Self.verify("\(name).sealed.json", ["--reports", "reports"] + sources))
        #expect(outcome.status == 1 && outcome.lastLine.hasPrefix("refused: "), "\(outcome.all)")
    }

    @Test("needs its sources and their reports, and is another policy with others")
    func refusesOtherSources() throws {
        let workspace = try Self.shared.get()
        #expect(try workspace.ballast(Self.verify(Self.sealed, [])).status == 2)
        let nowhere = try workspace.ballast(
            Self.verify(Self.sealed, ["--reports", "reports", "--sources", "nowhere.sources"])
        )
        #expect(nowhere.status == 3, "\(nowhere.all)")
        try workspace.write(try workspace.text(Self.sealed), to: "bare.sealed.json")
        let bare = try workspace.ballast(Self.verify("bare.sealed.json"))
        #expect(bare.status == 3 && bare.all.contains("write bare.sources or give --sources FILE"), "\(bare.all)")
        let key = try workspace.ballast(["oracle", "new", "mine.key"]).lastLine
        let sources = try workspace.text("guarded.sources")
        let known = try #require(sources.firstRange(of: "\"key\":\"")).upperBound
        let end = try #require(sources.index(known, offsetBy: 64, limitedBy: sources.endIndex))
        try workspace.write(sources.replacingCharacters(in: known..<end, with: key), to: "other.sources")
        let other = try workspace.ballast(
            Self.verify(Self.sealed, ["--reports", "reports", "--sources", "other.sources"])
        )
        #expect(other.lastLine == "refused: 000000-genesis.json: policy and model", "\(other.all)")
        // Others in the place of its own are not sealed over.
        try FileManager.default.createDirectory(
            at: workspace.folder.appending(path: "taken"),
            withIntermediateDirectories: true
        )
        try workspace.write(try workspace.text("other.sources"), to: "taken/guarded.sources")
        let taken = try workspace.ballast(
            ["policy", "seal", "guarded.policy", "--model", "model.json", "--output", "taken"]
        )
        #expect(taken.status == 3 && taken.all.contains("other sources are there"), "\(taken.all)")
        #expect(
            !FileManager.default.fileExists(atPath: workspace.folder.appending(path: "taken/guarded.openings").path)
        )
    }
}
