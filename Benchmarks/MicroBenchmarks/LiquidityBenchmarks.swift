import Liquidity
import MarketData

/// Quotes of each kind of pool, and a route over a hundred pools.
func liquidityBenchmarks(_ bench: Bench) {
    do {
        try quoteBenchmarks(bench)
        try routingBenchmarks(bench)
    } catch {
        print("liquidity: \(error)")
    }
}

private func quoteBenchmarks(_ bench: Bench) throws {
    let product = try ConstantProductPool(reserve0: 16_231_137_593, reserve1: 2_571_336_301_536_722_443_178)
    bench.measure("liquidity/constant-product-quote", repetitions: 64) {
        // Each amount hangs on the quote before it.
        var amount: UInt128 = 100_000_000
        for _ in 0..<64 { amount = 100_000_000 + ((try? product.amountOut(for: amount, from: 0)) ?? 0) % 1_024 }
        consume(amount)
    }
    let weighted = try WeightedPool(
        balances: [2_596_148_429_267_413_814_265_248, 1_298_074_214_633_706_907_132_624],
        weights: [800_000_000_000_000_000, 200_000_000_000_000_000],
        fee: 3_000_000_000_000_000,
        decimals: [18, 18]
    )
    bench.measure("liquidity/weighted-quote") {
        consume(try? weighted.amountOut(for: 1_000_000_000_000_000_000, from: 0, to: 1))
    }
    let stable = try StableSwapPool(
        balances: [27_137_121_100_372_139_339_642_768, 27_662_471_158_553, 108_298_644_409_129],
        rates: [
            1_000_000_000_000_000_000, 1_000_000_000_000_000_000_000_000_000_000,
            1_000_000_000_000_000_000_000_000_000_000,
        ],
        amplification: 4_000,
        fee: 1_500_000,
        rules: .curveClassic
    )
    bench.measure("liquidity/stable-quote") {
        consume(try? stable.amountOut(for: 1_000_000_000_000_000_000, from: 0, to: 1))
    }
}

private func routingBenchmarks(_ bench: Bench) throws {
    var random = BenchRandom(seed: 1)
    let assets = try (0..<10).map { try Asset("T\($0)") }
    let venues = try (0..<100).map { index in
        let first = Int.random(in: 0..<10, using: &random)
        let second = (first + Int.random(in: 1..<10, using: &random)) % 10
        return try RoutingVenue.constantProduct(
            "pool \(index)",
            assets: [assets[first], assets[second]],
            reserves: (0..<2).map { _ in Double.random(in: 50...1_000, using: &random) },
            fee: 0.003
        )
    }
    let router = try Router(venues: venues)
    let prices = Dictionary(uniqueKeysWithValues: assets.map { ($0, Double.random(in: 0.01...1, using: &random)) })
    bench.measure("liquidity/route-arbitrage-100-pools") { consume(try? router.arbitrage(at: prices)) }
    bench.measure("liquidity/route-swap-100-pools") {
        consume(try? router.route(10, of: assets[0], to: assets[1]))
    }
}
