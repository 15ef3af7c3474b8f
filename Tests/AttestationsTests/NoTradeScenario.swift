import BigIntegers
import MarketData
import Rebalancing

@testable import Attestations

/// A vault that says `unless cost > benefit`, at prices of 1, in the market of five days of ``RiskScenario``.
enum NoTradeScenario {
    static let prices = RiskScenario.prices
    typealias Move = RandomDecision.Move

    static func mandate(
        cost: Int64 = 10_000,
        schedules: [Schedule] = [],
        turnoverPerDay: Int64? = 200_000,
        requirements: [Requirement]? = nil
    ) throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(20_000), destination: ExactFraction(20_000))
        return try Mandate(
            regime: "calm",
            assets: TestVault.assets,
            quote: TestVault.assets[2],
            targets: TargetWeights([500_000, 300_000, 200_000].map { PartsPerMillion($0) }),
            bands: [band, band, band],
            triggersOnDrift: true,
            schedules: schedules,
            limits: TradingLimits(
                turnoverPerDay: turnoverPerDay.map { PartsPerMillion($0) },
                costCeiling: PartsPerMillion(10_000)
            ),
            requirements: requirements ?? [
                Requirement(
                    name: "cap",
                    predicate: .nonNegative(coefficients: [-450_000, 550_000, 550_000], constant: 0)
                ),
                Requirement(
                    name: "floor",
                    predicate: .nonNegative(coefficients: [-290_000, 710_000, -290_000], constant: 0)
                ),
            ],
            noTrade: NoTradeRule(windowDays: 5, cost: PartsPerMillion(cost))
        )
    }

    /// A hold of parts in ten thousand, and the turnover carried in them.
    static func stay(_ parts: [UInt64], carried: UInt64 = 0) -> Move {
        let units = parts.map { $0 * 100_000 }
        let carried = BigInteger(carried) * 10_000_000_000_000
        return Move(before: units, after: units, carriedBefore: carried, carriedAfter: carried)
    }

    /// Every band kept.
    static let inOrder = stay([5_100, 2_900, 2_000])
    /// BTC three points above its target, more than its band; an exchange saves 0.7% and may cost 1%.
    static let spared = stay([5_300, 2_950, 1_750])
    /// The cap broken, and the day's turnover (20%, carried twice) used up.
    static let exhausted = stay([5_600, 2_400, 2_000], carried: 4_000)
    /// An exchange pays, and the requirements are kept.
    static let paying = stay([5_400, 3_600, 1_000])
    /// The floor broken and BTC beyond its band, and no exchange worth its cost.
    static let brokenFloor = stay([5_300, 2_800, 1_900])
}
