import CanonicalJSON
import MarketData
import Rebalancing

/// `unless cost > benefit` in a sealed policy: public figures, whatever targets and bands are.
extension SealedPolicy {
    static func json(_ rule: NoTradeRule) -> JSONValue {
        .object([
            JSONMember("cost", .integer(rule.cost.value)), JSONMember("days", .integer(rule.windowDays)),
            JSONMember("horizon", .integer(rule.horizonDays)), JSONMember("riskAversion", .integer(rule.riskAversion)),
        ])
    }
}

extension SealedPolicyReader {
    /// The rule, in the ranges that the language's check allows.
    ///
    /// - Parameter ceiling: What a rebalance may cost, which the expected cost does not exceed.
    func noTradeRule(_ entry: JSONObjectReader, atMost ceiling: PartsPerMillion) throws -> NoTradeRule {
        var entry = entry
        let cost = try share(entry.integer("cost"), "unless.cost")
        try require(cost <= ceiling, "unless.cost", "at most the ceiling of \(ceiling.value)")
        let rule = NoTradeRule(
            windowDays: try bounded(
                entry.integer("days"),
                RiskMeasure.leastDays...RiskMeasure.mostDays,
                "unless.days"
            ),
            horizonDays: try bounded(entry.integer("horizon"), NoTradeRule.horizons, "unless.horizon"),
            riskAversion: try bounded(entry.integer("riskAversion"), NoTradeRule.riskAversions, "unless.riskAversion"),
            cost: cost
        )
        try entry.finish()
        return rule
    }
}
