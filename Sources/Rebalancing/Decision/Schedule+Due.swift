public import MarketData

extension Schedule {
    /// Whether a scheduled instant lies in (`lastRebalance`, `now`]; for ``every(milliseconds:)`` whether that long has passed.
    public func isDue(after lastRebalance: Timestamp, at now: Timestamp) -> Bool {
        dueInstant(after: lastRebalance, at: now) != nil
    }

    /// The latest scheduled instant in (`lastRebalance`, `now`], or nothing if none lies there.
    ///
    /// For ``every(milliseconds:)`` it is the one instant `lastRebalance` + d, once it has come.
    public func dueInstant(after lastRebalance: Timestamp, at now: Timestamp) -> Timestamp? {
        if case .every(let step) = self {
            return now.milliseconds(since: lastRebalance) >= step ? lastRebalance.adding(milliseconds: step) : nil
        }
        let latest = latestInstant(notAfter: now)
        // Within a month of the beginning of time no earlier instant exists, and the latest found lies ahead.
        return latest > lastRebalance && latest <= now ? latest : nil
    }

    /// The first scheduled instant after `lastRebalance`.
    public func nextInstant(after lastRebalance: Timestamp) -> Timestamp {
        let day = lastRebalance.dayNumber
        switch self {
        case .every(let step):
            return lastRebalance.adding(milliseconds: step)
        case .daily(let minute):
            return Self.first([Self.instant(day, minute), Self.instant(day + 1, minute)], after: lastRebalance)
        case .weekly(let weekday, let minute):
            let this = day - Self.daysSince(weekday, on: day)
            return Self.first([Self.instant(this, minute), Self.instant(this + 7, minute)], after: lastRebalance)
        case .monthly(let dayOfMonth, let minute):
            let date = lastRebalance.civilDate
            let firstOfMonth = day - Int64(date.day - 1)
            let firstOfNext = firstOfMonth + Int64(CivilDate.days(inMonth: date.month, ofYear: date.year))
            let candidates = [firstOfMonth, firstOfNext].map { Self.instant($0 + Int64(dayOfMonth - 1), minute) }
            return Self.first(candidates, after: lastRebalance)
        }
    }

    /// The latest instant of a calendar rule that is not after `now`.
    private func latestInstant(notAfter now: Timestamp) -> Timestamp {
        let day = now.dayNumber
        switch self {
        case .every:
            return now
        case .daily(let minute):
            return Self.last([Self.instant(day - 1, minute), Self.instant(day, minute)], notAfter: now)
        case .weekly(let weekday, let minute):
            let this = day - Self.daysSince(weekday, on: day)
            return Self.last([Self.instant(this - 7, minute), Self.instant(this, minute)], notAfter: now)
        case .monthly(let dayOfMonth, let minute):
            let firstOfMonth = day - Int64(now.civilDate.day - 1)
            // The day before the first is in the previous month, whatever its length.
            let previous = CivilDate(daysSinceEpoch: firstOfMonth - 1)
            let candidates = [firstOfMonth - Int64(previous.day), firstOfMonth].map {
                Self.instant($0 + Int64(dayOfMonth - 1), minute)
            }
            return Self.last(candidates, notAfter: now)
        }
    }

    /// Days from the latest `weekday` that is not after `day`, 0…6.
    private static func daysSince(_ weekday: Int, on day: Int64) -> Int64 {
        let difference = (CivilDate(daysSinceEpoch: day).weekday - weekday) % 7
        return Int64(difference < 0 ? difference + 7 : difference)
    }

    /// A minute of a day, saturating at the ends of time.
    private static func instant(_ day: Int64, _ minute: Int) -> Timestamp {
        let (milliseconds, overflow) = day.multipliedReportingOverflow(by: Timestamp.millisecondsPerDay)
        let midnight = Timestamp(milliseconds: overflow ? (day < 0 ? .min : .max) : milliseconds)
        return midnight.adding(milliseconds: Int64(minute) * 60_000)
    }

    private static func last(_ ascending: [Timestamp], notAfter now: Timestamp) -> Timestamp {
        ascending.last { $0 <= now } ?? ascending[0]
    }

    private static func first(_ ascending: [Timestamp], after time: Timestamp) -> Timestamp {
        ascending.first { $0 > time } ?? ascending[ascending.count - 1]
    }
}
