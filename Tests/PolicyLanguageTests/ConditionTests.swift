import PolicyLanguage
import Testing

@Suite("Conditions and safeguards")
struct ConditionTests {
    private static let oracle = "oracle {\nsources 3, quorum 2, median\nmax age 3m\n}\n"

    private func check(_ sections: String, rebalance: String = "", require: String = "") -> PolicyCheck {
        let text = PolicyFixtures.small
            .replacing("when any drift > band", with: "when any drift > band\ncooldown 6h\n\(rebalance)")
        let rules = require.isEmpty ? "" : "require {\n\(require)\n}\n"
        return Policy.check(PolicySource(path: "p.policy", text: String(text.dropLast(2)) + rules + sections + "}\n"))
    }

    @Test(
        "types of both sides must agree, and both are named",
        arguments: [
            ("fall(BTC, 1h) > 10m", "what `fall` is compared with is a fraction (%), got a duration: `10m`"),
            ("elapsed > 5%", "what `elapsed` is compared with is a duration, got a fraction (%): `5%`"),
            ("fall(BTC, 1h) > elapsed", "`fall(BTC, 1h)` is a fraction (%), compared with a duration: `elapsed`"),
            ("price(BTC) < 3 x elapsed", "`price(BTC)` is an amount of money, compared with a duration: `elapsed`"),
            (
                "realized volatility(BTC, 30d) > 80%",
                "what `realized volatility` is compared with is a yearly rate (%/yr), got a fraction (%): `80%`"
            ),
            ("fall(BTC, 5%) > 10%", "a window is a duration, got a fraction (%): `5%`"),
            ("fall(BTX, 1h) > 10%", "unknown asset `BTX`"),
            ("oracle bad > 5%", "unexpected `>` after the end of the statement"),
            ("fall(BTC) > 10%", "expected `,`, got `)`"), ("realized > 10%", "expected `volatility`, got `>`"),
            ("regime = strom", "the policy declares no regimes"),
        ]
    )
    func checksTypes(condition: String, message: String) {
        let check = check(Self.oracle, rebalance: "or \(condition)")
        let found = check.diagnostics.filter { $0.severity == .error }
        #expect(found.count == 1, "\(found)")
        #expect(
            found.first.map { $0.message.contains(message) || $0.help?.contains(message) == true } == true,
            "\(found)"
        )
    }

    @Test("a drift in percent does not say of what, and is mended")
    func asksOfWhat() throws {
        let check = check("", rebalance: "or drift(BTC) > 5%")
        let diagnostic = try #require(check.diagnostics.first)
        #expect(check.diagnostics.count == 1 && diagnostic.code == .ambiguousPercent)
        #expect(diagnostic.replacement == "5pp")
    }

    @Test(
        "a breaker reads public figures only, and says why",
        arguments: [
            "weight(BTC)", "drift(BTC)", "value(BTC)", "turnover", "concentration", "volatility(60d)", "positions",
        ]
    )
    func breakersArePublic(figure: String) throws {
        let bounds = [
            "drift(BTC)": "5pp", "value(BTC)": "5 USD", "concentration": "0.5", "positions": "3",
            "volatility(60d)": "5%/yr",
        ]
        let check = check("breakers {\n\"b\" halt 1h when \(figure) > \(bounds[figure] ?? "50%")\n}\n")
        let diagnostic = try #require(check.diagnostics.first)
        #expect(check.diagnostics.map(\.code) == [.privateBreaker])
        #expect(
            diagnostic.message
                == "`\(figure)` is private: a breaker is seen when it trips, and would tell of the holdings"
        )
    }

    @Test("each source that `when` reads is named, and a missing one is said once")
    func namesSources() {
        let breakers = """
            breakers {
            "a" halt 1h when fall(BTC, 1h) > 12%
            "b" halt 1h when rise(BTC, 1h) > 12%
            "c" halt 1h when depth(BTC, 2%) < 5_000 USD
            "d" halt 1h when depth(BTC, 2%) < 3 x smallest trade
            "e" halt 1h when p(storm) > 90%
            "f" halt 1h when elapsed > 3d
            }

            """
        let check = check(breakers)
        #expect(check.diagnostics.map(\.code) == [.noSource, .noSource, .noSource, .unknownRegime])
        #expect(check.diagnostics.map(\.line) == [23, 25, 26, 27])
    }

    @Test(
        "every mistake in a block is one diagnostic, and a block with one gives no notice",
        arguments: [
            ("oracle {\nquorum 2\nmax age 3m\n}", "E0313"), ("oracle {\nmax age 5%\n}", "E0201"),
            ("oracle {\nmax spread 80bps\n}", "E0101"), ("oracle {\nmax age 3m, max age 4m\n}", "E0102"),
            ("oracle {\nmax aage 3m\n}", "E0008"), ("oracle {\nsources 0, max age 3m\n}", "E0204"),
            ("execute {\nvenues curve, curve\n}", "E0103"), ("execute {\nvenues mtgox\n}", "E0113"),
            ("execute {\nprotect batch\n}", "E0008"), ("execute {\nsettle within 2m, all or most\n}", "E0008"),
            ("execute {\nsettle within 2%, partly\n}", "E0201"), ("execute {\nchild size 5h\n}", "E0201"),
            ("breakers {\n\"a\" halt 1h when elapsed > 1d reset by 0 of guardians\n}", "E0204"),
            ("breakers {\n\"a\" halt 1h\n}", "E0008"), ("breakers {\n\"a\" slow x1 when elapsed > 1d\n}", "E0204"),
            ("breakers {\n\"a\" halt 1h when elapsed > 1d\n\"a\" halt 2h when elapsed > 2d\n}", "E0103"),
            ("breakers {\n\"a\" halt 1h when elapsed\n}", "E0205"), ("secret target in 5pp..60%", "E0201"),
            ("secret target in 60%..1%", "E0316"), ("secret bands in 5pp..6pp", "E0314"),
            ("secret weights in 1%..2%", "E0008"),
            ("secret target in 1%..60%, target in 1%..70%", "E0102"), ("open bands", "E0008"),
        ]
    )
    func mistakesInBlocks(section: String, code: String) {
        let check = check(section + "\n")
        #expect(check.diagnostics.map(\.code.rawValue) == [code], "\(check.diagnostics)")
    }

    @Test("conflicts show both places")
    func showsBothPlaces() throws {
        for (section, line, other) in [
            ("oracle {\nsources 3\nquorum 4\nmax age 3m\n}", 24, 23),
            ("execute {\nvenues curve\nprotect batch auction\n}", 24, 23), ("secret target in 1%..50%", 22, 5),
        ] {
            let diagnostic = try #require(check(section + "\n").diagnostics.first)
            #expect(diagnostic.line == line && diagnostic.related?.line == other, "\(diagnostic)")
        }
    }

    @Test(
        "a condition that says nothing is told, and is still not acted on",
        arguments: [
            ("fall(BTC, 1h) > 100%", "W0403"), ("weight(BTC) < 0%", "W0403"), ("price(USD) > 2 USD", "W0403"),
            ("weight(BTC) >= 0%", "W0402"), ("concentration <= 1", "W0402"),
        ]
    )
    func tellsIdleConditions(condition: String, code: String) {
        let check = check(Self.oracle, rebalance: "or \(condition)")
        #expect(check.diagnostics.map(\.code.rawValue).sorted() == [code, "W0910"].sorted())
        #expect(check.policy?.unsupported.count == 1)
    }

    @Test("a value cannot have the name of a figure", arguments: ["gas", "fall", "price", "benefit", "weight"])
    func reservesFigures(name: String) {
        #expect(check("let \(name) = 5%\n").diagnostics.first?.code == .reservedName)
    }

    @Test("properties are claims, each once, and no part of what the policy demands")
    func readsProperties() throws {
        let text =
            PolicyFixtures.small + """
                property "never stuck" always (rebalance due) implies (some admissible trade)
                property "always redeemable" always redeem allowed

                """
        let check = Policy.check(PolicySource(path: "p.policy", text: text))
        #expect(check.diagnostics.isEmpty)
        let policy = try #require(check.policy)
        #expect(policy.properties.map(\.claim) == [.neverStuck, .alwaysRedeemable])
        #expect(policy.properties.map(\.line) == [21, 22] && policy.unsupported.isEmpty)
        for (property, code) in [
            ("property \"x\" always rebalance", "E0008"), ("property always redeem allowed", "E0008"),
            ("property \"never stuck\" always redeem allowed", "E0103"),
            ("property \"x\" never redeem allowed", "E0008"),
        ] {
            let wrong = Policy.check(PolicySource(path: "p.policy", text: text + property + "\n"))
            #expect(wrong.diagnostics.map(\.code.rawValue) == [code])
        }
    }

    @Test("the explanation says of every rule who sees it, and of every figure where it comes from")
    func explainsVisibility() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        let rules = PolicyExplanation(of: try Policy(checking: source)).rules
        func rule(_ title: String) throws -> PolicyExplanation.Rule { try #require(rules.first { $0.title == title }) }
        #expect(try rule("breakers \"crash\"").visibility == .public)
        #expect(
            try rule("breakers \"crash\"").obligations == ["fall(BTC, 1h) is public, from signed prices (`oracle`)"]
        )
        #expect(try rule("breakers \"thin\"").obligations.count == 2)
        #expect(try rule("rebalance: tracking error(60d) > 4%/yr").visibility == .private)
        #expect(try rule("require \"risk budget\"").visibility == .private)
        #expect(try rule("secret target").sentence.contains("1%..60%"))
        #expect(rules.filter { $0.evidence == .notProved }.allSatisfy { $0.sentence.contains("Not acted on yet") })
    }
}
