/// Why a text is not a point in time.
public enum TimestampError: Error, Hashable, Sendable {
    /// The text does not have the shape of a date or of a date and time.
    case malformed(got: String)
    /// The calendar or the clock has no such date, time or offset.
    case impossible(got: String)
    /// The text is exact to less than a millisecond, and would have to be rounded.
    case finerThanMillisecond(got: String)
}

extension TimestampError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .malformed(let got):
            "not a time: expected ISO-8601 such as `2024-01-31T09:30:00Z` or `2024-01-31`, got `\(got)`"
        case .impossible(let got): "no such date or time: `\(got)`"
        case .finerThanMillisecond(let got): "times are whole milliseconds, got `\(got)`"
        }
    }
}

extension Timestamp {
    /// Reads an ISO-8601 date or date and time.
    ///
    /// Accepts `YYYY-MM-DD` (midnight UTC) and `YYYY-MM-DD`, then `T` or a space, then `HH:MM`, `HH:MM:SS` or
    /// `HH:MM:SS.f…`, then nothing or `Z` (both UTC) or an offset `±HH`, `±HHMM`, `±HH:MM`. Years are 0000…9999.
    /// `24:00`, leap seconds and digits of a second beyond the millisecond that are not zero are refused.
    public init(_ text: String) throws(TimestampError) {
        let result = Array(text.utf8).withUnsafeBufferPointer { bytes in
            var scanner = ISO8601Scanner(bytes: bytes)
            return scanner.timestamp()
        }
        switch result {
        case .success(let timestamp): self = timestamp
        case .failure(.malformed): throw .malformed(got: text)
        case .failure(.impossible): throw .impossible(got: text)
        case .failure(.finerThanMillisecond): throw .finerThanMillisecond(got: text)
        }
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO-8601 in UTC: `2024-01-31T09:30:00Z`, with three decimals of the second only if they are not zero.
    public var description: String {
        let withinDay = milliseconds(since: startOfDay)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let seconds = withinDay / 1_000
        let fraction = withinDay % 1_000
        return "\(civilDate)T\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + (fraction == 0 ? "Z" : ".\(padded(fraction, 3))Z")
    }
}

/// Reads ISO-8601 from bytes without allocating: one pass, shared by ``Timestamp`` and the candle file reader.
struct ISO8601Scanner {
    enum Failure: Error {
        case malformed
        case impossible
        case finerThanMillisecond
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    // SAFETY: the buffer must outlive the scanner; both callers make the scanner inside the closure that lends the buffer.
    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }
    private var isAtEnd: Bool { index == bytes.count }

    mutating func timestamp() -> Result<Timestamp, Failure> {
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2) else {
            return .failure(.malformed)
        }
        guard let date = CivilDate(year: year, month: month, day: day) else { return .failure(.impossible) }
        let midnight = Timestamp(startOf: date)
        if isAtEnd { return .success(midnight) }

        guard skip("T") || skip("t") || skip(" "), let hour = number(2), skip(":"), let minute = number(2) else {
            return .failure(.malformed)
        }
        var second = 0
        var fraction = Fraction.milliseconds(0)
        if skip(":") {
            guard let value = number(2) else { return .failure(.malformed) }
            second = value
            if skip(".") || skip(",") { fraction = self.fraction() }
        }
        guard let offsetMinutes = offset(), isAtEnd else { return .failure(.malformed) }
        guard hour <= 23, minute <= 59, second <= 59, abs(offsetMinutes) <= 18 * 60 else {
            return .failure(.impossible)
        }
        switch fraction {
        case .none: return .failure(.malformed)
        case .tooFine: return .failure(.finerThanMillisecond)
        case .milliseconds(let milliseconds):
            let minutes = hour * 60 + minute - offsetMinutes
            return .success(midnight.adding(milliseconds: Int64((minutes * 60 + second) * 1_000 + milliseconds)))
        }
    }

    private enum Fraction {
        case none
        case tooFine
        case milliseconds(Int)
    }

    private mutating func fraction() -> Fraction {
        var digits = 0
        var milliseconds = 0
        var isTooFine = false
        while let byte = next, isDigit(byte) {
            digits += 1
            if digits <= 3 {
                milliseconds = milliseconds * 10 + Int(byte - UInt8(ascii: "0"))
            } else if byte != UInt8(ascii: "0") {
                isTooFine = true
            }
            index += 1
        }
        if digits == 0 { return .none }
        if isTooFine { return .tooFine }
        return .milliseconds(milliseconds * (digits == 1 ? 100 : digits == 2 ? 10 : 1))
    }

    /// Minutes east of UTC; nothing if what follows is no offset.
    private mutating func offset() -> Int? {
        if isAtEnd || skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2) else { return nil }
        if isAtEnd { return sign * hours * 60 }
        _ = skip(":")
        guard let minutes = number(2), minutes <= 59 else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let byte = next, isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        return value
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
