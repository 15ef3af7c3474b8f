import BigIntegers
import MarketData
import Rebalancing

@testable import Attestations

/// The vault of ``MaliciousScenario`` with a slippage bucket: 100 parts per million of 10 000 000, so 1 000, drained in a week.
enum BucketScenario {
    typealias Move = RandomDecision.Move
    static let bucket = SlippageBucket(capacity: PartsPerMillion(100), refill: 7 * TestVault.day)
    /// A day since the last rebalance, in which 1/7 of 1 000 drains.
    static let elapsed = TestVault.day
    /// Value units of one quantity unit at a price of 1.
    static let unit: BigInteger = 100_000_000

    static func mandate(refill: Int64 = bucket.refill) throws -> Mandate {
        let limits = try MaliciousScenario.mandate().limits
        return try TestVault.mandate(
            "calm",
            trigger: 40_000,
            limits: TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance,
                turnoverPerDay: limits.turnoverPerDay,
                largestTrades: limits.largestTrades,
                smallestTrade: limits.smallestTrade,
                slippageBucket: SlippageBucket(capacity: bucket.capacity, refill: refill),
                costCeiling: limits.costCeiling
            )
        )
    }

    static func trial(
        _ kind: AttestationKind,
        elapsed: Int64 = elapsed,
        prices: [Price] = MaliciousScenario.prices
    ) throws -> CircuitTrial {
        try CircuitTrial(kind, mandate(), prices: prices, elapsed: elapsed)
    }

    /// The same move with a bucket that held so much before, and holds what it must after.
    static func move(
        _ move: Move,
        holding before: BigInteger,
        elapsed: Int64 = elapsed,
        under mandate: Mandate
    ) throws -> Move {
        var filled = move
        filled.bucket = BucketValues(before: before, after: 0, elapsed: elapsed)
        let after = mandate.bucketAfter(try filled.values(MaliciousScenario.prices, mandate))
        filled.bucket = BucketValues(before: before, after: after, elapsed: elapsed)
        return filled
    }

    /// Honest decisions in which the bucket holds what has not drained, what was lost, both and nothing.
    static func honestStates(_ kind: AttestationKind) -> [Move] {
        guard let mandate = try? mandate() else { return [] }
        var moves = MaliciousScenario.honestStates(kind, mandate, sameDay: false)
        switch kind {
        case .rebalance:
            let gain = MaliciousScenario.move(
                [5_600_000, 2_600_000, 1_800_000],
                [5_200_000, 2_800_000, 2_000_100],
                carried: 0
            )
            moves += [gain]
            return [500 * unit, 0, 100 * unit].flatMap { held in
                moves.compactMap { try? move($0, holding: held, under: mandate) }
            }
        case .hold:
            // Of 1 000, less than the 10 that the smallest trade of 1 000 may cost is left after a day.
            var full = MaliciousScenario.move([5_600_000, 2_600_000, 1_800_000], [0, 0, 0], carried: 77)
            full.bucket = BucketValues(before: 1_140 * unit, after: 1_140 * unit, elapsed: elapsed)
            // The day's turnover excuses nothing on another day, so that only what is in order may hold.
            return moves.prefix(1).flatMap { calm in
                [0, 500 * unit].map { held in
                    var calm = calm
                    calm.bucket = BucketValues(before: held, after: held, elapsed: elapsed)
                    return calm
                }
            } + [full]
        default:
            return moves
        }
    }

    /// The test vault with a bucket of 0.01% of value, 11.5 at 115 000: one rebalance that loses 10 fills it.
    static func vault() throws -> TestVault {
        try TestVault(
            mandates: ["calm", "storm"].map { regime in
                try TestVault.mandate(
                    regime,
                    trigger: 40_000,
                    requirements: [],
                    limits: TradingLimits(
                        turnoverPerDay: PartsPerMillion(300_000),
                        smallestTrade: Money("1000"),
                        slippageBucket: bucket,
                        costCeiling: PartsPerMillion(3_500)
                    )
                )
            }
        )
    }
}
