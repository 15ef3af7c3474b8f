import BigIntegers
import MarketData

/// One state's problem, and the check of what comes of it.
struct PlanAttempts {
    private let mandate: Mandate
    private let obligations: RebalanceObligations
    private let state: VaultState
    private let start: DecisionValues
    private let isScheduleDue: Bool
    private let problem: TradeProblem
    private let settlement: TradeSettlement

    init(_ prepared: PreparedMandate, costs: TransactionCosts, state: VaultState, values: DecisionValues) {
        let mandate = prepared.mandate
        self.mandate = mandate
        self.state = state
        start = values
        obligations = prepared.rebalanceObligations(sameDay: state.isSameDay)
        isScheduleDue = mandate.isScheduleDue(after: state.lastRebalance, at: state.time)
        let isOverweight = obligations.sides.map { values.value(of: $0.before) >= 0 }
        settlement = TradeSettlement(
            mandate: mandate,
            costs: costs,
            prices: state.prices,
            before: state.holdings,
            isOverweight: isOverweight
        )
        let total = Double(values.totalBefore)
        let limits = mandate.limits
        let carried = state.isSameDay ? Double(state.carriedTurnover) / 2 : 0
        let share = { (limit: PartsPerMillion) in Double(limit.value) / 1_000_000 * total }
        problem = TradeProblem(
            values: values.before.map { Double($0) },
            targets: mandate.targets.weights.map { Double($0.value) / 1_000_000 },
            destinations: mandate.bands.map {
                Double($0.destination.numerator) / Double($0.destination.denominator) / 1_000_000
            },
            isOverweight: isOverweight,
            cash: settlement.cash,
            fee: Double(costs.proportional.value) / 1_000_000,
            smallestTrade: limits.smallestTrade.map { Double(mandate.valueUnits($0)) } ?? 0,
            largestTrades: mandate.assets.map { asset in
                limits.largestTrades[asset].map { Double(mandate.valueUnits($0)) } ?? .infinity
            },
            largestTurnover: min(
                limits.turnoverPerRebalance.map(share) ?? .infinity,
                limits.turnoverPerDay.map { max(share($0) - carried, 0) } ?? .infinity
            ),
            largestLoss: limits.slippageBucket.map { bucket in
                // Nothing is traded, so that what the bucket holds is what has not drained.
                max(share(bucket.capacity) - Double(mandate.bucketAfter(values)), 0)
            } ?? .infinity
        )
    }

    /// What came of one aim.
    struct Attempt {
        /// The plan, if every obligation holds.
        let admissible: TradePlan?
        /// The obligations that do not.
        let failures: [ObligationFailure]
        /// The exact values; `nil` if the trades could not be settled.
        let values: DecisionValues?
    }

    func attempt(_ aim: TradeProblem.Aim) -> Attempt {
        let (amounts, isCut) = problem.amounts(aim)
        return settle(amounts, isCut ? .limited : aim.nudge > 0 ? .funding : .reaching)
    }

    /// The trades that cost least by the convex optimiser, whatever requirements and smallest trades bind; `nil` if it has none.
    ///
    /// - Parameters:
    ///   - nudge: How far inside destinations and requirements it stays, as a fraction of value.
    ///   - remaining: V⁺/V⁻ of a plan that is known: the weights after are shares of that.
    ///   - objective: What is weighed beside fees.
    func optimised(nudge: Double, remaining: Double, objective: PlanObjective? = nil) -> Attempt? {
        guard
            let weights = try? problem.optimisation(
                requirements,
                matrices: start.matrices,
                nudge: nudge,
                remaining: remaining,
                objective: objective
            )?.optimum().weights
        else { return nil }
        let total = problem.values.reduce(0, +)
        let amounts = zip(weights, problem.values).map { abs($0 * total - $1) }
        return settle(amounts, nudge > 0 ? .funding : .reaching)
    }

    /// What a plan costs and leaves at risk, as a share of the portfolio before.
    func value(of plan: TradePlan, by objective: PlanObjective) -> Double {
        let total = max(problem.values.reduce(0, +), 1)
        let after = mandate.values(of: plan.after, at: state.prices).map { Double($0) / total }
        let strayed = zip(after, problem.targets).map { $0 - $1 }
        var sum = objective.riskWeight / 2 * objective.covariance.variance(of: strayed) + Double(plan.cost) / total
        for leg in plan.legs {
            let share = Double(leg.value) / total
            sum += objective.impacts[leg.index] * share * share.squareRoot() + objective.fixedCosts[leg.index]
        }
        return sum
    }

    private var requirements: [Requirement] { mandate.requirements }

    /// Whether a leg is about as small as the smallest trade: then which assets trade was a choice.
    func hasSmallLeg(_ plan: TradePlan) -> Bool {
        guard let smallest = mandate.limits.smallestTrade.map(mandate.valueUnits) else { return false }
        return plan.legs.contains { 100 * $0.value <= 101 * smallest }
    }

    private func settle(_ amounts: [Double], _ rounding: TradeSettlement.Rounding) -> Attempt {
        guard let (legs, after) = settlement.settled(amounts, rounding)
        else {
            let failure = ObligationFailure("\(mandate.quote.symbol) fits 64 bits", shortfall: 1)
            return Attempt(admissible: nil, failures: [failure], values: nil)
        }
        let unpaid = DecisionValues(
            before: start.before,
            after: mandate.values(of: after, at: state.prices),
            carriedBefore: state.carriedTurnover,
            carriedAfter: 0,
            matrices: start.matrices,
            bucket: start.bucket
        )
        let values = DecisionValues(
            before: unpaid.before,
            after: unpaid.after,
            carriedBefore: unpaid.carriedBefore,
            carriedAfter: obligations.carriedAfter.map { unpaid.value(of: $0) } ?? 0,
            matrices: start.matrices,
            bucket: BucketValues(
                before: start.bucket.before,
                after: mandate.bucketAfter(unpaid),
                elapsed: start.bucket.elapsed
            )
        )
        let symbol = { (index: Int) in mandate.assets[index].symbol }
        let failures = obligations.failures(values, scheduleDue: isScheduleDue, symbol: symbol)
        guard failures.isEmpty else { return Attempt(admissible: nil, failures: failures, values: values) }
        let plan = TradePlan(
            before: state.holdings,
            after: after,
            legs: legs,
            twiceTurnover: values.value(of: mandate.twiceTurnover),
            cost: values.totalBefore - values.totalAfter,
            carriedTurnover: values.carriedAfter,
            carriedSlippage: values.bucket.after,
            missedDestinations: obligations.missedDestinations(values).map { mandate.assets[$0] }
        )
        return Attempt(admissible: plan, failures: [], values: values)
    }

    /// The limits that are used up, in the policy's words.
    func limitsUsedUp(_ values: DecisionValues) -> [String] {
        obligations.exhaustions.filter { $0.margin(values) >= 0 }.map(\.name)
    }

    /// The requirements that do not hold after.
    func requirementsBroken(_ values: DecisionValues) -> [Requirement] {
        mandate.requirements.filter { mandate.kept($0, .after).margin(values) < 0 }
    }

    /// The assets whose one direction mends a requirement, against the coefficient that most assets share.
    ///
    /// weight(BTC) ≤ 45% has one coefficient for BTC and another for all others, so that BTC alone is pulled.
    func assetsWeighing(on requirement: Requirement) -> [Int] {
        if case .positions(let sense, _) = requirement.predicate {
            return mandate.assetsWeighing(onPositions: sense, isOverweight: problem.isOverweight)
        }
        guard case .nonNegative(let coefficients, _) = requirement.predicate else {
            return Array(mandate.assets.indices)
        }
        let median = coefficients.sorted()[coefficients.count / 2]
        return mandate.assets.indices.filter { index in
            problem.isOverweight[index] ? coefficients[index] < median : coefficients[index] > median
        }
    }
}
