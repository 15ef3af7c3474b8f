public import BigIntegers

/// A rational number in lowest terms with a positive denominator.
///
/// Band widths are products of literals (a trigger times a regime multiplier), and such a product need not be a whole
/// number of parts per million. It is kept as a fraction and cross-multiplied, never rounded (attestation page, section 2).
public struct ExactFraction: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The numerator; carries the sign.
    public let numerator: BigInteger
    /// The denominator, at least 1.
    public let denominator: BigInteger

    /// Creates `numerator` ÷ `denominator` in lowest terms.
    ///
    /// - Precondition: `denominator` is not 0. Callers divide by literals that were checked before.
    public init(_ numerator: BigInteger, over denominator: BigInteger = 1) {
        precondition(denominator != 0, "a fraction needs a denominator")
        let divisor = BigInteger.greatestCommonDivisor(numerator, denominator)
        let sign: BigInteger = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator.quotientAndRemainder(dividingBy: divisor).quotient
        self.denominator = sign * denominator.quotientAndRemainder(dividingBy: divisor).quotient
    }

    /// The nearest floating-point number, for plans and pictures.
    package var approximation: Double { Double(numerator) / Double(denominator) }

    /// The exact product.
    public static func * (left: ExactFraction, right: ExactFraction) -> ExactFraction {
        ExactFraction(left.numerator * right.numerator, over: left.denominator * right.denominator)
    }

    /// Compares by cross-multiplication.
    public static func < (left: ExactFraction, right: ExactFraction) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }

    /// `n` for a whole number, else `n/d`.
    public var description: String {
        denominator == 1 ? numerator.description : "\(numerator)/\(denominator)"
    }
}
