import Foundation
import MarketData
import TestSupport
import Testing

/// No bytes trap the readers of candles and of single values, and what is read is written and read back the same.
@Suite("Fuzzing market data")
struct CandleFuzzTests {
    private static let targets = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/candles")
        let files = try ["daily-two-assets", "hourly-quoted-crlf", "hourly-with-gap"].map {
            // The head of each file: a row more or less is no other case.
            Array(try Data(contentsOf: folder.appending(path: $0 + ".csv")).prefix(1_500))
        }
        let words = [
            "timestamp", "open", "asset", "volume", ",", "\n", "\r\n", "\"", "\"\"", "2024-02-29T00:00:00Z", "inf", "-",
            "1e-9", "BTC", "\u{FEFF}",
        ]
        let candles = FuzzTarget("candles", corpus: files, dictionary: words) { bytes, _ in
            let series = try CandleFile.parse(bytes, file: "fuzz.csv")
            let again = try CandleFile.parse(Array(CandleFile.csvText(series).utf8), file: "again.csv")
            #expect(again.map(\.candles) == series.map(\.candles) || series.count == 1)
        }
        let texts = [
            "2024-02-29T23:59:59.999Z", "1970-01-01", "12345.00000001", "18446744073709551615", "-1.5", "BTC.e-x",
        ]
        let values = FuzzTarget(
            "values",
            corpus: texts.map { Array($0.utf8) },
            dictionary: [".", "-", "T", "Z", "+", "e"]
        ) {
            bytes,
            _ in
            let text = String(decoding: bytes, as: UTF8.self)
            if let time = try? Timestamp(text) { #expect((try? Timestamp(time.description)) == time) }
            _ = try? Quantity(text)
            if let money = try? Money(text) { #expect((try? Money(money.description)) == money) }
            if let asset = try? Asset(text) { #expect(asset.symbol == text) }
        }
        return [candles, values]
    }

    @Test("mutations of the corpus never trap", arguments: 0..<2, UInt64(0)..<4)
    func smoke(target: Int, seed: UInt64) throws { try Self.targets.get()[target].run(seed: seed, count: 400) }

    @Test("for as long as was asked", .enabled(if: FuzzTarget.isLong), arguments: 0..<2)
    func long(target: Int) throws { try Self.targets.get()[target].runLong() }
}
