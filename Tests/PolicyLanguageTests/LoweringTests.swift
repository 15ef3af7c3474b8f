import BigIntegers
import MarketData
import PolicyLanguage
import Rebalancing
import Testing

@Suite("From policy to mandate")
struct LoweringTests {
    private func policy(_ name: Int) throws -> Policy {
        try Policy(checking: try PolicyFixtures.source(PolicyFixtures.shipped[name]))
    }

    @Test("multiplies triggers and widths by the regime, and not the rounding tolerance")
    func multipliesBands() throws {
        let core = try policy(0)
        let bands = core.mandates.map { mandate in
            mandate.bands.map { [$0.trigger?.description ?? "", "\($0.destination)"] }
        }
        #expect(bands[0] == [["40000", "40000"], ["40000", "40000"], ["25000", "12500"], ["40000", "40000"]])
        #expect(bands[1] == [["60000", "60000"], ["60000", "60000"], ["37500", "18750"], ["60000", "60000"]])
        #expect(bands[2] == [["80000", "80000"], ["80000", "80000"], ["50000", "25000"], ["80000", "80000"]])
        let equal = try policy(1)
        #expect(
            equal.mandates[2].bands[0]
                == ToleranceBand(trigger: ExactFraction(120_000), destination: ExactFraction(1_000))
        )
    }

    @Test("takes a band written for one regime as it stands there")
    func replacesBands() throws {
        let buffer = try policy(2)
        let sol = buffer.mandates.map { $0.bands[2] }
        #expect(sol[0] == ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(10_000)))
        #expect(sol[1] == ToleranceBand(trigger: ExactFraction(50_000), destination: ExactFraction(12_500)))
        #expect(sol[2] == ToleranceBand(trigger: ExactFraction(30_000), destination: ExactFraction(20_000)))
    }

    @Test("keeps products that are no whole parts per million as fractions")
    func keepsFractions() throws {
        let text = PolicyFixtures.small
            .replacing("each  trigger 4pp  to edge", with: "each trigger 0.3333pp to halfway\n in storm x 1.111")
            .replacing("  quote USD", with: "  quote USD\n regimes calm, storm from \"m.json\"")
        let policy = try Policy(checking: PolicySource(path: "p", text: String(text)))
        #expect(policy.mandates[1].bands[0].trigger == ExactFraction(3_702_963, over: 1_000))
        #expect(policy.mandates[1].bands[0].destination == ExactFraction(3_702_963, over: 2_000))
    }

    @Test(
        "lowers a weight rule to a form over all assets",
        arguments: [
            ("weight(BTC) <= 70%", [-300_000, 700_000], 0), ("weight(BTC) >= 50%", [500_000, -500_000], 0),
            ("weight(BTC) < 70%", [-300_000, 700_000], -1), ("weight(all) > 25%", [750_000, 750_000], -1),
        ]
    )
    func lowersWeights(rule: String, coefficients: [Int], constant: Int) throws {
        let text = PolicyFixtures.small.dropLast(2) + "group all = { BTC, USD }\nrequire {\n\"r\" \(rule)\n}\n}\n"
        let check = Policy.check(PolicySource(path: "p", text: String(text)))
        let mandate = try #require(check.policy).mandate(inRegime: 0)
        #expect(mandate.regime == Policy.onlyRegime)
        #expect(
            mandate.requirements == [
                Requirement(
                    name: "r",
                    predicate: .nonNegative(
                        coefficients: coefficients.map { BigInteger($0) },
                        constant: BigInteger(constant)
                    )
                )
            ]
        )
    }

    @Test("puts a rule for one regime into that mandate only")
    func placesRegimeRules() throws {
        let buffer = try policy(2)
        #expect(
            buffer.mandates.map { $0.requirements.map(\.name) } == [
                ["coins cap"], ["coins cap"], ["coins cap", "de-risk"],
            ]
        )
    }

    @Test("carries limits, schedule, thresholds and grid exactly")
    func carriesTheRest() throws {
        let core = try policy(0)
        let mandate = core.mandate(inRegime: 1)
        #expect(mandate.limits.turnoverPerDay == PartsPerMillion(200_000))
        #expect(mandate.limits.costCeiling == PartsPerMillion(3_500))
        #expect(mandate.limits.smallestTrade == (try Money("250")))
        #expect(mandate.schedules == [.monthly(day: 1, minuteOfDay: 0)])
        #expect(mandate.triggersOnDrift)
        #expect(core.attestEvery == 86_400_000)
        #expect(core.quote.symbol == "USD")
        #expect(core.assets.map(\.symbol) == ["BTC", "ETH", "SOL", "USD"])
        let rule = try #require(core.regimeRules.first)
        #expect([rule.label, rule.enterBars, rule.leaveBars] == [2, 2, 5])
        #expect([rule.enterAt.value, rule.leaveBelow.value] == [800_000, 400_000])
        let buffer = try policy(2)
        #expect(buffer.mandates[0].cooldown == 172_800_000)
        #expect(buffer.mandates[0].limits.largestTrades == [buffer.assets[2]: try Money("250000")])
    }

    @Test("takes a named value wherever it takes a value of its type")
    func takesNamedValues() throws {
        let text = """
            policy "Named" version 1 {
              quote USD
              target {
                BTC most
                USD rest
              }
              let most = 60%; let rest = 40%; let wide = 4pp; let twice = 2; let pause = 6h; let little = 1_000.5 USD
              let dear = 35bps; let likely = 80%; let even = 0.9
              regimes calm, storm from "m.json" {
                enter storm when p(storm) > likely for 2 bars
                leave storm when p(storm) < rest for 1 bar
              }
              bands {
                each trigger wide to edge
                in storm x twice
              }
              rebalance {
                when any drift > band
                cooldown pause
              }
              limits {
                cost <= dear per rebalance
                turnover <= rest per day
                smallest trade little
              }
              require {
                "even" concentration <= even
                "some" weight(USD) > dear
              }
            }
            """
        let check = Policy.check(PolicySource(path: "named.policy", text: text))
        #expect(check.diagnostics.map(\.description) == [])
        let storm = try #require(check.policy).mandate(inRegime: 1)
        #expect(storm.bands[0].trigger == ExactFraction(80_000))
        #expect(storm.cooldown == 21_600_000)
        #expect(storm.limits.smallestTrade == (try Money("1000.5")))
        #expect(storm.requirements.first?.predicate == .concentration(atMost: PartsPerMillion(900_000)))
    }

    @Test(
        "names both types, and where a named value comes from",
        arguments: [
            (
                "let w = 5%", "each trigger w to edge",
                "`5%` does not say of what: a width is in points (pp) or a fraction `of target`"
            ),
            (
                "let w = 10m", "each trigger w to edge",
                "a trigger is points of portfolio value (pp), got a duration: `10m`"
            ),
            (
                "let w = 5pp", "each trigger w of target to edge",
                "a trigger is a fraction (%), got points of portfolio value (pp): `5pp`"
            ),
            (
                "let w = 999999999999pp", "each trigger w to edge",
                "a trigger must be at most 100pp, got `999999999999pp`"
            ),
        ]
    )
    func namesTypes(definition: String, band: String, message: String) throws {
        let text = PolicyFixtures.small.replacing("each  trigger 4pp  to edge", with: band)
            .replacing("  quote USD", with: "  quote USD\n  \(definition)")
        let check = Policy.check(PolicySource(path: "p.policy", text: String(text)))
        #expect(check.diagnostics.map(\.message) == [message])
        #expect(check.diagnostics.first?.related?.line == 3)
        #expect(check.diagnostics.first?.related?.note == "defined here")
    }

    @Test("lists what is not acted on, so that nobody acts on the policy unawares")
    func listsUnsupported() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        let policy = try Policy(checking: source)
        #expect(policy.unsupported.count == 3)
        let explained = PolicyExplanation(of: policy)
        #expect(explained.rules.filter { $0.evidence == .notProved }.count == 4)
        #expect(explained.summary.last?.contains("cannot be run") == true)
    }
}
