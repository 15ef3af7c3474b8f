import BigIntegers
import CanonicalJSON
import Liquidity
import TestSupport
import Testing

@Suite("A constant-product pool")
struct ConstantProductPoolTests {
    @Test("quotes what the Uniswap v2 contract accepts, and a unit more is what it refuses")
    func agreesWithContract() throws {
        let swaps = try Fixtures.engine("amm_univ2").elements("swaps")
        #expect(swaps.count == 40)
        for swap in swaps {
            let isZeroForOne = try swap.member("zeroForOne").bool(at: "zeroForOne")
            let (reserveIn, reserveOut) = (try swap.word("reserveIn"), try swap.word("reserveOut"))
            let pool = try ConstantProductPool(
                reserve0: isZeroForOne ? reserveIn : reserveOut,
                reserve1: isZeroForOne ? reserveOut : reserveIn
            )
            let amount = try swap.word("amountIn")
            let (paid, after) = try pool.swapping(amount, from: isZeroForOne ? 0 : 1)
            #expect(paid == (try swap.word("amountOut")))
            #expect(try swap.member("outAccepted").bool(at: "") && swap.member("outPlusOneReverts").bool(at: ""))
            #expect(after.reserve0 == (try swap.word("reserve0After")))
            #expect(after.reserve1 == (try swap.word("reserve1After")))
        }
    }

    @Test("mints the square root of the first deposit, less what is locked")
    func mintsFirstDeposit() throws {
        for mint in try Fixtures.engine("amm_univ2").elements("firstMint") {
            let minted = try ConstantProductPool.firstMint(mint.word("reserve0"), mint.word("reserve1"))
            #expect(minted == (try mint.integer("minted")))
        }
        #expect(throws: LiquidityError.insufficientLiquidity(got: 1_001, available: 1_000)) {
            try ConstantProductPool.firstMint(1_000, 1_000)
        }
    }

    private static func random(_ seed: UInt64) throws -> (pool: ConstantProductPool, random: SplitMix64) {
        var random = SplitMix64(seed: seed)
        let bits = Int.random(in: 1...112, using: &random)
        let ceiling = UInt128(1) << UInt128(bits) - 1
        let numerator = UInt64.random(in: 0..<100, using: &random)
        let denominators: [UInt64] = [1_000, 10_000, 1_000_000_000]
        let denominator = denominators[Int.random(in: 0..<3, using: &random)]
        let pool = try ConstantProductPool(
            reserve0: UInt128.random(in: 1...ceiling, using: &random),
            reserve1: UInt128.random(in: 1...ceiling, using: &random),
            fee: Bool.random(using: &random)
                ? .withinQuotient(numerator: numerator, denominator: denominator)
                : .beforeQuotient(numerator: numerator, denominator: denominator)
        )
        return (pool, random)
    }

    /// The quotient of the contract, written out in integers of any size.
    private func plainAmountOut(_ pool: ConstantProductPool, _ amount: UInt128, from input: Int) -> BigInteger {
        let reserveIn = BigInteger(input == 0 ? pool.reserve0 : pool.reserve1)
        let reserveOut = BigInteger(input == 0 ? pool.reserve1 : pool.reserve0)
        let (numerator, denominator) = (BigInteger(pool.fee.share.numerator), BigInteger(pool.fee.share.denominator))
        let amount = BigInteger(amount)
        switch pool.fee {
        case .withinQuotient:
            let net = amount * (denominator - numerator)
            return net * reserveOut / (reserveIn * denominator + net)
        case .beforeQuotient:
            let net = amount - amount * numerator / denominator
            return net * reserveOut / (reserveIn + net)
        }
    }

    @Test("gives the same answer in fixed-width words and in integers of any size", arguments: UInt64(0)..<400)
    func agreesWithExactIntegers(seed: UInt64) throws {
        var (pool, random) = try Self.random(seed)
        for input in [0, 1] {
            let room = ConstantProductPool.maximumReserve - (input == 0 ? pool.reserve0 : pool.reserve1)
            if room == 0 { continue }
            let amount = UInt128.random(in: 1...room, using: &random)
            let paid = try pool.amountOut(for: amount, from: input)
            #expect(BigInteger(paid) == plainAmountOut(pool, amount, from: input))
            #expect(BigInteger(paid) == (try pool.amountOut(for: BigInteger(amount), from: input, to: 1 - input)))
        }
    }

    @Test("never lets the product of the reserves fall, and asks an input that suffices", arguments: UInt64(0)..<200)
    func keepsProduct(seed: UInt64) throws {
        var (pool, random) = try Self.random(seed)
        let amount = UInt128.random(in: 1...max(1, pool.reserve0 / 2), using: &random)
        if amount <= ConstantProductPool.maximumReserve - pool.reserve0,
            try pool.amountOut(for: amount, from: 0) < pool.reserve1
        {
            let (_, after) = try pool.swapping(amount, from: 0)
            let product = BigInteger(after.reserve0) * BigInteger(after.reserve1)
            #expect(product >= BigInteger(pool.reserve0) * BigInteger(pool.reserve1))
        }
        guard pool.reserve1 > 1 else { return }
        let wanted = UInt128.random(in: 1..<pool.reserve1, using: &random)
        if let asked = try? pool.amountIn(for: wanted, to: 1) {
            #expect(try pool.amountOut(for: asked, from: 0) >= wanted)
        }
    }

    @Test("refuses empty and oversized reserves, senseless fees and amounts")
    func refuses() throws {
        for (a, b) in [(UInt128(0), UInt128(1)), (1, 0), (1 << 112, 1), (.max, .max)] {
            #expect(throws: LiquidityError.self) { try ConstantProductPool(reserve0: a, reserve1: b) }
        }
        for (n, d) in [(UInt64(1), UInt64(1)), (2, 1), (0, 0), (1, .max)] {
            #expect(throws: LiquidityError.self) {
                try ConstantProductPool(reserve0: 1, reserve1: 1, fee: .withinQuotient(numerator: n, denominator: d))
            }
        }
        let pool = try ConstantProductPool(reserve0: 1_000, reserve1: 1_000)
        #expect(throws: LiquidityError.unusableAmount(got: 0)) { try pool.amountOut(for: 0, from: 0) }
        #expect(throws: LiquidityError.unusableAmount(got: -1)) { try pool.amountOut(for: -1, from: 0, to: 1) }
        #expect(throws: LiquidityError.overflow(bits: 112)) { try pool.amountOut(for: .max, from: 0) }
        #expect(throws: LiquidityError.overflow(bits: 112)) {
            try pool.amountOut(for: BigInteger(1) << 200, from: 0, to: 1)
        }
        #expect(throws: LiquidityError.tokenOutOfRange(got: 2, count: 2)) { try pool.amountOut(for: 1, from: 2) }
        #expect(throws: LiquidityError.sameToken(1)) { try pool.amountOut(for: 5, from: 1, to: 1) }
        #expect(throws: LiquidityError.insufficientLiquidity(got: 1_000, available: 999)) {
            try pool.amountIn(for: 1_000, to: 1)
        }
    }
}
