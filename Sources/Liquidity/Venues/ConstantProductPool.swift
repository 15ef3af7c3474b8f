public import BigIntegers

/// A pool of two tokens whose product of reserves never falls: Uniswap v2 and its descendants.
///
/// Quotes are the contracts' own integer arithmetic. Amounts and reserves that fit take fixed-width words, everything else the
/// exact integers of `BigIntegers`; both give the same answer.
public struct ConstantProductPool: Sendable, Hashable {
    /// Units held of token 0.
    public let reserve0: UInt128

    /// Units held of token 1.
    public let reserve1: UInt128

    /// What is deducted from the input, and where it is rounded.
    public let fee: Fee

    /// The largest reserve: the contracts store 112 bits.
    public static let maximumReserve = UInt128(1) << 112 - 1

    /// A fee on the input, as a share.
    public enum Fee: Sendable, Hashable {
        /// Deducted inside the quotient, as Uniswap v2 does: `numerator / denominator` of the input.
        case withinQuotient(numerator: UInt64, denominator: UInt64)
        /// Deducted first and rounded down, as Aerodrome v2 does: `numerator / denominator` of the input.
        case beforeQuotient(numerator: UInt64, denominator: UInt64)

        /// The three parts in a thousand of Uniswap v2.
        public static let uniswap = Fee.withinQuotient(numerator: 3, denominator: 1_000)

        /// The fee as numerator and denominator.
        public var share: (numerator: UInt64, denominator: UInt64) {
            switch self {
            case .withinQuotient(let numerator, let denominator), .beforeQuotient(let numerator, let denominator):
                (numerator, denominator)
            }
        }
    }

    /// Creates a pool.
    ///
    /// - Parameters:
    ///   - reserve0: Units held of token 0: 1 to ``maximumReserve``.
    ///   - reserve1: Units held of token 1: 1 to ``maximumReserve``.
    ///   - fee: A share of at least 0 and less than 1, with a denominator of at most a milliard.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    public init(reserve0: UInt128, reserve1: UInt128, fee: Fee = .uniswap) throws(LiquidityError) {
        for (name, reserve) in [("reserve 0", reserve0), ("reserve 1", reserve1)]
        where reserve == 0 || reserve > Self.maximumReserve {
            throw .unusableParameter(name: name, got: "\(reserve)", expected: "1 to 2^112 - 1 units")
        }
        let (numerator, denominator) = fee.share
        guard denominator <= 1_000_000_000, numerator < denominator else {
            throw .unusableParameter(
                name: "fee",
                got: "\(numerator)/\(denominator)",
                expected: "a share below 1 with a denominator of at most 1000000000"
            )
        }
        self.reserve0 = reserve0
        self.reserve1 = reserve1
        self.fee = fee
    }

    /// The liquidity tokens of the first deposit: ⌊√(a·b)⌋ − 1000, the rest being locked for ever.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if the deposit is worth 1000 or less.
    /// - Note: Source: Uniswap v2 core, `UniswapV2Pair.mint`.
    public static func firstMint(_ amount0: UInt128, _ amount1: UInt128) throws(LiquidityError) -> BigInteger {
        let root = (BigInteger(amount0) * BigInteger(amount1)).isqrt()
        guard root > 1_000 else { throw .insufficientLiquidity(got: 1_001, available: root) }
        return root - 1_000
    }
}

// MARK: - Quotes in fixed-width words

extension ConstantProductPool {
    /// The units of the other token that are paid out for `amount` units of token `input`.
    ///
    /// With fee n/d: ⌊a(d − n)·R′ / (R·d + a(d − n))⌋. One unit more would be refused by the pool.
    ///
    /// - Throws: ``LiquidityError/unusableAmount(got:)`` for zero, ``LiquidityError/overflow(bits:)`` if the reserve would
    ///   exceed ``maximumReserve``.
    /// - Note: Source: Uniswap v2 periphery, `UniswapV2Library.getAmountOut`.
    public func amountOut(for amount: UInt128, from input: Int) throws(LiquidityError) -> UInt128 {
        let (reserveIn, reserveOut) = try reserves(from: input)
        if amount == 0 { throw .unusableAmount(got: 0) }
        if amount > Self.maximumReserve - reserveIn { throw .overflow(bits: 112) }
        let (numerator, denominator) = fee.share
        switch fee {
        case .beforeQuotient:
            // The amount has at most 112 bits and the denominator 30: their product may not fit.
            let whole = amount / UInt128(denominator)
            let part = amount % UInt128(denominator)
            let net = amount - whole * UInt128(numerator) - part * UInt128(numerator) / UInt128(denominator)
            return Self.quotient(of: net, times: reserveOut, by: reserveIn + net)
        case .withinQuotient:
            let (net, netOverflows) = amount.multipliedReportingOverflow(by: UInt128(denominator - numerator))
            let (scaled, reserveOverflows) = reserveIn.multipliedReportingOverflow(by: UInt128(denominator))
            let (divisor, sumOverflows) = scaled.addingReportingOverflow(net)
            if netOverflows || reserveOverflows || sumOverflows {
                let exact = exactAmountOut(for: amount, reserveIn, reserveOut)
                return UInt128(exactly: exact) ?? 0
            }
            return Self.quotient(of: net, times: reserveOut, by: divisor)
        }
    }

    /// The units of the other token that the contracts ask for `amount` units of token `output`.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if the pool does not hold more than `amount`,
    ///   ``LiquidityError/overflow(bits:)`` if the input would not fit the reserve.
    /// - Note: Source: Uniswap v2 periphery, `UniswapV2Library.getAmountIn`. The last unit may be more than is needed.
    public func amountIn(for amount: UInt128, to output: Int) throws(LiquidityError) -> UInt128 {
        let (reserveOut, reserveIn) = try reserves(from: output)
        if amount == 0 { throw .unusableAmount(got: 0) }
        if amount >= reserveOut {
            throw .insufficientLiquidity(got: BigInteger(amount), available: BigInteger(reserveOut - 1))
        }
        let (numerator, denominator) = fee.share
        var exact = BigInteger(reserveIn) * BigInteger(amount) * BigInteger(denominator)
        exact = exact / (BigInteger(reserveOut - amount) * BigInteger(denominator - numerator)) + 1
        if case .beforeQuotient = fee {
            // Rounding the fee down first may leave the quotient a unit short of what one more unit of input gives.
            exact = try leastAmountIn(for: BigInteger(amount), from: 1 - output, to: output, notAbove: exact)
        }
        guard let answer = UInt128(exactly: exact), answer <= Self.maximumReserve - reserveIn else {
            throw .overflow(bits: 112)
        }
        return answer
    }

    /// The pool after a swap, and what it paid.
    public func swapping(_ amount: UInt128, from input: Int) throws(LiquidityError) -> (
        paid: UInt128, pool: ConstantProductPool
    ) {
        let paid = try amountOut(for: amount, from: input)
        let pool = try ConstantProductPool(
            reserve0: input == 0 ? reserve0 + amount : reserve0 - paid,
            reserve1: input == 0 ? reserve1 - paid : reserve1 + amount,
            fee: fee
        )
        return (paid, pool)
    }

    private func reserves(from input: Int) throws(LiquidityError) -> (in: UInt128, out: UInt128) {
        switch input {
        case 0: return (reserve0, reserve1)
        case 1: return (reserve1, reserve0)
        default: throw .tokenOutOfRange(got: input, count: 2)
        }
    }

    /// ⌊a·b / d⌋ for a < d, so that the quotient is below `b`.
    @inline(__always)
    private static func quotient(of a: UInt128, times b: UInt128, by d: UInt128) -> UInt128 {
        let product = a.multipliedFullWidth(by: b)
        if product.high == 0 { return product.low / d }
        return d.dividingFullWidth(product).quotient
    }
}

// MARK: - The general case

extension ConstantProductPool: SwapVenue {
    /// Two.
    public var tokenCount: Int { 2 }

    /// As ``amountOut(for:from:)``, for integers of any size.
    public func amountOut(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger
    {
        try checkPair(input, output)
        try checkAmount(amount)
        guard let fixed = UInt128(exactly: amount) else { throw .overflow(bits: 112) }
        return BigInteger(try amountOut(for: fixed, from: input))
    }

    /// As ``amountIn(for:to:)``, for integers of any size.
    public func amountIn(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger {
        try checkPair(input, output)
        try checkAmount(amount)
        guard let fixed = UInt128(exactly: amount) else {
            let (_, reserveOut) = try reserves(from: input)
            throw .insufficientLiquidity(got: amount, available: BigInteger(reserveOut - 1))
        }
        return BigInteger(try amountIn(for: fixed, to: output))
    }

    /// The quote in integers of any size: what the fixed-width words must agree with.
    func exactAmountOut(for amount: UInt128, _ reserveIn: UInt128, _ reserveOut: UInt128) -> BigInteger {
        let (numerator, denominator) = fee.share
        switch fee {
        case .withinQuotient:
            let net = BigInteger(amount) * BigInteger(denominator - numerator)
            return net * BigInteger(reserveOut) / (BigInteger(reserveIn) * BigInteger(denominator) + net)
        case .beforeQuotient:
            let net = BigInteger(amount) - BigInteger(amount) * BigInteger(numerator) / BigInteger(denominator)
            return net * BigInteger(reserveOut) / (BigInteger(reserveIn) + net)
        }
    }
}
