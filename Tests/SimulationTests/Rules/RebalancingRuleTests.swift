import MarketData
import Simulation
import Testing

@Suite("Rebalancing rules")
struct RebalancingRuleTests {
    @Test(
        "reads what it writes",
        arguments: [
            "hold", "daily", "weekly", "monthly", "band:5pp:target", "band:20%:edge", "band:5pp:half", "band:5pp:2pp",
            "te:4%:target", "monthly+band:20%:target", "weekly+te:2.5%:1pp", "band:5pp:edge:cooldown=604800s",
        ]
    )
    func roundTrip(text: String) throws {
        let rule = try RebalancingRule(text)
        #expect(rule.description == text)
        #expect(try RebalancingRule(rule.description) == rule)
    }

    @Test("a destination left out is the target, and a cooldown may be in days")
    func defaults() throws {
        #expect(try RebalancingRule("band:5pp") == RebalancingRule("band:5pp:target"))
        #expect(try RebalancingRule("monthly:cooldown=7d").cooldown == 7 * 86_400_000)
    }

    @Test(
        "refuses what is no rule, and names it",
        arguments: [
            "", "yearly", "band", "band:5", "band:0pp", "band:-5pp", "band:5pp:middle", "band:5pp:edge:half", "te",
            "te:4",
            "monthly:edge", "te:4%:half", "hold+monthly", "band:5pp:cooldown=soon", "band:5pp++monthly", "band:1e400%",
        ]
    )
    func refusals(text: String) throws {
        let error = #expect(throws: BacktestError.self) { try RebalancingRule(text) }
        guard case .rule = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }
}
