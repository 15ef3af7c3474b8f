public import MarketData
import Rebalancing

/// The width of a band that balances the risk of drifting against the cost of trading back.
public enum PlannedWidth {
    /// Risk aversion γ of a strategist who states none.
    public static let defaultRiskAversion = BandProblem.defaultRiskAversion

    /// The half-width h of a no-trade band around a target, for costs in proportion to what is traded.
    ///
    /// h = (3ε/(2γ)·t²(1 − t)²)^(1/3): it minimises γσ²h²/6 + ε·s²/(2h), s = σ·t(1 − t), the cost of straying and of
    /// trading to the edge, a time. The volatility σ cancels: it makes drift as much dearer as it makes trading more frequent.
    ///
    /// - Parameters:
    ///   - target: t, 0…1.
    ///   - cost: ε, what one side of a trade costs of its value: fee and half the spread.
    ///   - riskAversion: γ, positive.
    /// - Returns: h as a fraction of portfolio value.
    /// - Note: Source: `BandProblem`, without a fixed cost.
    public static func width(
        target: Double,
        cost: PartsPerMillion,
        riskAversion: Double = defaultRiskAversion
    ) -> Double {
        // A band around nothing or around everything, and one of trades that cost nothing, has no width.
        let problem = try? BandProblem(
            target: target,
            volatility: 1,
            proportionalCost: Double(cost.value) / 1_000_000,
            riskAversion: riskAversion
        )
        return problem?.optimum.trigger ?? 0
    }

    /// The width as a person would write it: in steps of 0.5pp, below 1.5pp of 0.1pp, and never under 0.2pp, which the
    /// rounding of a rebalance needs.
    static func rounded(_ width: Double) -> PartsPerMillion {
        let step = width < 0.015 ? 1_000.0 : 5_000.0
        let steps = (width * 1_000_000 / step).rounded()
        return PartsPerMillion(Int64(max(2_000, min(steps * step, 500_000))))
    }
}
