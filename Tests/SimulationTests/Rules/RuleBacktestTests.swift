import MarketData
import Testing

@testable import Simulation

@Suite("Rule backtests")
struct RuleBacktestTests {
    /// `bars` daily closes of `count` assets from 2024-01-01, each a random walk.
    static func walk(seed: UInt64, count: Int, bars: Int) throws -> PriceMatrix {
        var random = SplitMix64(seed: seed)
        let columns = (0..<count).map { _ in
            var price = Double.random(in: 1...1_000, using: &random)
            return (0..<bars).map { _ in
                price *= Double.random(in: 0.94...1.065, using: &random)
                return price
            }
        }
        let start = try Timestamp("2024-01-01T00:00:00Z")
        return try PriceMatrix(
            assets: (0..<count).map { try Asset("A\($0)") },
            times: (0..<bars).map { start.adding(milliseconds: Int64($0) * Timestamp.millisecondsPerDay) },
            columns: columns
        )
    }

    static func target(seed: UInt64, count: Int) -> [Double] {
        var random = SplitMix64(seed: seed ^ 0xABCD)
        let raw = (0..<count).map { _ in Double.random(in: 0.2...1, using: &random) }
        let sum = raw.reduce(0, +)
        return raw.map { $0 / sum }
    }

    static let texts = [
        "hold", "daily", "weekly", "monthly", "band:3pp:edge", "band:20%:half", "te:2%:target",
        "band:4pp:1pp:cooldown=9d",
    ]

    @Test("is invariant to the order of the assets", arguments: UInt64(0)..<8, texts)
    func orderOfAssets(seed: UInt64, text: String) throws {
        let count = 3 + Int(seed) % 5
        let market = try Self.walk(seed: seed, count: count, bars: 400)
        let target = Self.target(seed: seed, count: count)
        let order = Array((0..<count).reversed())
        let turned = try PriceMatrix(
            assets: order.map { market.assets[$0] },
            times: market.times,
            columns: order.map { index in market.times.indices.map { market.price(index, at: $0) } }
        )
        let rule = try RebalancingRule(text)
        let one = try RuleBacktest(market: market, target: target, costs: .flat(0.002), opening: .cash(1e6)).run(rule)
        let other = try RuleBacktest(
            market: turned,
            target: order.map { target[$0] },
            costs: .flat(0.002),
            opening: .cash(1e6)
        ).run(rule)
        // Sums in another order: a few units in the last place a bar.
        #expect(zip(one.equity, other.equity).allSatisfy { abs($0 / $1 - 1) < 1e-11 })
        #expect(one.tradeCount == other.tradeCount)
    }

    @Test("what is lost without costs is nothing, and fees explain the rest", arguments: UInt64(0)..<8, texts)
    func feesExplain(seed: UInt64, text: String) throws {
        let market = try Self.walk(seed: seed, count: 5, bars: 300)
        let target = Self.target(seed: seed, count: 5)
        let backtest = try RuleBacktest(market: market, target: target, costs: .flat(0.003), opening: .cash(1e6))
        let run = try backtest.run(RebalancingRule(text), recording: .trades)
        var quantities = [Double](repeating: 0, count: 5)
        var cash = 1e6
        var next = 0
        for bar in market.times.indices {
            while next < run.trades.count, run.trades[next].bar == bar {
                let trade = run.trades[next]
                quantities[trade.asset] += trade.quantity
                cash -= trade.quantity * trade.price + trade.fee
                next += 1
            }
            let value = cash + (0..<5).reduce(0) { $0 + quantities[$1] * market.price($1, at: bar) }
            #expect(abs(value / run.equity[bar] - 1) < 1e-10)
        }
        #expect(abs(run.trades.map(\.fee).reduce(0, +) - (run.cumulatedCost.last ?? 0)) < 1e-6)
        #expect(quantities.allSatisfy { $0 > -1e-9 })
    }

    @Test("after a trade to the edge no weight is outside its band", arguments: UInt64(0)..<16)
    func edgeIsInside(seed: UInt64) throws {
        let market = try Self.walk(seed: seed, count: 4, bars: 300)
        let target = Self.target(seed: seed, count: 4)
        let backtest = try RuleBacktest(market: market, target: target, costs: .flat(0), opening: .cash(1e6))
        let run = try backtest.run(RebalancingRule("band:2pp:edge"), recording: .trades)
        var quantities = [Double](repeating: 0, count: 4)
        var next = 0
        for bar in market.times.indices {
            while next < run.trades.count, run.trades[next].bar == bar {
                quantities[run.trades[next].asset] += run.trades[next].quantity
                next += 1
            }
            let value = (0..<4).reduce(0) { $0 + quantities[$1] * market.price($1, at: bar) }
            for index in 0..<4 {
                #expect(abs(quantities[index] * market.price(index, at: bar) / value - target[index]) <= 0.02 + 1e-9)
            }
        }
        #expect(run.rebalances > 1)
    }

    @Test("a calendar rule fires on neither the first bar, beyond the opening, nor the last")
    func calendarEnds() throws {
        // 2024-01-01 to 2024-03-01: the first of February counts, the first of March is the last bar.
        let market = try Self.walk(seed: 5, count: 3, bars: 61)
        let opened = try RuleBacktest(
            market: market,
            target: [0.5, 0.25, 0.25],
            costs: .flat(0.001),
            opening: .quantities([1, 1, 1])
        ).run(RebalancingRule("monthly"), recording: .trades)
        #expect(Set(opened.trades.map { market.times[$0.bar].civilDate.description }) == ["2024-02-01"])
        let weekly = try RuleBacktest(
            market: market,
            target: [0.5, 0.25, 0.25],
            costs: .flat(0.001),
            opening: .quantities([1, 1, 1])
        ).run(RebalancingRule("weekly"), recording: .trades)
        #expect(Set(weekly.trades.map { market.times[$0.bar].civilDate.weekday }) == [1])
        #expect(weekly.rebalances == 8)
    }

    @Test("no two rebalances are closer than the cooldown", arguments: UInt64(0)..<8)
    func cooldown(seed: UInt64) throws {
        let market = try Self.walk(seed: seed, count: 3, bars: 400)
        let run = try RuleBacktest(
            market: market,
            target: Self.target(seed: seed, count: 3),
            costs: .flat(0.001),
            opening: .cash(1e6)
        ).run(RebalancingRule("band:1pp:target:cooldown=10d"), recording: .trades)
        let bars = run.trades.map(\.bar).reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
        #expect(bars.count > 5)
        #expect(zip(bars, bars.dropFirst()).allSatisfy { $1 - $0 >= 10 })
    }

    @Test("cash takes the other side and pays nothing")
    func cashIsFree() throws {
        let times = try ["2024-01-01", "2024-01-02", "2024-01-03"].map { try Timestamp($0) }
        let market = try PriceMatrix(
            assets: [Asset("BTC"), Asset("USD")],
            times: times,
            columns: [[100, 150, 150], [1, 1, 1]]
        )
        let run = try RuleBacktest(
            market: market,
            target: [0.5, 0.5],
            costs: .flat(0.01),
            opening: .quantities([5, 500]),
            cash: Asset("USD")
        ).run(RebalancingRule("band:5pp"), recording: .trades)
        // V = 1250, w = 0.6: 125 of value leaves BTC, and the fee is 1% of the 125 / 0.99 that is sold for it.
        #expect(run.rebalances == 1)
        #expect(abs((run.cumulatedCost.last ?? 0) - 0.01 * 125 / 0.99) < 1e-9)
        #expect(abs((run.equity.last ?? 0) - (1250 - 0.01 * 125 / 0.99)) < 1e-9)
    }

    @Test("a tighter tracking-error limit trades more often, and none trades before the estimate has warmed up")
    func trackingError() throws {
        let market = try Self.walk(seed: 11, count: 4, bars: 1_000)
        let target = Self.target(seed: 11, count: 4)
        let backtest = try RuleBacktest(market: market, target: target, costs: .flat(0.001), opening: .cash(1e6))
        let counts = try ["te:1%", "te:3%", "te:9%"].map { text in
            let run = try backtest.run(RebalancingRule(text), recording: .trades)
            #expect(run.trades.allSatisfy { $0.bar == 0 || $0.bar >= CovarianceEstimate.warmUp })
            return run.rebalances
        }
        #expect(counts[0] > counts[1] && counts[1] > counts[2])
    }

    @Test("refuses prices that are none", arguments: [0.0, -1, .nan, .infinity])
    func badPrices(price: Double) throws {
        let asset = try Asset("BTC")
        let time = try Timestamp("2024-01-01")
        let error = #expect(throws: BacktestError.self) {
            try PriceMatrix(assets: [asset], times: [time], columns: [[price]])
        }
        guard case .priceNotPositive(asset, time, _) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("refuses targets, costs and openings that do not fit")
    func refusals() throws {
        let market = try Self.walk(seed: 1, count: 2, bars: 3)
        #expect(throws: BacktestError.targetWeights(sum: 0.75)) {
            try RuleBacktest(market: market, target: [0.5, 0.25], costs: .flat(0), opening: .cash(1))
        }
        #expect(throws: BacktestError.cost(got: 1)) {
            try RuleBacktest(market: market, target: [0.5, 0.5], costs: .flat(1), opening: .cash(1))
        }
        #expect(throws: BacktestError.openingValue(got: 0)) {
            try RuleBacktest(market: market, target: [0.5, 0.5], costs: .flat(0), opening: .cash(0))
        }
        #expect(throws: BacktestError.countMismatch(what: "costs", got: 1, expected: 3)) {
            try RuleBacktest(market: market, target: [0.5, 0.5], costs: .path([0]), opening: .cash(1))
        }
    }
}

@Suite("Projection onto a band box and the simplex")
struct BandProjectionTests {
    @Test("agrees with bisection on the multiplier", arguments: UInt64(0)..<200)
    func agreesWithBisection(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...12, using: &random)
        let target = RuleBacktestTests.target(seed: seed, count: count)
        let raw = (0..<count).map { _ in Double.random(in: 0...1, using: &random) }
        let sum = raw.reduce(0, +)
        let weights = raw.map { $0 / sum }
        let width = Double.random(in: 0.001...0.3, using: &random)
        let lower = target.map { max(0, $0 - width) }
        let upper = target.map { min(1, $0 + width) }
        var (low, high) = (-2.0, 2.0)
        for _ in 0..<200 {
            let shift = (low + high) / 2
            let total = (0..<count).reduce(0) { $0 + min(max(weights[$1] - shift, lower[$1]), upper[$1]) }
            if total > 1 { low = shift } else { high = shift }
        }
        var projected = weights
        BandProjection.project(&projected, lower: lower, upper: upper)
        #expect(abs(projected.reduce(0, +) - 1) <= 1e-14)
        for index in 0..<count {
            #expect(abs(projected[index] - min(max(weights[index] - low, lower[index]), upper[index])) <= 1e-14)
        }
    }
}
