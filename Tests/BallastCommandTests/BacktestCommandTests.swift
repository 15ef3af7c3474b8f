import Foundation
import Testing

/// `ballast backtest` and `ballast sweep` over the twenty days of the shared workspace.
@Suite("Backtests on the command line", .serialized)
struct BacktestCommandTests {
    private static let inputs = Workspace.inputs + ["--from", "2024-01-11"]

    private func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("ends with the value and the cost that a vault in service ends with, to the last digit")
    func agreesWithRun() throws {
        let workspace = try Workspace.shared.get()
        let span = ["--holdings", "holdings.json", "--to", "2024-01-15"]
        let name = "agreement-\(UUID().uuidString).ledger"
        let ran = try workspace.ballast(
            ["run"] + Self.inputs + span + ["--ledger", name, "--format", "json"]
        )
        let replayed = try workspace.ballast(
            ["backtest"] + Self.inputs + span + ["--format", "json", "--shuffles", "0"]
        )
        #expect(ran.status == 0 && replayed.status == 0, "\(ran.all)\(replayed.all)")
        let live = try json(ran.output)
        let report = try json(replayed.output)
        let ledger = try #require(report["ledger"] as? [String: Any])
        #expect(ledger["opening"] as? String == live["valueAtGenesis"] as? String)
        #expect(ledger["residual"] as? String == "0")
        // `run` floors to 10⁻⁸; the backtest prints every digit.
        for (mine, theirs) in [("closing", "valueAtEnd"), ("cost", "cost")] {
            let exact = try #require(ledger[mine] as? String)
            let floored = try #require(live[theirs] as? String)
            #expect(exact.hasPrefix(floored), "\(exact) against \(floored)")
        }
        let decisions = try #require(report["decisions"] as? [[String: Any]])
        #expect(decisions.count == live["rebalances"] as? Int)
    }

    @Test("where no plan is admissible, `run` and `backtest` say which rules conflict and what would have to give")
    func conflicts() throws {
        let workspace = try Workspace.shared.get()
        let text = try workspace.text("small.policy")
        let ceiling = try #require(text.firstMatch(of: /cost\s+<= \S+ per rebalance/))
        let name = "strict-\(UUID().uuidString)"
        try workspace.write(text.replacing(ceiling.output, with: "cost <= 1bps per rebalance"), to: name + ".policy")
        try workspace.write(#"{"BTC": "3", "ETH": "1", "SOL": "1", "USD": "1000"}"#, to: name + ".json")
        let inputs =
            ["--policy", name + ".policy", "--model", "model.json"] + Workspace.market
            + ["--from", "2024-01-11", "--to", "2024-01-15", "--holdings", name + ".json"]
        let ran = try workspace.ballast(["run"] + inputs + ["--ledger", name + ".ledger"])
        #expect(ran.status == 1, "\(ran.all)")
        #expect(ran.errors.contains("it would take cost: 0.01% → "), "\(ran.errors)")
        let replayed = try workspace.ballast(["backtest"] + inputs + ["--shuffles", "0"])
        #expect(replayed.status == 1, "\(replayed.all)")
        #expect(replayed.errors.contains("none admissible at 3 closes"), "\(replayed.errors)")
        #expect(replayed.errors.contains("it would take cost: 0.01% → "), "\(replayed.errors)")
        let report = try json(workspace.ballast(["backtest"] + inputs + ["--format", "json"]).output)
        #expect((report["conflict"] as? String)?.contains("cost: 0.01% → ") ?? false)
    }

    @Test("a policy that says `unless cost > benefit` is replayed and trades less the dearer trading is said to be")
    func noTradeTest() throws {
        let workspace = try Workspace.shared.get()
        // Sixty daily returns need a longer market than the shared one.
        func replay(_ cost: String) throws -> (rebalances: Int, held: Int) {
            let name = "unless-\(UUID().uuidString).policy"
            try workspace.write(Self.worthIt.replacing("unless cost >", with: "unless cost \(cost) >"), to: name)
            let outcome = try workspace.ballast(
                ["backtest", "--policy", name] + ["BTC", "ETH"].flatMap { ["--candles", "\($0)=whole/\($0).csv"] }
                    + ["--from", "2024-03-01", "--to", "2024-08-01", "--cost", "1bps", "--format", "json"]
            )
            #expect(outcome.status == 0, "\(outcome.all)")
            let report = try json(outcome.output)
            #expect((report["ledger"] as? [String: Any])?["residual"] as? String == "0")
            let holds = try #require(report["holds"] as? [String: Int])
            return (try #require(report["decisions"] as? [Any]).count, holds["not worth its cost"] ?? 0)
        }
        let (cheap, dear) = (try replay("1bps"), try replay("3%"))
        #expect(dear.rebalances < cheap.rebalances && dear.held > cheap.held, "\(cheap) and \(dear)")
    }

    private static let worthIt = """
        policy "Worth it" version 1 {
          quote USD
          target { BTC 40%
            ETH 30%
            USD 30%
          }
          bands { each trigger 1pp to target
          }
          rebalance {
            when any drift > band
            unless cost > benefit
          }
          limits { cost <= 700bps per rebalance
          }
        }
        """

    @Test(
        "a speed limit of bands changes what is traded, a limit that never binds does not, and senseless ones are refused"
    )
    func bandSpeed() throws {
        let workspace = try Workspace.shared.get()
        // The whole sample, after the model's training: its labels change there.
        let name = "speed-\(UUID().uuidString).policy"
        let regimes =
            "regimes calm, choppy, storm from \"model.json\"\n  bands { each trigger 1pp to target\n    in storm x 3"
        try workspace.write(
            Self.worthIt.replacing("bands { each trigger 1pp to target", with: regimes)
                .replacing("    unless cost > benefit\n", with: ""),
            to: name
        )
        let market = ["BTC", "ETH"].flatMap { ["--candles", "\($0)=whole/\($0).csv"] }
        let inputs = ["--policy", name, "--from", "2024-08-28"] + market
        func replay(_ more: [String]) throws -> BallastExecutable.Outcome {
            try workspace.ballast(["backtest"] + inputs + ["--shuffles", "0", "--format", "json"] + more)
        }
        let plain = try replay([])
        #expect(plain.status == 0, "\(plain.all)")
        #expect(try replay(["--band-speed", "100pp"]).output == plain.output)
        #expect(try replay(["--band-speed", "0.01pp"]).output != plain.output)
        #expect(try replay(["--band-speed", "0pp"]).status == 2)
        #expect(try replay(["--band-speed", "fast"]).status == 2)
    }

    @Test("writes a page that needs nothing else, and a table")
    func page() throws {
        let workspace = try Workspace.shared.get()
        let name = "report-\(UUID().uuidString).html"
        let outcome = try workspace.ballast(
            ["backtest"] + Self.inputs + [
                "--html", name, "--csv", name + ".csv", "--shuffles", "3", "--cost-model", "variance", "--compare",
                "hold,te:2%:1pp",
            ]
        )
        #expect(outcome.status == 0, "\(outcome.all)")
        #expect(outcome.output.contains("te:2%:1pp") && outcome.output.contains("what the regimes are worth"))
        let table = try workspace.text(name + ".csv").split(separator: "\n").map { $0.split(separator: ",") }
        #expect(table[0].prefix(4) == ["time", "regime", "value", "cost"] && table[0].last == "te:2%:1pp")
        #expect(table.count > 3 && table.allSatisfy { $0.count == table[0].count })
        let html = try workspace.text(name)
        #expect(html.hasPrefix("<!doctype html>") && html.contains("<svg") && !html.contains("http"))
    }

    @Test("opens at its targets with --value, worth at most that")
    func opensAtTargets() throws {
        let workspace = try Workspace.shared.get()
        let opened = try workspace.ballast(
            ["backtest"] + Self.inputs + ["--value", "5000", "--shuffles", "0", "--compare", "", "--format", "json"]
        )
        let report = try json(opened.output)
        let ledger = try #require(report["ledger"] as? [String: Any])
        let text = try #require(ledger["opening"] as? String)
        let opening = try #require(Double(text))
        #expect(opening > 4_999.99 && opening <= 5_000)
    }

    @Test("a sweep writes a line a combination, goes on after a kill, and refuses another sweep's file")
    func sweep() throws {
        let workspace = try Workspace.shared.get()
        let name = "sweep-\(UUID().uuidString).jsonl"
        let command =
            ["sweep"] + Self.inputs + ["--vary", "band=2pp..4pp:1pp", "--vary", "storm=1,2", "--output", name]
        let first = try workspace.ballast(command + ["--csv", name + ".csv"])
        #expect(first.status == 0, "\(first.all)")
        let whole = try workspace.text(name)
        let lines = whole.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(try workspace.text(name + ".csv").split(separator: "\n").count == 7)

        // A kill in the middle of the fifth line.
        try workspace.write(lines.prefix(4).joined(separator: "\n") + "\n" + lines[4].prefix(40), to: name)
        let second = try workspace.ballast(command)
        #expect(second.status == 0 && second.output.contains("4 of 6 combinations stood"), "\(second.all)")
        let resumed = try workspace.text(name).split(separator: "\n").map(String.init)
        #expect(resumed.sorted() == lines.sorted())

        let other = try workspace.ballast(command + ["--cost", "20bps"])
        #expect(other.status == 3 && other.all.contains("another policy, market, opening or cost"))
        try workspace.write("{}\n", to: name)
        #expect(try workspace.ballast(command).status == 3)
    }

    static let refusals: [(Int32, [String], String)] = [
        (2, ["backtest"] + inputs + ["--compare", "yearly"], "yearly"),
        (2, ["backtest"] + inputs + ["--compare", "monthly:edge"], "need a band"),
        (2, ["backtest"] + inputs + ["--value", "1", "--holdings", "holdings.json"], "not both"),
        (2, ["backtest"] + inputs + ["--value", "0"], "--value"),
        (2, ["backtest"] + inputs + ["--to", "2024-01-11"], "is not after"),
        (2, ["backtest"] + inputs + ["--shuffles", "10001"], "expected 0 to 10000"),
        (2, ["backtest"] + inputs + ["--cost-model", "depth"], "depth"),
        (3, ["backtest"] + inputs + ["--from", "2030-01-01"], "nothing to replay"),
        (
            3, ["backtest", "--policy", "small.policy", "--candles", "BTC=BTC.csv", "--candles", "ETH=ETH.csv"],
            "no candles of SOL"
        ),
        (2, ["backtest", "--policy", "small.policy"], "no candles"),
        (3, ["backtest", "--policy", "absent.policy"] + Workspace.market, "no such file"),
        (2, ["sweep"] + inputs + ["--output", "s.jsonl"], "nothing to vary"),
        (2, ["sweep"] + inputs + ["--output", "s.jsonl", "--vary", "width=1..2:1"], "expected one of band"),
        (2, ["sweep"] + inputs + ["--output", "s.jsonl", "--vary", "band=5pp..1pp:1pp"], "FIRST ≤ LAST"),
        (2, ["sweep"] + inputs + ["--output", "s.jsonl", "--vary", "scale=1,1.0"], "stands twice"),
    ]

    @Test("ends with the right status and names what is wrong", arguments: refusals)
    func refuses(status: Int32, arguments: [String], words: String) throws {
        let outcome = try Workspace.shared.get().ballast(arguments)
        #expect(outcome.status == status && outcome.all.contains(words), "\(outcome.all)")
    }

    @Test("refuses a price of zero, below zero and spans that never meet", arguments: ["0", "-5"])
    func badPrices(price: String) throws {
        let workspace = try Workspace.shared.get()
        var lines = try workspace.text("SOL.csv").split(separator: "\n").map(String.init)
        var fields = lines[30].split(separator: ",").map(String.init)
        fields[3] = price
        lines[30] = fields.joined(separator: ",")
        let name = "SOL-\(UUID().uuidString).csv"
        try workspace.write(lines.joined(separator: "\n") + "\n", to: name)
        let market = ["--candles", "BTC=BTC.csv", "--candles", "ETH=ETH.csv", "--candles", "SOL=\(name)"]
        let outcome = try workspace.ballast(["backtest", "--policy", "small.policy"] + market)
        #expect(outcome.status == 3 && outcome.all.contains("must be above zero"), "\(outcome.all)")

        let later = try workspace.text("SOL.csv").replacing("2024-", with: "2031-")
        try workspace.write(later, to: name)
        let apart = try workspace.ballast(["backtest", "--policy", "small.policy"] + market)
        #expect(apart.status == 3 && apart.all.contains("share no time"), "\(apart.all)")
    }
}
