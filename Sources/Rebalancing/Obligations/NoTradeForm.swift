public import BigIntegers
import MarketData

/// The claim of `unless cost > benefit` over a state: no exchange of two assets saves more than it costs.
///
/// With S of ``BenefitSlopes`` and dⱼ = 10⁶·valueⱼ − targetⱼ·V, Gᵢ = Σⱼ S_ij·dⱼ is 10¹⁵·V·gᵢ, and the claim is
/// max Gᵢ − min Gⱼ ≤ 10⁹·c·V. All of it is exact but the stated rounding of S, which is the meaning for every reader.
public struct NoTradeForm: Sendable, Hashable {
    /// The rule.
    public let rule: NoTradeRule
    /// 10⁶·value − target·V of each asset, before.
    public let deviations: [LinearForm]
    /// 10⁹·c·V before.
    public let allowance: LinearForm

    /// Gᵢ of each asset.
    ///
    /// - Precondition: One row of slopes an asset.
    public func savings(_ values: DecisionValues, by slopes: BenefitSlopes) -> [BigInteger] {
        precondition(slopes.rows.count == deviations.count, "one row an asset")
        let strayed = deviations.map { values.value(of: $0) }
        return slopes.rows.map { row in zip(row, strayed).reduce(BigInteger(0)) { $0 + $1.0 * $1.1 } }
    }

    /// 10⁹·c·V − (max Gᵢ − min Gⱼ): at least 0 iff nothing is worth trading. Where nothing is known of the market, −1.
    public func margin(_ values: DecisionValues) -> BigInteger {
        guard let slopes = values.slopes, slopes.rows.count == deviations.count else { return RiskForm.unknownMargin }
        let savings = savings(values, by: slopes)
        return values.value(of: allowance) - ((savings.max() ?? 0) - (savings.min() ?? 0))
    }
}

/// What `unless cost > benefit` does to a hold: which of its conditions must be kept whatever a trade costs.
public struct NoTradeExcuse: Sendable, Hashable {
    /// What must hold for the excuse to be one.
    public let form: NoTradeForm
    /// The requirements: never excused.
    public let duties: [Obligation]
    /// Bands, further triggers and schedules.
    public let deferrable: [Obligation]
}

extension Mandate {
    /// The claim that nothing is worth trading; `nil` under a mandate without the rule.
    public var noTradeForm: NoTradeForm? {
        noTrade.map { rule in
            NoTradeForm(
                rule: rule,
                deviations: assets.indices.map { deviation($0, .before) },
                allowance: BenefitSlopes.scale * BigInteger(rule.cost.value) * total(.before)
            )
        }
    }

    /// What the rule multiplies deviations with in a market; `nil` without a rule or without its window.
    package func slopes(of risk: MarketRisk) -> BenefitSlopes? {
        noTrade.flatMap { BenefitSlopes($0, of: risk, assetCount: assets.count) }
    }
}
