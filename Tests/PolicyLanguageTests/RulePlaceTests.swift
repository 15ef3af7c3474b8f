import PolicyLanguage
import Rebalancing
import Testing

@Suite("Places of rules")
struct RulePlaceTests {
    @Test("every name of an obligation that a statement makes has its place", arguments: PolicyFixtures.shipped)
    func everyNameHasAPlace(path: String) throws {
        let policy = try Policy(checking: try PolicyFixtures.source(path), loading: PolicyFixtures.loader)
        for mandate in policy.mandates {
            let obligations = mandate.rebalanceObligations(sameDay: true)
            let conditions = obligations.conditions.map(\.name).filter { $0 != "surplus" }
            for name in obligations.triggers.map(\.name) + obligations.exhaustions.map(\.name) + conditions {
                #expect(policy.place(ofRule: name) != nil, "\(name)")
            }
        }
        #expect(policy.place(ofRule: "no such rule") == nil)
    }

    @Test(
        "is where the text says it",
        arguments: [
            ("drift(SOL) above its band", 23), ("drift(BTC) below its band", 22), ("turnover per day used up", 34),
            ("cost", 35), ("smallest trade(ETH)", 36), ("`majors cap` broken", 41), ("\"diversified\"", 42),
            ("a schedule due", 28),
        ]
    )
    func pointsAtTheText(name: String, line: Int) throws {
        let policy = try Policy(checking: try PolicyFixtures.source(PolicyFixtures.shipped[0]))
        #expect(policy.place(ofRule: name)?.line == line)
        #expect(policy.place(ofRule: name)?.file == "Policies/core-satellite.policy")
    }
}
