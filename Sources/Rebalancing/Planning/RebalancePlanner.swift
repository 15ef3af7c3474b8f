import BigIntegers

/// Finds the cheapest admissible rebalance: optimised in floating point, settled in integers, checked by the evaluator.
///
/// A plan that the circuit would refuse is never returned: every plan has passed the same obligations in exact integers.
/// Plans are tried in order of cost, so the first that passes is taken:
/// 1. every asset outside its destination to its destination, the other side following with least turnover;
/// 2. the same, a few parts per million further inside, where rounding to whole units breaks an edge;
/// 3. where a requirement still fails, the smallest pull towards the target that mends it, found by bisection: of the
///    assets that weigh on that requirement alone, then of all; targets keep every requirement, so the pull ends there;
/// 4. where requirements or smallest trades bind, the optimiser's plan as well (``OneStepProblem``): the cheaper one is taken.
///
/// Where a ``PlanObjective`` is given, or the mandate's own `unless cost > benefit` makes one, the optimiser's plan by it is held against that plan, both as settled, and the one with less risk
/// and cost together is taken.
public struct RebalancePlanner: Sendable {
    /// What the trades cost.
    public let costs: TransactionCosts
    /// What is weighed beside fees; `nil` for what the mandate's own rule weighs, or else fees alone.
    public let objective: PlanObjective?
    private let prepared: PreparedMandate

    /// What the plans must satisfy.
    public var mandate: Mandate { prepared.mandate }

    /// Creates a planner for one mandate.
    public init(mandate: Mandate, costs: TransactionCosts, objective: PlanObjective? = nil) {
        self.init(PreparedMandate(mandate), costs: costs, objective: objective)
    }

    /// Creates a planner for a mandate whose obligations are built already.
    ///
    /// - Parameters:
    ///   - prepared: What the plans must satisfy.
    ///   - costs: What the trades cost.
    ///   - objective: What is weighed beside fees; one of other assets is not read.
    public init(_ prepared: PreparedMandate, costs: TransactionCosts, objective: PlanObjective? = nil) {
        self.prepared = prepared
        self.costs = costs
        self.objective = objective.flatMap { $0.isOf(prepared.mandate.assets.count) ? $0 : nil }
    }

    /// Plans the rebalance that is due in a state.
    ///
    /// - Throws: ``PlanError/noAdmissiblePlan(rules:limitsUsedUp:)`` with the rules that the nearest attempt breaks.
    /// - Complexity: A few dozen attempts at most, each O(n²) integer operations for n assets.
    public func plan(for state: VaultState) throws(PlanError) -> TradePlan {
        let values: DecisionValues
        do { values = try mandate.unmovedValues(of: state) } catch { throw .unfitState(error) }
        let attempts = PlanAttempts(prepared, costs: costs, state: state, values: values)
        let (direct, isProved, nearest) = direct(attempts)
        let remaining = direct.map { 1 - Double($0.cost) / max(Double(values.totalBefore), 1) } ?? 1
        if let objective = objective ?? PlanObjective(mandate, of: state.risk),
            let plan = weighed(objective, attempts, remaining: remaining, against: direct)
        {
            return plan
        }
        if let direct, isProved { return direct }
        for nudge in Self.nudges where direct?.isLimited != true {
            guard let plan = attempts.optimised(nudge: nudge, remaining: remaining)?.admissible else { continue }
            guard let direct else { return plan }
            return (plan.cost, plan.twiceTurnover) < (direct.cost, direct.twiceTurnover) ? plan : direct
        }
        if let direct { return direct }
        throw .noAdmissiblePlan(
            rules: nearest?.failures ?? [],
            limitsUsedUp: nearest?.values.map(attempts.limitsUsedUp) ?? []
        )
    }

    /// The optimiser's plan by an objective, if it is admissible and its settled units are worth no less than the direct plan.
    private func weighed(
        _ objective: PlanObjective,
        _ attempts: PlanAttempts,
        remaining: Double,
        against direct: TradePlan?
    ) -> TradePlan? {
        guard direct?.isLimited != true else { return nil }
        for nudge in Self.nudges {
            let attempt = attempts.optimised(nudge: nudge, remaining: remaining, objective: objective)
            guard let plan = attempt?.admissible else { continue }
            guard let direct else { return plan }
            return attempts.value(of: plan, by: objective) < attempts.value(of: direct, by: objective) ? plan : direct
        }
        return nil
    }

    /// The plan in the order of cost, without the optimiser: its own, whether nothing can be cheaper, and the nearest failure.
    func direct(
        _ attempts: PlanAttempts
    ) -> (plan: TradePlan?, isProved: Bool, nearest: PlanAttempts.Attempt?) {
        var nearest: PlanAttempts.Attempt?
        for raises in [true, false] {
            for nudge in Self.nudges {
                let aim = TradeProblem.Aim(nudge: nudge, raisesSmallTrades: raises)
                let attempt = attempts.attempt(aim)
                if let plan = attempt.admissible { return (plan, !attempts.hasSmallLeg(plan), attempt) }
                if let plan = pulled(aim, attempt, attempts) { return (plan, false, attempt) }
                if attempt.failures.count < nearest?.failures.count ?? .max { nearest = attempt }
            }
        }
        return (nil, false, nearest)
    }

    /// Distances inside the destinations, as fractions of value; far below the rounding tolerance of 10 basis points.
    private static let nudges = [0, 1e-9, 2e-6, 2e-5, 2e-4]

    /// The smallest pull towards the target that mends the requirements a plan breaks.
    private func pulled(_ aim: TradeProblem.Aim, _ start: PlanAttempts.Attempt, _ attempts: PlanAttempts) -> TradePlan?
    {
        guard let values = start.values else { return nil }
        let broken = attempts.requirementsBroken(values)
        guard !broken.isEmpty else { return nil }
        let everything = Set(mandate.assets.indices)
        let weighing = Set(broken.flatMap { attempts.assetsWeighing(on: $0) })
        for assets in [weighing, everything] where !assets.isEmpty {
            var trial = aim
            trial.pulled = assets
            trial.pull = 1
            guard var best = attempts.attempt(trial).admissible else { continue }
            var (low, high) = (0.0, 1.0)
            for _ in 0..<20 {
                trial.pull = (low + high) / 2
                if let plan = attempts.attempt(trial).admissible {
                    (best, high) = (plan, trial.pull)
                } else {
                    low = trial.pull
                }
            }
            return best
        }
        // A limit leaves no room for all: then the requirements come first, and the destinations may be missed. Smaller
        // pulls leave more of the room to the asset that needs it, so that the pull is not monotone here.
        for pull in stride(from: 1.0, through: 0.05, by: -0.05) {
            var trial = aim
            (trial.pulled, trial.pulledOnly, trial.pull) = (weighing, true, pull)
            if let plan = attempts.attempt(trial).admissible { return plan }
        }
        return nil
    }
}

extension Mandate {
    /// The cheapest admissible rebalance of a state; see ``RebalancePlanner``.
    public func plan(for state: VaultState, costs: TransactionCosts) throws(PlanError) -> TradePlan {
        try RebalancePlanner(mandate: self, costs: costs).plan(for: state)
    }
}
