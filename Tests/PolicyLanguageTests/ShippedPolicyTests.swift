import PolicyLanguage
import Rebalancing
import Testing

@Suite("Shipped policies")
struct ShippedPolicyTests {
    @Test("check without a diagnostic", arguments: PolicyFixtures.shipped)
    func checksClean(path: String) throws {
        let check = Policy.check(try PolicyFixtures.source(path), loading: PolicyFixtures.loader)
        #expect(check.diagnostics.map(\.description) == [])
        let policy = try #require(check.policy)
        #expect(policy.regimes == ["calm", "choppy", "storm"])
        #expect(policy.mandates.map(\.regime) == policy.regimes)
        #expect(policy.resolvedModelPath == "Policies/../Models/sample-daily.json")
    }

    @Test("keep every promise that they make in tests, on every branch", arguments: PolicyFixtures.shipped)
    func passTheirTests(path: String) throws {
        let policy = try Policy(checking: try PolicyFixtures.source(path), loading: PolicyFixtures.loader)
        let results = PolicyTests.run(policy)
        #expect(results.flatMap(\.failures).map(\.description) == [])
        #expect(results.allSatisfy { $0.passed })
        let coverage = PolicyCoverage(of: policy, results)
        #expect(coverage.waysSeen == 2 * coverage.branches.count, "\(coverage)")
    }

    @Test("mean the same without their tests and comments", arguments: PolicyFixtures.shipped)
    func testsHaveNoMeaning(path: String) throws {
        let source = try PolicyFixtures.source(path)
        let bare = SyntaxTree(parsing: source).tokens.prefix { $0.text != "test" }
        let lines = bare.map { ($0.startsLine ? "\n" : " ") + $0.text }.joined()
        let loader = PolicyFixtures.loader
        let without = try Policy(checking: PolicySource(path: source.path, text: lines), loading: loader)
        let with = try Policy(checking: source, loading: loader)
        #expect(without.tests.isEmpty && !with.tests.isEmpty)
        #expect(without.mandates == with.mandates)
        #expect(without.regimeRules == with.regimeRules)
        #expect(without.modelPath == with.modelPath && without.modelDigest == with.modelDigest)
        #expect(without.name == with.name && without.version == with.version && without.attestEvery == with.attestEvery)
    }

    @Test("a secret strategy checks clean, and its tests run on the numbers that it hides")
    func secretStrategyChecks() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/secret-strategy.policy")
        let check = Policy.check(source)
        #expect(check.diagnostics == [])
        let policy = try #require(check.policy)
        #expect(policy.secrets?.values == [400_000, 350_000, 250_000, 40_000, 50_000, 60_000])
        #expect(PolicyTests.run(policy).allSatisfy { $0.passed })
    }

    @Test("the design page's example checks with warnings only, each of the kind that is not yet acted on")
    func designPageChecks() throws {
        let source = try PolicyFixtures.source(PolicyFixtures.fixtures + "/accepted/design-page.policy")
        let check = Policy.check(source)
        #expect(!check.hasErrors)
        #expect(check.diagnostics.filter { !$0.code.isUnsupported }.map(\.description) == [])
        let policy = try #require(check.policy)
        #expect(policy.unsupported == check.diagnostics)
        #expect(
            check.diagnostics.map(\.code.rawValue) == [
                "W0903", "W0904", "W0901",
            ]
        )
        #expect(policy.properties.map(\.claim) == [.neverStuck, .alwaysRedeemable])
        #expect(SyntaxTree(parsing: source).text == source.text)
    }
}
