import PolicyLanguage
import Rebalancing
import Testing

@Suite("Shipped policies")
struct ShippedPolicyTests {
    @Test("check without a diagnostic", arguments: PolicyFixtures.shipped)
    func checksClean(path: String) throws {
        let check = Policy.check(try PolicyFixtures.source(path))
        #expect(check.diagnostics.map(\.description) == [])
        let policy = try #require(check.policy)
        #expect(policy.regimes == ["calm", "choppy", "storm"])
        #expect(policy.mandates.map(\.regime) == policy.regimes)
        #expect(policy.resolvedModelPath == "Policies/../Models/sample-daily.json")
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
            policy.unsupported.map(\.code.rawValue) == [
                "W0910", "W0911", "W0908", "W0909", "W0902", "W0903", "W0904", "W0901", "W0905", "W0905", "W0906",
                "W0906",
            ]
        )
        #expect(SyntaxTree(parsing: source).text == source.text)
    }
}
