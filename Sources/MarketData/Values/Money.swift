/// A public amount of the quote currency, such as a limit, counted in 10⁻⁸; may be negative.
public struct Money: Sendable, Hashable {
    /// 10⁻⁸ of one quote unit.
    public let units: Int128

    /// Nothing.
    public static let zero = Money(units: 0)

    /// Creates an amount of 10⁻⁸ quote units.
    public init(units: Int128) {
        self.units = units
    }

    /// Reads a decimal text exactly, such as `1000000` or `-0.25`; digits beyond 10⁻⁸ are refused, not rounded.
    public init(_ text: String) throws(UnitError) {
        guard let decimal = try? ExactDecimal(text) else { throw .moneyNotADecimal(got: text) }
        guard decimal.exponent >= -8, let units = decimal.scaled(byPowerOfTen: 8, rounding: .down) else {
            throw .moneyNotRepresentable(got: text)
        }
        self.units = units
    }
}

extension Money: Comparable, CustomStringConvertible {
    /// Whether `left` is less.
    public static func < (left: Money, right: Money) -> Bool { left.units < right.units }

    /// Plain decimal text without trailing zeros.
    public var description: String { ExactDecimal(significand: units, exponent: -8)?.description ?? "" }
}
