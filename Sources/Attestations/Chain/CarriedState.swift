import BigIntegers
import MarketData
import Rebalancing
import Ristretto

extension Mandate {
    /// 2T between two portfolios as a scalar, in constant time.
    func twiceTurnover(from before: [Quantity], to after: [Quantity], prices: [Price]) -> Scalar {
        assets.indices.reduce(Scalar.zero) { sum, asset in
            let change = Scalar(after[asset].units) - Scalar(before[asset].units)
            let size = Scalar.select(change.isNegative, -change, change)
            return sum + size * Scalar(prices[asset].units) * Scalar(valueScale(asset))
        }
    }

    /// How many values a vault carries from one attestation to the next.
    var carriedCount: Int { (carriesTurnover ? 1 : 0) + (carriesBucket ? 1 : 0) }

    /// What the slippage bucket holds after a rebalance, as a scalar in constant time: `bucketAfter(_:)` over secrets.
    ///
    /// Quotient and sign are found by masks: the quotient bit by bit from the top, of
    /// ``FormBounds/carriedBits`` bits.
    ///
    /// - Returns: `nil` without a bucket.
    func bucketAfter(
        _ held: Scalar,
        from before: [Quantity],
        to after: [Quantity],
        prices: [Price],
        elapsed: Int64
    ) -> Scalar? {
        guard let bucket = limits.slippageBucket else { return nil }
        func total(_ quantities: [Quantity]) -> Scalar {
            assets.indices.reduce(Scalar.zero) { sum, asset in
                sum + Scalar(quantities[asset].units) * Scalar(prices[asset].units) * Scalar(valueScale(asset))
            }
        }
        let scale = Scalar(1_000_000 * BigInteger(Int(bucket.refill)))
        let drain = Scalar(BigInteger(Int(bucket.capacity.value)) * BigInteger(Int(elapsed)))
        let (worthBefore, worthAfter) = (total(before), total(after))
        // ⌈x/y⌉ = ⌊(x + y − 1)/y⌋, and no candidate below is taken where that is negative.
        let dividend = scale * held - drain * worthBefore + scale - .one
        var left = Scalar.zero
        for bit in (0..<FormBounds.carriedBits).reversed() {
            let candidate = left + Scalar(BigInteger(1) << bit)
            left = Scalar.select((dividend - scale * candidate).isNegative, left, candidate)
        }
        let loss = worthBefore - worthAfter
        return left + Scalar.select(loss.isNegative, .zero, loss)
    }
}

extension CompiledPolicy {
    var carriesTurnover: Bool { mandates.contains { $0.carriesTurnover } }

    func mandate(_ regime: Int) -> Mandate? {
        mandates.indices.contains(regime) ? mandates[regime] : nil
    }

    /// Whether the policy's vaults carry a slippage bucket.
    var carriesBucket: Bool { mandates.contains { $0.carriesBucket } }

    /// How many values its vaults carry.
    var carriedCount: Int { carriedNames.count }

    /// What its vaults carry, in the order of the commitments.
    var carriedNames: [String] {
        (carriesTurnover ? ["turnover"] : []) + (carriesBucket ? ["slippage"] : [])
    }
}
