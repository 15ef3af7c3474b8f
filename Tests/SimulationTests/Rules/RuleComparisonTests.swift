import BigIntegers
import Foundation
import MarketData
import Rebalancing
import Simulation
import Testing

/// Our half of `Benchmarks/Comparisons/compare_backtest.py`, which names the prices in `BALLAST_COMPARE_PRICES`, `[T][10]` Doubles as
/// little-endian bytes, and reads what is printed.
private let comparedPrices = ProcessInfo.processInfo.environment["BALLAST_COMPARE_PRICES"]

@Suite("Compared backtests", .enabled(if: comparedPrices != nil, "run by Benchmarks/Comparisons/compare_backtest.py"))
struct RuleComparisonTests {
    /// The prices, `[T·10]`.
    private func prices() throws -> [Double] {
        let bytes = try Data(contentsOf: URL(filePath: try #require(comparedPrices)))
        return bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: 8).map {
                Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
    }

    @Test("a policy of ten assets in exact integers, by the cycle that runs live")
    func timesPolicy() throws {
        let values = try prices()
        let bars = values.count / 10
        try #require(values.count == 10 * bars && bars > 1)
        let assets = try (0..<10).map { try Asset("A\($0)") }
        let start = try Timestamp("2020-01-01")
        let band = ToleranceBand(trigger: ExactFraction(20_000), destination: ExactFraction(0))
        let mandate = try Mandate(
            regime: "always",
            assets: assets,
            quote: Asset("USD"),
            targets: TargetWeights(assets.map { _ in PartsPerMillion(100_000) }),
            bands: assets.map { _ in band },
            triggersOnDrift: true,
            limits: TradingLimits(costCeiling: PartsPerMillion(10_000))
        )
        let rows = try (0..<bars).map { bar in
            try (0..<10).map { try #require(Price(units: UInt64((values[10 * bar + $0] * 1e8).rounded()))) }
        }
        let market = try BacktestMarket(
            assets: assets,
            quote: Asset("USD"),
            times: (0..<bars).map { start.adding(milliseconds: Int64($0) * 60_000) },
            prices: rows,
            regimes: [Int](repeating: 0, count: bars),
            labels: ["always"]
        )
        let backtest = try PolicyBacktest(
            mandates: [mandate],
            market: market,
            opening: PolicyBacktest.opening(worth: Money("1000000"), under: mandate, at: rows[0]),
            costs: [PartsPerMillion](repeating: PartsPerMillion(1_000), count: bars)
        )
        var best = Double.infinity
        for _ in 0..<2 {
            var run: PolicyRun?
            let time = try ContinuousClock().measure { run = try backtest.run() }.components
            best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
            let found = try #require(run)
            #expect(found.ledger.residual == 0 && found.equity.count == bars)
            print("comparison/policy:20%:target \(bars): \(best) final \(found.equity[bars - 1])")
            print("rebalances \(found.rebalances), closing \(found.ledger.closing)")
        }
    }

    @Test("ten assets, prices in memory, one thread")
    func timesRules() throws {
        let values = try prices()
        let bars = values.count / 10
        try #require(values.count == 10 * bars && bars > 1)
        let columns = (0..<10).map { asset in (0..<bars).map { values[10 * $0 + asset] } }
        let start = try Timestamp("2020-01-01")
        let market = try PriceMatrix(
            assets: (0..<10).map { try Asset("A\($0)") },
            times: (0..<bars).map { start.adding(milliseconds: Int64($0) * 60_000) },
            columns: columns
        )
        let backtest = try RuleBacktest(
            market: market,
            target: [Double](repeating: 0.1, count: 10),
            costs: .flat(0.001),
            opening: .cash(1_000_000)
        )
        for text in ["hold", "daily", "monthly", "band:20%:target", "band:5pp:edge", "te:4%:target"] {
            let rule = try RebalancingRule(text)
            var best = Double.infinity
            var run = backtest.run(rule)
            for _ in 0..<3 {
                let time = ContinuousClock().measure { run = backtest.run(rule) }.components
                best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
            }
            #expect(run.equity.count == bars)
            print("comparison/\(text) \(bars): \(best) final \(run.equity[bars - 1])")
        }
    }
}
