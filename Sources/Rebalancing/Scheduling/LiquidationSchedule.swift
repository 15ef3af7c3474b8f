#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How to split one large trade over time: quickly, because the price moves, and slowly, because trading moves it.
///
/// Of X units, x_j = X·sinh(κ(T − jτ))/sinh(κT) are left after *j* of *N* steps of length τ = T/N, with
/// cosh(κτ) = 1 + τ²λσ²/(2η̃) and η̃ = η − γτ/2.
///
/// - Note: Source: Almgren and Chriss (2000), *Optimal Execution of Portfolio Transactions*, eqs. 17–20.
public struct LiquidationSchedule: Sendable, Hashable {
    /// What is left at each step, X first and 0 last: `[N + 1]`.
    public let remaining: [Double]
    /// κ, for the time unit of the horizon: how urgent the schedule is.
    public let urgency: Double
    /// The expected cost in money, the fixed half-spread aside: γX²/2 + η̃/τ·Σ (x_{j−1} − x_j)².
    public let expectedCost: Double
    /// The cost's variance: σ²τ·Σ x_j².
    public let variance: Double

    /// What is traded in each step: `[N]`.
    public var trades: [Double] { zip(remaining, remaining.dropFirst()).map { $0 - $1 } }

    /// Finds the schedule that minimises expected cost plus λ times its variance.
    ///
    /// - Parameters:
    ///   - amount: X, units to trade; positive.
    ///   - horizon: T; positive.
    ///   - steps: N; 1 to 100,000.
    ///   - volatility: σ, of the price in money, for the square root of the time unit; at least 0.
    ///   - temporaryImpact: η, money per unit for one unit a time unit; more than γτ/2.
    ///   - permanentImpact: γ, money per unit for each unit traded; at least 0.
    ///   - riskAversion: λ, per unit of money; at least 0.
    /// - Throws: ``OptimisationError/unusableParameter(name:got:expected:)``.
    public init(
        amount: Double,
        horizon: Double,
        steps: Int,
        volatility: Double,
        temporaryImpact: Double,
        permanentImpact: Double,
        riskAversion: Double
    ) throws(OptimisationError) {
        for (name, value) in [("amount", amount), ("horizon", horizon)] where !(value > 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "a positive number")
        }
        for (name, value) in [
            ("volatility", volatility), ("permanent impact", permanentImpact), ("risk aversion", riskAversion),
        ] where !(value >= 0 && value.isFinite) {
            throw .unusableParameter(name: name, got: "\(value)", expected: "at least 0")
        }
        guard (1...100_000).contains(steps) else {
            throw .unusableParameter(name: "number of steps", got: "\(steps)", expected: "1 to 100000")
        }
        let step = horizon / Double(steps)
        let impact = temporaryImpact - permanentImpact * step / 2
        guard impact > 0, impact.isFinite else {
            throw .unusableParameter(
                name: "temporary impact",
                got: "\(temporaryImpact)",
                expected: "more than half the permanent impact of a step"
            )
        }
        // cosh y − 1 = 2 sinh²(y/2), so that small urgencies keep their digits.
        let rise = step * step * riskAversion * volatility * volatility / (2 * impact)
        let urgency = 2 * asinh((rise / 2).squareRoot()) / step
        let total = urgency * horizon
        remaining = (0...steps).map { index in
            if index == steps { return 0 }
            let left = Double(steps - index) * step
            if total < 1e-9 { return amount * left / horizon }
            // sinh a / sinh b with b ≥ a, without overflow.
            let a = urgency * left
            return amount * exp(a - total) * expm1(-2 * a) / expm1(-2 * total)
        }
        self.urgency = urgency
        let pace = zip(remaining, remaining.dropFirst()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        expectedCost = permanentImpact * amount * amount / 2 + impact / step * pace
        variance = volatility * volatility * step * remaining.dropFirst().reduce(0) { $0 + $1 * $1 }
    }
}
