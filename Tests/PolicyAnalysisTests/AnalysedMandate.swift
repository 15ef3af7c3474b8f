import BigIntegers
import MarketData
import Rebalancing

/// Small mandates over BTC, ETH and cash, and the words that make them short to write.
enum AnalysedMandate {
    static let assets = ["BTC", "ETH", "USD"].compactMap { try? Asset($0) }

    /// `coefficients`·values + `constant` ≥ 0, in parts per million and value units.
    static func rule(_ name: String, _ coefficients: [Int], constant: BigInteger = 0) -> Requirement {
        Requirement(
            name: name,
            predicate: .nonNegative(coefficients: coefficients.map { BigInteger($0) }, constant: constant)
        )
    }

    /// weight(asset) ≤ parts, or ≥.
    static func weight(_ name: String, _ asset: Int, atMost parts: Int) -> Requirement {
        rule(name, (0..<3).map { parts - ($0 == asset ? 1_000_000 : 0) })
    }

    static func weight(_ name: String, _ asset: Int, atLeast parts: Int) -> Requirement {
        rule(name, (0..<3).map { ($0 == asset ? 1_000_000 : 0) - parts })
    }

    static func concentration(_ parts: Int64) -> Requirement {
        Requirement(name: "spread", predicate: .concentration(atMost: PartsPerMillion(parts)))
    }

    static func mandate(
        targets: [Int64] = [500_000, 300_000, 200_000],
        trigger: BigInteger = 50_000,
        destination: BigInteger? = nil,
        requirements: [Requirement] = [],
        limits: TradingLimits? = nil,
        cooldown: Int64 = 0,
        schedules: [Schedule] = []
    ) throws -> Mandate {
        let band = ToleranceBand(
            trigger: ExactFraction(trigger),
            destination: ExactFraction(destination ?? trigger)
        )
        return try Mandate(
            regime: "any",
            assets: assets,
            quote: assets[2],
            targets: TargetWeights(targets.map { PartsPerMillion($0) }),
            bands: [band, band, band],
            triggersOnDrift: schedules.isEmpty,
            schedules: schedules,
            cooldown: cooldown,
            limits: limits ?? TradingLimits(costCeiling: PartsPerMillion(3_500)),
            requirements: requirements
        )
    }
}
