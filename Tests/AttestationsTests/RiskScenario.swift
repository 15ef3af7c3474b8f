import BigIntegers
import MarketData
import Rebalancing

@testable import Attestations

/// A vault with a budget of risk and a trigger on tracking error, at prices of 1, and a market of five days.
enum RiskScenario {
    static let prices = [Price.one, Price.one, Price.one]
    typealias Move = RandomDecision.Move

    /// BTC swings by 90% a year, ETH by 143%, nearly always together.
    static func risk(last: UInt64 = 101) throws -> MarketRisk {
        let rows: [[UInt64]] = [
            [100, 104, 99, 103, 98, last], [100, 106, 98, 104, 95, 99], [1, 1, 1, 1, 1, 1],
        ]
        return MarketRisk([try ExactCovariance(closes: rows.map { $0.compactMap { Price(units: $0 * 100_000_000) } })])
    }

    static func mandate(
        budget: Int64 = 900_000,
        astray: Int64 = 40_000,
        by kind: RiskMeasure.Kind = .trackingError
    ) throws -> Mandate {
        let band = ToleranceBand(trigger: ExactFraction(40_000), destination: ExactFraction(40_000))
        return try Mandate(
            regime: "calm",
            assets: TestVault.assets,
            quote: TestVault.assets[2],
            targets: TargetWeights([500_000, 300_000, 200_000].map { PartsPerMillion($0) }),
            bands: [band, band, band],
            triggersOnDrift: true,
            limits: TradingLimits(costCeiling: PartsPerMillion(10_000)),
            requirements: [
                Requirement(
                    name: "budget",
                    predicate: .risk(RiskMeasure(.volatility, days: 5), atMost: PartsPerMillion(budget))
                ),
                Requirement(name: "diversified", predicate: .concentration(atMost: PartsPerMillion(450_000))),
            ],
            furtherTriggers: [
                Requirement(
                    name: "astray",
                    predicate: .risk(RiskMeasure(kind, days: 5), atMost: PartsPerMillion(astray))
                )
            ]
        )
    }

    /// Parts of a portfolio worth 10⁹ of the quote currency, in hundredths of a percent.
    static func move(_ before: [UInt64], _ after: [UInt64]) -> Move {
        Move(
            before: before.map { $0 * 10_000_000_000_000 },
            after: after.map { $0 * 10_000_000_000_000 },
            carriedBefore: 0,
            carriedAfter: 0
        )
    }

    static func honestStates(_ kind: AttestationKind) -> [Move] {
        switch kind {
        case .hold: [move([5_100, 2_900, 2_000], [5_100, 2_900, 2_000])]
        default:
            [
                // BTC beyond its band.
                move([5_600, 2_600, 1_800], [5_300, 2_800, 1_899]),
                // The budget broken, every band kept, and BTC not traded.
                move([5_000, 3_350, 1_650], [5_000, 3_100, 1_899]),
                // ETH not traded.
                move([4_400, 3_000, 2_600], [4_700, 3_000, 2_299]),
                // Cash not traded.
                move([4_400, 3_600, 2_000], [4_800, 3_199, 2_000]),
            ]
        }
    }
}
