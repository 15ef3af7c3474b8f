import MarketData
import TestSupport
import Testing

@testable import Liquidity

@Suite("The price before a trade")
struct MarginalPriceTests {
    private let (a, b, c): (Asset, Asset, Asset)

    init() throws { (a, b, c) = (try Asset("A"), try Asset("B"), try Asset("C")) }

    private func pool(_ name: String, _ assets: [Asset], _ reserves: [Double], fee: Double = 0) throws -> RoutingVenue {
        try .constantProduct(name, assets: assets, reserves: reserves, fee: fee)
    }

    @Test("of a pool is the ratio of its reserves less the fee, and of a path the product")
    func ofPaths() throws {
        let router = try Router(venues: [
            pool("ab", [a, b], [100, 400], fee: 0.01), pool("bc", [b, c], [10, 20]), pool("ac", [a, c], [100, 780]),
        ])
        #expect(abs((router.marginalPrice(of: a, in: b) ?? 0) - 3.96) < 1e-12)
        // A → B → C brings 3.96·2 = 7.92, A → C 7.8.
        #expect(abs((router.marginalPrice(of: a, in: c) ?? 0) - 7.92) < 1e-12)
        #expect(router.marginalPrice(of: a, in: a) == nil)
        #expect(try router.marginalPrice(of: a, in: Asset("D")) == nil)
    }

    @Test("of a book is its best level, one way alone")
    func ofBooks() throws {
        let book = try RoutingVenue.book(
            "book",
            input: a,
            output: b,
            levels: [(price: 2, size: 1), (price: 3, size: 1)],
            fee: 0.5
        )
        #expect(book.marginalRate(from: a, to: b) == 1.5 && book.marginalRate(from: b, to: a) == nil)
        let impact = try RoutingVenue.squareRootImpact(
            "impact",
            input: a,
            output: b,
            price: 4,
            impact: 0.1,
            size: 1,
            fee: 0.25
        )
        #expect(impact.marginalRate(from: a, to: b) == 3)
    }

    @Test("of ranges is that of the best range that still holds what is wanted")
    func ofRanges() throws {
        let ranges = try RoutingVenue.ranges(
            "ranges",
            assets: [a, b],
            ranges: [(reserves: [0, 50], offsets: [50, 50]), (reserves: [25, 0], offsets: [25, 200])],
            fee: 0
        )
        #expect(ranges.marginalRate(from: a, to: b) == 2)
        #expect(ranges.marginalRate(from: b, to: a) == 0.25)
    }

    @Test("is what an order brings in the limit, for every kind of venue", arguments: UInt64(0)..<40)
    func isTheLimit(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let reserves = (0..<2).map { _ in Double.random(in: 100...1_000, using: &random) }
        let fee = Double.random(in: 0...0.01, using: &random)
        let kinds = [
            try pool("p", [a, b], reserves, fee: fee),
            try RoutingVenue.weighted("w", assets: [a, b], reserves: reserves, weights: [1, 3], fee: fee),
            try RoutingVenue.stable("s", assets: [a, b], reserves: reserves, amplification: 50, fee: fee),
        ]
        for venue in kinds {
            let router = try Router(venues: [venue])
            let price = try #require(router.marginalPrice(of: a, in: b))
            let little = try router.route(1e-3, of: a, to: b).value / 1e-3
            #expect(abs(little / price - 1) < 1e-4, "\(venue.name)")
            // A single venue's price only falls with size.
            #expect(try router.route(50, of: a, to: b).value / 50 <= price * (1 + 1e-9))
        }
    }

    @Test("is exceeded only where pools are out of line with each other")
    func arbitrage() throws {
        let aligned = try Router(venues: [pool("1", [a, b], [100, 200]), pool("2", [a, b], [1_000, 2_000])])
        let price = try #require(aligned.marginalPrice(of: a, in: b))
        #expect(try aligned.route(10, of: a, to: b).value / 10 < price)
        let apart = try Router(venues: [pool("1", [a, b], [100, 200]), pool("2", [a, b], [1_000, 3_000])])
        let best = try #require(apart.marginalPrice(of: a, in: b))
        #expect(best == 3)
        #expect(try apart.route(0.1, of: a, to: b).value / 0.1 > best)
    }

    @Test("and the route itself do not depend on the order of a venue's assets", arguments: UInt64(0)..<20)
    func assetOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let assets = [a, b, c]
        func router(_ order: [Int], _ reserves: [[Double]], _ weights: [Double]) throws -> Router {
            try Router(
                venues: reserves.enumerated().map { index, reserves in
                    index % 2 == 0
                        ? try .weighted(
                            "\(index)",
                            assets: order.map { assets[$0] },
                            reserves: order.map { reserves[$0] },
                            weights: order.map { weights[$0] },
                            fee: 0.003
                        )
                        : try .stable(
                            "\(index)",
                            assets: order.map { assets[$0] },
                            reserves: order.map { reserves[$0] },
                            amplification: 20,
                            fee: 0.0004
                        )
                }
            )
        }
        let reserves = (0..<4).map { _ in (0..<3).map { _ in Double.random(in: 500...1_500, using: &random) } }
        let weights = [0.2, 0.3, 0.5]
        let first = try router([0, 1, 2], reserves, weights)
        let second = try router([2, 0, 1], reserves, weights)
        let (one, two) = (try first.route(30, of: a, to: b), try second.route(30, of: a, to: b))
        #expect(abs(one.value - two.value) <= 1e-8 * one.value)
        let (left, right) = (first.marginalPrice(of: a, in: b) ?? 0, second.marginalPrice(of: a, in: b) ?? 1)
        #expect(abs(left - right) <= 1e-12 * left)
    }
}
