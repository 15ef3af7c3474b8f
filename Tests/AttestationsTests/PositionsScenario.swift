import BigIntegers
import MarketData
import Rebalancing

@testable import Attestations

/// A vault of four assets, one of them with a target of 0, that counts its positions; at prices of 1.
enum PositionsScenario {
    static let assets = ["BTC", "ETH", "SOL", "USD"].compactMap { try? Asset($0) }
    static let prices = [Price.one, Price.one, Price.one, Price.one]
    typealias Move = RandomDecision.Move

    static func few(_ sense: ConcentrationForm.Sense = .atMost, _ limit: Int = 3) -> Requirement {
        Requirement(name: "few", predicate: .positions(sense, limit: limit))
    }

    /// 50%, 30%, 0%, 20% to the edge of bands of 4 points.
    static func mandate() throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        return try mandate(
            requirements: [few(), Requirement(name: "spread", predicate: .positions(.above, limit: 1))],
            band: band,
            triggersOnDrift: true
        )
    }

    /// The same with a target that SOL may miss, so that every asset can be bought and sold, and up to four positions.
    static func openMandate() throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        return try mandate(
            targets: [470_000, 300_000, 30_000, 200_000],
            requirements: [few(.atMost, 4), Requirement(name: "spread", predicate: .positions(.above, limit: 2))],
            band: band,
            triggersOnDrift: true
        )
    }

    /// States of it in which every asset is above its target and below, held and not.
    static func openStates(_ kind: AttestationKind) -> [Move] {
        switch kind {
        case .hold: [move([4_800, 2_900, 0, 2_300], [4_800, 2_900, 0, 2_300])]
        default:
            [
                move([5_200, 2_800, 200, 1_800], [5_000, 2_900, 250, 1_849]),
                move([4_200, 3_200, 400, 2_200], [4_500, 3_100, 350, 2_049]),
                // SOL and cash not traded, then BTC and ETH.
                move([5_200, 2_800, 0, 2_000], [5_000, 2_999, 0, 2_000]),
                move([4_700, 2_700, 750, 1_850], [4_700, 2_700, 600, 1_999]),
            ]
        }
    }

    /// The rule and nothing else: no drift triggers, and every destination reaches everywhere.
    static func mandate(_ rule: Requirement) throws -> Mandate {
        let band = ToleranceBand(trigger: nil, destination: ExactFraction(1_000_000))
        return try mandate(requirements: [rule], band: band, triggersOnDrift: false)
    }

    private static func mandate(
        targets: [Int64] = [500_000, 300_000, 0, 200_000],
        requirements: [Requirement],
        band: ToleranceBand,
        triggersOnDrift: Bool
    ) throws -> Mandate {
        try Mandate(
            regime: "calm",
            assets: assets,
            quote: assets[3],
            targets: TargetWeights(targets.map { PartsPerMillion($0) }),
            bands: [band, band, band, band],
            triggersOnDrift: triggersOnDrift,
            limits: TradingLimits(costCeiling: PartsPerMillion(10_000)),
            requirements: requirements
        )
    }

    static func move(units before: [UInt64], _ after: [UInt64]) -> Move {
        Move(before: before, after: after, carriedBefore: 0, carriedAfter: 0)
    }

    /// Parts of a portfolio, in hundredths of a percent.
    static func move(_ before: [UInt64], _ after: [UInt64]) -> Move {
        move(units: before.map { $0 * 10_000_000_000_000 }, after.map { $0 * 10_000_000_000_000 })
    }

    static func honestStates(_ kind: AttestationKind) -> [Move] {
        switch kind {
        case .hold: [move([5_100, 2_900, 0, 2_000], [5_100, 2_900, 0, 2_000])]
        default:
            [
                // BTC beyond its band.
                move([5_600, 2_600, 0, 1_800], [5_300, 2_800, 0, 1_899]),
                // One position too many, every band kept: it is sold, and neither BTC nor ETH is traded.
                move([5_000, 3_000, 50, 1_950], [5_000, 3_000, 0, 2_000]),
                // The same beside trades of all.
                move([4_900, 3_250, 60, 1_790], [4_950, 3_200, 0, 1_850]),
                // Cash not traded.
                move([4_400, 3_600, 0, 2_000], [4_800, 3_199, 0, 2_000]),
            ]
        }
    }
}
