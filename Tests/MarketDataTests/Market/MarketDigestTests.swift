import MarketData
import TestSupport
import Testing

@Suite("The digest of a market")
struct MarketDigestTests {
    private func market() throws -> [CandleSeries] {
        [
            try CandleSeries(asset: Asset("ETH"), interval: 10, candles: candles(at: [10, 20, 40])),
            try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: [0, 10, 20, 30])),
            try CandleSeries(asset: Asset("SOL"), interval: 20, candles: candles(at: [0, 20])),
        ]
    }

    @Test("is SHA-256 over the documented bytes")
    func isTheDocumentedHash() throws {
        var digest = try MarketDigest(series: market())
        for time: Int64 in [-1, 0, 10, 20, 25, 30, 40, 50, 1_000] {
            #expect(digest.digest(through: Timestamp(milliseconds: time)) == (try plainDigest(through: time)))
        }
    }

    @Test("does not depend on the order of assets nor on the times asked for before")
    func isAFunctionOfTheTime() throws {
        var forward = try MarketDigest(series: market())
        var backward = try MarketDigest(series: market().reversed())
        let times = stride(from: Int64(0), through: 60, by: 5).map { Timestamp(milliseconds: $0) }
        let one = times.map { forward.digest(through: $0) }
        let other = times.reversed().map { backward.digest(through: $0) }
        #expect(one == other.reversed())
        #expect(Set(one).count == 6)
    }

    @Test("changes with every value of a candle")
    func bindsEveryValue() throws {
        func digest(_ candle: Candle, interval: Int64 = 10, asset: String = "BTC") throws -> ContentDigest {
            var digest = try MarketDigest(series: [
                CandleSeries(asset: Asset(asset), interval: interval, candles: [candle])
            ])
            return digest.digest(through: Timestamp(milliseconds: 1_000))
        }
        func candle(_ time: Int64, _ texts: String...) throws -> Candle {
            let numbers = try texts.map { try ExactDecimal($0) }
            return try Candle(
                openTime: Timestamp(milliseconds: time),
                open: numbers[0],
                high: numbers[1],
                low: numbers[2],
                close: numbers[3],
                volume: numbers[4]
            )
        }
        let original = try candle(0, "5", "9", "1", "5", "7")
        let digests = [
            try digest(original), try digest(original, interval: 20), try digest(original, asset: "BTD"),
            try digest(candle(1, "5", "9", "1", "5", "7")), try digest(candle(0, "6", "9", "1", "5", "7")),
            try digest(candle(0, "5", "8", "1", "5", "7")), try digest(candle(0, "5", "9", "2", "5", "7")),
            try digest(candle(0, "5", "9", "1", "4", "7")), try digest(candle(0, "5", "9", "1", "5", "70")),
        ]
        #expect(Set(digests).count == digests.count)
        #expect(try digest(candle(0, "5.0", "9e0", "0.1e1", "5", "07.00")) == digests[0])
    }

    @Test("refuses an asset that is given twice")
    func refusesDuplicates() throws {
        let series = try market()
        #expect(throws: MarketError.duplicateAsset(try Asset("SOL"))) { try MarketDigest(series: series + [series[2]]) }
    }

    /// The plain version: sort everything, write it down, hash once.
    private func plainDigest(through time: Int64) throws -> ContentDigest {
        func little(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        var all: [(close: Int64, symbol: String, bytes: [UInt8])] = []
        for series in try market() {
            for candle in series.candles {
                let symbol = Array(series.asset.symbol.utf8)
                var bytes =
                    [UInt8(symbol.count)] + symbol + little(candle.openTime.milliseconds) + little(series.interval)
                for decimal in [candle.open, candle.high, candle.low, candle.close, candle.volume] {
                    bytes += little(decimal.significand) + little(Int32(decimal.exponent))
                }
                all.append((candle.openTime.milliseconds + series.interval, series.asset.symbol, bytes))
            }
        }
        all.sort { ($0.close, $0.symbol) < ($1.close, $1.symbol) }
        let closed = all.filter { $0.close <= time }.flatMap(\.bytes)
        return ContentDigest(hashing: Array("ballast candles v1".utf8) + closed)
    }
}

@Suite("Price snapshots")
struct PriceSnapshotTests {
    private func series() throws -> [CandleSeries] {
        [
            try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: [0, 10, 20])),
            try CandleSeries(asset: Asset("ETH"), interval: 10, candles: candles(at: [10, 20, 50])),
        ]
    }

    private func snapshot(_ time: Int64, _ symbols: String...) throws -> PriceSnapshot {
        try PriceSnapshot(
            time: Timestamp(milliseconds: time),
            assets: symbols.map { try Asset($0) },
            quote: Asset("USD"),
            series: series()
        )
    }

    @Test("takes the last close at or before the time, and 1 for the quote")
    func takesLastCloses() throws {
        let snapshot = try snapshot(29, "USD", "ETH", "BTC")
        #expect(snapshot.prices.map(\.units) == [100_000_000, 11_100_000_000, 11_100_000_000])
        #expect(try snapshot.price(of: Asset("BTC"))?.description == "111")
        #expect(try snapshot.price(of: Asset("SOL")) == nil)
    }

    @Test("takes a price as old as one bar, and none older")
    func refusesStalePrices() throws {
        #expect(try snapshot(40, "BTC").prices[0].units == 12_100_000_000)
        let error = #expect(throws: MarketError.self) { try snapshot(41, "BTC") }
        #expect(
            try error
                == .stalePrice(
                    Asset("BTC"),
                    time: Timestamp(milliseconds: 41),
                    lastClose: Timestamp(milliseconds: 30),
                    maximumAge: 10
                )
        )
    }

    @Test("refuses unknown assets, early times and duplicates")
    func refusesMissingPrices() throws {
        #expect(throws: MarketError.noCandles(try Asset("SOL"))) { try snapshot(29, "SOL") }
        #expect(throws: MarketError.noPriceYet(try Asset("ETH"), time: Timestamp(milliseconds: 19))) {
            try snapshot(19, "ETH")
        }
        #expect(throws: MarketError.duplicateAsset(try Asset("BTC"))) { try snapshot(29, "BTC", "BTC") }
        #expect(throws: MarketError.countMismatch(assets: 0, prices: 1)) {
            try PriceSnapshot(time: Timestamp(milliseconds: 0), assets: [], prices: [.one])
        }
    }
}
