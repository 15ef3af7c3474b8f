/// What trading one asset costs, as a share of the portfolio, for a trade of |Δ| of it.
///
/// cost(Δ) = proportional·|Δ| + impact·|Δ|^(3/2) + fixed·[Δ ≠ 0].
public struct TradeCost: Sendable, Hashable {
    /// c: fee and half the spread, a share of the value traded.
    public let proportional: Double
    /// k: the coefficient of |Δ|^(3/2).
    public let impact: Double
    /// F: what any trade costs, such as gas, as a share of the portfolio.
    public let fixed: Double

    /// Creates a cost.
    ///
    /// - Throws: ``OptimisationError/unusableParameter(name:got:expected:)`` unless all parts are finite and at least 0.
    public init(proportional: Double = 0, impact: Double = 0, fixed: Double = 0) throws(OptimisationError) {
        for (name, value) in [("proportional cost", proportional), ("impact", impact), ("fixed cost", fixed)]
        where !(value >= 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "a finite number of at least 0")
        }
        (self.proportional, self.impact, self.fixed) = (proportional, impact, fixed)
    }

    /// No cost.
    public static let none = TradeCost()

    private init() { (proportional, impact, fixed) = (0, 0, 0) }

    /// The coefficient k of the square-root law: a trade of Q moves the price by Y·σ·√(Q/V), which costs Y·σ·√(W/V) for
    /// each |Δ|^(3/2) of a portfolio worth W.
    ///
    /// - Parameters:
    ///   - coefficient: Y, about 1.
    ///   - volatility: σ, of the day's return.
    ///   - volume: V, the day's volume in the quote currency; positive.
    ///   - value: W, in the quote currency.
    /// - Throws: ``OptimisationError/unusableParameter(name:got:expected:)``.
    /// - Note: Source: Tóth et al. (2011), *Physical Review X* 1, 021006, eq. 1.
    public static func squareRootImpact(
        coefficient: Double = 1,
        volatility: Double,
        volume: Double,
        value: Double
    ) throws(OptimisationError) -> Double {
        for (name, figure) in [("coefficient", coefficient), ("volatility", volatility), ("value", value)]
        where !(figure >= 0 && figure.isFinite) {
            throw .unusableParameter(name: name, got: "\(figure)", expected: "a finite number of at least 0")
        }
        guard volume > 0, volume.isFinite else {
            throw .unusableParameter(name: "volume", got: "\(volume)", expected: "a positive number")
        }
        return coefficient * volatility * (value / volume).squareRoot()
    }

    /// The cost of a trade.
    public func callAsFunction(_ trade: Double) -> Double {
        let size = abs(trade)
        return size == 0 ? 0 : proportional * size + impact * size * size.squareRoot() + fixed
    }
}
