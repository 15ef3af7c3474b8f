import BigIntegers

/// The two equations of a stable pool, solved by Newton's method in the integers of the contract whose rules hold.
///
/// For D: with P = Dⁿ⁺¹/(nⁿΠ), D ← (A·n·Σ + n·P)·D / ((A·n − 1)·D + (n + 1)·P).
/// For one balance y, others given: y ← (y² + c)/(2y + b − D), b = ∑' x + D/(A·n), c = Dⁿ⁺¹/(nⁿ·∏' x·A·n).
struct StableCurve {
    let amplification: BigInteger
    let precision: BigInteger
    let rules: StableSwapPool.Rules

    private static let iterations = 255

    func invariant(of balances: [BigInteger]) throws(LiquidityError) -> BigInteger {
        if balances.contains(where: { $0.signum() <= 0 }) { throw .overflow(bits: 256) }
        if case .balancer(.roundedUp) = rules { return try invariantRoundedUp(of: balances) }
        let count = BigInteger(balances.count)
        let scale = amplification * count
        let sum = balances.reduce(BigInteger(), +)
        var invariant = sum
        for _ in 0..<Self.iterations {
            var product = invariant
            switch rules {
            case .curveNextGeneration:
                for balance in balances { product = product * invariant / balance }
                product = product / count.raised(to: balances.count)
            case .curveClassic, .balancer:
                for balance in balances { product = product * invariant / (balance * count) }
            }
            let previous = invariant
            invariant =
                (scale * sum / precision + product * count) * invariant
                / ((scale - precision) * invariant / precision + (count + 1) * product)
            if (invariant - previous).magnitude <= 1 { return invariant }
        }
        throw .noConvergence(iterations: Self.iterations)
    }

    /// D as Balancer's pools of 2021 compute it, for which P is held with ∏ in the numerator and every quotient rounds up.
    private func invariantRoundedUp(of balances: [BigInteger]) throws(LiquidityError) -> BigInteger {
        let count = BigInteger(balances.count)
        let scale = amplification * count
        let sum = balances.reduce(BigInteger(), +)
        var invariant = sum
        for _ in 0..<Self.iterations {
            var product = balances[0] * count
            for balance in balances.dropFirst() {
                product = (product * balance * count).ceilingDivided(by: invariant)
            }
            let previous = invariant
            let numerator = count * invariant * invariant + (scale * sum * product).ceilingDivided(by: precision)
            let denominator = (count + 1) * invariant + (scale - precision) * product / precision
            invariant = numerator.ceilingDivided(by: denominator)
            if (invariant - previous).magnitude <= 1 { return invariant }
        }
        throw .noConvergence(iterations: Self.iterations)
    }

    /// The balance of `token` that keeps `invariant` while the others are as given; what stands in its own place is not read.
    func balance(of token: Int, others: [BigInteger], invariant: BigInteger) throws(LiquidityError) -> BigInteger {
        if case .balancer = rules { return try balanceRoundedUp(of: token, others, invariant) }
        let count = BigInteger(others.count)
        let scale = amplification * count
        var sum = BigInteger()
        var product = invariant
        for (index, balance) in others.enumerated() where index != token {
            if balance.signum() <= 0 { throw .overflow(bits: 256) }
            sum += balance
            product = product * invariant / (balance * count)
        }
        let c = product * invariant * precision / (scale * count)
        let b = sum + invariant * precision / scale
        var balance = invariant
        for _ in 0..<Self.iterations {
            let previous = balance
            let denominator = balance * 2 + b - invariant
            if denominator.signum() <= 0 { throw .noConvergence(iterations: Self.iterations) }
            balance = (balance * balance + c) / denominator
            if (balance - previous).magnitude <= 1 { return balance }
        }
        throw .noConvergence(iterations: Self.iterations)
    }

    /// One balance by Balancer's arithmetic, which starts from all balances, takes its own out again, and rounds up.
    private func balanceRoundedUp(
        of token: Int,
        _ balances: [BigInteger],
        _ invariant: BigInteger
    ) throws(LiquidityError) -> BigInteger {
        let count = BigInteger(balances.count)
        let scale = amplification * count
        var product = balances[0] * count
        for balance in balances.dropFirst() {
            product = product * balance * count / invariant
        }
        let weighted = scale * product
        if weighted.signum() <= 0 { throw .overflow(bits: 256) }
        let sum = balances.reduce(BigInteger(), +) - balances[token]
        let square = invariant * invariant
        let c = square.ceilingDivided(by: weighted) * precision * balances[token]
        let b = sum + invariant / scale * precision
        var balance = (square + c).ceilingDivided(by: invariant + b)
        for _ in 0..<Self.iterations {
            let previous = balance
            let denominator = balance * 2 + b - invariant
            if denominator.signum() <= 0 { throw .noConvergence(iterations: Self.iterations) }
            balance = (balance * balance + c).ceilingDivided(by: denominator)
            if (balance - previous).magnitude <= 1 { return balance }
        }
        throw .noConvergence(iterations: Self.iterations)
    }
}
