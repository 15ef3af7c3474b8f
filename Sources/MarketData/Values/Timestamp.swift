/// An instant of the market: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Sendable, Hashable {
    /// Milliseconds since the Unix epoch, UTC; negative before 1970.
    public let milliseconds: Int64

    /// One UTC day in milliseconds.
    public static let millisecondsPerDay: Int64 = 86_400_000

    /// Creates the instant that lies `milliseconds` after the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Creates midnight UTC of a Gregorian date.
    public init(startOf date: CivilDate) {
        milliseconds = date.daysSinceEpoch * Timestamp.millisecondsPerDay
    }

    /// The instant `milliseconds` later, or earlier if negative.
    ///
    /// Saturates at the ends of `Int64`, some 292 million years away, instead of trapping on a hostile number.
    public func adding(milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `earlier` to this instant, saturating at the ends of `Int64`.
    public func milliseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflow ? (milliseconds < earlier.milliseconds ? .min : .max) : difference
    }

    /// The last multiple of `step` milliseconds since the epoch that is not after this instant.
    ///
    /// - Parameter step: Must be positive. A step that divides a day gives instants aligned to UTC midnight.
    public func floored(toMultipleOf step: Int64) -> Timestamp {
        precondition(step > 0, "a step of time is positive")
        let remainder = milliseconds % step
        return adding(milliseconds: remainder < 0 ? -remainder - step : -remainder)
    }

    /// Midnight UTC of this instant's day.
    public var startOfDay: Timestamp {
        floored(toMultipleOf: Timestamp.millisecondsPerDay)
    }

    /// Days since 1970-01-01 of this instant's UTC day, ⌊t ÷ 86 400 000⌋.
    public var dayNumber: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: Timestamp.millisecondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The Gregorian date of this instant in UTC.
    public var civilDate: CivilDate {
        CivilDate(daysSinceEpoch: dayNumber)
    }
}

extension Timestamp: Comparable {
    /// Whether `left` is earlier than `right`.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
