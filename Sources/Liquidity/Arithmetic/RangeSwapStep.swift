import BigIntegers

/// One step of a swap within a range of constant liquidity, in the integers of Uniswap v3.
///
/// With liquidity L and root price s: amount 0 = L·2⁹⁶·(s′ − s)/(s·s′), amount 1 = L·(s′ − s)/2⁹⁶, rounded against the trader.
///
/// - Note: Source: Uniswap v3 core, `SwapMath.sol` and `SqrtPriceMath.sol`.
struct RangeSwapStep {
    /// The root price after the step.
    let root: BigInteger
    /// What enters the pool, fee excluded.
    let amountIn: BigInteger
    /// What leaves the pool.
    let amountOut: BigInteger
    /// The fee, in the token that enters.
    let fee: BigInteger

    static let feeUnit = BigInteger(1_000_000)

    /// Moves the root price from `start` towards `target` by what remains of the order: input if positive, output if negative.
    init(
        from start: BigInteger,
        towards target: BigInteger,
        liquidity: BigInteger,
        remaining: BigInteger,
        fee feeShare: BigInteger
    ) throws(LiquidityError) {
        let isFalling = start >= target
        let isExactInput = !remaining.isNegative
        let net = remaining * (Self.feeUnit - feeShare) / Self.feeUnit
        let fullIn = Self.amountIn(start, target, liquidity, isFalling)
        let fullOut = Self.amountOut(start, target, liquidity, isFalling)
        if isExactInput {
            root = net >= fullIn ? target : try Self.root(start, liquidity, adding: net, isFalling)
        } else {
            root = -remaining >= fullOut ? target : try Self.root(start, liquidity, removing: -remaining, isFalling)
        }
        let reaches = root == target
        amountIn = reaches && isExactInput ? fullIn : Self.amountIn(start, root, liquidity, isFalling)
        let out = reaches && !isExactInput ? fullOut : Self.amountOut(start, root, liquidity, isFalling)
        amountOut = isExactInput ? out : min(out, -remaining)
        if isExactInput, !reaches {
            fee = remaining - amountIn
        } else {
            fee = (amountIn * feeShare).ceilingDivided(by: Self.feeUnit - feeShare)
        }
    }

    private static func amountIn(_ a: BigInteger, _ b: BigInteger, _ liquidity: BigInteger, _ isFalling: Bool)
        -> BigInteger
    {
        isFalling ? amount0RoundedUp(b, a, liquidity) : (liquidity * (b - a)).ceilingDivided(by: BigInteger(1) << 96)
    }

    private static func amountOut(_ a: BigInteger, _ b: BigInteger, _ liquidity: BigInteger, _ isFalling: Bool)
        -> BigInteger
    {
        isFalling ? (liquidity * (a - b)) >> 96 : (liquidity << 96) * (b - a) / b / a
    }

    static func amount0RoundedUp(_ low: BigInteger, _ high: BigInteger, _ liquidity: BigInteger) -> BigInteger {
        ((liquidity << 96) * (high - low)).ceilingDivided(by: high).ceilingDivided(by: low)
    }

    /// The root price after `amount` has entered: rounded so that the price never moves too far.
    private static func root(
        _ start: BigInteger,
        _ liquidity: BigInteger,
        adding amount: BigInteger,
        _ isFalling: Bool
    ) throws(LiquidityError) -> BigInteger {
        if !isFalling { return start + (amount << 96) / liquidity }
        if amount.isZero { return start }
        let scaled = liquidity << 96
        let product = amount * start
        let denominator = scaled + product
        // Beyond a word the contract takes the less exact formula.
        if product.bitWidth <= 256, denominator.bitWidth <= 256 {
            return (scaled * start).ceilingDivided(by: denominator)
        }
        return scaled.ceilingDivided(by: scaled / start + amount)
    }

    /// The root price after `amount` has left.
    private static func root(
        _ start: BigInteger,
        _ liquidity: BigInteger,
        removing amount: BigInteger,
        _ isFalling: Bool
    ) throws(LiquidityError) -> BigInteger {
        if isFalling {
            let quotient = (amount << 96).ceilingDivided(by: liquidity)
            if start <= quotient { throw .insufficientLiquidity(got: amount, available: (liquidity * start) >> 96) }
            return start - quotient
        }
        if amount.isZero { return start }
        let scaled = liquidity << 96
        let product = amount * start
        if product.bitWidth > 256 || scaled <= product {
            throw .insufficientLiquidity(got: amount, available: scaled / start)
        }
        return (scaled * start).ceilingDivided(by: scaled - product)
    }
}
