import BigIntegers
import MarketData
import PolicyLanguage
import Rebalancing
import Testing

@Suite("A secret policy")
struct SecretPolicyTests {
    private static func source(
        bands: String = "each trigger 4pp to edge",
        require: String = "\"cash\" weight(USD) >= 5%",
        rebalance: String = "when any drift > band",
        limits: String = "",
        more: String = "secret target in 1%..60%, bands in 1pp..10pp"
    ) -> PolicySource {
        PolicySource(
            path: "secret.policy",
            text: """
                policy "Secret" version 1 {
                quote USD
                target {
                BTC 45%
                ETH 30%
                USD 25%
                }
                regimes calm, storm from "m.json"
                bands {
                \(bands)
                }
                rebalance {
                \(rebalance)
                }
                limits {
                cost <= 35bps per rebalance
                \(limits)
                }
                require {
                \(require)
                }
                \(more)
                }

                """
        )
    }

    private static func secrets(_ source: PolicySource) throws -> PolicySecrets {
        let check = Policy.check(source)
        #expect(check.diagnostics.map(\.description) == [])
        return try #require(check.policy?.secrets)
    }

    @Test("commits to a target and a trigger an asset, and to destinations with a width of their own")
    func namesParameters() throws {
        let bands = """
            each trigger 4pp to edge
            ETH trigger 20% of target to 10% of target
            USD trigger 5pp to target
            ETH trigger 8pp to halfway in storm
            """
        let secrets = try Self.secrets(Self.source(bands: bands + "\nin storm x 2.5"))
        let layout = try #require(secrets.mandates.first?.secrets)
        #expect(
            layout.parameters.map(\.name) == [
                "target(BTC)", "target(ETH)", "target(USD)", "trigger(BTC)", "trigger(ETH)", "destination(ETH)",
                "trigger(USD)", "trigger(ETH in storm)",
            ]
        )
        #expect(secrets.values == [450_000, 300_000, 250_000, 40_000, 60_000, 30_000, 50_000, 80_000])
        #expect(
            layout.parameters.map(\.range) == Array(repeating: 10_000...600_000, count: 3)
                + Array(repeating: 10_000...100_000, count: 5)
        )
        let storm = try #require(secrets.mandates[1].secrets?.bands)
        let factor = ExactFraction(5, over: 2)
        #expect(storm[0].trigger == .init(3, times: factor))
        #expect(storm[0].destination == .secret(.init(3, times: factor)))
        #expect(storm[1].destination == .secret(.init(7, times: ExactFraction(1, over: 2))))
        #expect(storm[2].destination == .fixed(ExactFraction(1_000)))
    }

    @Test("in its sealed form says nothing that two of them with other numbers say differently")
    func sealedFormsAreTheSame() throws {
        let one = try Self.secrets(Self.source(bands: "each trigger 4pp to 2pp"))
        let two = try Self.secrets(Self.source(bands: "each trigger 10% of target to 5% of target"))
        #expect(one.mandates == two.mandates)
        #expect(one.values != two.values)
        #expect("\(one)" == "<hidden>")
    }

    @Test("opens to the very mandates that it was written as")
    func opensToItself() throws {
        let policy = try #require(
            Policy.check(Self.source(bands: "each trigger 4pp to halfway\nin storm x 1.5")).policy
        )
        let secrets = try #require(policy.secrets)
        #expect(try secrets.mandates.map { try $0.opened(with: secrets.values) } == policy.mandates)
    }

    @Test("may hide targets alone, or bands alone")
    func hidesOneKind() throws {
        let targets = try Self.secrets(Self.source(more: "secret target in 1%..60%"))
        #expect(targets.mandates[0].secrets?.bands == nil)
        #expect(targets.values.count == 3)
        let bands = try Self.secrets(Self.source(more: "secret bands in 1pp..10pp"))
        #expect(bands.mandates[0].secrets?.targets == nil)
        #expect(bands.mandates[0].targets.weights.map(\.value) == [450_000, 300_000, 250_000])
    }

    private static let oracle = "oracle {\nmax age 3m\n}\nsecret target in 1%..60%"

    @Test(
        "is refused where a number in the open follows from a secret one",
        arguments: [
            source(bands: "each trigger 10% of target to edge", more: "secret target in 1%..60%"),
            source(
                bands: "each trigger width to edge",
                require: "\"cash\" weight(USD) >= 5%\n\"a\" weight(BTC) <= most",
                more: "let most = 60%\nlet width = 4pp\nsecret target in 1%..most, bands in width..10pp"
            ),
        ]
    )
    func refusesLeaks(source: PolicySource) {
        #expect(Policy.check(source).diagnostics.map(\.code) == [.secretInTheOpen])
    }

    private static let named = "let share = 45%\nsecret target in 1%..60%, bands in 1pp..10pp"

    private static func breaker(_ condition: String) -> PolicySource {
        source(more: named + "\noracle {\nmax age 3m\n}\nbreakers {\n\"b\" halt 1d when \(condition)\n}")
    }

    @Test(
        "is refused where a breaker, a limit, the oracle or a requirement names a secret number",
        arguments: [
            source(limits: "slippage bucket share refilled over 7d", more: named),
            source(limits: "turnover <= share per rebalance", more: named),
            source(more: named + "\noracle {\nmax age 3m, max spread share\n}"),
            breaker("fall(BTC, 1h) > share"), breaker("rise(ETH, 1h) > share"),
            source(require: "\"cap\" weight(BTC) <= share", more: named),
            PolicySource(
                path: "secret.policy",
                text: source(rebalance: "when any drift > band\nunless cost share > benefit", more: named).text
                    .replacing("cost <= 35bps", with: "cost <= 50%")
            ),
        ]
    )
    func refusesNamesInTheOpen(source: PolicySource) {
        // In the open alone it is a name like any other.
        #expect(Policy.check(source).diagnostics.filter { $0.severity == .error } == [])
        let both = PolicySource(path: source.path, text: source.text.replacing("BTC 45%", with: "BTC share"))
        #expect(Policy.check(both).diagnostics.filter { $0.severity == .error }.map(\.code) == [.secretInTheOpen])
    }

    @Test(
        "is acted on beside oracle, breakers, a bucket, and rules over risk and positions",
        arguments: [
            source(rebalance: "when any drift > band\nor tracking error(60d) > 4%/yr"),
            source(more: oracle), source(limits: "slippage bucket 1% refilled over 7d"),
            source(
                more:
                    "oracle {\nmax age 3m\n}\nbreakers {\n\"c\" halt when fall(BTC, 1h) > 12% reset by 2 of guardians\n}\n"
                    + "secret bands in 1pp..10pp"
            ),
            source(require: "\"risk\" volatility(60d) <= 70%/yr\n\"spread\" positions >= 2"),
            source(rebalance: "when any drift > band\nunless cost 12bps > benefit(30d) over 7d at risk aversion 2"),
        ]
    )
    func sealsPublicRules(source: PolicySource) throws {
        let policy = try #require(Policy.check(source).policy)
        #expect(policy.unsupported == [])
        let secrets = try #require(policy.secrets)
        #expect(try secrets.mandates.map { try $0.opened(with: secrets.values) } == policy.mandates)
    }

    @Test("measures tracking error of deviations where targets are secret, and over its matrix where only bands are")
    func measuresDeviations() throws {
        func measures(_ secret: String) throws -> [RiskMeasure] {
            let source = Self.source(
                require: "\"near\" tracking error(30d) <= 9%/yr",
                rebalance: "when any drift > band\nor tracking error(60d) > 4%/yr",
                more: secret
            )
            let policy = try #require(Policy.check(source).policy)
            #expect(policy.mandates[0].furtherTriggers.map(\.name) == ["tracking error(60d) > 4%/yr"])
            #expect((policy.secrets == nil) == secret.isEmpty)
            for sealed in policy.secrets?.mandates ?? [] {
                #expect(sealed.riskMeasures == policy.mandates[0].riskMeasures)
            }
            return policy.mandates[0].riskMeasures
        }
        let deviations = [RiskMeasure(.deviationTrackingError, days: 30), .init(.deviationTrackingError, days: 60)]
        #expect(try measures("secret target in 1%..60%") == deviations)
        #expect(try measures("secret target in 1%..60%, bands in 1pp..10pp") == deviations)
        let matrices = [RiskMeasure(.trackingError, days: 30), .init(.trackingError, days: 60)]
        #expect(try measures("secret bands in 1pp..10pp") == matrices)
        #expect(try measures("") == matrices)
    }

    @Test(
        "is not acted on beside what a sealed form cannot carry, by name, and has no sealed form then",
        arguments: [
            ("the trigger `weight(BTC) > 50%`", source(rebalance: "when any drift > band\nor weight(BTC) > 50%")),
            ("a limit on positions", source(limits: "positions <= 2")),
            ("a turnover over a window that rolls", source(limits: "turnover <= 40% per 7d")),
            ("a requirement over `turnover`", source(require: "\"calm\" turnover <= 30%")),
            ("`execute`", source(more: "execute {\nvenues curve\n}\nsecret target in 1%..60%")),
        ]
    )
    func refusesWhatCannotBeSealed(name: String, source: PolicySource) throws {
        let check = Policy.check(source)
        let issue = try #require(check.diagnostics.first { $0.code == .secretParameters })
        #expect(issue.message.contains("`secret` beside \(name) is"), "\(issue.message)")
        let policy = try #require(check.policy)
        #expect(policy.secrets == nil)
        #expect(policy.unsupported.contains { $0.code == .secretParameters })
    }
}
