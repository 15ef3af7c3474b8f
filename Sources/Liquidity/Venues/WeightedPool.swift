public import BigIntegers

/// A pool whose weighted geometric mean of balances never falls: Balancer v2's weighted pool.
///
/// A swap keeps ∏ balance^weight; powers are those of the contract's fixed-point logarithms, so quotes agree to the last unit.
/// Each swap moves at most three tenths of a balance.
public struct WeightedPool: Sendable, Hashable {
    /// How the contract computes powers; later deployments treat three exponents apart.
    public enum PowerVersion: Sendable, Hashable {
        /// Always by logarithms: factories up to 2021.
        case logarithms
        /// Exponents 1, 2 and 4 by multiplication, others by logarithms: later factories.
        case exactSmallPowers
    }

    /// Units held of each token.
    public let balances: [BigInteger]

    /// The share of each token, with 18 decimals.
    public let weights: [BigInteger]

    /// The fee on the input, with 18 decimals.
    public let fee: BigInteger

    /// What each token's units are multiplied with before the arithmetic: 10^(18 − decimals), with 18 decimals.
    public let scalingFactors: [BigInteger]

    /// How powers are computed.
    public let powerVersion: PowerVersion

    /// The largest share of a balance that a swap moves, with 18 decimals.
    static let largestShare = BigInteger(300_000_000_000_000_000)

    /// Creates a pool.
    ///
    /// - Parameters:
    ///   - balances: Units held of each of 2 to 100 tokens: 1 to 2²⁵⁶ − 1.
    ///   - weights: The share of each token with 18 decimals: 10¹⁶ to 10¹⁸, and together at most 10¹⁸.
    ///   - fee: The fee on the input with 18 decimals: 0 to less than 10¹⁸.
    ///   - decimals: How many decimals each token has: 0 to 18.
    ///   - powerVersion: How the contract computes powers.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    public init(
        balances: [BigInteger],
        weights: [BigInteger],
        fee: BigInteger,
        decimals: [Int],
        powerVersion: PowerVersion = .logarithms
    ) throws(LiquidityError) {
        try TokenFigures.check(balances: balances, decimals: decimals, counts: 2...100)
        try TokenFigures.check(fee: fee, one: FixedPoint.one)
        guard weights.count == balances.count,
            weights.allSatisfy({ $0 >= FixedPoint.one / 100 && $0 <= FixedPoint.one }),
            weights.reduce(BigInteger(), +) <= FixedPoint.one
        else {
            throw .unusableParameter(
                name: "weights",
                got: weights.map(\.description).joined(separator: ", "),
                expected: "\(balances.count) shares of at least 10^16, together at most 10^18"
            )
        }
        self.balances = balances
        self.weights = weights
        self.fee = fee
        self.scalingFactors = decimals.map { BigInteger(10).raised(to: 18 - $0) * FixedPoint.one }
        self.powerVersion = powerVersion
    }
}

extension WeightedPool: SwapVenue {
    /// As many as there are balances.
    public var tokenCount: Int { balances.count }

    /// The units of token `output` that are paid out for `amount` units of token `input`, fee deducted.
    ///
    /// B·(1 − (b / (b + a(1 − fee)))^(w/W)), every step rounded in the pool's favour.
    ///
    /// - Throws: ``LiquidityError/exceedsShareOfBalance(got:limit:)`` for an input above three tenths of the balance.
    /// - Note: Source: Balancer v2, `WeightedMath._calcOutGivenIn`, `BaseMinimalSwapInfoPool.onSwap`.
    public func amountOut(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger
    {
        try checkPair(input, output)
        try checkAmount(amount)
        let net = try FixedPoint.multiplyDown(
            amount - FixedPoint.multiplyUp(amount, fee),
            scalingFactors[input]
        )
        let (balanceIn, balanceOut) = (try scaledBalance(input), try scaledBalance(output))
        let limit = try FixedPoint.multiplyDown(balanceIn, Self.largestShare)
        if net > limit { throw .exceedsShareOfBalance(got: net, limit: limit) }
        let base = try FixedPoint.divideUp(balanceIn, FixedPoint.word(balanceIn + net))
        let exponent = try FixedPoint.divideDown(weights[input], weights[output])
        let power = try FixedPoint.powerUp(base, exponent, powerVersion)
        let paid = try FixedPoint.multiplyDown(balanceOut, FixedPoint.complement(power))
        return try FixedPoint.divideDown(paid, scalingFactors[output])
    }

    /// The units of token `input` that the pool asks for `amount` units of token `output`, fee included.
    ///
    /// b·((B / (B − a))^(W/w) − 1) / (1 − fee), every step rounded in the pool's favour.
    ///
    /// - Throws: ``LiquidityError/exceedsShareOfBalance(got:limit:)`` for an output above three tenths of the balance.
    /// - Note: Source: Balancer v2, `WeightedMath._calcInGivenOut`, `BaseMinimalSwapInfoPool.onSwap`.
    public func amountIn(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger {
        try checkPair(input, output)
        try checkAmount(amount)
        let scaled = try FixedPoint.multiplyDown(amount, scalingFactors[output])
        let (balanceIn, balanceOut) = (try scaledBalance(input), try scaledBalance(output))
        let limit = try FixedPoint.multiplyDown(balanceOut, Self.largestShare)
        if scaled > limit { throw .exceedsShareOfBalance(got: scaled, limit: limit) }
        let base = try FixedPoint.divideUp(balanceOut, balanceOut - scaled)
        let exponent = try FixedPoint.divideUp(weights[output], weights[input])
        let power = try FixedPoint.powerUp(base, exponent, powerVersion)
        let asked = try FixedPoint.multiplyUp(balanceIn, FixedPoint.word(power - FixedPoint.one))
        return try FixedPoint.divideUp(
            FixedPoint.divideUp(asked, scalingFactors[input]),
            FixedPoint.one - fee
        )
    }

    private func scaledBalance(_ token: Int) throws(LiquidityError) -> BigInteger {
        try FixedPoint.multiplyDown(balances[token], scalingFactors[token])
    }

    /// The pool after a swap of a given input, and what it paid.
    public func swapping(_ amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> (
        paid: BigInteger, pool: WeightedPool
    ) {
        let paid = try amountOut(for: amount, from: input, to: output)
        var after = balances
        after[input] += amount
        after[output] -= paid
        return (paid, WeightedPool(self, balances: after))
    }

    private init(_ other: WeightedPool, balances: [BigInteger]) {
        self.balances = balances
        weights = other.weights
        fee = other.fee
        scalingFactors = other.scalingFactors
        powerVersion = other.powerVersion
    }
}
