import BigIntegers
import CanonicalJSON
import MarketData
import Rebalancing
import Testing

@testable import Simulation

@Suite("Backtest studies")
struct BacktestStudyTests {
    private func report(seed: UInt64, shuffles: Int = 5) async throws -> BacktestReport {
        let policy = try SimulatedPolicy(seed: seed)
        let study = try BacktestStudy(
            name: "A <b>& \"c\"",
            mandates: policy.mandates,
            market: policy.market,
            opening: policy.opening,
            share: PartsPerMillion(1_000),
            costModel: .volatility,
            comparisons: ["hold", "monthly", "band:4pp:2pp"].map { try RebalancingRule($0) },
            shuffles: shuffles
        )
        return try await study.report { _ in }
    }

    @Test("a rule with the policy's own band and destination does nearly what the policy does")
    func agreesWithTheRule() async throws {
        let report = try await report(seed: 1, shuffles: 0)
        // The policy's storm band is wider, and its planner moves no asset that is inside: near, not equal.
        #expect(abs(report.rows[0].performance.totalReturn - report.rows[3].performance.totalReturn) < 0.05)
        #expect(report.rows[1].cost == 0 && report.rows[1].trades == 0)
        #expect(report.rows.map(\.name).dropFirst() == ["hold", "monthly", "band:4pp:2pp"])
    }

    @Test("the constant-band control tracks as well as the policy, to a few percent")
    func constantBand() async throws {
        let report = try await report(seed: 2, shuffles: 0)
        let constant = try #require(report.controls?.constantBand)
        #expect(abs(constant.trackingError / report.trial.trackingError - 1) < 0.05)
        #expect(report.controls?.flatCost != nil)
        #expect(report.controls?.rank(of: report.trial) == nil)
    }

    @Test("shuffles are the same whichever core is first, keep every label's time, and rank the policy")
    func shuffles() async throws {
        let first = try await report(seed: 3)
        let second = try await report(seed: 3)
        #expect(first.controls?.shuffles == second.controls?.shuffles)
        #expect(first.controls?.shuffles.count == 5)
        let rank = try #require(first.controls?.rank(of: first.trial))
        #expect((1.0 / 6...1).contains(rank))
        let labels = first.market.regimes
        for seed in UInt64(0)..<20 {
            let shuffled = RegimeControls.shuffled(labels, seed: seed)
            #expect(shuffled.sorted() == labels.sorted())
            let changes = { (labels: [Int]) in zip(labels, labels.dropFirst()).count { $0 != $1 } }
            #expect(changes(shuffled) <= changes(labels))
        }
    }

    @Test("JSON parses, and its exact parts sum")
    func json() async throws {
        let report = try await report(seed: 4, shuffles: 2)
        let read = try JSONValue.read(Array(report.json.prettyText.utf8))
        #expect(read == report.json)
        guard case .string(let residual)? = read["ledger"]?["residual"] else {
            Issue.record("no residual")
            return
        }
        #expect(residual == "0")
    }

    @Test("a page is self-contained: no script, no network, no markup from a policy's name")
    func page() async throws {
        let report = try await report(seed: 5, shuffles: 2)
        let html = BacktestPage(report).html
        #expect(html.contains("A &lt;b&gt;&amp; &quot;c&quot;"))
        for forbidden in ["<script", "http:", "https:", "url(", "@import", "<b>&", "nan", "inf\""] {
            #expect(!html.contains(forbidden))
        }
        for title in [
            "Value", "Drawdown", "Weights and bands", "Costs so far", "Rebalances, and why", "What is not modelled",
        ] {
            #expect(html.contains("<h2>\(title)</h2>"))
        }
        #expect(html.components(of: "<svg viewBox=\"0 0 350 150\"") == 3)
    }

    @Test("the report for a terminal names every portfolio, leg and control")
    func text() async throws {
        let report = try await report(seed: 6, shuffles: 2)
        let text = report.lines.joined(separator: "\n")
        for word in [
            "monthly", "bought BTC", "sold ETH", "price of BTC", "one band", "labels shuffled", "because BTC weighs",
        ] {
            #expect(text.contains(word))
        }
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
