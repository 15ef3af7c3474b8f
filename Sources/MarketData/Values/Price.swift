/// The price of one whole unit of an asset, counted in 10⁻⁸ of the quote currency; never zero.
public struct Price: Sendable, Hashable {
    /// 10⁻⁸ quote units for one whole unit of the asset; at least 1.
    public let units: UInt64

    /// The price of the quote currency in itself: exactly 1.
    public static let one = Price(checked: 100_000_000)

    /// Creates a price, or nothing if `units` is 0.
    public init?(units: UInt64) {
        guard units > 0 else { return nil }
        self.init(checked: units)
    }

    /// Rounds an exact decimal half to even to 10⁻⁸.
    ///
    /// - Throws: ``UnitError`` if the result is not positive or does not fit 64 bits (about 184 billion).
    public init(rounding decimal: ExactDecimal) throws(UnitError) {
        guard decimal.significand > 0 else { throw .priceNotPositive(got: decimal) }
        guard let scaled = decimal.scaled(byPowerOfTen: 8, rounding: .halfToEven), let units = UInt64(exactly: scaled)
        else { throw .priceTooLarge(got: decimal) }
        guard units > 0 else { throw .priceRoundsToZero(got: decimal) }
        self.init(checked: units)
    }

    private init(checked units: UInt64) {
        self.units = units
    }
}

extension Price: Comparable, CustomStringConvertible {
    /// Whether `left` is cheaper.
    public static func < (left: Price, right: Price) -> Bool { left.units < right.units }

    /// Plain decimal text without trailing zeros.
    public var description: String { ExactDecimal(significand: Int128(units), exponent: -8)?.description ?? "" }
}

/// Why a number cannot be a price, a quantity or an amount. Never carries a quantity: those are secret.
public enum UnitError: Error, Hashable, Sendable {
    /// A price of zero or less.
    case priceNotPositive(got: ExactDecimal)
    /// A positive price below half of 10⁻⁸.
    case priceRoundsToZero(got: ExactDecimal)
    /// A price of 2⁶⁴ · 10⁻⁸ or more.
    case priceTooLarge(got: ExactDecimal)
    /// The text of a quantity is not a decimal number.
    case quantityNotADecimal
    /// A quantity below zero.
    case quantityNegative
    /// A quantity of 2⁶⁴ · 10⁻⁸ or more.
    case quantityTooLarge
    /// The text of an amount is not a decimal number.
    case moneyNotADecimal(got: String)
    /// An amount has digits beyond 10⁻⁸, or does not fit.
    case moneyNotRepresentable(got: String)
}

extension UnitError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .priceNotPositive(let got): "a price must be above zero, got `\(got)`"
        case .priceRoundsToZero(let got): "a price must be at least 0.00000001 after rounding, got `\(got)`"
        case .priceTooLarge(let got): "a price must be below 184467440737.09551616, got `\(got)`"
        case .quantityNotADecimal: "a quantity must be a decimal number"
        case .quantityNegative: "a quantity must not be negative"
        case .quantityTooLarge: "a quantity must be below 184467440737.09551616"
        case .moneyNotADecimal(let got): "an amount must be a decimal number, got `\(got)`"
        case .moneyNotRepresentable(let got): "an amount must be a multiple of 0.00000001 and fit, got `\(got)`"
        }
    }
}
