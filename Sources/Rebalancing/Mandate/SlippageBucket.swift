public import MarketData

/// `slippage bucket 1% refilled over 7d`: what rebalances lose fills it, and it drains at a constant rate.
public struct SlippageBucket: Sendable, Hashable {
    /// How much it holds, of the value before a rebalance.
    public let capacity: PartsPerMillion
    /// In how many milliseconds a full bucket drains; positive.
    public let refill: Int64

    /// Creates a bucket.
    ///
    /// - Precondition: `refill` is positive, as the language's own check of durations promises.
    public init(capacity: PartsPerMillion, refill: Int64) {
        precondition(refill > 0, "a bucket drains in some time")
        self.capacity = capacity
        self.refill = refill
    }

    /// The time that counts as drained between two moments, from 0 to ``refill`` milliseconds.
    public func elapsed(since last: Timestamp, at now: Timestamp) -> Int64 {
        min(max(now.milliseconds(since: last), 0), refill)
    }
}
