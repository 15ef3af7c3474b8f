import MarketData
import Rebalancing
import Testing

@testable import PolicyLanguage

@Suite("Requirements over the number of positions in the language")
struct PositionsLanguageTests {
    private func policy(_ requirement: String, target: String = "BTC  60%\n    USD  40%", test: String = "")
        -> PolicyCheck
    {
        let text = """
            policy "p" version 1 {
              quote USD
              target {
                \(target)
              }
              bands {
                each  trigger 4pp  to edge
              }
              rebalance {
                when any drift > band
              }
              limits {
                cost  <= 35bps per rebalance
              }
              require {
                "few"  \(requirement)
              }
            }
            \(test)
            """
        return Policy.check(PolicySource(path: "p.policy", text: text))
    }

    private static let three = "BTC  60%\n    SOL  0%\n    USD  40%"

    @Test(
        "are lowered in either sense and proved",
        arguments: [
            ("positions <= 2", ConcentrationForm.Sense.atMost, 2, "at most 2 assets are held"),
            ("positions < 3", .atMost, 2, "at most 2 assets are held"),
            ("positions >= 2", .above, 1, "at least 2 assets are held"),
            ("positions > 1", .above, 1, "at least 2 assets are held"),
            ("after.positions <= 2", .atMost, 2, "at most 2 assets are held"),
        ]
    )
    func lowered(text: String, sense: ConcentrationForm.Sense, limit: Int, words: String) throws {
        let check = policy(text, target: Self.three)
        #expect(check.diagnostics == [])
        let policy = try #require(check.policy)
        #expect(
            policy.mandates[0].requirements == [
                Requirement(name: "few", predicate: .positions(sense, limit: limit))
            ]
        )
        #expect(policy.unsupported == [] && policy.place(ofRule: "`few` broken")?.line == 18)
        let rules = PolicyExplanation(of: policy).rules.filter { $0.title == "require \"few\"" }
        #expect(rules.count == 1 && rules[0].evidence == .proved && rules[0].visibility == .private)
        #expect(rules[0].sentence.contains("\(words), USD included"))
    }

    @Test(
        "are refused where the target, the number of assets or the count itself cannot be",
        arguments: [
            ("positions <= 1", PolicyDiagnosticCode.targetViolates, "it holds 2 assets"),
            ("positions >= 3", .targetViolates, "it holds 2 assets"),
            ("positions <= 0", .impossibleRequirement, "no portfolio meets `few`"),
            ("positions > 3", .impossibleRequirement, "no portfolio meets `few`"),
            ("positions <= 2.5", .outOfRange, "the number of positions is whole, got `2.5`"),
            ("positions <= 65", .outOfRange, "must be at most 64"),
            ("positions <= 20%", .wrongUnit, "20%"),
            ("positions <= 3", .alwaysHolds, "every portfolio meets `few`"),
            ("positions >= 1", .alwaysHolds, "every portfolio meets `few`"),
            ("before.positions <= 2", .furtherRequirement, "not yet acted on"),
        ]
    )
    func refused(text: String, code: PolicyDiagnosticCode, message: String) {
        let diagnostics = policy(text, target: Self.three).diagnostics
        #expect(diagnostics.map(\.code) == [code], "\(diagnostics)")
        #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics)")
    }

    @Test("decide in tests: a position too many is sold, though no band is left")
    func inTests() throws {
        for (given, expect) in [
            ("weights BTC 60%, SOL 1%, USD 39%", "rebalance because \"few\""),
            ("weights BTC 60%, SOL 1%, USD 39%", "weight(SOL) = 0% within 1bps"),
            ("weights BTC 62%, SOL 0%, USD 38%", "hold because bands"),
        ] {
            let test = "test \"t\" {\n  given \(given)\n  expect \(expect)\n}"
            let check = policy("positions <= 2", target: Self.three, test: test)
            let policy = try #require(check.policy, "\(check.diagnostics)")
            let result = try #require(PolicyTests.run(policy).first)
            #expect(result.passed, "\(result)")
        }
    }
}
