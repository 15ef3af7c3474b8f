import BigIntegers
import MarketData
import Rebalancing
import Ristretto

@testable import Attestations

/// A small vault at prices of 1, with every rule that a circuit knows, and honest decisions to lie about.
enum MaliciousScenario {
    static let prices = [Price.one, Price.one, Price.one]
    typealias Move = RandomDecision.Move

    static func mandate(cooldown: Int64 = 0, schedules: [Schedule] = []) throws -> Mandate {
        try TestVault.mandate(
            "calm",
            trigger: 40_000,
            schedules: schedules,
            cooldown: cooldown,
            limits: TradingLimits(
                turnoverPerRebalance: PartsPerMillion(150_000),
                turnoverPerDay: PartsPerMillion(200_000),
                largestTrades: [TestVault.assets[0]: Money(units: 1_000_000)],
                smallestTrade: Money(units: 1_000),
                costCeiling: PartsPerMillion(10_000)
            )
        )
    }

    /// BTC at 56% sold to 52%, ETH bought, 200 lost to costs.
    static let rebalance = move([5_600_000, 2_600_000, 1_800_000], [5_200_000, 2_800_000, 1_999_800], carried: 0)

    static func move(_ before: [UInt64], _ after: [UInt64], carried: Int) -> Move {
        let change = zip(before, after).reduce(0) { $0 + ($1.0 > $1.1 ? $1.0 - $1.1 : $1.1 - $1.0) }
        let carriedBefore = BigInteger(carried) * 100_000_000
        return Move(
            before: before,
            after: after,
            carriedBefore: carriedBefore,
            carriedAfter: carriedBefore + BigInteger(change) * 100_000_000
        )
    }

    /// Honest decisions that between them use both sides of every asset, every trigger's kind and the excuse.
    static func honestStates(_ kind: AttestationKind, _ mandate: Mandate, sameDay: Bool) -> [Move] {
        switch kind {
        case .genesis:
            return [move([0, 0, 0], [5, 3, 2], carried: 0)].map {
                .init(before: $0.before, after: $0.after, carriedBefore: 0, carriedAfter: 0)
            }
        case .hold:
            // The second breaks its bands and is excused: of the day's 4 000 000 (twice 20%) fewer than 1 000 are left.
            let first = move([5_100_000, 2_900_000, 2_000_000], [0, 0, 0], carried: 77)
            let second = move([5_600_000, 2_600_000, 1_800_000], [0, 0, 0], carried: 3_999_000)
            return [first, second]
        case .amend, .halt, .resume:
            return []
        case .flow:
            return [
                move([5, 3, 2], [6, 3, 4], carried: 0), move([5, 3, 2], [4, 1, 0], carried: 0),
                move([5, 3, 2], [5, 3, 2], carried: 0),
            ]
        case .rebalance:
            let carried = sameDay ? 1_000_000 : 0
            return [
                move(rebalance.before, rebalance.after, carried: carried),
                // BTC is not traded.
                move([5_000_000, 3_600_000, 1_400_000], [5_000_000, 3_300_000, 1_699_900], carried: carried),
                // ETH is not traded.
                move([4_400_000, 3_000_000, 2_600_000], [4_700_000, 3_000_000, 2_299_900], carried: carried),
                // Cash is not traded.
                move([4_400_000, 3_600_000, 2_000_000], [4_700_000, 3_299_900, 2_000_000], carried: carried),
            ]
        }
    }
}
