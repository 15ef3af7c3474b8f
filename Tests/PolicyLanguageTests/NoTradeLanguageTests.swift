import MarketData
import Rebalancing
import Testing

@testable import PolicyLanguage

@Suite("`unless cost > benefit` in the language")
struct NoTradeLanguageTests {
    private static func text(
        _ excuse: String,
        extends: String = "",
        lets: String = "",
        ceiling: String = "35bps",
        test: String = ""
    ) -> String {
        """
        policy "p"\(extends) version 1 {
          quote USD
          target {
            BTC  60%
            USD  40%
          }
          \(lets)
          bands {
            each  trigger 4pp  to edge
          }
          rebalance {
            when any drift > band
            \(excuse)
          }
          limits {
            cost  <= \(ceiling) per rebalance
          }
          require {
            "cap"  weight(BTC) <= 75%
          }
        }
        \(test)
        """
    }

    private func check(_ excuse: String, lets: String = "", ceiling: String = "35bps", test: String = "") -> PolicyCheck
    {
        let text = Self.text(excuse, lets: lets, ceiling: ceiling, test: test)
        return Policy.check(PolicySource(path: "p.policy", text: text))
    }

    static let forms: [(String, NoTradeRule)] = [
        ("unless cost > benefit", NoTradeRule(cost: PartsPerMillion(3_500))),
        ("unless cost > benefit(90d)", NoTradeRule(windowDays: 90, cost: PartsPerMillion(3_500))),
        ("unless cost > benefit over 7d", NoTradeRule(horizonDays: 7, cost: PartsPerMillion(3_500))),
        ("unless cost > benefit over 1w", NoTradeRule(horizonDays: 7, cost: PartsPerMillion(3_500))),
        ("unless cost > benefit at risk aversion 0.5", NoTradeRule(riskAversion: 500, cost: PartsPerMillion(3_500))),
        (
            "unless cost 12bps > benefit(30d) over 60d at risk aversion 5",
            NoTradeRule(windowDays: 30, horizonDays: 60, riskAversion: 5_000, cost: PartsPerMillion(1_200))
        ),
    ]

    @Test("says as much as it wants to, and the rest is the default; cost is the policy's ceiling", arguments: forms)
    func lowered(excuse: String, rule: NoTradeRule) throws {
        let check = check(excuse)
        #expect(check.diagnostics == [])
        let policy = try #require(check.policy)
        #expect(policy.mandates[0].noTrade == rule && policy.unsupported == [])
        #expect(policy.riskWindows == [rule.windowDays])
        let explained = try #require(
            PolicyExplanation(of: policy).rules.first { $0.title == "rebalance: unless cost > benefit" }
        )
        #expect(explained.evidence == .proved && explained.visibility == .private)
        // What it prints is what it reads.
        let again = Policy.check(PolicySource(path: "p.policy", text: Self.text("unless \(rule)")))
        #expect(again.diagnostics == [] && again.policy?.mandates[0].noTrade == rule)
    }

    @Test("takes values that `let` names, and the formatter keeps every part")
    func names() throws {
        let lets = "let fees = 20bps\n  let window = 45d\n  let far = 14d\n  let nerves = 2.5"
        let check = check("unless cost fees>benefit( window )  over far at risk aversion nerves", lets: lets)
        #expect(check.diagnostics == [])
        let policy = try #require(check.policy)
        let rule = NoTradeRule(windowDays: 45, horizonDays: 14, riskAversion: 2_500, cost: PartsPerMillion(2_000))
        #expect(policy.mandates[0].noTrade == rule)
        let formatted = try PolicyFormatter.format(policy.source)
        #expect(formatted.contains("unless cost fees > benefit(window) over far at risk aversion nerves"))
    }

    @Test(
        "refuses what is out of range or of another kind, and says what is in range",
        arguments: [
            ("unless cost > benefit(1d)", "the window of `benefit` must be at least 2d, got `1d`"),
            ("unless cost > benefit(4000d)", "the window of `benefit` must be at most 3650d, got `4000d`"),
            ("unless cost > benefit(60h)", "the window of `benefit` is of whole days, got `60h`"),
            ("unless cost > benefit over 366d", "the horizon of `benefit` must be at most 365d, got `366d`"),
            ("unless cost > benefit over 12h", "the horizon of `benefit` must be at least 1d, got `12h`"),
            ("unless cost > benefit at risk aversion 101", "risk aversion must be at most 100, got `101`"),
            ("unless cost > benefit at risk aversion 0.0005", "risk aversion must be at least 0.001, got `0.0005`"),
            ("unless cost > benefit at risk aversion 2.0005", "risk aversion is of whole thousandths, got `2.0005`"),
            ("unless cost 40bps > benefit", "the expected cost must be at most the ceiling of 0.35%, got 0.4%"),
            ("unless cost 0% > benefit", "the expected cost must be above 0, got `0%`"),
            (
                "unless cost 3d > benefit",
                "the expected cost is a fraction (%), got a duration: `3d`"
            ),
            ("unless cost > profit", "expected `benefit`, got `profit`"),
            ("unless cost > benefit\n    unless cost > benefit", "`unless cost > benefit` stands twice"),
        ]
    )
    func refuses(excuse: String, message: String) {
        #expect(check(excuse).diagnostics.map(\.message) == [message])
        #expect(check(excuse).policy == nil)
    }

    private func outcome(_ given: String, _ expect: String) throws -> PolicyTestResult {
        let test = "test \"t\" {\n  given \(given)\n  expect \(expect)\n}"
        let check = check("unless cost > benefit over 365d", test: test)
        #expect(check.diagnostics == [])
        let policy = try #require(check.policy)
        return try #require(PolicyTests.run(policy).first)
    }

    /// g = 3·σ²·x over a year: 5 points at 10% a year save 0.15%, at 40% 2.4%, against 0.35%.
    @Test("tests give the market by volatilities and expect a hold because of the cost")
    func tests() throws {
        let astray = "weights BTC 65%, USD 35%"
        #expect(try outcome("\(astray), realized volatility(BTC, 60d) 10%/yr", "hold because cost").passed)
        #expect(try outcome("\(astray), realized volatility(BTC, 60d) 40%/yr", "rebalance because drift(BTC)").passed)
        #expect(try outcome(astray, "hold because cost").passed)
        #expect(try outcome("weights BTC 60%, USD 40%", "hold because bands").passed)
        #expect(try outcome("weights BTC 80%, USD 20%", "rebalance because \"cap\"").passed)
        #expect(try !outcome(astray, "hold because bands").passed)
    }

    @Test("a policy that extends another keeps its excuse, may be stricter about cost and adds none")
    func extending() throws {
        func messages(house: String, own: String) -> [String] {
            let loader = PolicyLoader { path in PolicySource(path: path, text: Self.text(house)) }
            let text = """
                policy "child" extends "house.policy" version 1 {
                  rebalance {
                    when every 30d
                    \(own)
                  }
                }
                """
            let check = Policy.check(PolicySource(path: "child.policy", text: text), loading: loader)
            return check.diagnostics.filter { $0.severity == .error }.map(\.message)
        }
        #expect(messages(house: "unless cost > benefit", own: "") == [])
        #expect(messages(house: "unless cost > benefit", own: "unless cost > benefit") == [])
        #expect(messages(house: "unless cost > benefit", own: "unless cost 10bps > benefit") == [])
        #expect(
            messages(house: "", own: "unless cost > benefit") == ["the house makes what is due, whatever it costs"]
        )
        for other in [
            "unless cost > benefit(61d)", "unless cost > benefit over 29d", "unless cost > benefit at risk aversion 2",
        ] {
            #expect(
                messages(house: "unless cost > benefit", own: other) == ["another test of cost than the house's"]
            )
        }
        #expect(
            messages(house: "unless cost 10bps > benefit", own: "unless cost > benefit")
                == ["another test of cost than the house's"]
        )
    }
}
