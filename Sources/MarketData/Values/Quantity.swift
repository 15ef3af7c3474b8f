/// How much of an asset a vault holds, counted in 10⁻⁸ of a whole unit. **Secret.**
///
/// Prints `<hidden>` wherever it is interpolated, dumped or mirrored; whoever needs the number asks for ``units`` by name.
public struct Quantity: Sendable, Hashable {
    /// 10⁻⁸ of one whole unit of the asset. Secret: never put it into an error, a log or a description.
    public let units: UInt64

    /// None of it.
    public static let zero = Quantity(units: 0)

    /// Creates a quantity of 10⁻⁸ units.
    public init(units: UInt64) {
        self.units = units
    }

    /// Reads a decimal text such as `0.5`; digits beyond 10⁻⁸ are floored away.
    ///
    /// - Throws: ``UnitError`` if the text is no number, negative or too large; the error does not repeat the text.
    public init(_ text: String) throws(UnitError) {
        guard let decimal = try? ExactDecimal(text) else { throw .quantityNotADecimal }
        guard !decimal.isNegative else { throw .quantityNegative }
        guard let scaled = decimal.scaled(byPowerOfTen: 8, rounding: .down), let units = UInt64(exactly: scaled) else {
            throw .quantityTooLarge
        }
        self.units = units
    }
}

extension Quantity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// `<hidden>`, always.
    public var debugDescription: String { "<hidden>" }

    /// A mirror without children, so that `dump` and test failures show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
