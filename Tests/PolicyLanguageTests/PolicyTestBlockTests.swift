import PolicyLanguage
import Rebalancing
import TestSupport
import Testing

@Suite("A test block")
struct PolicyTestBlockTests {
    /// Results of tests of a policy over BTC (60%) and USD (40%), with bands of 4pp to the edge.
    private func results(
        _ tests: String,
        rebalance: String = "when any drift > band",
        limits: String = "cost <= 35bps per rebalance",
        require: String = ""
    ) throws -> [PolicyTestResult] {
        let text = """
            policy "P" version 1 {
            quote USD
            target {
            BTC 60%
            USD 40%
            }
            bands {
            each trigger 4pp to edge
            }
            rebalance {
            \(rebalance)
            }
            limits {
            \(limits)
            }
            \(require)
            }
            \(tests)
            """
        let check = Policy.check(PolicySource(path: "t.policy", text: text))
        let policy = try #require(check.policy, "\(check.diagnostics.map(\.description))")
        #expect(policy.unsupported.isEmpty)
        return PolicyTests.run(policy)
    }

    private func outcome(
        _ lines: String,
        rebalance: String = "when any drift > band",
        limits: String = "cost <= 35bps per rebalance",
        require: String = ""
    ) throws -> [String] {
        let result = try #require(
            try results(
                "test \"t\" {\n\(lines)\n}\n",
                rebalance: rebalance,
                limits: limits,
                require: require
            ).first
        )
        #expect(result.passed == result.failures.isEmpty)
        #expect(result.failures.allSatisfy { $0.code == .unmetExpectation })
        return result.failures.map(\.message)
    }

    @Test("a band holds at its edge and triggers one part per million beyond")
    func knowsTheEdge() throws {
        #expect(try outcome("given weights BTC 64%, USD 36%\nexpect hold because bands") == [])
        #expect(try outcome("given weights BTC 56%, USD 44%\nexpect hold") == [])
        let beyond = "given weights BTC 64.0001%, USD 35.9999%\n"
        #expect(try outcome(beyond + "expect rebalance because drift(BTC), drift(USD)") == [])
        #expect(
            try outcome(beyond + "expect hold") == ["expected a hold, got a rebalance because drift(BTC), drift(USD)"]
        )
    }

    @Test("the portfolio after the trades is compared exactly, within the distance given")
    func comparesWeights() throws {
        let given = "given weights BTC 70%, USD 30%\n"
        #expect(try outcome(given + "expect weight(BTC) = 64% within 0.1bps") == [])
        #expect(
            try outcome(
                given + "expect weight(BTC) <= 64%\nexpect weight(USD) >= 36%\nexpect turnover = 6% within 1bps"
            ) == []
        )
        #expect(
            try outcome(given + "expect weight(BTC) = 60% within 1bps")
                == ["expected weight(BTC) = 60% within 0.01%, got 64%"]
        )
        #expect(try outcome(given + "expect turnover < 6%") == ["expected turnover < 6%, got 6%"])
        // A hold moves nothing.
        #expect(try outcome("expect weight(BTC) = 60% within 0%\nexpect turnover <= 0%") == [])
    }

    @Test(
        "prices change the quantities and not the weights",
        arguments: ["0.01", "3.7", "40_000 USD", "184_000_000_000"]
    )
    func derivesHoldings(price: String) throws {
        let lines = "given weights BTC 70%, USD 30%, prices BTC \(price), value 1_000_000_000 USD\n"
        #expect(try outcome(lines + "expect rebalance because drift(BTC)\nexpect weight(BTC) = 64% within 20%") == [])
    }

    @Test("a quantity that does not fit is a failure with a reason, not a trap")
    func refusesHugeQuantities() throws {
        let lines = "given prices BTC 0.00000001, value 999_999_999_999_999 USD\nexpect hold"
        let result = try #require(try results("test \"t\" {\n\(lines)\n}\n").first)
        #expect(result.failures.map(\.code) == [.impossibleState])
        #expect(result.runs.isEmpty)
    }

    @Test("elapsed time decides between cooldown and trade")
    func knowsTheCooldown() throws {
        let rules = "when any drift > band\ncooldown 6h"
        let given = "given weights BTC 70%, USD 30%, elapsed"
        #expect(try outcome("\(given) 5h\nexpect hold because cooldown", rebalance: rules) == [])
        #expect(try outcome("\(given) 6h\nexpect rebalance", rebalance: rules) == [])
        // Without `elapsed` the cooldown has just passed.
        #expect(try outcome("given weights BTC 70%, USD 30%\nexpect rebalance", rebalance: rules) == [])
        #expect(
            try outcome("\(given) 5h\nexpect hold because bands", rebalance: rules)
                == ["expected a hold because of the bands, got a hold: cooldown for another 1h"]
        )
    }

    @Test("a calendar is due between the last rebalance and now")
    func knowsTheCalendar() throws {
        let rules = "when every month on day 1 at 00:00 UTC"
        let at = "given at \"2024-02-01T00:00:00Z\", elapsed"
        #expect(try outcome("\(at) 1h\nexpect rebalance because schedule", rebalance: rules) == [])
        #expect(try outcome("given elapsed 1d\nexpect hold", rebalance: rules) == [])
        #expect(
            try outcome("\(at) 1h\nexpect rebalance because drift(BTC)", rebalance: rules).first?
                .hasPrefix("expected drift(BTC) among the reasons, got a rebalance because every month") == true
        )
    }

    @Test("the turnover of the day counts against its limit")
    func knowsTheDay() throws {
        let limits = "cost <= 35bps per rebalance\nturnover <= 5% per day\nsmallest trade 100 USD"
        let given = "given weights BTC 70%, USD 30%, elapsed 1h, turnover"
        #expect(try outcome("\(given) 5%\nexpect hold because turnover", limits: limits) == [])
        #expect(try outcome("\(given) 3%\nexpect rebalance\nexpect turnover <= 2%", limits: limits) == [])
    }

    @Test("a broken requirement is a reason by its name")
    func knowsRequirements() throws {
        let require = "require {\n\"cash floor\" weight(USD) >= 39%\n}"
        let given = "given weights BTC 62%, USD 38%\n"
        #expect(
            try outcome(given + "expect rebalance because \"cash floor\"\nexpect weight(USD) >= 39%", require: require)
                == []
        )
        #expect(
            try outcome(given + "expect rebalance because drift(BTC)", require: require)
                == ["expected drift(BTC) among the reasons, got a rebalance because `cash floor` broken"]
        )
    }

    @Test("a rebalance that no plan can make fails the test that expects it")
    func reportsDeadlock() throws {
        let limits = "cost <= 1bps per rebalance"
        let lines = "given weights BTC 70%, USD 30%, fee 1%\nexpect rebalance\nexpect weight(BTC) <= 64%"
        let failures = try outcome(lines, limits: limits)
        #expect(failures.count == 2)
        #expect(failures.first?.hasPrefix("a rebalance is due, but there is no admissible plan") == true)
    }

    @Test("without a regime a test must hold in every one")
    func runsInEveryRegime() throws {
        let text = try PolicyFixtures.read(PolicyFixtures.shipped[0])
        let test = """

            test "between the bands of calm and storm" {
              given weights BTC 51%, ETH 27%, SOL 9%, USD 13%
              expect rebalance
            }
            """
        let policy = try Policy(checking: PolicySource(path: "p.policy", text: text + test))
        let result = try #require(PolicyTests.run(policy).last)
        #expect(result.runs.map(\.regime) == [0, 1, 2])
        #expect(result.failures.map { String($0.message.prefix(10)) } == ["in choppy:", "in storm: "])
        #expect(result.failures.allSatisfy { $0.line == result.line + 2 })
    }

    /// A guarded policy with one more breaker, and the results of a test of it.
    private func guarded(_ breaker: String, _ test: String) throws -> PolicyTestResult {
        let rules = "oracle {\nsources 3, quorum 2\nmax age 3m, max spread 1%\n}\nbreakers {\n\(breaker)\n}\n}\n"
        let text = String(PolicyFixtures.small.dropLast(2)) + rules + "test \"t\" {\n\(test)\n}\n"
        let policy = try Policy(checking: PolicySource(path: "p.policy", text: text))
        return try #require(PolicyTests.run(policy).last)
    }

    @Test(
        "breakers trip strictly beyond what they name, by the figures that a test gives",
        arguments: [
            ("halt 1h when fall(BTC, 1h) > 12%", "fall(BTC, 1h) 12.01%", "halt \"b\"", true),
            ("halt 1h when fall(BTC, 1h) > 12%", "fall(BTC, 1h) 12%", "halt \"b\"", false),
            ("halt 1h when fall(BTC, 1h) > 12%", "fall(BTC, 2h) 50%", "halt \"b\"", false),
            ("halt 1h when fall(BTC, 1h) > 12%", "fall(BTC, 1h) 13%", "hold because breaker", true),
            ("halt 1h when fall(BTC, 1h) >= 12%", "fall(BTC, 1h) 12%", "halt \"b\"", true),
            ("halt when oracle bad", "oracle bad", "halt \"b\"", true),
            ("halt when oracle bad", "oracle age 3m", "halt \"b\"", false),
            ("halt when oracle bad", "oracle age 4m", "halt \"b\"", true),
            ("halt when oracle bad", "oracle spread 101bps", "hold because oracle", true),
            ("halt when oracle bad", "oracle sources 1", "hold because oracle", true),
            ("halt when oracle bad", "oracle sources 2", "hold because oracle", false),
            ("halt 1h when price(BTC) < 40_000 USD", "prices BTC 39_999", "halt \"b\"", true),
            ("halt 1h when price(BTC) < 40_000 USD", "value 5 USD", "halt \"b\"", false),
            (
                "halt 1h when realized volatility(BTC, 7d) > 80%/yr", "realized volatility(BTC, 7d) 81%/yr",
                "halt \"b\"", true
            ),
            ("halt 1h when elapsed > 2d", "elapsed 3d", "halt \"b\"", true),
        ]
    )
    func breakersTrip(rule: String, given: String, expected: String, passes: Bool) throws {
        let result = try guarded("\"b\" \(rule)", "given \(given)\nexpect \(expected)")
        #expect(result.passed == passes, "\(result.failures)")
        #expect(!result.isSkipped)
    }

    @Test("a figure that no breaker and no oracle reads changes nothing")
    func ignoresUnreadFigures() throws {
        let result = try #require(try results("test \"t\" {\ngiven oracle age 4m\nexpect hold\n}\n").first)
        #expect(!result.isSkipped && result.passed)
    }

    @Test("states at the ends of every range are decided or refused, never a trap", arguments: UInt64(0)..<200)
    func survivesExtremes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pick = { (texts: [String]) in texts.randomElement(using: &random) ?? "" }
        let weight = Int.random(in: 0...100, using: &random)
        let turnover = pick(["0%", "3%", "1000%"])
        let facts = [
            "weights BTC \(weight)%, USD \(100 - weight)%",
            "prices BTC \(pick(["0.00000001", "1", "68_000.5", "184_467_440_737"]))",
            "value \(pick(["0.00000001", "1", "250", "999_999_999_999_999"])) USD",
            "elapsed \(pick(["0s", "1h", "3650d"]))",
            "at \"\(pick(["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z"]))\"",
            "fee \(pick(["0%", "30bps", "100%"]))", "turnover \(turnover)",
        ]
        let text = """
            policy "P" version 1 {
            quote USD
            target {
            BTC 60%
            USD 40%
            }
            bands {
            each trigger 4pp to \(pick(["edge", "target", "halfway", "1pp"]))
            }
            rebalance {
            when any drift > band
            or every month on day 1 at 00:00 UTC
            }
            limits {
            cost <= 35bps per rebalance
            turnover <= 20% per day
            smallest trade \(pick(["0.00000001", "250"])) USD
            }
            }
            test "t" {
            given \(facts.joined(separator: ", "))
            expect rebalance
            expect turnover <= 20%
            }
            """
        let check = Policy.check(PolicySource(path: "p.policy", text: text))
        guard let policy = check.policy else {
            #expect(check.diagnostics.map(\.code) == [.impossibleState], "\(check.diagnostics.map(\.description))")
            return
        }
        let result = try #require(PolicyTests.run(policy).first)
        guard let run = result.runs.first else {
            #expect(result.failures.map(\.code) == [.impossibleState])
            return
        }
        // The plan that is found keeps the limit; a decision to hold fails the first expectation and keeps the second.
        if case .hold = run.decision {
            #expect(result.failures.count == 1)
        } else {
            #expect(result.failures.allSatisfy { $0.message.contains("no admissible plan") })
        }
    }

    @Test("coverage names the branches that no test took")
    func coversBranches() throws {
        let text =
            PolicyFixtures.small + """
                test "far out" {
                  given weights BTC 70%, USD 30%
                  expect rebalance
                }
                """
        let policy = try Policy(checking: PolicySource(path: "p.policy", text: text))
        let once = PolicyCoverage(of: policy, PolicyTests.run(policy))
        #expect(
            once.description == """
                coverage: 2 of 4 branches
                  never false: drift(BTC) > band
                  never false: drift(USD) > band
                """
        )
        let more = text + "\ntest \"home\" {\n  expect hold\n}\n"
        let whole = try Policy(checking: PolicySource(path: "p.policy", text: more))
        #expect(PolicyCoverage(of: whole, PolicyTests.run(whole)).waysSeen == 4)
    }

    @Test(
        "each mistake is reported where it stands",
        arguments: [
            ("given weights BTC 60%, USD 30%\nexpect hold", PolicyDiagnosticCode.impossibleState),
            ("given weights BTC 60%, BTC 40%\nexpect hold", .repeatedName),
            ("given weights BTX 60%, USD 40%\nexpect hold", .unknownAsset),
            ("given weights BTC 60pp, USD 40%\nexpect hold", .wrongUnit),
            ("given prices BTC 0\nexpect hold", .impossibleState),
            ("given prices USD 2\nexpect hold", .impossibleState),
            ("given prices BTC 5 EUR\nexpect hold", .foreignCurrency),
            ("given storm\nexpect hold", .unknownRegime),
            ("given elapsed 1h, elapsed 2h\nexpect hold", .repeatedSection),
            ("given at \"noon\"\nexpect hold", .impossibleState),
            ("given turnover 5%\nexpect hold", .impossibleState),
            ("expect rebalance because \"nothing\"", .unknownValue),
            ("expect rebalance because drift(ETH)", .unknownAsset),
            ("expect weight(BTC) = 49%", .unexpected),
            ("expect holt", .unexpected),
            ("expect hold today", .afterStatement),
            ("expects hold", .unexpected),
            ("given weights BTC 60%, USD 40%", .emptyTest),
        ]
    )
    func reportsMistakes(lines: String, code: PolicyDiagnosticCode) {
        let check = Policy.check(
            PolicySource(path: "p.policy", text: PolicyFixtures.small + "test \"t\" {\n\(lines)\n}\n")
        )
        #expect(check.diagnostics.map(\.code) == [code], "\(check.diagnostics.map(\.description))")
        #expect(check.policy == nil)
    }

    @Test("two tests of one name are one too many")
    func refusesRepeatedNames() {
        let test = "test \"t\" {\nexpect hold\n}\n"
        let check = Policy.check(PolicySource(path: "p.policy", text: PolicyFixtures.small + test + test))
        #expect(check.diagnostics.map(\.code) == [.repeatedName])
    }
}
