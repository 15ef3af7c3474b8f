import MarketData
import Regimes
import TestSupport

/// Candles for tests: simulated ones, and those of the reference files.
enum SampleMarket {
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    /// A candle from four prices in decimal text.
    static func candle(_ time: Int64, _ prices: [String]) throws -> Candle {
        try Candle(
            openTime: Timestamp(milliseconds: time),
            open: ExactDecimal(prices[0]),
            high: ExactDecimal(prices[1]),
            low: ExactDecimal(prices[2]),
            close: ExactDecimal(prices[3]),
            volume: .zero
        )
    }

    /// Hourly candles of a price whose volatility is high in every third stretch of twenty days; `missing` hours left out.
    static func hourly(days: Int, seed: UInt64, missing: Set<Int> = []) throws -> CandleSeries {
        var random = SplitMix64(seed: seed)
        var price = 1_000_000
        var candles: [Candle] = []
        for hour in 0..<days * 24 {
            let scale = hour / 480 % 3 == 2 ? 0.02 : 0.004
            let open = price
            price = max(1_000, Int(Double(price) * (1 + scale * Double.random(in: -1...1, using: &random))))
            let high = max(open, price) + Int.random(in: 0...500, using: &random)
            let low = min(open, price) - Int.random(in: 0...500, using: &random)
            guard !missing.contains(hour) else { continue }
            candles.append(try candle(Int64(hour) * self.hour, [open, high, low, price].map(String.init)))
        }
        return try CandleSeries(asset: Asset("BTC"), interval: hour, candles: candles)
    }

    /// A file of reference candles, stamps shifted back by `shift` to opening times.
    static func file(_ name: String, interval: Int64, shift: Int64 = 0) throws -> CandleSeries {
        let candles = try Fixtures.rows((Fixtures.shared ?? "") + "/data/" + name).map { row in
            let time = try Timestamp(row["timestamp"] ?? "").milliseconds - shift
            return try candle(time, ["open", "high", "low", "close"].map { row[$0] ?? "" })
        }
        return try CandleSeries(asset: Asset("BTC"), interval: interval, candles: candles)
    }
}
