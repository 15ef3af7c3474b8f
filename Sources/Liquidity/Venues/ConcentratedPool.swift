public import BigIntegers

/// A pool whose liquidity stands in ranges of prices: Uniswap v3 and v4 without hooks, and what descends from them.
///
/// Prices are root prices √(token 1 per token 0)·2⁹⁶; liquidity changes only at initialised ticks. Swaps walk from tick to tick,
/// and over uninitialised stretches in strides of 256 spacings, because the contract rounds at the end of each.
public struct ConcentratedPool: Sendable, Hashable {
    /// The root price √(token 1 per token 0)·2⁹⁶.
    public let rootPrice: BigInteger

    /// The tick in which the price stands; at a tick's own price it may be the one below.
    public let tick: Int

    /// The liquidity at the price.
    public let liquidity: BigInteger

    /// The fee on the input, in millionths.
    public let fee: Int

    /// How far ticks stand apart.
    public let tickSpacing: Int

    /// The initialised ticks in rising order.
    public let initializedTicks: [Int]

    /// What is added to the liquidity where a rising price crosses each of ``initializedTicks``.
    public let liquidityChanges: [BigInteger]

    /// Creates a pool.
    ///
    /// - Parameters:
    ///   - rootPrice: The root price √(token 1 per token 0)·2⁹⁶, in the range of the contract.
    ///   - tick: The tick of the price; nothing for the one that the price says.
    ///   - liquidity: The liquidity at the price: 0 to 2¹²⁸ − 1.
    ///   - fee: The fee on the input, in millionths: 0 to 999,999.
    ///   - tickSpacing: 1 to 16,383.
    ///   - liquidityChanges: For each initialised tick, a multiple of the spacing, what a rising price adds to the liquidity there.
    /// - Throws: ``LiquidityError/unusableParameter(name:got:expected:)``.
    public init(
        rootPrice: BigInteger,
        tick: Int? = nil,
        liquidity: BigInteger,
        fee: Int,
        tickSpacing: Int,
        liquidityChanges: [Int: BigInteger]
    ) throws(LiquidityError) {
        guard rootPrice >= TickMath.minimumRoot, rootPrice < TickMath.maximumRoot else {
            throw .unusableParameter(
                name: "root price",
                got: "\(rootPrice)",
                expected: "\(TickMath.minimumRoot) to less than \(TickMath.maximumRoot)"
            )
        }
        let implied = TickMath.tick(ofRoot: rootPrice)
        // A swap that ends on a tick from above leaves the pool in the tick below.
        guard let tick = tick ?? implied as Int?,
            tick == implied || (tick == implied - 1 && TickMath.root(ofTick: implied) == rootPrice)
        else {
            throw .unusableParameter(name: "tick", got: "\(tick ?? implied)", expected: "\(implied), of the root price")
        }
        guard !liquidity.isNegative, liquidity.bitWidth <= 128 else {
            throw .unusableParameter(name: "liquidity", got: "\(liquidity)", expected: "0 to 2^128 - 1")
        }
        guard (0..<1_000_000).contains(fee) else {
            throw .unusableParameter(name: "fee", got: "\(fee)", expected: "0 to 999999 millionths")
        }
        guard (1..<16_384).contains(tickSpacing) else {
            throw .unusableParameter(name: "tick spacing", got: "\(tickSpacing)", expected: "1 to 16383")
        }
        for (index, change) in liquidityChanges {
            guard TickMath.ticks.contains(index), index.isMultiple(of: tickSpacing), change.bitWidth <= 127 else {
                throw .unusableParameter(
                    name: "tick \(index)",
                    got: "\(change)",
                    expected: "a multiple of \(tickSpacing) within ±887272, and a change below 2^127"
                )
            }
        }
        self.rootPrice = rootPrice
        self.tick = tick
        self.liquidity = liquidity
        self.fee = fee
        self.tickSpacing = tickSpacing
        let sorted = liquidityChanges.sorted { $0.key < $1.key }
        initializedTicks = sorted.map(\.key)
        self.liquidityChanges = sorted.map(\.value)
    }

    /// The liquidity of a pool of positions, as `liquidityChanges` and the liquidity at `tick`.
    ///
    /// - Parameters:
    ///   - positions: Ranges of ticks, the upper one excluded, with their liquidity.
    ///   - tick: The tick of the price.
    public static func liquidity(
        of positions: [(range: Range<Int>, liquidity: BigInteger)],
        at tick: Int
    ) -> (changes: [Int: BigInteger], atTick: BigInteger) {
        var changes: [Int: BigInteger] = [:]
        var atTick = BigInteger()
        for (range, liquidity) in positions {
            changes[range.lowerBound, default: 0] += liquidity
            changes[range.upperBound, default: 0] -= liquidity
            if range.contains(tick) { atTick += liquidity }
        }
        return (changes, atTick)
    }

    /// The pool with another price and liquidity, ticks unchanged.
    private init(_ other: ConcentratedPool, rootPrice: BigInteger, tick: Int, liquidity: BigInteger) {
        self.rootPrice = rootPrice
        self.tick = tick
        self.liquidity = liquidity
        fee = other.fee
        tickSpacing = other.tickSpacing
        initializedTicks = other.initializedTicks
        liquidityChanges = other.liquidityChanges
    }
}

// MARK: - Swaps

extension ConcentratedPool {
    /// What is fixed of a swap.
    public enum Order: Sendable, Hashable {
        /// The input, fee included.
        case input(BigInteger)
        /// The output.
        case output(BigInteger)
    }

    /// What a swap did.
    public struct Swap: Sendable, Hashable {
        /// What entered the pool, fee included.
        public let amountIn: BigInteger
        /// What left the pool.
        public let amountOut: BigInteger
        /// The pool afterwards.
        public let pool: ConcentratedPool
    }

    /// Swaps until the order is filled, the limit is reached, or prices end; less may be filled than was ordered.
    ///
    /// - Parameters:
    ///   - order: The input or the output, in units: 1 to 2²⁵⁵ − 1.
    ///   - input: The token that enters: 0 lets the price fall, 1 lets it rise.
    ///   - limit: The root price not to cross; nothing for the end of the range.
    /// - Throws: ``LiquidityError/unusablePriceLimit(got:)``, ``LiquidityError/unusableAmount(got:)``,
    ///   ``LiquidityError/overflow(bits:)`` if ticks add up to a liquidity that no pool can have.
    /// - Note: Source: Uniswap v3 core, `UniswapV3Pool.swap`.
    public func swapping(
        _ order: Order,
        from input: Int,
        limit: BigInteger? = nil
    ) throws(LiquidityError) -> Swap {
        try checkPair(input, 1 - input)
        let isFalling = input == 0
        let limit = limit ?? (isFalling ? TickMath.minimumRoot + 1 : TickMath.maximumRoot - 1)
        guard
            isFalling
                ? limit < rootPrice && limit > TickMath.minimumRoot
                : limit > rootPrice && limit < TickMath.maximumRoot
        else { throw .unusablePriceLimit(got: limit) }
        var remaining: BigInteger
        switch order {
        case .input(let amount): remaining = amount
        case .output(let amount): remaining = -amount
        }
        if remaining.isZero || remaining.bitWidth > 255 || order.isNegative { throw .unusableAmount(got: remaining) }
        let isExactInput = !remaining.isNegative
        var (root, tick, liquidity) = (rootPrice, tick, liquidity)
        var (totalIn, totalOut) = (BigInteger(), BigInteger())
        while !remaining.isZero, root != limit {
            let (next, change) = nextTick(from: tick, isFalling: isFalling)
            let nextRoot = TickMath.root(ofTick: next)
            let target = isFalling ? max(nextRoot, limit) : min(nextRoot, limit)
            let start = root
            if liquidity.isZero {
                // Nothing is traded where nothing stands.
                root = target
            } else {
                let step = try RangeSwapStep(
                    from: root,
                    towards: target,
                    liquidity: liquidity,
                    remaining: remaining,
                    fee: BigInteger(fee)
                )
                root = step.root
                totalIn += step.amountIn + step.fee
                totalOut += step.amountOut
                if isExactInput { remaining -= step.amountIn + step.fee } else { remaining += step.amountOut }
            }
            if root == nextRoot {
                if let change {
                    liquidity += isFalling ? -change : change
                    if liquidity.isNegative || liquidity.bitWidth > 128 { throw .overflow(bits: 128) }
                }
                tick = isFalling ? next - 1 : next
            } else if root != start {
                tick = TickMath.tick(ofRoot: root)
            }
        }
        let pool = ConcentratedPool(self, rootPrice: root, tick: tick, liquidity: liquidity)
        return Swap(amountIn: totalIn, amountOut: totalOut, pool: pool)
    }

    /// The next initialised tick within the contract's word of 256 spacings, else the end of the word; clamped to the range.
    private func nextTick(from tick: Int, isFalling: Bool) -> (tick: Int, change: BigInteger?) {
        let place = Int((Double(tick) / Double(tickSpacing)).rounded(.down))
        let word = 256 * tickSpacing
        if isFalling {
            let index = upperBound(of: tick) - 1
            let end = (place >> 8) * word
            if index >= 0, initializedTicks[index] >= end { return (initializedTicks[index], liquidityChanges[index]) }
            return (max(end, TickMath.ticks.lowerBound), nil)
        }
        let index = upperBound(of: tick)
        let end = ((place + 1) >> 8) * word + 255 * tickSpacing
        if index < initializedTicks.count, initializedTicks[index] <= end {
            return (initializedTicks[index], liquidityChanges[index])
        }
        return (min(end, TickMath.ticks.upperBound), nil)
    }

    /// The position of the first initialised tick above `tick`.
    private func upperBound(of tick: Int) -> Int {
        var (low, high) = (0, initializedTicks.count)
        while low < high {
            let middle = (low + high) / 2
            if initializedTicks[middle] <= tick { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ConcentratedPool.Order {
    fileprivate var isNegative: Bool {
        switch self {
        case .input(let amount), .output(let amount): amount.isNegative
        }
    }
}

extension ConcentratedPool: SwapVenue {
    /// Two.
    public var tokenCount: Int { 2 }

    /// The units of token `output` that are paid out for `amount` units of token `input`.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if the pool cannot take all of `amount`.
    public func amountOut(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger
    {
        try checkPair(input, output)
        let swap = try swapping(.input(amount), from: input)
        if swap.amountIn < amount { throw .insufficientLiquidity(got: amount, available: swap.amountIn) }
        return swap.amountOut
    }

    /// The units of token `input` that the pool asks for `amount` units of token `output`.
    ///
    /// - Throws: ``LiquidityError/insufficientLiquidity(got:available:)`` if the pool cannot give all of `amount`.
    public func amountIn(for amount: BigInteger, from input: Int, to output: Int) throws(LiquidityError) -> BigInteger {
        try checkPair(input, output)
        let swap = try swapping(.output(amount), from: input)
        if swap.amountOut < amount { throw .insufficientLiquidity(got: amount, available: swap.amountOut) }
        return swap.amountIn
    }
}
