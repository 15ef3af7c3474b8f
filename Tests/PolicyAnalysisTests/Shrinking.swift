import BigIntegers
import Rebalancing

/// Makes a failing case small: as long as some smaller one fails too, that is taken.
enum Shrinking {
    /// No more cases than this are tried.
    private static let mostTrials = 2_000

    /// A case that fails and none of whose candidates does.
    static func smallest<Case>(_ start: Case, candidates: (Case) -> [Case], fails: (Case) -> Bool) -> Case {
        var smallest = start
        var trials = 0
        search: while trials < mostTrials {
            for candidate in candidates(smallest) {
                trials += 1
                if fails(candidate) {
                    smallest = candidate
                    continue search
                }
            }
            break
        }
        return smallest
    }
}

/// One decision under one mandate.
struct AgreementCase: CustomStringConvertible {
    var mandate: Mandate
    var before: [BigInteger]
    var after: [BigInteger]
    var carried: BigInteger
    var sameDay: Bool
    /// What the slippage bucket holds.
    var slippage: BigInteger = 0

    var description: String {
        "before \(before), after \(after), carried \(carried), slippage \(slippage), same day \(sameDay), requirements "
            + "\(mandate.requirements.map(\.name)), limits \(mandate.limits)"
    }

    /// Cases with a rule, a limit or a figure less, or with smaller figures; the boldest first.
    var smaller: [AgreementCase] {
        var found: [AgreementCase] = []
        func add(_ change: (inout AgreementCase) -> Void) {
            var copy = self
            change(&copy)
            found.append(copy)
        }
        for index in mandate.requirements.indices {
            var rest = mandate.requirements
            rest.remove(at: index)
            if let mandate = mandate(requirements: rest, limits: mandate.limits) { add { $0.mandate = mandate } }
        }
        let limits = mandate.limits
        let fewer = [
            TradingLimits(
                turnoverPerDay: limits.turnoverPerDay,
                largestTrades: limits.largestTrades,
                smallestTrade: limits.smallestTrade,
                slippageBucket: limits.slippageBucket,
                costCeiling: limits.costCeiling
            ),
            TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance,
                largestTrades: limits.largestTrades,
                smallestTrade: limits.smallestTrade,
                slippageBucket: limits.slippageBucket,
                costCeiling: limits.costCeiling
            ),
            TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance,
                turnoverPerDay: limits.turnoverPerDay,
                smallestTrade: limits.smallestTrade,
                slippageBucket: limits.slippageBucket,
                costCeiling: limits.costCeiling
            ),
            TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance,
                turnoverPerDay: limits.turnoverPerDay,
                largestTrades: limits.largestTrades,
                slippageBucket: limits.slippageBucket,
                costCeiling: limits.costCeiling
            ),
            TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance,
                turnoverPerDay: limits.turnoverPerDay,
                largestTrades: limits.largestTrades,
                smallestTrade: limits.smallestTrade,
                costCeiling: limits.costCeiling
            ),
        ]
        for limits in fewer where limits != mandate.limits {
            if let mandate = mandate(requirements: mandate.requirements, limits: limits) {
                add { $0.mandate = mandate }
            }
        }
        if sameDay { add { $0.sameDay = false } }
        if carried > 0 { add { $0.carried = 0 } }
        for value in Self.steps(slippage) { add { $0.slippage = value } }
        for index in before.indices {
            for value in Self.steps(before[index]) { add { $0.before[index] = value } }
            for value in Self.steps(after[index]) { add { $0.after[index] = value } }
        }
        return found
    }

    private static func steps(_ value: BigInteger) -> [BigInteger] {
        value > 0 ? [0, value.floorDivided(by: 2), value - 1].filter { $0 < value } : []
    }

    private func mandate(requirements: [Requirement], limits: TradingLimits) -> Mandate? {
        try? Mandate(
            regime: mandate.regime,
            assets: mandate.assets,
            quote: mandate.quote,
            targets: mandate.targets,
            bands: mandate.bands,
            triggersOnDrift: mandate.triggersOnDrift,
            schedules: mandate.schedules,
            cooldown: mandate.cooldown,
            limits: limits,
            requirements: requirements
        )
    }
}
