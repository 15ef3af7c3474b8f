import BigIntegers
import CanonicalJSON
import TestSupport
import Testing

@testable import Liquidity

@Suite("A stable pool")
struct StableSwapPoolTests {
    @Test("computes D and balances as Curve's contract does")
    func agreesOnCurve() throws {
        let vectors = try Fixtures.engine("amm_curve_ng")
        let rules = StableSwapPool.Rules.curveNextGeneration(offPegMultiplier: 0)
        for vector in try vectors.elements("get_D") {
            let curve = StableCurve(amplification: try vector.integer("amp"), precision: 100, rules: rules)
            #expect(try curve.invariant(of: vector.integers("xp")) == vector.integer("D"))
        }
        for vector in try vectors.elements("get_y") {
            let curve = StableCurve(amplification: try vector.integer("amp"), precision: 100, rules: rules)
            var balances = try vector.integers("xp")
            balances[try vector.int("i")] = try vector.integer("x")
            let balance = try curve.balance(of: vector.int("j"), others: balances, invariant: vector.integer("D"))
            #expect(balance == (try vector.integer("y")))
        }
    }

    @Test("stays with Curve's contract through sequences of swaps, its share of the fees set aside")
    func followsCurve() throws {
        var swapCount = 0
        for vector in try Fixtures.engine("amm_curve_ng").elements("pools") {
            var pool = try StableSwapPool(
                balances: vector.integers("initial"),
                rates: vector.integers("rate_multipliers"),
                amplification: vector.integer("A") * 100,
                fee: vector.integer("fee_1e10"),
                rules: .curveNextGeneration(offPegMultiplier: vector.integer("offpeg_fee_multiplier_1e10"))
            )
            #expect(try pool.invariant() == vector.integer("lp_minted"))
            for swap in try vector.elements("swaps") {
                #expect(pool.balances == (try swap.integers("balancesBefore")))
                let (paid, after) = try pool.swapping(
                    swap.integer("dx"),
                    from: swap.int("i"),
                    to: swap.int("j"),
                    adminShare: 5_000_000_000
                )
                #expect(paid == (try swap.integer("exchange_out")))
                #expect(after.balances == (try swap.integers("balancesAfter")))
                pool = after
                swapCount += 1
            }
        }
        #expect(swapCount == 60)
    }

    @Test("quotes as Balancer's contract does, in both directions")
    func agreesWithBalancer() throws {
        let swaps = try Fixtures.engine("amm_balancer_v2").elements("stable_onSwap")
        #expect(swaps.count == 43)
        for swap in swaps {
            let balances = try swap.integers("balances")
            let pool = try StableSwapPool(
                balances: balances,
                rates: balances.map { _ in 1_000_000_000_000_000_000 },
                amplification: swap.integer("amp") * swap.integer("AMP_PRECISION"),
                fee: swap.integer("swapFee"),
                rules: .balancer(.roundedUp)
            )
            let (amount, i, j) = (try swap.integer("amount"), try swap.int("i"), try swap.int("j"))
            let isGivenIn = try swap.text("kind") == "GIVEN_IN"
            let quote =
                try isGivenIn ? pool.amountOut(for: amount, from: i, to: j) : pool.amountIn(for: amount, from: i, to: j)
            #expect(quote == (try swap.integer("result")))
        }
    }

    private static func random(_ seed: UInt64) throws -> (pool: StableSwapPool, random: SplitMix64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 2...4, using: &random)
        let unit = BigInteger(1_000_000_000_000_000_000)
        let choices: [StableSwapPool.Rules] = [
            .curveClassic, .curveNextGeneration(offPegMultiplier: 20_000_000_000), .balancer(.roundedDown),
        ]
        let rules = choices[Int.random(in: 0..<3, using: &random)]
        let pool = try StableSwapPool(
            balances: (0..<count).map { _ in BigInteger(UInt64.random(in: 1_000...100_000_000, using: &random)) * unit
            },
            rates: (0..<count).map { _ in unit },
            amplification: BigInteger(UInt64.random(in: 10...2_000, using: &random)) * rules.amplificationPrecision,
            fee: rules.feeUnit / BigInteger(UInt64.random(in: 1_000...10_000, using: &random)),
            rules: rules
        )
        return (pool, random)
    }

    @Test("asks an input that buys what was asked for, and for Curve the least", arguments: UInt64(0)..<60)
    func inverts(seed: UInt64) throws {
        var (pool, random) = try Self.random(seed)
        let wanted = pool.balances[1] / BigInteger(UInt64.random(in: 2...1_000_000, using: &random))
        let asked = try pool.amountIn(for: wanted, from: 0, to: 1)
        if case .balancer = pool.rules {
            // Its quotients lose some of their 18 decimals: a billionth is left of the 26 digits of the balances.
            let paid = try pool.amountOut(for: asked, from: 0, to: 1)
            #expect((paid - wanted).magnitude <= pool.balances[1] / 1_000_000_000)
        } else {
            #expect(try pool.amountOut(for: asked, from: 0, to: 1) >= wanted)
            #expect(try pool.amountOut(for: asked - 1, from: 0, to: 1) < wanted)
        }
    }

    @Test("traps on no state, however lopsided", arguments: UInt64(0)..<200)
    func isTotal(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func word() -> BigInteger {
            let bits = Int.random(in: 1...140, using: &random)
            return (BigInteger(UInt64.random(in: 1...UInt64.max, using: &random)) << bits) >> 64
        }
        let rules: [StableSwapPool.Rules] = [
            .curveClassic, .curveNextGeneration(offPegMultiplier: 30_000_000_000), .balancer(.roundedUp),
            .balancer(.roundedDown),
        ]
        for rule in rules {
            let unit = BigInteger(1_000_000_000_000_000_000)
            guard
                let pool = try? StableSwapPool(
                    balances: [word(), word(), word()],
                    rates: [unit, unit, unit],
                    amplification: rule.amplificationPrecision,
                    fee: 0,
                    rules: rule
                )
            else { continue }
            if let paid = try? pool.amountOut(for: word(), from: 0, to: 1) { #expect(paid < pool.balances[1]) }
            if let asked = try? pool.amountIn(for: word(), from: 1, to: 2) { #expect(!asked.isNegative) }
        }
    }

    @Test("refuses senseless figures")
    func refuses() {
        func pool(_ balances: [BigInteger], a: BigInteger = 100, fee: BigInteger = 0) throws -> StableSwapPool {
            try StableSwapPool(
                balances: balances,
                rates: balances.map { _ in 1_000_000_000_000_000_000 },
                amplification: a,
                fee: fee,
                rules: .curveClassic
            )
        }
        #expect(throws: LiquidityError.self) { try pool([1]) }
        #expect(throws: LiquidityError.self) { try pool([1, 0]) }
        #expect(throws: LiquidityError.self) { try pool([1, -1]) }
        #expect(throws: LiquidityError.self) { try pool([5, 5], a: 0) }
        #expect(throws: LiquidityError.self) { try pool([5, 5], fee: 10_000_000_000) }
        #expect(throws: LiquidityError.overflow(bits: 128)) { try pool([5, BigInteger(1) << 128]) }
    }
}
