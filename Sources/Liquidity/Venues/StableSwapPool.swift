public import BigIntegers

/// A pool of tokens meant to be worth the same: nearly a constant sum around balance, a constant product far from it.
///
/// With n tokens of normalised balances xᵢ, Σ = ∑xᵢ, Π = ∏xᵢ and amplification A, swaps keep the D that solves
/// A·n·Σ + D = A·n·D + Dⁿ⁺¹/(nⁿΠ). Three contracts solve it by Newton's method in integers and round differently;
/// ``Rules`` names them, and quotes are theirs to the last unit.
///
/// - Note: Source: Egorov (2019), *StableSwap*.
public struct StableSwapPool: Sendable, Hashable {
    /// Whose integer arithmetic and fee.
    public enum Rules: Sendable, Hashable {
        /// Curve's pools of the first generation, such as 3pool: A in ones, fee in 10⁻¹⁰ of the output.
        case curveClassic
        /// Curve StableSwap-NG: A in hundredths, fee in 10⁻¹⁰ of the output, up to `offPegMultiplier`·10⁻¹⁰ times as high off the peg.
        case curveNextGeneration(offPegMultiplier: BigInteger)
        /// Balancer v2 stable pools: A in thousandths, fee with 18 decimals on the input.
        case balancer(BalancerInvariant)

        var amplificationPrecision: BigInteger {
            switch self {
            case .curveClassic: 1
            case .curveNextGeneration: 100
            case .balancer: 1_000
            }
        }

        var feeUnit: BigInteger {
            if case .balancer = self { FixedPoint.one } else { StableSwapPool.curveFeeUnit }
        }
    }

    /// The two ways in which Balancer's deployments compute D.
    public enum BalancerInvariant: Sendable, Hashable {
        /// Rounded up at each step: the pools of 2021, and invariant version 2 of pool files.
        case roundedUp
        /// Rounded down at each step: invariant version 1 of pool files.
        case roundedDown
    }

    /// Units held of each token.
    public let balances: [BigInteger]

    /// What a unit of each token is worth, with 36 − decimals decimals times its rate: normalised balance = balance · rate / 10¹⁸.
    public let rates: [BigInteger]

    /// A, in the unit of ``rules``.
    public let amplification: BigInteger

    /// The fee, in the unit of ``rules``.
    public let fee: BigInteger

    /// Whose arithmetic.
    public let rules: Rules

    static let curveFeeUnit = BigInteger(10_000_000_000)

    /// Creates a pool.
    ///
    /// - Parameters:
    ///   - balances: Units held of each of 2 to 8 tokens: 1 to 2²⁵⁶ − 1.
    ///   - rates: For each token 10^(36 − decimals), times its rate if it has one: positive, below 2¹²⁸.
    ///   - amplification: A in the unit of `rules`: at least 1 and at most ten million.
    ///   - fee: The fee in the unit of `rules`: at least 0 and less than 1.
    ///   - rules: Whose arithmetic.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``, or ``LiquidityError/overflow(bits:)`` if a normalised
    ///   balance exceeds 128 bits or rounds to zero.
    public init(
        balances: [BigInteger],
        rates: [BigInteger],
        amplification: BigInteger,
        fee: BigInteger,
        rules: Rules
    ) throws(LiquidityError) {
        try TokenFigures.check(balances: balances, decimals: balances.map { _ in 18 }, counts: 2...8)
        try TokenFigures.check(fee: fee, one: rules.feeUnit)
        guard rates.count == balances.count, rates.allSatisfy({ $0.signum() > 0 && $0.bitWidth <= 128 }) else {
            throw .unusableParameter(
                name: "rates",
                got: rates.map(\.description).joined(separator: ", "),
                expected: "\(balances.count) numbers from 1 to 2^128 - 1"
            )
        }
        guard amplification >= rules.amplificationPrecision, amplification <= 10_000_000 else {
            throw .unusableParameter(
                name: "amplification",
                got: "\(amplification)",
                expected: "\(rules.amplificationPrecision) to 10000000"
            )
        }
        if case .curveNextGeneration(let multiplier) = rules {
            guard !multiplier.isNegative, multiplier * fee <= Self.curveFeeUnit * Self.curveFeeUnit else {
                throw .unusableParameter(
                    name: "off-peg fee multiplier",
                    got: "\(multiplier)",
                    expected: "at least 0 and less than 1 as a product with the fee"
                )
            }
        }
        self.balances = balances
        self.rates = rates
        self.amplification = amplification
        self.fee = fee
        self.rules = rules
        for balance in normalisedBalances where balance.isZero || balance.bitWidth > 128 {
            throw .overflow(bits: 128)
        }
    }

    /// Balances in units of equal worth with 18 decimals.
    public var normalisedBalances: [BigInteger] { zip(balances, rates).map { $0 * $1 / FixedPoint.one } }

    /// The invariant D of the pool, in normalised units.
    ///
    /// - Throws: ``LiquidityError/noConvergence(iterations:)`` if Newton's method does not settle, as the contract would refuse.
    public func invariant() throws(LiquidityError) -> BigInteger {
        try curve.invariant(of: normalisedBalances)
    }

    var curve: StableCurve {
        StableCurve(amplification: amplification, precision: rules.amplificationPrecision, rules: rules)
    }
}

extension StableSwapPool: SwapVenue {
    /// As many as there are balances.
    public var tokenCount: Int { balances.count }

    /// The units of token `output` that are paid out for `amount` units of token `input`, fee deducted.
    ///
    /// - Note: Source: `CurveStableSwapNG.vy` and `StableSwap3Pool.vy` `get_dy`; Balancer `StableMath._calcOutGivenIn`.
    public func amountOut(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger
    {
        try quote(amount, from: input, to: output).paid
    }

    /// The units of token `input` that the pool asks for `amount` units of token `output`, fee included.
    ///
    /// Balancer's own inverse; Curve has none that is exact, so for its rules this is the least input that is paid enough.
    public func amountIn(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger {
        try checkPair(input, output)
        try checkAmount(amount)
        if amount >= balances[output] {
            throw .insufficientLiquidity(got: amount, available: balances[output] - 1)
        }
        guard case .balancer = rules else {
            // A normalised input of 2^127 moves any pool of at most 128-bit balances to its end.
            let limit = max(1, (BigInteger(1) << 127) * FixedPoint.one / rates[input])
            return try leastAmountIn(for: amount, from: input, to: output, notAbove: limit)
        }
        var normalised = normalisedBalances
        let invariant = try curve.invariant(of: normalised)
        normalised[output] -= amount * rates[output] / FixedPoint.one
        guard normalised[output].signum() > 0 else {
            throw .insufficientLiquidity(got: amount, available: balances[output] - 1)
        }
        let balance = try curve.balance(of: input, others: normalised, invariant: invariant)
        let asked = max(0, balance - normalised[input] + 1)
        return try FixedPoint.divideUp(FixedPoint.divideUp(asked, rates[input]), FixedPoint.one - fee)
    }

    /// The pool after a swap of a given input, and what it paid.
    ///
    /// - Parameters:
    ///   - amount: Units of token `input`.
    ///   - input: The token that is tendered.
    ///   - output: The token that is received.
    ///   - adminShare: The part of the fee, in 10⁻¹⁰, that Curve's pools set aside from their balances; Balancer's keep all.
    public func swapping(
        _ amount: BigInteger,
        from input: Int,
        to output: Int,
        adminShare: BigInteger = 0
    ) throws(LiquidityError) -> (paid: BigInteger, pool: StableSwapPool) {
        try TokenFigures.check(fee: adminShare, one: Self.curveFeeUnit + 1)
        let (paid, charged) = try quote(amount, from: input, to: output)
        var after = balances
        after[input] += amount
        after[output] -= paid + charged * adminShare / Self.curveFeeUnit * FixedPoint.one / rates[output]
        let pool = try StableSwapPool(
            balances: after,
            rates: rates,
            amplification: amplification,
            fee: fee,
            rules: rules
        )
        return (paid, pool)
    }

    /// What is paid, in units of the output, and what is charged on the output, in normalised units.
    private func quote(
        _ amount: BigInteger,
        from input: Int,
        to output: Int
    ) throws(LiquidityError) -> (paid: BigInteger, charged: BigInteger) {
        try checkPair(input, output)
        try checkAmount(amount)
        var normalised = normalisedBalances
        let (startIn, startOut) = (normalised[input], normalised[output])
        let invariant = try curve.invariant(of: normalised)
        var net = amount
        if case .balancer = rules { net -= try FixedPoint.multiplyUp(amount, fee) }
        normalised[input] += net * rates[input] / FixedPoint.one
        if normalised[input].bitWidth > 128 { throw .overflow(bits: 128) }
        let balance = try curve.balance(of: output, others: normalised, invariant: invariant)
        // The contracts revert below zero: an input so small that rounding in the pool's favour eats it.
        let moved = startOut - balance - 1
        if moved.isNegative { throw .unusableAmount(got: amount) }
        switch rules {
        case .balancer: return (try FixedPoint.divideDown(moved, rates[output]), 0)
        case .curveClassic:
            let gross = moved * FixedPoint.one / rates[output]
            return (gross - fee * gross / Self.curveFeeUnit, fee * moved / Self.curveFeeUnit)
        case .curveNextGeneration(let multiplier):
            let rate = Self.offPegFee(
                fee,
                multiplier,
                (startIn + normalised[input]) / 2,
                (startOut + balance) / 2
            )
            let charged = rate * moved / Self.curveFeeUnit
            return ((moved - charged) * FixedPoint.one / rates[output], charged)
        }
    }

    /// The fee of the next generation, which rises as the two balances part.
    private static func offPegFee(
        _ fee: BigInteger,
        _ multiplier: BigInteger,
        _ first: BigInteger,
        _ second: BigInteger
    ) -> BigInteger {
        if multiplier <= curveFeeUnit { return fee }
        let sum = first + second
        let parity = (multiplier - curveFeeUnit) * 4 * first * second / (sum * sum)
        return multiplier * fee / (parity + curveFeeUnit)
    }
}
