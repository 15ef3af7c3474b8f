public import BigIntegers
public import MarketData

/// The slippage bucket in a decision: what it held, holds, and for how long it drained. **Secret**, but for the time.
public struct BucketValues: Sendable, Hashable {
    /// What the bucket held after the last rebalance, in value units.
    public let before: BigInteger
    /// What it holds after the decision.
    public let after: BigInteger
    /// Milliseconds since the last rebalance, at most the time in which a full bucket drains. Public.
    public let elapsed: Int64

    /// Creates values.
    public init(before: BigInteger, after: BigInteger, elapsed: Int64) {
        self.before = before
        self.after = after
        self.elapsed = elapsed
    }

    /// An empty bucket that stays empty.
    public static let empty = BucketValues(before: 0, after: 0, elapsed: 0)
}

extension BucketValues: CustomStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Mandate {
    /// Whether the vault must carry a slippage bucket from one attestation to the next.
    public var carriesBucket: Bool { limits.slippageBucket != nil }

    /// Milliseconds that a slippage bucket drained between two moments; 0 without one.
    public func bucketElapsed(since last: Timestamp, at now: Timestamp) -> Int64 {
        limits.slippageBucket?.elapsed(since: last, at: now) ?? 0
    }

    /// What the bucket holds after a rebalance: max(0, ⌈A⁻ − cap·V⁻·Δt/d⌉) + max(0, V⁻ − V⁺); 0 without a bucket.
    public func bucketAfter(_ values: DecisionValues) -> BigInteger {
        guard let bucket = limits.slippageBucket else { return 0 }
        let left = values.value(of: undrained(bucket)).ceilingDivided(by: scale(bucket))
        return max(left, 0) + max(values.totalBefore - values.totalAfter, 0)
    }

    /// A⁺ is at least 0, A′, the loss, and A′ + loss, where A′ = A⁻ − cap·V⁻·Δt/d: together max(0, A′) + max(0, loss).
    ///
    /// That it is at least 0 is its own range check. The last claim is the limit itself: A⁺ ≤ cap·V⁻.
    var bucketConditions: [Obligation] {
        guard let bucket = limits.slippageBucket else { return [] }
        let scale = scale(bucket)
        let claims = bucketParts(bucket).filter { $0.name != "empty" }.map { part in
            Obligation(
                "slippage bucket: \(part.name)",
                .nonNegative(scale * LinearForm(.bucketAfter) - part.form),
                unitsPerValue: scale
            )
        }
        return claims + [
            Obligation("slippage bucket", .nonNegative((-1) * overdrawn(bucket)), unitsPerValue: 1_000_000)
        ]
    }

    /// A⁺ is, to less than one value unit, at most one of what it is at least: so it is the largest of them, and no prover can
    /// fill the bucket to plead that it is full.
    var bucketBounds: [Obligation] {
        guard let bucket = limits.slippageBucket else { return [] }
        let scale = scale(bucket)
        return bucketParts(bucket).map { part in
            Obligation(
                "slippage bucket is no fuller: \(part.name)",
                .nonNegative(part.form - scale * LinearForm(.bucketAfter) + (scale - 1))
            )
        }
    }

    /// That the bucket leaves less room after a rebalance than a smallest trade may cost.
    var bucketRebalanceExhaustion: Obligation? {
        limits.slippageBucket.map { bucket in
            exhausted("slippage bucket", 1_000_000 * overdrawn(bucket) + ppm(limits.costCeiling) * room)
        }
    }

    /// That the bucket, drained until now, leaves less room than a smallest trade may cost.
    var bucketHoldExhaustion: Obligation? {
        limits.slippageBucket.map { bucket in
            let most = BigInteger(Int(bucket.refill)) * ppm(bucket.capacity) * total(.before)
            let spill = BigInteger(Int(bucket.refill)) * ppm(limits.costCeiling) * room
            return exhausted("slippage bucket", 1_000_000 * (undrained(bucket) - most) + spill)
        }
    }

    /// The forms of which A⁺, times ``scale(_:)``, is the largest.
    private func bucketParts(_ bucket: SlippageBucket) -> [(name: String, form: LinearForm)] {
        let loss = scale(bucket) * (total(.before) - total(.after))
        return [
            ("empty", LinearForm()), ("what has not drained", undrained(bucket)), ("the loss", loss),
            ("both", undrained(bucket) + loss),
        ]
    }

    /// 10⁶·d.
    private func scale(_ bucket: SlippageBucket) -> BigInteger { 1_000_000 * BigInteger(Int(bucket.refill)) }

    /// 10⁶·d·A⁻ − cap·Δt·V⁻.
    private func undrained(_ bucket: SlippageBucket) -> LinearForm {
        scale(bucket) * LinearForm(.bucketBefore) - ppm(bucket.capacity) * LinearForm(.elapsedShare)
    }

    /// 10⁶·A⁺ − cap·V⁻.
    private func overdrawn(_ bucket: SlippageBucket) -> LinearForm {
        1_000_000 * LinearForm(.bucketAfter) - ppm(bucket.capacity) * total(.before)
    }
}
