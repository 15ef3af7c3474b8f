public import BigIntegers

/// What a rule `unless cost > benefit` multiplies deviations with: S = λHΣ in whole billionths.
///
/// Public, and a function of the rule and the market's covariance alone, like ``RiskMatrix``. Entries are rounded to the nearest
/// billionth, halves up: gᵢ, a sum of S_ij·(wⱼ − tⱼ) with Σ|wⱼ − tⱼ| ≤ 2, is then off by at most 10⁻⁹, a thousandth of a part
/// per million, in which costs are told.
public struct BenefitSlopes: Sendable, Hashable {
    /// S, `[n][n]`.
    public let rows: [[BigInteger]]

    /// 10⁹.
    public static let scale: BigInteger = 1_000_000_000

    /// The slopes of a rule; `nil` if the market's risk has no such window or is of another number of assets.
    public init?(_ rule: NoTradeRule, of risk: MarketRisk, assetCount: Int) {
        guard let covariance = risk.covariance(days: rule.windowDays), covariance.entries.count == assetCount
        else { return nil }
        let weight = Self.weight(rule)
        let divisor = Self.divisor
        rows = covariance.entries.map { row in
            row.map { (2 * weight * $0 + divisor).floorDivided(by: 2 * divisor) }
        }
    }

    /// No entry's magnitude exceeds this, for any market: |Σ_ij| ≤ √(Σ_ii·Σ_jj), and half a unit of rounding.
    package static func largest(_ rule: NoTradeRule) -> BigInteger {
        let most = BigInteger(ExactCovariance.mostVolatility * ExactCovariance.mostVolatility)
        // The covariance's own floors may put two units of 2⁻⁸⁰ on top.
        return (weight(rule) * ((most << (2 * ExactCovariance.returnBits)) + 2)).ceilingDivided(by: divisor) + 1
    }

    /// 10⁹·(thousandths of λ)·(days of H).
    private static func weight(_ rule: NoTradeRule) -> BigInteger {
        scale * BigInteger(rule.riskAversion) * BigInteger(rule.horizonDays)
    }

    /// 1000·365·2⁸⁰: a covariance counts 2⁻⁸⁰ a year.
    private static var divisor: BigInteger { BigInteger(365_000) << (2 * ExactCovariance.returnBits) }
}
