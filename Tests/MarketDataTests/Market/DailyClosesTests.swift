import MarketData
import Testing

@Suite("Daily closes")
struct DailyClosesTests {
    private static let day = Timestamp.millisecondsPerDay

    /// Bars of `hours` from `from` hours after 1970 on, the close of each its number; `missing` are left out.
    private func series(
        _ symbol: String,
        hours: Int64,
        count: Int,
        from: Int64 = 0,
        missing: Set<Int> = []
    ) throws -> CandleSeries {
        let interval = hours * 3_600_000
        let candles = try (0..<count).filter { !missing.contains($0) }.map { number in
            let price = ExactDecimal(Int64(number + 1))
            return try Candle(
                openTime: Timestamp(milliseconds: from * 3_600_000 + Int64(number) * interval),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: ExactDecimal(1)
            )
        }
        return try CandleSeries(asset: Asset(symbol), interval: interval, candles: candles)
    }

    private func closes(_ days: Int, at hours: Int64, _ series: [CandleSeries]) throws -> [[Price]] {
        try DailyCloses(
            days: days,
            through: Timestamp(milliseconds: hours * 3_600_000),
            assets: [Asset("BTC"), Asset("USD")],
            quote: Asset("USD"),
            series: series
        ).prices
    }

    private func prices(_ units: UInt64...) -> [Price] { units.compactMap { Price(units: $0 * 100_000_000) } }

    @Test("are those of the bars that end at midnights, of daily and of hourly bars alike")
    func takesMidnights() throws {
        let expected = [prices(2, 3, 4), prices(1, 1, 1)]
        for hours in [96, 97, 119] as [Int64] {
            #expect(try closes(2, at: hours, [series("BTC", hours: 24, count: 9)]) == expected)
        }
        // The bars that end at hours 48, 72 and 96 are numbers 48, 72 and 96.
        #expect(
            try closes(2, at: 100, [series("BTC", hours: 1, count: 200)]) == [prices(48, 72, 96), prices(1, 1, 1)]
        )
    }

    @Test("name the asset and the midnight where one is missing, and fill in nothing")
    func refusesGaps() throws {
        let btc = try Asset("BTC")
        let second = Timestamp(milliseconds: 2 * Self.day)
        #expect(throws: MarketError.noClose(btc, at: second, days: 2)) {
            try closes(2, at: 96, [series("BTC", hours: 24, count: 9, missing: [1])])
        }
        #expect(throws: MarketError.noClose(btc, at: second, days: 2)) {
            try closes(2, at: 96, [series("BTC", hours: 1, count: 200, missing: [47])])
        }
        #expect(throws: MarketError.noClose(btc, at: Timestamp(milliseconds: 0), days: 4)) {
            try closes(4, at: 96, [series("BTC", hours: 24, count: 9)])
        }
        // Bars that never end at a midnight.
        #expect(throws: MarketError.self) { try closes(2, at: 96, [series("BTC", hours: 24, count: 9, from: 1)]) }
        #expect(throws: MarketError.noCandles(btc)) { try closes(2, at: 96, [series("ETH", hours: 24, count: 9)]) }
    }
}
