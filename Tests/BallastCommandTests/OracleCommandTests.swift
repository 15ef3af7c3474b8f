import Foundation
import Testing

@Suite("Signed prices at the prompt")
struct OracleCommandTests {
    /// The small policy with an oracle and breakers.
    private static let policy = Workspace.policy
        .replacing("    when any drift > band\n", with: "    when any drift > band\n    cooldown 1d\n")
        .replacing(
            "  attest every 1d\n",
            with: """
                  oracle {
                    sources 3, quorum 2, median
                    max age 3m, max spread 80bps
                    after outage hold 2d
                  }

                  breakers {
                    "crash"  halt 1d  when fall(BTC, 24h) > 12%
                    "wild"   slow x2  when realized volatility(BTC, 3d) > 400%/yr
                  }

                  attest every 1d

                """
        )

    private static let inputs = ["--policy", "guarded.policy", "--model", "model.json"] + Workspace.market

    private func guarded() throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write(Self.policy, to: "guarded.policy")
        let simulate =
            ["oracle", "simulate"] + Self.inputs
            + ["--names", "guarded.sources", "--output", "reports", "--outage", "2024-01-13"]
        let simulated = try workspace.ballast(simulate)
        #expect(simulated.status == 0, "\(simulated.all)")
        return workspace
    }

    @Test("a vault rests through an outage, and a stranger finds so from reports, candles and policy")
    func verifies() throws {
        let workspace = try guarded()
        let run =
            ["run"] + Self.inputs
            + [
                "--holdings", "holdings.json", "--ledger", "v.ledger", "--from", "2024-01-11", "--to", "2024-01-17",
                "--reports", "reports",
            ]
        let ran = try workspace.ballast(run)
        #expect(ran.status == 0, "\(ran.all)")
        #expect(ran.output.contains("held: oracle"), "\(ran.all)")
        let export = ["attestation", "export", "--ledger", "v.ledger", "--output", "attestations"]
        #expect(try workspace.ballast(export).status == 0)
        let verify = ["verify", "attestations"] + Self.inputs
        let verified = try workspace.ballast(verify + ["--reports", "reports"])
        #expect(verified.lastLine == "verified: 6 attestations", "\(verified.all)")
        #expect(verified.output.contains("recomputed from candles: breakers `crash`, `wild`"))
        #expect(!verified.output.contains("self-declared: no source signed"))
        #expect(try workspace.text("attestations/000002-hold.json").contains("\"oracle\""))

        // One source's reports lost: the others are a quorum, but not those that the decisions were made on.
        let some = try workspace.ballast(
            verify + ["--reports", "reports/simulated-1.jsonl", "--reports", "reports/simulated-2.jsonl"]
        )
        #expect(some.status == 1)
        #expect(some.lastLine.hasPrefix("refused: 000000-genesis.json: "), "\(some.lastLine)")
        #expect(try workspace.ballast(verify).status == 2)

        // Another party's key in the place of a source is another policy.
        let key = try workspace.ballast(["oracle", "new", "mine.key"]).lastLine
        let sources = try workspace.text("guarded.sources")
        let known = try #require(sources.firstRange(of: "\"key\":\"")).upperBound
        let end = try #require(sources.index(known, offsetBy: 64, limitedBy: sources.endIndex))
        try workspace.write(sources.replacingCharacters(in: known..<end, with: key), to: "other.sources")
        let other = try workspace.ballast(verify + ["--reports", "reports", "--sources", "other.sources"])
        #expect(other.lastLine == "refused: 000000-genesis.json: policy and model", "\(other.all)")
    }

    @Test("what reports come to is said, with status 1 where nothing may trade")
    func checks() throws {
        let workspace = try guarded()
        let check = ["oracle", "check"] + Self.inputs + ["--reports", "reports", "--at"]
        let good = try workspace.ballast(check + ["2024-01-12"])
        #expect(good.status == 0 && good.lastLine == "a rebalance may be made at 2024-01-12T00:00:00Z", "\(good.all)")
        #expect(good.output.contains("(median)"))
        let bad = try workspace.ballast(check + ["2024-01-13"])
        #expect(bad.status == 1 && bad.output.contains("oracle: 1 fresh report of BTC, expected 2"), "\(bad.all)")
        let rest = try workspace.ballast(check + ["2024-01-14"])
        #expect(rest.status == 1 && rest.output.contains("the policy rests 2d after that"), "\(rest.all)")
        let backtest = try workspace.ballast(["backtest"] + Self.inputs + ["--shuffles", "0", "--compare", "hold"])
        #expect(backtest.status == 0 && backtest.all.contains("takes the oracle for good"), "\(backtest.all)")
    }

    @Test("a report that a source signs by hand is looked at, and a stranger's is counted and passed over")
    func signs() throws {
        let workspace = try guarded()
        let key = try workspace.ballast(["oracle", "new", "stranger.key"])
        #expect(key.status == 0 && key.lastLine.count == 64)
        let sign = ["oracle", "sign", "--key", "stranger.key", "--at", "2024-01-12"]
        let signed = try workspace.ballast(sign + ["--price", "BTC=1.50"] + Workspace.market)
        #expect(signed.status == 0 && signed.output.contains("\"price\":\"1.5\""), "\(signed.all)")
        #expect(signed.output.split(separator: "\n").count == 2)
        try workspace.write(signed.output, to: "stranger.jsonl")
        let check = ["oracle", "check"] + Self.inputs + ["--at", "2024-01-12", "--reports", "reports"]
        let checked = try workspace.ballast(check + ["--reports", "stranger.jsonl"])
        #expect(
            checked.status == 0 && checked.output.contains("not looked at: 2 by a key that is none"),
            "\(checked.all)"
        )
        try workspace.write("{}\n", to: "broken.jsonl")
        let cases: [(status: Int32, arguments: [String], words: String)] = [
            (3, check + ["--reports", "broken.jsonl"], "line 1: "), (3, check + ["--reports", "nowhere"], "nowhere"),
            (3, ["oracle", "new", "stranger.key"], "stranger.key"), (2, sign, "nothing to sign"),
            (2, sign + ["--price", "BTC"], "as in BTC=64000"),
            (2, ["oracle", "check"] + Workspace.inputs, "has no `oracle`"),
            (3, ["policy", "compile", "guarded.policy", "--model", "model.json", "--sources", "nowhere"], "nowhere"),
        ]
        for (status, arguments, words) in cases {
            let outcome = try workspace.ballast(arguments)
            #expect(outcome.status == status && outcome.all.contains(words), "\(arguments) \(outcome.all)")
        }
    }

    @Test("a reset of what ends by itself is refused by compile, and a changed breaker is a difference")
    func refusesNeedlessResets() throws {
        let workspace = try guarded()
        let needless = Self.policy.replacing("> 12%\n", with: "> 12%  reset by 2 of guardians\n")
        try workspace.write(needless, to: "needless.policy")
        let compiled = try workspace.ballast(["policy", "compile", "needless.policy", "--model", "model.json"])
        #expect(compiled.status == 1 && compiled.all.contains("it ends by itself"), "\(compiled.all)")
        try workspace.write(Self.policy.replacing("> 12%", with: "> 13%"), to: "lax.policy")
        let difference = try workspace.ballast(["policy", "diff", "guarded.policy", "lax.policy"])
        #expect(difference.status == 1 && difference.output.contains("the breaker `crash` is another"))
    }
}
