/// The exact value of a decimal text: significand · 10^exponent.
///
/// INVARIANT: normalised. The significand is not divisible by ten, and zero is 0 · 10⁰, so equal values are equal bits.
public struct ExactDecimal: Sendable, Hashable {
    /// The digits as a signed integer, not divisible by ten unless it is 0.
    public let significand: Int128

    private let storedExponent: Int32

    /// The power of ten.
    public var exponent: Int { Int(storedExponent) }

    /// Exponents that a text may lead to, after normalisation: far beyond any price, and inside what `Double` can read.
    public static let exponents = -400...400

    /// Zero.
    public static let zero = ExactDecimal(normalised: 0, exponent: 0)

    /// Creates significand · 10^exponent, or nothing if the normalised exponent lies outside ``exponents``.
    public init?(significand: Int128, exponent: Int) {
        var digits = significand
        var power = exponent
        if digits == 0 {
            power = 0
        } else if let small = Int64(exactly: digits) {
            // Division of 64 bits is a multiplication; of 128 bits it is a call.
            var narrow = small
            while narrow % 10 == 0, power < Int.max {
                narrow /= 10
                power += 1
            }
            digits = Int128(narrow)
        } else {
            while digits % 10 == 0, power < Int.max {
                digits /= 10
                power += 1
            }
        }
        guard ExactDecimal.exponents.contains(power) else { return nil }
        self.init(normalised: digits, exponent: Int32(power))
    }

    /// Creates a whole number.
    public init(_ integer: Int64) {
        var digits = integer
        var power: Int32 = 0
        while digits != 0, digits % 10 == 0 {
            digits /= 10
            power += 1
        }
        self.init(normalised: Int128(digits), exponent: power)
    }

    /// Reads a decimal text exactly: `12`, `-0.5`, `.5`, `5.`, `1.9389592e+09`.
    ///
    /// An optional sign, digits with at most one point, an optional exponent; nothing else, no spaces.
    ///
    /// - Throws: ``DecimalError`` if the text is not of that form, or its value does not fit.
    public init(_ text: String) throws(DecimalError) {
        self = try ExactDecimal.scan(Array(text.utf8)[...])
    }

    private init(normalised significand: Int128, exponent: Int32) {
        self.significand = significand
        storedExponent = exponent
    }

    /// Whether the value is below zero.
    public var isNegative: Bool { significand < 0 }

    /// The value · 10^places as an integer, rounded half to even, or nothing if it does not fit 128 bits.
    public func scaled(byPowerOfTen places: Int, rounding: DecimalRounding) -> Int128? {
        let shift = exponent + places
        if shift >= 0 || significand == 0 {
            guard significand != 0 else { return 0 }
            guard let power = ExactDecimal.powerOfTen(shift) else { return nil }
            let (product, overflow) = significand.multipliedReportingOverflow(by: power)
            return overflow ? nil : product
        }
        guard let power = ExactDecimal.powerOfTen(-shift) else {
            // |significand| < 2¹²⁷ < 10³⁹ ÷ 2: the value lies strictly within half a unit of zero.
            return rounding == .down && significand < 0 ? -1 : 0
        }
        let (quotient, remainder) = significand.quotientAndRemainder(dividingBy: power)
        switch rounding {
        case .down: return remainder < 0 ? quotient - 1 : quotient
        case .halfToEven:
            let distance = remainder.magnitude
            let opposite = power.magnitude - distance
            let isAway = distance > opposite || (distance == opposite && quotient % 2 != 0)
            return isAway ? quotient + (significand < 0 ? -1 : 1) : quotient
        }
    }

    /// 10^power for 0…38, which fits; nothing otherwise.
    static func powerOfTen(_ power: Int) -> Int128? {
        power >= 0 && power < powersOfTen.count ? powersOfTen[power] : nil
    }

    private static let powersOfTen: [Int128] = (0..<38).reduce(into: [1]) { powers, _ in
        powers.append((powers.last ?? 1) * 10)
    }
}

/// How ``ExactDecimal/scaled(byPowerOfTen:rounding:)`` reaches an integer.
public enum DecimalRounding: Sendable, Hashable {
    /// To the nearest integer; of two equally near ones, to the even one.
    case halfToEven
    /// To the greatest integer not above the value.
    case down
}

extension ExactDecimal: Comparable, CustomStringConvertible {
    /// Exact comparison of the values.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.storedExponent == right.storedExponent { return left.significand < right.significand }
        if left.storedExponent > right.storedExponent {
            guard let widened = left.widened(to: right.exponent) else { return left.significand < 0 }
            return widened < right.significand
        }
        guard let widened = right.widened(to: left.exponent) else { return right.significand > 0 }
        return left.significand < widened
    }

    /// The significand at a smaller exponent; nothing if it outgrows 128 bits, and so outweighs any other significand.
    private func widened(to smaller: Int) -> Int128? {
        if significand == 0 { return 0 }
        guard let power = ExactDecimal.powerOfTen(exponent - smaller) else { return nil }
        let (product, overflow) = significand.multipliedReportingOverflow(by: power)
        return overflow ? nil : product
    }

    /// Plain decimal text that reads back to the same value: `0.00123`, or `1.5e60` where that would be long.
    public var description: String {
        let digits = String(significand.magnitude)
        let sign = significand < 0 ? "-" : ""
        if exponent >= 0 {
            return exponent <= 24
                ? sign + digits + String(repeating: "0", count: exponent) : "\(significand)e\(exponent)"
        }
        let places = -exponent
        if places < digits.count {
            return sign + digits.dropLast(places) + "." + digits.suffix(places)
        }
        return places <= 40
            ? sign + "0." + String(repeating: "0", count: places - digits.count) + digits
            : "\(significand)e\(exponent)"
    }
}

extension Double {
    /// The nearest `Double` to an exact decimal, ties to even; infinite only beyond the range of `Double`.
    public init(_ decimal: ExactDecimal) {
        let exponent = decimal.exponent
        if decimal.significand.magnitude <= 1 << 53, abs(exponent) <= 22 {
            // Both operands are exact, so the one division or product rounds once (Clinger 1990).
            let digits = Double(decimal.significand)
            let power = ExactDecimal.exactPowersOfTen[abs(exponent)]
            self = exponent < 0 ? digits / power : digits * power
            return
        }
        self = Double("\(decimal.significand)e\(exponent)") ?? .nan
    }
}

extension ExactDecimal {
    /// 10⁰…10²², the powers of ten that `Double` holds exactly.
    fileprivate static let exactPowersOfTen: [Double] = (0..<22).reduce(into: [1]) { powers, _ in
        powers.append((powers.last ?? 1) * 10)
    }
}

extension ExactDecimal {
    /// The exact sum, or nothing if its significand does not fit.
    public func adding(_ other: ExactDecimal) -> ExactDecimal? {
        let common = min(exponent, other.exponent)
        guard let left = widened(to: common), let right = other.widened(to: common) else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : ExactDecimal(significand: sum, exponent: common)
    }
}
