import Foundation
import MarketData
import Simulation
import Testing

/// Our half of `Benchmarks/Comparisons/compare_backtest.py`, which names the prices in `BALLAST_COMPARE_PRICES`, `[T][10]` Doubles as
/// little-endian bytes, and reads what is printed.
private let comparedPrices = ProcessInfo.processInfo.environment["BALLAST_COMPARE_PRICES"]

@Suite("Compared backtests", .enabled(if: comparedPrices != nil, "run by Benchmarks/Comparisons/compare_backtest.py"))
struct RuleComparisonTests {
    @Test("ten assets, prices in memory, one thread")
    func timesRules() throws {
        let bytes = try Data(contentsOf: URL(filePath: try #require(comparedPrices)))
        let values = bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: 8).map {
                Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
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
