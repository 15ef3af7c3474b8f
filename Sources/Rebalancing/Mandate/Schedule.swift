/// A calendar rule that makes a rebalance due.
///
/// Due iff a scheduled instant lies in (last rebalance, now]. Months are Gregorian and days are UTC (attestation page,
/// section 2).
public enum Schedule: Sendable, Hashable {
    /// Due once `milliseconds` have passed since the last rebalance.
    case every(milliseconds: Int64)
    /// Every day at `minuteOfDay` (0…1439) UTC.
    case daily(minuteOfDay: Int)
    /// Every week on `weekday` (1 Monday … 7 Sunday) at `minuteOfDay` UTC.
    case weekly(weekday: Int, minuteOfDay: Int)
    /// Every month on `day` (1…28) at `minuteOfDay` UTC.
    case monthly(day: Int, minuteOfDay: Int)
}
