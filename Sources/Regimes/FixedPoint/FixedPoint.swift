/// A number with 64 binary places: an integer count of 2⁻⁶⁴, from −2⁶³ up to 2⁶³.
///
/// All operations are integer arithmetic with one stated rounding, so they give the same bits on every machine. A result
/// beyond the range is the nearest end of it: no input traps. <doc:WholeNumberFilter> uses these numbers where a label must come
/// out the same for everybody.
public struct FixedPoint: Sendable, Hashable {
    /// How many units of 2⁻⁶⁴ the number counts.
    public let units: Int128

    /// The number of binary places.
    public static let places = 64
    /// 0.
    public static let zero = FixedPoint(units: 0)
    /// 1.
    public static let one = FixedPoint(units: 1 << 64)
    /// The least number, −2⁶³.
    public static let lowest = FixedPoint(units: .min)
    /// The greatest number, 2⁶³ − 2⁻⁶⁴.
    public static let highest = FixedPoint(units: .max)

    /// Creates the number units · 2⁻⁶⁴.
    public init(units: Int128) { self.units = units }

    /// Creates a whole number.
    init(_ integer: Int) { units = Int128(integer) << 64 }

    /// Creates the nearest number to a Double, of two equally near ones the even one; nil if it is not finite or out of range.
    public init?(_ value: Double) {
        // A scaling by a power of two is exact, except where it ends below 2⁻¹⁰²²: far below half a unit.
        guard let units = Int128(exactly: (value * 0x1p64).rounded(.toNearestOrEven)) else { return nil }
        self.units = units
    }

    /// The nearest Double.
    public var double: Double { Double(units) * 0x1p-64 }

    /// Whether the number is below zero.
    var isNegative: Bool { units < 0 }

    /// The number without its sign.
    var magnitude: FixedPoint { isNegative ? .zero - self : self }

    /// The quotient by a positive whole number, rounded to the nearest unit, halves away from zero.
    func divided(by divisor: Int) -> FixedPoint {
        precondition(divisor > 0, "a count is positive")
        let half = UInt128(divisor) / 2
        // The sum fits: the magnitude is at most 2¹²⁷.
        return FixedPoint(magnitude: (units.magnitude + half) / UInt128(divisor), isNegative: isNegative)
    }

    /// A number of the given sign whose magnitude, in units, is brought into the range.
    private init(magnitude: UInt128, isNegative: Bool) {
        if magnitude > UInt128(Int128.max) {
            units = isNegative ? .min : .max
        } else {
            units = isNegative ? -Int128(magnitude) : Int128(magnitude)
        }
    }
}

extension FixedPoint: Comparable {
    /// Whether `left` is the smaller number.
    public static func < (left: FixedPoint, right: FixedPoint) -> Bool { left.units < right.units }

    /// The exact sum, brought into the range.
    public static func + (left: FixedPoint, right: FixedPoint) -> FixedPoint {
        let (sum, overflow) = left.units.addingReportingOverflow(right.units)
        return overflow ? (left.isNegative ? lowest : highest) : FixedPoint(units: sum)
    }

    /// The exact difference, brought into the range.
    public static func - (left: FixedPoint, right: FixedPoint) -> FixedPoint {
        let (difference, overflow) = left.units.subtractingReportingOverflow(right.units)
        return overflow ? (left.isNegative ? lowest : highest) : FixedPoint(units: difference)
    }

    /// The product, rounded to the nearest unit, halves away from zero, and brought into the range.
    public static func * (left: FixedPoint, right: FixedPoint) -> FixedPoint {
        let isNegative = left.isNegative != right.isNegative
        let product = left.units.magnitude.multipliedFullWidth(by: right.units.magnitude)
        guard product.high < 1 << 63 else { return isNegative ? lowest : highest }
        let rounded = (product.high << 64 | product.low >> 64) + (product.low >> 63 & 1)
        return FixedPoint(magnitude: rounded, isNegative: isNegative)
    }
}

extension FixedPoint: CustomStringConvertible {
    /// The nearest Double's shortest text.
    public var description: String { double.description }
}
