/// Why a text is not an exact decimal.
public enum DecimalError: Error, Hashable, Sendable {
    /// The text is empty or holds something other than a sign, digits, one point and an exponent.
    case notADecimal(got: String)
    /// The text says infinity or not-a-number.
    case notFinite(got: String)
    /// The digits, zeros at both ends aside, do not fit 127 bits.
    case tooManyDigits(got: String)
    /// The value is not zero and its power of ten lies outside ``ExactDecimal/exponents``.
    case exponentOutOfRange(got: String)
}

extension DecimalError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .notADecimal(let got): "expected a decimal number, got `\(got)`"
        case .notFinite(let got): "expected a finite number, got `\(got)`"
        case .tooManyDigits(let got): "more than 38 significant digits: `\(got)`"
        case .exponentOutOfRange(let got): "exponent out of range: `\(got)`"
        }
    }
}

extension ExactDecimal {
    /// Reads a decimal from bytes, in one pass and without allocating unless it fails.
    static func scan(_ bytes: ArraySlice<UInt8>) throws(DecimalError) -> ExactDecimal {
        switch bytes.withUnsafeBufferPointer({ scan($0) }) {
        case .success(let decimal): return decimal
        case .failure(let flaw): throw flaw.error(for: bytes)
        }
    }

    /// What is wrong with a text; the text itself is added where the error is raised, off the fast path.
    enum Flaw: Error {
        case notADecimal
        case tooManyDigits
        case exponentOutOfRange

        func error(for bytes: ArraySlice<UInt8>) -> DecimalError {
            let text = printableText(bytes)
            switch self {
            case .notADecimal:
                let word = text.lowercased().drop { $0 == "+" || $0 == "-" }
                return ["nan", "inf", "infinity"].contains(word) ? .notFinite(got: text) : .notADecimal(got: text)
            case .tooManyDigits: return .tooManyDigits(got: text)
            case .exponentOutOfRange: return .exponentOutOfRange(got: text)
            }
        }
    }

    /// Reads a decimal from a buffer that holds nothing else.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<ExactDecimal, Flaw> {
        var index = 0
        let end = bytes.count
        let isNegative = end > 0 && bytes[0] == UInt8(ascii: "-")
        if isNegative || (end > 0 && bytes[0] == UInt8(ascii: "+")) { index = 1 }

        var digits = Digits()
        var digitCount = 0
        var hasPoint = false
        while index < end {
            let byte = bytes[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit <= 9 {
                digitCount += 1
                if !digits.append(digit, isFraction: hasPoint) { return .failure(.tooManyDigits) }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digitCount > 0 else { return .failure(.notADecimal) }

        var exponent = 0
        if index < end {
            guard bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E"),
                let value = exponentValue(bytes, from: index + 1)
            else { return .failure(.notADecimal) }
            exponent = value
        }
        let magnitude = digits.significand
        guard
            let value = ExactDecimal(
                significand: isNegative ? -magnitude : magnitude,
                exponent: exponent + digits.exponent
            )
        else { return .failure(.exponentOutOfRange) }
        return .success(value)
    }

    /// The value of `[+-]digits` up to the end, clamped far outside of ``exponents``; nothing if it is not of that form.
    private static func exponentValue(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if isNegative || (index < bytes.count && bytes[index] == UInt8(ascii: "+")) { index += 1 }
        guard index < bytes.count else { return nil }
        var value = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = min(value * 10 + Int(digit), 1_000_000_000)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// Digits as they are read, with the zeros that end them held back: they count only if another digit follows.
    private struct Digits {
        private var narrow: UInt64 = 0
        private var wide: Int128 = 0
        private var isWide = false
        private var heldZeros = 0
        private var heldFractionZeros = 0
        private var fractionDigits = 0

        /// Adds one digit; false if the significand outgrows 127 bits.
        mutating func append(_ digit: UInt8, isFraction: Bool) -> Bool {
            if digit == 0 {
                heldZeros += 1
                if isFraction { heldFractionZeros += 1 }
                return true
            }
            while heldZeros > 0, narrow != 0 || isWide {
                guard push(0) else { return false }
                heldZeros -= 1
            }
            fractionDigits += heldFractionZeros + (isFraction ? 1 : 0)
            heldZeros = 0
            heldFractionZeros = 0
            return push(digit)
        }

        private mutating func push(_ digit: UInt8) -> Bool {
            if !isWide {
                if narrow <= 1_844_674_407_370_955_160 {
                    narrow = narrow * 10 + UInt64(digit)
                    return true
                }
                isWide = true
                wide = Int128(narrow)
            }
            let (product, overflow) = wide.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int128(digit))
            wide = sum
            return !overflow && !carry
        }

        var significand: Int128 { isWide ? wide : Int128(narrow) }

        /// The power of ten of the digits read: negative after a point, positive for zeros held back before one.
        var exponent: Int { heldZeros - heldFractionZeros - fractionDigits }
    }
}

/// Bytes as text for a message: broken UTF-8 and control characters replaced, long text cut.
func printableText(_ bytes: ArraySlice<UInt8>, limit: Int = 60) -> String {
    let decoded = String(decoding: bytes.prefix(limit * 4), as: UTF8.self).unicodeScalars
    var text = String.UnicodeScalarView()
    for scalar in decoded.prefix(limit) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            text.append("\u{FFFD}")
        default: text.append(scalar)
        }
    }
    return String(text) + (decoded.count > limit ? "…" : "")
}
