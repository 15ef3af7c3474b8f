import FoundationEssentials
package import MarketData

/// The clock of the machine.
package enum SystemClock {
    /// Now, to the millisecond.
    package static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}
