import BigIntegers
import MarketData

extension TradeProblem {
    /// The same rebalance for the convex optimiser: least cost under bounds, requirements, turnover and smallest trades.
    ///
    /// Every asset has one direction here, so that turnover is linear in the weights. Destinations and requirements are read
    /// over the portfolio that is left after costs. With an objective, risk and further costs are weighed as well, so that an asset
    /// may go beyond its destination where that pays.
    ///
    /// - Returns: `nil` for an empty portfolio.
    /// - Throws: ``OptimisationError`` if bounds cross, as they do where a cap leaves a destination out of reach.
    func optimisation(
        _ requirements: [Requirement],
        matrices: [RiskMeasure: RiskMatrix],
        nudge: Double,
        remaining: Double,
        objective: PlanObjective? = nil
    ) throws(OptimisationError) -> OneStepProblem? {
        let total = values.reduce(0, +)
        guard total > 0, total.isFinite else { return nil }
        let held = values.map { $0 / total }
        let count = values.count
        var (lowest, highest) = (held, held)
        for index in 0..<count {
            let target = targets[index] * remaining
            let reach = max(destinations[index] - nudge, 0) * remaining
            let cap = largestTrades[index] / total
            if isOverweight[index] {
                lowest[index] = max(min(target - nudge, held[index]), held[index] - cap, 0)
                highest[index] = max(min(held[index], target + reach), lowest[index])
            } else {
                highest[index] = min(max(target + nudge, held[index]), held[index] + cap)
                lowest[index] = min(max(held[index], target - reach), highest[index])
            }
        }
        var limits: [OneStepProblem.LinearLimit] = []
        var concentration: Double?
        var caps: [OneStepProblem.QuadraticCap] = []
        for requirement in requirements {
            switch requirement.predicate {
            case .nonNegative(let coefficients, let constant):
                let scaled = coefficients.map { -Double($0) / 1_000_000 }
                limits.append(.init(scaled, atMost: Double(constant) / 1_000_000 / total - nudge))
            case .concentration(let limit):
                let cap = (Double(limit.value) / 1_000_000 - nudge) * remaining * remaining
                concentration = min(concentration ?? .infinity, cap)
            case .risk(let measure, let limit):
                guard let matrix = matrices[measure] else { return nil }
                let most = max((Double(limit.value) / 1_000_000 - nudge) * remaining, 1e-9)
                caps.append(.init(matrix.variances(of: measure, from: targets), atMost: most * most))
            case .positions:
                // Not convex: a plan that breaks it fails the check of its settled units, and the direct plan stands.
                break
            }
        }
        if largestTurnover < .infinity {
            let signs = isOverweight.map { $0 ? -0.5 : 0.5 }
            limits.append(.init(signs, atMost: largestTurnover / total * (1 - 1e-9) + inner(signs, held)))
        }
        // Without a fee turnover itself is what is to be least; beside risk, a free trade is free.
        let proportional = fee > 0 || objective != nil ? fee : 1
        let costs = try (0..<count).map { index throws(OptimisationError) in
            guard index != cash else { return TradeCost.none }
            return try TradeCost(
                proportional: proportional,
                impact: objective?.impacts[index] ?? 0,
                fixed: objective?.fixedCosts[index] ?? 0
            )
        }
        let none = Covariance(unchecked: [Double](repeating: 0, count: count * count), count: count)
        return try OneStepProblem(
            held: held,
            targets: targets,
            covariance: objective?.covariance ?? none,
            riskAversion: objective?.riskWeight ?? 0,
            costs: costs,
            lowest: lowest,
            highest: highest,
            smallestTrades: (0..<count).map { $0 == cash ? 0 : smallestTrade / total },
            limits: limits,
            trackingErrorCap: nil,
            concentrationCap: concentration,
            quadraticCaps: caps,
            balance: (0..<count).map { $0 == cash ? 1 : isOverweight[$0] ? 1 - fee : 1 + fee }
        )
    }
}
