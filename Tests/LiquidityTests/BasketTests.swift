import BigIntegers
import Liquidity
import MarketData
import TestSupport
import Testing

@Suite("A basket")
struct BasketTests {
    /// Pools of constant product among four assets, some with gas.
    private struct Market {
        let assets: [Asset]
        let prices: [Asset: Double]
        let venues: [RoutingVenue]
        let holdings: [Asset: Double]
        let weights: [Asset: Double]

        init(seed: UInt64, gas: Bool) throws {
            var random = SplitMix64(seed: seed)
            let assets = try ["A", "B", "C", "D"].map { try Asset($0) }
            let worth = (0..<4).map { _ in Double.random(in: 0.1...100, using: &random) }
            var venues: [RoutingVenue] = []
            for first in 0..<4 {
                for second in first + 1..<4 {
                    let size = Double.random(in: 1e5...1e7, using: &random)
                    venues.append(
                        try .constantProduct(
                            "pool \(first)\(second)",
                            assets: [assets[first], assets[second]],
                            reserves: [size / worth[first], size / worth[second]],
                            fee: 0.003,
                            gas: gas ? Double.random(in: 0...20, using: &random) : 0
                        )
                    )
                }
            }
            func shares() -> [Double] {
                let raw = (0..<4).map { _ in Double.random(in: 0.05...1, using: &random) }
                return raw.map { $0 / raw.reduce(0, +) }
            }
            let (held, wanted) = (shares(), shares())
            self.assets = assets
            prices = Dictionary(uniqueKeysWithValues: zip(assets, worth))
            self.venues = venues
            holdings = Dictionary(uniqueKeysWithValues: (0..<4).map { (assets[$0], held[$0] * 50_000 / worth[$0]) })
            weights = Dictionary(uniqueKeysWithValues: zip(assets, wanted))
        }
    }

    @Test("ends in the weights wanted, and proves that no trades leave more", arguments: UInt64(0)..<30)
    func reachesWeights(seed: UInt64) throws {
        let market = try Market(seed: seed, gas: seed % 2 == 1)
        let route = try Router(venues: market.venues).basket(
            from: market.holdings,
            to: market.weights,
            at: market.prices
        )
        #expect(route.value <= 50_000 && route.value > 48_000)
        #expect(route.upperBound - route.value <= 1e-7 * route.value)
        var after = market.holdings
        for leg in route.legs {
            for (asset, amount) in leg.tendered { after[asset, default: 0] -= amount }
            for (asset, amount) in leg.received { after[asset, default: 0] += amount }
        }
        let mix = route.value + route.gas
        for asset in market.assets {
            let wanted = mix * (market.weights[asset] ?? 0) / (market.prices[asset] ?? 1)
            #expect((after[asset] ?? 0) >= wanted * (1 - 1e-6), "\(asset)")
        }
        // Netted trades leave at least what selling everything into one asset and buying from it leaves.
        let reversed = try Router(venues: market.venues.reversed())
            .basket(from: market.holdings, to: market.weights, at: market.prices)
        #expect(abs(reversed.value - route.value) <= 1e-7 * route.value)
    }

    @Test("that is held already trades nothing", arguments: UInt64(0)..<10)
    func holdsStill(seed: UInt64) throws {
        let market = try Market(seed: seed, gas: false)
        let weights = market.holdings.mapValues { $0 }
            .reduce(into: [Asset: Double]()) { $0[$1.key] = $1.value * (market.prices[$1.key] ?? 0) / 50_000 }
        let route = try Router(venues: market.venues).basket(from: market.holdings, to: weights, at: market.prices)
        #expect(abs(route.value - 50_000) <= 1e-6 * 50_000)
        let moved = route.legs.reduce(0.0) { sum, leg in
            leg.tendered.reduce(sum) { $0 + $1.value * (market.prices[$1.key] ?? 0) }
        }
        #expect(moved <= 1e-4 * 50_000)
    }

    @Test("refuses what is no basket")
    func refuses() throws {
        let market = try Market(seed: 1, gas: false)
        let router = try Router(venues: market.venues)
        let (a, foreign) = (market.assets[0], try Asset("X"))
        #expect(throws: RoutingError.self) { try router.basket(from: [:], to: [a: 1], at: market.prices) }
        #expect(throws: RoutingError.self) { try router.basket(from: [a: -1], to: [a: 1], at: market.prices) }
        #expect(throws: RoutingError.self) { try router.basket(from: [a: 1], to: [a: 0.5], at: market.prices) }
        #expect(throws: RoutingError.self) { try router.basket(from: [a: 1], to: [a: 1], at: [:]) }
        #expect(throws: RoutingError.unroutable(from: a, to: foreign)) {
            try router.basket(from: [a: 1], to: [foreign: 1], at: [a: 1, foreign: 1])
        }
    }
}

@Suite("A pool listing")
struct PoolListingTests {
    private static func bytes(_ reserve: String) -> [UInt8] {
        Array(
            """
            {"reserves_token0": \(reserve), "reserves_token1": 2000000000000, "fee_token0": "3/1000",
             "tokens": [{"symbol": "WETH", "decimals": 18}, {"symbol": "USDC", "decimals": 6}]}
            """.utf8
        )
    }

    @Test("routes as the contract pays, to the rounding of a unit")
    func agreesWithContract() throws {
        let listing = try PoolListing(Self.bytes("1000000000000000000000"))
        let (ether, dollars) = (try Asset("WETH"), try Asset("USDC"))
        let route = try Router(venues: [listing.venue(named: "pool")]).route(10, of: ether, to: dollars)
        let paid = try #require(listing.paid(for: 10, of: ether, to: dollars))
        #expect(abs(route.value - paid) <= 1e-6 + 1e-9 * paid)
    }

    /// The range's own contract arithmetic rounds at 2⁻⁹⁶ and in units; the plan is exact but for doubles.
    @Test("with liquidity in ranges routes as the contract pays, across ticks", arguments: [0.001, 1, 50, 400])
    func agreesAcrossTicks(amount: Double) throws {
        let one = "1000000000000000000"
        let text = """
            {"scalars": {"sqrt_price_x96": 79228162514264337593543950336, "tick": 0, "liquidity": 3000\(one.dropFirst()),
              "fee": 3000, "tick_spacing": 60},
             "tick_data": {"-6000": [1000\(one.dropFirst()), 1000\(one.dropFirst())],
              "-600": [2000\(one.dropFirst()), 2000\(one.dropFirst())],
              "600": [2000\(one.dropFirst()), -2000\(one.dropFirst())],
              "6000": [1000\(one.dropFirst()), -1000\(one.dropFirst())]},
             "tokens": [{"symbol": "A", "decimals": 18}, {"symbol": "B", "decimals": 18}]}
            """
        let listing = try PoolListing(Array(text.utf8))
        let (a, b) = (try Asset("A"), try Asset("B"))
        for (input, output) in [(a, b), (b, a)] {
            let route = try Router(venues: [listing.venue(named: "pool")]).route(amount, of: input, to: output)
            let paid = try #require(listing.paid(for: amount, of: input, to: output))
            #expect(abs(route.value - paid) <= 1e-7 * paid, "\(route.value) for \(paid)")
        }
    }

    @Test("refuses an empty pool, and tokens that are not those of the balances")
    func refuses() throws {
        #expect(throws: PoolFileError.self) { try PoolListing(Self.bytes("0")) }
        #expect(throws: PoolFileError.self) {
            try PoolListing(
                Array(#"{"reserves_token0": 1, "reserves_token1": 1, "fee_token0": "0/1", "tokens": []}"#.utf8)
            )
        }
        #expect(throws: PoolFileError.self) { try PoolListing(Array("{}".utf8)) }
    }

    @Test("of a real pool routes within a millionth of what the chain pays", .enabled(if: Fixtures.marketData != nil))
    func agreesWithRealPools() throws {
        let folder = try #require(Fixtures.marketData)
        let orders: [(name: String, amounts: [Double])] = [
            ("state__uniswap__v2__wbtc_weth__17600000", [0.01, 1]),
            ("state__chain1__balancer_weighted_weth_bal", [0.01, 1]),
            ("state__chain1__balancer_weighted_usdc_weth", [0.01, 1]),
            ("state__uniswap__v3__wbtc_weth__17600000", [0.01, 1]),
            ("state__chain1__uniswap_v3_wbtc_weth_block_24407242", [0.01, 1]),
            ("state__chain1__curve_tripool_block_24407242", [10_000, 1_000_000]),
        ]
        for (name, amounts) in orders {
            let listing = try PoolListing(Fixtures.bytes("\(folder)/pools/\(name).json"))
            let (input, output) = (listing.assets[0], listing.assets[1])
            for amount in amounts {
                guard let paid = listing.paid(for: amount, of: input, to: output), paid > 1e-4 else { continue }
                let route = try Router(venues: [listing.venue(named: name)]).route(amount, of: input, to: output)
                #expect(abs(route.value - paid) <= 2e-6 * paid, "\(name) \(amount): \(route.value) for \(paid)")
            }
        }
    }
}
