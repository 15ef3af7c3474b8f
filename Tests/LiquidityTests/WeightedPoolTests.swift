import BigIntegers
import CanonicalJSON
import Liquidity
import TestSupport
import Testing

@Suite("A weighted pool")
struct WeightedPoolTests {
    @Test("quotes and refuses as the Balancer v2 contract does")
    func agreesWithContract() throws {
        let swaps = try Fixtures.engine("amm_balancer_v2").elements("weighted_onSwap")
        #expect(swaps.count == 121)
        for swap in swaps {
            let (weightIn, weightOut) = (try swap.integer("weightIn"), try swap.integer("weightOut"))
            let pool = try WeightedPool(
                balances: [swap.integer("balanceIn"), swap.integer("balanceOut")],
                weights: [weightIn, weightOut],
                fee: swap.integer("swapFee"),
                decimals: [18, 18]
            )
            let amount = try swap.integer("amount")
            let isGivenIn = try swap.text("kind") == "GIVEN_IN"
            let quote: Result<BigInteger, LiquidityError> = Result { () throws(LiquidityError) in
                if isGivenIn {
                    try pool.amountOut(for: amount, from: 0, to: 1)
                } else {
                    try pool.amountIn(for: amount, from: 0, to: 1)
                }
            }
            switch try swap.member("error") {
            case .null: #expect(try quote.get() == swap.integer("result"))
            default:
                guard case .failure(.exceedsShareOfBalance) = quote else {
                    Issue.record("expected a refusal, got \(quote)")
                    continue
                }
            }
        }
    }

    @Test("stays with the vault through a sequence of swaps")
    func followsVault() throws {
        for sequence in try Fixtures.engine("amm_balancer_v2").elements("weighted_vault_sequences") {
            let balances = try sequence.integers("init")
            var pool = try WeightedPool(
                balances: balances,
                weights: sequence.integers("weights"),
                fee: sequence.integer("swapFee"),
                decimals: balances.map { _ in 18 }
            )
            for swap in try sequence.elements("swaps") {
                #expect(pool.balances == (try swap.integers("before")))
                let (paid, after) = try pool.swapping(swap.integer("amountIn"), from: swap.int("i"), to: swap.int("j"))
                #expect(paid == (try swap.integer("amountOut")))
                #expect(after.balances == (try swap.integers("after")))
                pool = after
            }
        }
    }

    @Test("asks an input that buys what was asked for, but for the error of its powers", arguments: UInt64(0)..<60)
    func inverts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let weight = BigInteger(UInt64.random(in: 1...99, using: &random)) * 10_000_000_000_000_000
        let pool = try WeightedPool(
            balances: [
                BigInteger(UInt128.random(in: 1_000_000_000...(1 << 100), using: &random)),
                BigInteger(UInt128.random(in: 1_000_000_000...(1 << 100), using: &random)),
            ],
            weights: [weight, BigInteger(1_000_000_000_000_000_000) - weight],
            fee: BigInteger(UInt64.random(in: 0...10_000_000_000_000_000, using: &random)),
            decimals: [18, 18],
            powerVersion: Bool.random(using: &random) ? .logarithms : .exactSmallPowers
        )
        let wanted = pool.balances[1] / BigInteger(UInt64.random(in: 4...1_000_000, using: &random))
        guard let asked = try? pool.amountIn(for: wanted, from: 0, to: 1),
            let paid = try? pool.amountOut(for: asked, from: 0, to: 1)
        else { return }
        // Each direction adds 1e-14 of a power to the pool's favour; a ratio of weights of 99 enlarges that to at most 1e-11.
        #expect((paid - wanted).magnitude <= pool.balances[1] / 100_000_000_000 + 1)
    }

    @Test("pays no less for more", arguments: UInt64(0)..<40)
    func isMonotone(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pool = try WeightedPool(
            balances: [1_000_000_000_000, 3_000_000_000_000_000_000_000],
            weights: [800_000_000_000_000_000, 200_000_000_000_000_000],
            fee: 3_000_000_000_000_000,
            decimals: [6, 18]
        )
        let amounts = (0..<2).map { _ in BigInteger(UInt64.random(in: 1...300_000_000_000, using: &random)) }.sorted()
        #expect(
            try pool.amountOut(for: amounts[0], from: 0, to: 1) <= pool.amountOut(for: amounts[1], from: 0, to: 1)
        )
    }

    @Test("refuses senseless figures, and traps on no state")
    func refuses() throws {
        let half = BigInteger(500_000_000_000_000_000)
        func pool(_ balances: [BigInteger], _ weights: [BigInteger], fee: BigInteger = 0) throws -> WeightedPool {
            try WeightedPool(balances: balances, weights: weights, fee: fee, decimals: balances.map { _ in 18 })
        }
        #expect(throws: LiquidityError.self) { try pool([0, 1], [half, half]) }
        #expect(throws: LiquidityError.self) { try pool([1], [half]) }
        #expect(throws: LiquidityError.self) { try pool([1, 1], [half, half + half]) }
        #expect(throws: LiquidityError.self) { try pool([1, 1], [half, 0]) }
        #expect(throws: LiquidityError.self) { try pool([1, 1], [half, half], fee: half + half) }
        #expect(throws: LiquidityError.self) { try pool([1, BigInteger(1) << 256], [half, half]) }
        let huge = try pool([(BigInteger(1) << 256) - 1, 1], [half, half])
        #expect(throws: LiquidityError.overflow(bits: 256)) { try huge.amountOut(for: 1, from: 0, to: 1) }
        let tiny = try pool([1, 1], [half, half])
        #expect(throws: LiquidityError.self) { try tiny.amountIn(for: 1, from: 0, to: 1) }
    }
}
