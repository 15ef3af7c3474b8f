public import MarketData

/// The width of a band that balances the risk of drifting against the cost of trading back.
public enum PlannedWidth {
    /// Risk aversion γ of a strategist who states none.
    public static let defaultRiskAversion = 3.0

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
    /// - Note: Source: Janeček and Shreve (2004), *Finance and Stochastics* 8, theorem 2, in the leading order.
    public static func width(
        target: Double,
        cost: PartsPerMillion,
        riskAversion: Double = defaultRiskAversion
    ) -> Double {
        let spread = target * (1 - target)
        return cubeRoot(3 * Double(cost.value) / 1_000_000 / (2 * riskAversion) * spread * spread)
    }

    /// The width as a person would write it: in steps of 0.5pp, below 1.5pp of 0.1pp, and never under 0.2pp, which the
    /// rounding of a rebalance needs.
    static func rounded(_ width: Double) -> PartsPerMillion {
        let step = width < 0.015 ? 1_000.0 : 5_000.0
        let steps = (width * 1_000_000 / step).rounded()
        return PartsPerMillion(Int64(max(2_000, min(steps * step, 500_000))))
    }

    /// By bisection: the module needs no mathematics library for one root of a number below 1.
    private static func cubeRoot(_ cube: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if middle * middle * middle < cube { low = middle } else { high = middle }
        }
        return high
    }
}
