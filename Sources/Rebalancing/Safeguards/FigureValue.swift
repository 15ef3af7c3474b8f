public import BigIntegers

/// A figure's exact value in its unit: a fraction, or for a root the signed square of it.
///
/// Shares and rates count parts per million, prices and money 10⁻⁸, durations milliseconds, counts parts per million of one.
public struct FigureValue: Sendable, Hashable {
    /// The numerator; carries the sign.
    let numerator: BigInteger
    /// At least 1.
    let denominator: BigInteger
    /// Whether the fraction is the square of the value, with the value's sign.
    let isSquared: Bool

    init(_ numerator: BigInteger, over denominator: BigInteger = 1, isSquared: Bool = false) {
        precondition(denominator > 0, "a figure needs a positive denominator")
        self.numerator = numerator
        self.denominator = denominator
        self.isSquared = isSquared
    }

    /// A value that is given and not measured, such as a test's.
    ///
    /// - Parameters:
    ///   - units: The value in the figure's unit, at least 0.
    ///   - figure: Which figure's.
    public init(given units: BigInteger, for figure: MarketFigure) {
        self.init(figure.isSquared ? units * units : units, isSquared: figure.isSquared)
    }

    /// The sign of this value minus `factor` ÷ 10⁶ times another of the same kind; −1, 0 or 1.
    func sign(against other: FigureValue, times factor: Int64) -> Int {
        precondition(isSquared == other.isSquared, "a root is compared with a root")
        let (scale, unit) = (BigInteger(factor), BigInteger(1_000_000))
        let (up, down) = isSquared ? (scale * scale, unit * unit) : (scale, unit)
        return (numerator * other.denominator * down - up * other.numerator * denominator).signum()
    }
}
