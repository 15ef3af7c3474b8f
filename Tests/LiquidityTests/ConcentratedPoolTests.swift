import BigIntegers
import CanonicalJSON
import TestSupport
import Testing

@testable import Liquidity

@Suite("A concentrated pool")
struct ConcentratedPoolTests {
    @Test("stays with the Uniswap v3 contract through sequences of swaps, across ticks and gaps")
    func followsContract() throws {
        var swapCount = 0
        for vector in try Fixtures.engine("amm_univ3").elements("pools") {
            let positions = try vector.elements("mints").map { mint in
                (range: try mint.int("tickLower")..<mint.int("tickUpper"), liquidity: try mint.integer("liquidity"))
            }
            let tick = try vector.int("initTick")
            let (changes, atTick) = ConcentratedPool.liquidity(of: positions, at: tick)
            var pool = try ConcentratedPool(
                rootPrice: vector.integer("initSqrtPriceX96"),
                tick: tick,
                liquidity: atTick,
                fee: vector.int("fee"),
                tickSpacing: vector.int("tickSpacing"),
                liquidityChanges: changes
            )
            for swap in try vector.elements("swaps") {
                let isZeroForOne = try swap.member("zeroForOne").bool(at: "zeroForOne")
                let specified = try swap.integer("amountSpecified")
                let done = try pool.swapping(
                    specified.isNegative ? .output(-specified) : .input(specified),
                    from: isZeroForOne ? 0 : 1,
                    limit: swap.integer("sqrtPriceLimitX96")
                )
                let (amount0, amount1) = (try swap.integer("amount0"), try swap.integer("amount1"))
                #expect(done.amountIn == (isZeroForOne ? amount0 : amount1))
                #expect(done.amountOut == -(isZeroForOne ? amount1 : amount0))
                let after = try swap.member("after")
                #expect(done.pool.rootPrice == (try after.integer("sqrtPriceX96")))
                #expect(done.pool.tick == (try after.int("tick")))
                #expect(done.pool.liquidity == (try after.integer("liquidity")))
                pool = done.pool
                swapCount += 1
            }
        }
        #expect(swapCount == 96)
    }

    @Test("finds the tick of a root price as the contract does")
    func findsTicks() throws {
        for vector in try Fixtures.engine("amm_univ3").elements("tickAtSqrtPrice") {
            #expect(TickMath.tick(ofRoot: try vector.integer("sqrtPriceX96")) == (try vector.int("tick")))
        }
        #expect(TickMath.root(ofTick: -887_272) == TickMath.minimumRoot)
        #expect(TickMath.root(ofTick: 887_272) == TickMath.maximumRoot)
    }

    private static func random(_ seed: UInt64) throws -> (pool: ConcentratedPool, random: SplitMix64) {
        var random = SplitMix64(seed: seed)
        let spacing = [1, 10, 60, 200][Int.random(in: 0..<4, using: &random)]
        let tick = Int.random(in: -100_000...100_000, using: &random)
        let positions = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            let low = (tick / spacing + Int.random(in: -40...20, using: &random)) * spacing
            let high = low + Int.random(in: 1...60, using: &random) * spacing
            return (range: low..<high, liquidity: BigInteger(UInt64.random(in: 1...UInt64.max, using: &random)))
        }
        let (changes, atTick) = ConcentratedPool.liquidity(of: positions, at: tick)
        let pool = try ConcentratedPool(
            rootPrice: TickMath.root(ofTick: tick),
            liquidity: atTick,
            fee: Int.random(in: 0...10_000, using: &random),
            tickSpacing: spacing,
            liquidityChanges: changes
        )
        return (pool, random)
    }

    @Test("never pays back more than was put in, there and back", arguments: UInt64(0)..<60)
    func keepsValue(seed: UInt64) throws {
        var (pool, random) = try Self.random(seed)
        let input = Int.random(in: 0...1, using: &random)
        let amount = BigInteger(UInt64.random(in: 1...UInt64.max / 1_000, using: &random))
        let there = try pool.swapping(.input(amount), from: input)
        guard there.amountOut.signum() > 0 else { return }
        let back = try there.pool.swapping(.input(there.amountOut), from: 1 - input)
        #expect(back.amountOut <= there.amountIn)
    }

    @Test("pays no less for more, and asks an input that suffices", arguments: UInt64(0)..<60)
    func isMonotone(seed: UInt64) throws {
        var (pool, random) = try Self.random(seed)
        let input = Int.random(in: 0...1, using: &random)
        let amounts = (0..<2).map { _ in BigInteger(UInt64.random(in: 1...UInt64.max / 1_000, using: &random)) }
            .sorted()
        let paid = try amounts.map { try pool.swapping(.input($0), from: input).amountOut }
        #expect(paid[0] <= paid[1])
        guard paid[0].signum() > 0 else { return }
        let asked = try pool.swapping(.output(paid[0]), from: input)
        #expect(asked.amountOut == paid[0])
        #expect(asked.amountIn <= amounts[0])
    }

    @Test("fills what stands there and no more, and says so")
    func endsWithoutLiquidity() throws {
        let pool = try ConcentratedPool(
            rootPrice: BigInteger(1) << 96,
            liquidity: 0,
            fee: 3_000,
            tickSpacing: 60,
            liquidityChanges: [:]
        )
        let swap = try pool.swapping(.input(1_000), from: 0)
        #expect(swap.amountIn == 0 && swap.amountOut == 0)
        #expect(throws: LiquidityError.insufficientLiquidity(got: 1_000, available: 0)) {
            try pool.amountOut(for: 1_000, from: 1, to: 0)
        }
    }

    @Test("refuses senseless figures, and ticks that do not add up")
    func refuses() throws {
        let one = BigInteger(1) << 96
        func pool(
            _ root: BigInteger,
            tick: Int? = nil,
            liquidity: BigInteger = 1_000_000,
            fee: Int = 0,
            spacing: Int = 60,
            _ changes: [Int: BigInteger] = [:]
        ) throws -> ConcentratedPool {
            try ConcentratedPool(
                rootPrice: root,
                tick: tick,
                liquidity: liquidity,
                fee: fee,
                tickSpacing: spacing,
                liquidityChanges: changes
            )
        }
        #expect(throws: LiquidityError.self) { try pool(0) }
        #expect(throws: LiquidityError.self) { try pool(TickMath.maximumRoot) }
        #expect(throws: LiquidityError.self) { try pool(one, tick: 5) }
        #expect(throws: LiquidityError.self) { try pool(one, liquidity: -1) }
        #expect(throws: LiquidityError.self) { try pool(one, fee: 1_000_000) }
        #expect(throws: LiquidityError.self) { try pool(one, spacing: 0) }
        #expect(throws: LiquidityError.self) { try pool(one, [61: 5]) }
        #expect(throws: LiquidityError.overflow(bits: 128)) {
            try pool(one, [60: -2_000_000]).swapping(.input(1_000_000_000), from: 1)
        }
        #expect(throws: LiquidityError.unusablePriceLimit(got: one)) {
            try pool(one).swapping(.input(1), from: 0, limit: one)
        }
        #expect(throws: LiquidityError.unusableAmount(got: 0)) { try pool(one).swapping(.input(0), from: 0) }
        #expect(throws: LiquidityError.self) { try pool(one).swapping(.output(-1), from: 0) }
        #expect(throws: LiquidityError.self) { try pool(one).swapping(.input(1), from: 7) }
    }
}
