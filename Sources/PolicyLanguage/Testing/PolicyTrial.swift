import BigIntegers
import MarketData
import Rebalancing

/// One test in one regime: the state priced, the decision made, the trades planned.
struct PolicyTrial {
    let decision: DriftDecision
    /// What breakers and oracle say.
    let safeguards: TrialSafeguards
    /// The trades, where the decision is a rebalance; or why there are none.
    private let plan: Result<TradePlan, PlanError>?
    /// The portfolio after the decision.
    private let values: [BigInteger]
    private let valueBefore: BigInteger

    /// Why a test's state cannot be.
    enum Failure: Error, CustomStringConvertible {
        case tooMany(Asset)
        case empty

        var description: String {
            switch self {
            case .tooMany(let asset): "the quantity of `\(asset)` does not fit: give a higher price or a lower value"
            case .empty: "the portfolio is worth nothing: give a lower price or a higher value"
            }
        }
    }

    init(_ test: PolicyTest, under mandate: Mandate, _ rules: Safeguards) throws {
        let holdings = try Self.holdings(test, mandate)
        let unmoved = try DecisionValues(before: holdings, after: holdings, prices: test.prices, under: mandate)
        let total = unmoved.before.reduce(0, +)
        guard total > 0 else { throw Failure.empty }
        // The engine carries twice the turnover, in value units.
        let carried =
            mandate.limits.turnoverPerDay == nil
            ? 0 : (2 * BigInteger(test.turnover) * total).floorDivided(by: 1_000_000)
        let risk = try MarketRisk(
            mandate.riskWindows.map { days in
                let given = test.risks[days] ?? GivenRisk(volatilities: mandate.assets.map { _ in .zero })
                return try given.covariance(days: days)
            }
        )
        let state = try VaultState(
            holdings: holdings,
            prices: test.prices,
            carriedTurnover: carried,
            lastRebalance: test.time.adding(milliseconds: -test.elapsed),
            time: test.time,
            risk: risk
        )
        safeguards = TrialSafeguards(test, rules, regime: mandate.regime)
        decision = try mandate.decision(for: state, under: safeguards.verdict)
        valueBefore = total
        guard case .rebalance = decision else {
            plan = nil
            values = unmoved.before
            return
        }
        do throws(PlanError) {
            let found = try mandate.plan(for: state, costs: TransactionCosts(proportional: test.fee))
            plan = .success(found)
        } catch {
            plan = .failure(error)
        }
        guard case .success(let found)? = plan else {
            values = unmoved.before
            return
        }
        values = try DecisionValues(before: holdings, after: found.after, prices: test.prices, under: mandate).after
    }

    /// Each weight's share of the value, at its price, floored to the unit.
    private static func holdings(_ test: PolicyTest, _ mandate: Mandate) throws -> Holdings {
        var quantities: [Quantity] = []
        for (index, weight) in test.weights.enumerated() {
            // Money and price both count 10⁻⁸, and so does the quantity.
            let amount = BigInteger(weight) * BigInteger(test.value.units) * 100_000_000
            let units = amount.floorDivided(by: 1_000_000 * BigInteger(test.prices[index].units))
            guard let count = UInt64(exactly: units) else { throw Failure.tooMany(mandate.assets[index]) }
            quantities.append(Quantity(units: count))
        }
        return try Holdings(quantities, under: mandate)
    }

    // MARK: Expectations

    /// What is wrong with an expectation, if anything is.
    func failure(of expectation: PolicyTest.Expectation, place: String) -> Issue? {
        let issue = { (message: String, help: String?) in
            Issue(.unmetExpectation, expectation.span, place + message, help: help)
        }
        switch expectation.claim {
        case .hold(let cause):
            guard case .hold(let reason) = decision else {
                return issue("expected a hold, got a \(decision)", decision.explanation)
            }
            guard let cause, cause != reason.cause else { return nil }
            return issue("expected a hold because of \(cause.words), got a \(decision)", nil)
        case .rebalance(let reasons):
            guard case .rebalance(let found) = decision else {
                return issue("expected a rebalance, got a \(decision)", figures)
            }
            if let missing = reasons.first(where: { reason in !found.contains { reason.matches($0) } }) {
                return issue("expected \(missing) among the reasons, got a \(decision)", decision.explanation)
            }
            guard case .failure(let error)? = plan else { return nil }
            return issue("a rebalance is due, but there is \(error)", decision.explanation)
        case .weight(let name, let members, let bound):
            if case .failure(let error)? = plan {
                return issue("weight(\(name)) is not known: there is \(error)", nil)
            }
            let total = values.reduce(0, +)
            let share = members.reduce(BigInteger(0)) { $0 + values[$1] }
            guard !bound.admits(share, of: total) else { return nil }
            return issue("expected weight(\(name)) \(bound), got \(Self.percent(share, of: total))", nil)
        case .halt(let name):
            guard !safeguards.halts.contains(name) else { return nil }
            return issue("expected the breaker `\(name)` to halt, and its condition does not hold: a \(decision)", nil)
        case .slow(let name):
            guard !safeguards.slows.contains(name) else { return nil }
            return issue("expected the breaker `\(name)` to slow, and its condition does not hold: a \(decision)", nil)
        case .turnover(let bound):
            var twice = BigInteger(0)
            switch plan {
            case .failure(let error)?: return issue("the turnover is not known: there is \(error)", nil)
            case .success(let plan)?: twice = plan.twiceTurnover
            case nil: break
            }
            guard !bound.admits(twice, of: 2 * valueBefore) else { return nil }
            return issue("expected turnover \(bound), got \(Self.percent(twice, of: 2 * valueBefore))", nil)
        }
    }

    /// Every weight against its band, for a hold that was not expected.
    private var figures: String? {
        guard case .hold(.withinBands) = decision else { return nil }
        return decision.explanation
    }

    /// A share in percent; digits beyond parts per million are cut.
    private static func percent(_ part: BigInteger, of whole: BigInteger) -> String {
        guard whole > 0 else { return "nothing" }
        let parts = Int(exactly: (1_000_000 * part).floorDivided(by: whole)) ?? .max
        return PartsPerMillion(Int64(parts)).description
    }
}

extension PolicyTest.Bound: CustomStringConvertible {
    /// Whether `part` of `whole` keeps the bound, exactly.
    func admits(_ part: BigInteger, of whole: BigInteger) -> Bool {
        let scaled = 1_000_000 * part
        switch self {
        case .near(let value, let distance):
            return (scaled - BigInteger(value) * whole).magnitude <= BigInteger(distance) * whole
        case .compared(let comparison, let value):
            let limit = BigInteger(value) * whole
            return switch comparison {
            case .atMost: scaled <= limit
            case .atLeast: scaled >= limit
            case .below: scaled < limit
            case .above: scaled > limit
            }
        }
    }

    var description: String {
        switch self {
        case .near(let value, let distance):
            "= \(PartsPerMillion(value)) within \(PartsPerMillion(distance))"
        case .compared(let comparison, let value): "\(comparison.rawValue) \(PartsPerMillion(value))"
        }
    }
}

extension PolicyTest.Reason: CustomStringConvertible {
    func matches(_ reason: TriggerReason) -> Bool {
        switch (self, reason) {
        case (.drift(let asset), .drift(let figure)): asset == figure.asset
        case (.requirement(let expected), .requirement(let name)): expected == name
        case (.condition(let expected), .condition(let name)): expected == name
        case (.schedule, .schedule): true
        default: false
        }
    }

    var description: String {
        switch self {
        case .drift(let asset): "drift(\(asset))"
        case .schedule: "a schedule"
        case .requirement(let name): "`\(name)`"
        case .condition(let name): name
        }
    }
}

extension PolicyOutline.HoldCause {
    fileprivate var words: String {
        switch self {
        case .cooldown: "the cooldown"
        case .bands: "the bands"
        case .turnover: "the day's turnover"
        case .breaker: "a breaker"
        case .oracle: "the oracle"
        case .cost: "the cost"
        }
    }
}

extension HoldReason {
    fileprivate var cause: PolicyOutline.HoldCause {
        switch self {
        case .cooldown: .cooldown
        // A test begins with an empty bucket, which is used up only where it is smaller than one smallest trade's cost.
        case .bucketUsedUp: .turnover
        case .withinBands: .bands
        case .notWorthTheCost: .cost
        case .limitUsedUp: .turnover
        case .breaker: .breaker
        case .oracle: .oracle
        }
    }
}
