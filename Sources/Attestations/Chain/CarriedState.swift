import BigIntegers
package import MarketData
package import Rebalancing
package import Ristretto

extension Mandate {
    /// 2T between two portfolios as a scalar, in constant time.
    package func twiceTurnover(from before: [Quantity], to after: [Quantity], prices: [Price]) -> Scalar {
        assets.indices.reduce(Scalar.zero) { sum, asset in
            let change = Scalar(after[asset].units) - Scalar(before[asset].units)
            let size = Scalar.select(change.isNegative, -change, change)
            return sum + size * Scalar(prices[asset].units) * Scalar(valueScale(asset))
        }
    }

    /// V of a portfolio as a scalar, in constant time.
    package func worth(of quantities: [Quantity], at prices: [Price]) -> Scalar {
        assets.indices.reduce(Scalar.zero) { sum, asset in
            sum + Scalar(quantities[asset].units) * Scalar(prices[asset].units) * Scalar(valueScale(asset))
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
    package func bucketAfter(
        _ held: Scalar,
        from before: [Quantity],
        to after: [Quantity],
        prices: [Price],
        elapsed: Int64
    ) -> Scalar? {
        guard let bucket = limits.slippageBucket else { return nil }
        let scale = Scalar(1_000_000 * BigInteger(Int(bucket.refill)))
        let drain = Scalar(BigInteger(Int(bucket.capacity.value)) * BigInteger(Int(elapsed)))
        let (worthBefore, worthAfter) = (worth(of: before, at: prices), worth(of: after, at: prices))
        // ⌈x/y⌉ = ⌊(x + y − 1)/y⌋, and no candidate below is taken where that is negative.
        let dividend = scale * held - drain * worthBefore + scale - .one
        let left = dividend.quotient(by: scale, bits: FormBounds.carriedBits)
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
