/// What a pool loses to traders who know the price better.
public enum LossVersusRebalancing {
    /// The loss rate as a share of the pool's value, per the time unit of the volatility: σ²/2 · θ(1 − θ).
    ///
    /// For a pool without fees that keeps a share θ of its value in the risky asset; for a constant product, σ²/8.
    ///
    /// - Parameters:
    ///   - volatility: σ, of the relative price, for the square root of the time unit: at least 0.
    ///   - weight: θ, from 0 to 1.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    /// - Note: Source: Milionis, Moallemi, Roughgarden, Zhang (2022), *Automated Market Making and Loss-Versus-Rebalancing*.
    public static func rate(volatility: Double, weight: Double) throws(LiquidityError) -> Double {
        try check(volatility)
        guard weight >= 0, weight <= 1 else {
            throw .unusableParameter(name: "weight", got: "\(weight)", expected: "0 to 1")
        }
        return volatility * volatility / 2 * weight * (1 - weight)
    }

    /// The share of blocks in which a pool with a fee is traded by arbitrageurs: 1/(1 + √2·f/(σ√Δt)).
    ///
    /// For blocks at random intervals of mean Δt. What such a pool loses is about this share of ``rate(volatility:weight:)``.
    ///
    /// - Parameters:
    ///   - volatility: σ a year: positive.
    ///   - fee: f, in log price: at least 0.
    ///   - blockSeconds: Δt: positive; a year is 365 days.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    /// - Note: Source: Milionis, Moallemi, Roughgarden (2023), *Automated Market Making and Arbitrage Profits in the Presence of
    ///   Fees*.
    public static func shareOfBlocksTraded(
        volatility: Double,
        fee: Double,
        blockSeconds: Double
    ) throws(LiquidityError) -> Double {
        try check(volatility)
        guard volatility > 0, blockSeconds > 0, blockSeconds.isFinite, fee >= 0, fee.isFinite else {
            throw .unusableParameter(
                name: "volatility, fee, seconds",
                got: "\(volatility), \(fee), \(blockSeconds)",
                expected: "positive numbers, and a fee of at least 0"
            )
        }
        let move = volatility * (blockSeconds / 31_536_000).squareRoot()
        return 1 / (1 + 2.0.squareRoot() * fee / move)
    }

    private static func check(_ volatility: Double) throws(LiquidityError) {
        guard volatility >= 0, volatility.isFinite else {
            throw .unusableParameter(name: "volatility", got: "\(volatility)", expected: "a number of at least 0")
        }
    }
}
