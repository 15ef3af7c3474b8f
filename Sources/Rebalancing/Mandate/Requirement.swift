public import BigIntegers
public import MarketData

/// Something that must hold after every rebalance; broken before, it is a trigger.
public struct Requirement: Sendable, Hashable {
    /// The name the policy gives it, for reports.
    public let name: String
    /// What must hold.
    public let predicate: Predicate

    /// Names a predicate.
    public init(name: String, predicate: Predicate) {
        self.name = name
        self.predicate = predicate
    }

    /// What a requirement can say about one state of a portfolio.
    public enum Predicate: Sendable, Hashable {
        /// Σ coefficientᵢ·valueᵢ + constant ≥ 0.
        ///
        /// `coefficients` has one entry per asset of the mandate, in its order; `constant` is in value units times the
        /// coefficients' scale. `weight(BTC) <= 45%` is 450 000·V − 10⁶·value(BTC) ≥ 0.
        case nonNegative(coefficients: [BigInteger], constant: BigInteger)
        /// The Herfindahl index Σ weightᵢ² is at most this.
        case concentration(atMost: PartsPerMillion)
        /// Volatility or tracking error a year is at most this, by the market of the moment.
        case risk(RiskMeasure, atMost: PartsPerMillion)
        /// The number of assets held, cash included, is at most or above this.
        case positions(ConcentrationForm.Sense, limit: Int)
    }
}
