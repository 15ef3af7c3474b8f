import FoundationEssentials
import MarketData

/// The clock of the machine.
enum SystemClock {
    /// Now, to the millisecond.
    static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}
