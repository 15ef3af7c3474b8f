import MarketData
import Testing

@testable import Simulation

@Suite("Markets of backtests")
struct BacktestMarketTests {
    private static func series(_ symbol: String, from day: Int64, days: Int, missing: Set<Int> = []) throws
        -> CandleSeries
    {
        let candles = try (0..<days).filter { !missing.contains($0) }.map { index in
            let price = ExactDecimal(Int64(100 + index))
            return try Candle(
                openTime: Timestamp(milliseconds: (day + Int64(index)) * Timestamp.millisecondsPerDay),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: .zero
            )
        }
        return try CandleSeries(asset: Asset(symbol), interval: Timestamp.millisecondsPerDay, candles: candles)
    }

    @Test("begins where the last asset does, and counts closes without a price of every asset as skipped")
    func staggered() throws {
        let market = try BacktestMarket(
            series: [
                Self.series("BTC", from: 100, days: 30), Self.series("ETH", from: 110, days: 20, missing: [4, 5, 6]),
            ],
            assets: [Asset("BTC"), Asset("ETH"), Asset("USD")],
            quote: Asset("USD"),
            label: "any"
        )
        #expect(market.times.first == Timestamp(milliseconds: 111 * Timestamp.millisecondsPerDay))
        #expect(market.times.last == Timestamp(milliseconds: 130 * Timestamp.millisecondsPerDay))
        // A close one bar old still serves: of three missing bars, two leave no price.
        #expect(market.skipped == 2)
        #expect(market.times.count == 18)
        #expect(market.prices.allSatisfy { $0[2] == .one })
    }

    @Test("spans that do not overlap are named")
    func disjoint() throws {
        #expect(
            throws: BacktestError.noCommonSpan(
                try Asset("ETH"),
                from: Timestamp(milliseconds: 300 * Timestamp.millisecondsPerDay),
                to: Timestamp(milliseconds: 310 * Timestamp.millisecondsPerDay),
                other: try Asset("BTC"),
                otherFrom: Timestamp(milliseconds: 100 * Timestamp.millisecondsPerDay),
                otherTo: Timestamp(milliseconds: 110 * Timestamp.millisecondsPerDay)
            )
        ) {
            try BacktestMarket(
                series: [Self.series("BTC", from: 100, days: 10), Self.series("ETH", from: 300, days: 10)],
                assets: [Asset("BTC"), Asset("ETH")],
                quote: Asset("USD"),
                label: "any"
            )
        }
    }

    @Test("an asset without candles is named")
    func missing() throws {
        #expect(throws: BacktestError.missingSeries(try Asset("SOL"))) {
            try BacktestMarket(
                series: [Self.series("BTC", from: 100, days: 10)],
                assets: [Asset("BTC"), Asset("SOL")],
                quote: Asset("USD"),
                label: "any"
            )
        }
    }
}
