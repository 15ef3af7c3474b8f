import Attestations
import MarketData
import PolicyLanguage
import Rebalancing

extension RuleCosts {
    /// What each rule adds to the largest circuit of a rebalance: the policy's multipliers, less those without the rule.
    ///
    /// Rules share gadgets, so the costs of several need not add up to that of all.
    static let circuits = RuleCosts { policy in
        guard policy.unsupported.isEmpty, let whole = multipliers(policy.mandates, of: policy) else { return [:] }
        var costs: [String: Int] = [:]
        func note(_ title: String, _ without: (Mandate) -> Mandate?) {
            let mandates = policy.mandates.compactMap(without)
            guard mandates.count == policy.mandates.count, let less = multipliers(mandates, of: policy) else { return }
            costs[title] = max(0, whole - less)
        }
        for name in Set(policy.mandates.flatMap { $0.requirements.map(\.name) }) {
            note("require \"\(name)\"") { $0.with(requirements: $0.requirements.filter { $0.name != name }) }
        }
        for (index, asset) in policy.assets.enumerated() {
            note("bands: \(asset)") { mandate in
                var bands = mandate.bands
                bands[index] = ToleranceBand(trigger: nil, destination: bands[index].destination)
                return mandate.with(bands: bands)
            }
        }
        for name in Set(policy.mandates.flatMap { $0.furtherTriggers.map(\.name) }) {
            note("rebalance: \(name)") { $0.with(furtherTriggers: $0.furtherTriggers.filter { $0.name != name }) }
        }
        let limits = policy.mandates[0].limits
        if limits.turnoverPerRebalance != nil {
            note("limits: turnover per rebalance") { $0.with(limits: $0.limits.without(\.turnoverPerRebalance)) }
        }
        if limits.turnoverPerDay != nil {
            note("limits: turnover per day") { $0.with(limits: $0.limits.without(\.turnoverPerDay)) }
        }
        if limits.smallestTrade != nil {
            note("limits: smallest trade") { $0.with(limits: $0.limits.without(\.smallestTrade)) }
        }
        if limits.slippageBucket != nil {
            note("limits: slippage") { $0.with(limits: $0.limits.without(\.slippageBucket)) }
        }
        for asset in limits.largestTrades.keys {
            note("limits: trade(\(asset))") { mandate in
                var largest = mandate.limits.largestTrades
                largest[asset] = nil
                return mandate.with(limits: mandate.limits.with(largestTrades: largest))
            }
        }
        return costs
    }

    /// Multipliers of the largest circuit of a rebalance.
    private static func multipliers(_ mandates: [Mandate], of policy: Policy) -> Int? {
        let compiled = try? CompiledPolicy(
            name: policy.name,
            version: policy.version,
            mandates: mandates,
            regimeRules: [],
            attestEvery: policy.attestEvery,
            modelDigest: nil
        )
        return compiled?.circuitSizes.first { $0.kind == .rebalance }?.multipliers
    }
}

extension Mandate {
    /// The same mandate with other parts; `nil` if nothing would trigger any more.
    fileprivate func with(
        bands: [ToleranceBand]? = nil,
        limits: TradingLimits? = nil,
        requirements: [Requirement]? = nil,
        furtherTriggers: [Requirement]? = nil
    ) -> Mandate? {
        try? Mandate(
            regime: regime,
            assets: assets,
            units: units,
            quote: quote,
            targets: targets,
            bands: bands ?? self.bands,
            triggersOnDrift: triggersOnDrift,
            schedules: schedules,
            cooldown: cooldown,
            limits: limits ?? self.limits,
            requirements: requirements ?? self.requirements,
            furtherTriggers: furtherTriggers ?? self.furtherTriggers,
            roundingTolerance: roundingTolerance
        )
    }
}

extension TradingLimits {
    fileprivate func with(largestTrades: [Asset: Money]) -> TradingLimits {
        TradingLimits(
            turnoverPerRebalance: turnoverPerRebalance,
            turnoverPerDay: turnoverPerDay,
            largestTrades: largestTrades,
            smallestTrade: smallestTrade,
            slippageBucket: slippageBucket,
            costCeiling: costCeiling
        )
    }

    /// The same limits without one of them.
    fileprivate func without<Limit>(_ limit: KeyPath<TradingLimits, Limit?>) -> TradingLimits {
        TradingLimits(
            turnoverPerRebalance: limit == \.turnoverPerRebalance ? nil : turnoverPerRebalance,
            turnoverPerDay: limit == \.turnoverPerDay ? nil : turnoverPerDay,
            largestTrades: largestTrades,
            smallestTrade: limit == \.smallestTrade ? nil : smallestTrade,
            slippageBucket: limit == \.slippageBucket ? nil : slippageBucket,
            costCeiling: costCeiling
        )
    }
}
