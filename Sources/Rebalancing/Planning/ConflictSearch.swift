import BigIntegers
import MarketData

/// Loosens rules of a mandate until a state has a plan.
struct ConflictSearch {
    let planner: RebalancePlanner
    let state: VaultState

    /// A rule that can be loosened, by whole units of its own.
    enum Lever: Hashable {
        case turnoverPerRebalance
        case turnoverPerDay
        case largestTrade(Asset)
        case smallestTrade
        case slippageBucket
        case costCeiling
        case requirement(Int)
    }

    /// The levers that the mandate has.
    var levers: [Lever] {
        let (mandate, limits) = (planner.mandate, planner.mandate.limits)
        var levers: [Lever] = []
        if limits.turnoverPerRebalance != nil { levers.append(.turnoverPerRebalance) }
        if limits.turnoverPerDay != nil { levers.append(.turnoverPerDay) }
        levers += mandate.assets.filter { limits.largestTrades[$0] != nil }.map { .largestTrade($0) }
        if limits.smallestTrade != nil { levers.append(.smallestTrade) }
        if limits.slippageBucket != nil { levers.append(.slippageBucket) }
        levers.append(.costCeiling)
        return levers + mandate.requirements.indices.map { .requirement($0) }
    }

    /// By how many units a lever must give way at least for a plan to exist; `nil` if it cannot help.
    func smallest(_ lever: Lever, beside others: [Lever: Int128]) -> Int128? {
        func succeeds(_ slack: Int128) -> Bool {
            exists(others.merging([lever: slack]) { $1 })
        }
        let most = most(lever)
        guard most > 0, succeeds(most) else { return nil }
        var (low, high) = (Int128(0), most)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if succeeds(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// A smallest set of levers that help only together, each given way by no more than the others need.
    func together() -> [(Lever, Int128)] {
        var slacks = Dictionary(uniqueKeysWithValues: levers.map { ($0, most($0)) })
        guard exists(slacks) else { return [] }
        for lever in levers {
            var without = slacks
            without[lever] = nil
            if exists(without) { slacks = without }
        }
        for lever in levers where slacks[lever] != nil {
            var others = slacks
            others[lever] = nil
            slacks[lever] = smallest(lever, beside: others) ?? slacks[lever]
        }
        return levers.compactMap { lever in slacks[lever].map { (lever, $0) } }
    }

    /// A lever in the policy's words.
    func relaxation(_ lever: Lever, to slack: Int128) -> PlanConflict.Relaxation {
        let limits = planner.mandate.limits
        func share(_ value: PartsPerMillion?) -> (String, String) {
            let now = BigInteger(Int(value?.value ?? 0))
            return ("\(Points.percent(now))%", "\(Points.percent(now + BigInteger(Int(slack))))%")
        }
        func money(_ value: Money?, _ sign: Int128) -> (String, String) {
            let (now, quote) = (value ?? Money(units: 0), planner.mandate.quote.symbol)
            return ("\(now) \(quote)", "\(Money(units: now.units + sign * slack)) \(quote)")
        }
        let (name, texts): (String, (String, String)) =
            switch lever {
            case .turnoverPerRebalance: ("turnover per rebalance", share(limits.turnoverPerRebalance))
            case .turnoverPerDay: ("turnover per day", share(limits.turnoverPerDay))
            case .largestTrade(let asset): ("trade(\(asset.symbol))", money(limits.largestTrades[asset], 1))
            case .smallestTrade: ("smallest trade", money(limits.smallestTrade, -1))
            case .slippageBucket: ("slippage bucket", share(limits.slippageBucket?.capacity))
            case .costCeiling: ("cost", share(limits.costCeiling))
            case .requirement(let index):
                positions(planner.mandate.requirements[index], slack) ?? (
                    planner.mandate.requirements[index].name,
                    ("as written", "\(Points(millionths: BigInteger(Int(slack)))) looser")
                )
            }
        return PlanConflict.Relaxation(rule: name, from: texts.0, to: texts.1)
    }

    /// The largest change that still means something.
    private func most(_ lever: Lever) -> Int128 {
        let limits = planner.mandate.limits
        switch lever {
        case .turnoverPerRebalance: return 1_000_000 - Int128(limits.turnoverPerRebalance?.value ?? 0)
        // What the day has used already counts against the limit, however large.
        case .turnoverPerDay: return 10_000_000
        case .largestTrade: return 1 << 80
        case .smallestTrade: return limits.smallestTrade?.units ?? 0
        case .slippageBucket: return 1_000_000 - Int128(limits.slippageBucket?.capacity.value ?? 0)
        case .costCeiling: return 1_000_000 - Int128(limits.costCeiling.value)
        case .requirement: return 1_000_000
        }
    }

    /// A rule over positions in whole assets; `nil` for any other.
    private func positions(_ rule: Requirement, _ slack: Int128) -> (String, (String, String))? {
        guard case .positions(let sense, let limit) = rule.predicate else { return nil }
        let words = { (limit: Int) in sense == .atMost ? "at most \(limit)" : "at least \(limit + 1)" }
        return (rule.name, (words(limit), words(Self.loosened(limit, sense, by: slack))))
    }

    private static func loosened(_ limit: Int, _ sense: ConcentrationForm.Sense, by slack: Int128) -> Int {
        let assets = Int(clamping: min(slack, Int128(Mandate.mostAssets)))
        return sense == .atMost ? limit + assets : limit - assets
    }

    private func exists(_ slacks: [Lever: Int128]) -> Bool {
        guard let mandate = try? relaxed(slacks) else { return false }
        return (try? RebalancePlanner(mandate: mandate, costs: planner.costs).plan(for: state)) != nil
    }

    private func relaxed(_ slacks: [Lever: Int128]) throws(MandateError) -> Mandate {
        let mandate = planner.mandate
        let limits = mandate.limits
        func loosened(_ value: PartsPerMillion?, _ lever: Lever) -> PartsPerMillion? {
            value.map { PartsPerMillion($0.value + Int64(clamping: slacks[lever] ?? 0)) }
        }
        var trades = limits.largestTrades
        for (asset, cap) in trades {
            trades[asset] = Money(units: cap.units + (slacks[.largestTrade(asset)] ?? 0))
        }
        let requirements = mandate.requirements.enumerated().map { index, requirement -> Requirement in
            guard let slack = slacks[.requirement(index)] else { return requirement }
            switch requirement.predicate {
            case .nonNegative(let coefficients, let constant):
                let looser = coefficients.map { $0 + BigInteger(Int(slack)) }
                return Requirement(
                    name: requirement.name,
                    predicate: .nonNegative(coefficients: looser, constant: constant)
                )
            case .concentration(let limit):
                let looser = PartsPerMillion(min(limit.value + Int64(slack), 1_000_000))
                return Requirement(name: requirement.name, predicate: .concentration(atMost: looser))
            case .risk(let measure, let limit):
                let looser = PartsPerMillion(min(limit.value + Int64(slack), RiskForm.largestLimit.value))
                return Requirement(name: requirement.name, predicate: .risk(measure, atMost: looser))
            case .positions(let sense, let limit):
                let looser = Self.loosened(limit, sense, by: slack)
                return Requirement(name: requirement.name, predicate: .positions(sense, limit: looser))
            }
        }
        let smallest = limits.smallestTrade.map { Money(units: $0.units - (slacks[.smallestTrade] ?? 0)) }
        return try mandate.replacing(
            limits: TradingLimits(
                turnoverPerRebalance: loosened(limits.turnoverPerRebalance, .turnoverPerRebalance),
                turnoverPerDay: loosened(limits.turnoverPerDay, .turnoverPerDay),
                largestTrades: trades,
                smallestTrade: smallest,
                slippageBucket: limits.slippageBucket.map { bucket in
                    SlippageBucket(
                        capacity: loosened(bucket.capacity, .slippageBucket) ?? bucket.capacity,
                        refill: bucket.refill
                    )
                },
                costCeiling: loosened(limits.costCeiling, .costCeiling) ?? limits.costCeiling
            ),
            requirements: requirements
        )
    }
}
