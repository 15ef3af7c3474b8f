/// The price of a batch against a function-maximising market maker.
public enum BatchPrice {
    /// The one price, in token 1 per token 0, at which a batch sells `netSold` of token 0 to the pool: p = y/(x + 2d).
    ///
    /// The pool moves so that its product of reserves is largest at the price itself; a sandwich inside the batch earns nothing.
    ///
    /// - Parameters:
    ///   - reserve0: x, positive.
    ///   - reserve1: y, positive.
    ///   - netSold: d, what the batch sells of token 0, net; negative if it buys, then less than half of the reserve.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    /// - Note: Source: Canidio, Fritsch (2023), *Arbitrageurs' Profits, LVR, and Sandwich Attacks*.
    public static func functionMaximising(
        reserve0: Double,
        reserve1: Double,
        netSold: Double
    ) throws(LiquidityError) -> Double {
        guard reserve0 > 0, reserve0.isFinite, reserve1 > 0, reserve1.isFinite else {
            throw .unusableParameter(name: "reserves", got: "\(reserve0), \(reserve1)", expected: "positive numbers")
        }
        guard netSold.isFinite, reserve0 + 2 * netSold > 0 else {
            throw .unusableParameter(
                name: "net sold",
                got: "\(netSold)",
                expected: "more than minus half of the reserve of \(reserve0)"
            )
        }
        return reserve1 / (reserve0 + 2 * netSold)
    }
}
