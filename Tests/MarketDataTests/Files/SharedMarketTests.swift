import FoundationEssentials
import MarketData
import Testing

/// Real candle files lie outside of the repository: `BALLAST_SHARED`, else `../shared`. Without them these tests are skipped.
private let sharedData: String = {
    let named = ProcessInfo.processInfo.environment["BALLAST_SHARED"]
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    return (named ?? repository.deletingLastPathComponent().appendingPathComponent("shared").path) + "/data"
}()

@Suite("Real markets", .enabled(if: FileManager.default.fileExists(atPath: sharedData)))
struct SharedMarketTests {
    @Test(
        "reads every hourly file with its five gaps of twelve bars and its one bar of zero volume",
        arguments: ["ADA", "AVAX", "BNB", "BTC", "DOGE", "DOT", "ETH", "LINK", "LTC", "SOL", "TRX", "XRP"]
    )
    func readsHourlyFiles(symbol: String) throws {
        let path = "\(sharedData)/crypto_1h_binance_\(symbol)USDT_2021_2023.csv"
        let series = try #require(try CandleFile.read(path, asset: Asset(symbol)).first)
        let first = ["BTC", "ETH"].contains(symbol) ? "2021-04-04T20:00:00Z" : "2021-04-04T21:00:00Z"
        let last = symbol == "BTC" ? "2023-12-30T20:00:00Z" : "2023-12-30T21:00:00Z"
        #expect(series.interval == 3_600_000)
        #expect(series.openTime.description == first)
        #expect(series.closeTime.description == last)
        #expect(series.gaps.count == 5)
        #expect(series.missingBars == 12)
        #expect(series.gaps.map(\.missingBars).max() == 4)
        #expect(series.candles.count { $0.volume == .zero } == 1)
        let daily = try series.resampled(to: 86_400_000)
        #expect(daily.bars.count == 1_001)
        #expect(daily.bars.count { !$0.isComplete } == 7)
    }

    @Test("reads fifteen assets of exponents and eleven decimals from one file")
    func readsDailyFile() throws {
        let path = "\(sharedData)/crypto_daily_cmc_2013_2021.csv"
        let all = try CandleFile.read(path)
        #expect(all.count == 15)
        #expect(all.reduce(0) { $0 + $1.candles.count } == 32_073)
        #expect(all.allSatisfy { $0.interval == 86_400_000 })
        #expect(all.reduce(0) { $0 + $1.gaps.count } == 3)
        #expect(all.reduce(0) { $0 + $1.candles.count { $0.volume == .zero } } == 639)
        let doge = try #require(all.first { $0.asset.symbol == "DOGE" })
        #expect(try CandleFile.read(path, asset: doge.asset) == [doge])
        #expect(doge.candles.contains { $0.low == (try? ExactDecimal("9.8339697e-05")) })
    }

    @Test("reads fourteen years of days without a gap, and minutes stamped at their close")
    func readsOtherFiles() throws {
        let daily = try CandleFile.read("\(sharedData)/btc_daily_bitstamp_coinbase_2011_2025.csv", asset: Asset("BTC"))[
            0
        ]
        #expect(daily.candles.count == 5_152)
        #expect(daily.gaps.isEmpty)
        #expect(daily.candles.count { $0.volume == .zero } == 33)
        let path = "\(sharedData)/btc_perp_1m_202112_202202.csv"
        let minutes = try CandleFile.read(path, asset: Asset("BTC"), stamps: .close)[0]
        #expect(minutes.candles.count == 45_031)
        #expect(minutes.interval == 60_000)
        #expect(minutes.openTime.description == "2021-12-31T23:00:00Z")
        #expect(minutes.closeTime.description == "2022-02-01T05:31:00Z")
    }

    @Test("names the market of 2021 to 2023 by one digest, whatever the order of files")
    func digestsTheMarket() throws {
        let series = try ["BTC", "ETH", "SOL"].map { symbol in
            try CandleFile.read("\(sharedData)/crypto_1h_binance_\(symbol)USDT_2021_2023.csv", asset: Asset(symbol))[0]
        }
        var forward = try MarketDigest(series: series)
        var backward = try MarketDigest(series: series.reversed())
        var time = try Timestamp("2022-01-01")
        for _ in 0..<365 {
            _ = forward.digest(through: time)
            time = time.adding(milliseconds: 86_400_000)
        }
        #expect(forward.digest(through: time) == backward.digest(through: time))
        let snapshot = try PriceSnapshot(time: time, assets: series.map(\.asset), quote: Asset("USD"), series: series)
        #expect(snapshot.prices.count == 3)
    }
}
