import FoundationEssentials
import MarketData
import TestSupport
import Testing

@Suite("Candle files")
struct CandleFileTests {
    private static let header = "timestamp,open,high,low,close,volume\n"
    private static let rows = "2024-01-01T00:00:00Z,2,3,1,2,5\n2024-01-01T01:00:00Z,2,3,1,2,5\n"

    private func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/candles/\(name)").path
    }

    private func refusal(_ text: String, asset: String? = "BTC") throws -> CandleError {
        let asset = try asset.map { try Asset($0) }
        let error = #expect(throws: CandleError.self) {
            try CandleFile.parse(Array(text.utf8), file: "x.csv", asset: asset)
        }
        return try #require(error)
    }

    @Test("reads one asset, declares its gap and takes a volume of zero")
    func readsOneAsset() throws {
        let series = try CandleFile.read(fixture("hourly-with-gap.csv"), asset: Asset("BTC"))
        #expect(series.count == 1)
        #expect(series[0].interval == 3_600_000)
        #expect(series[0].gaps == [CandleGap(firstMissing: try Timestamp("2024-01-01T03:00:00Z"), missingBars: 2)])
        #expect(series[0].candles[1].volume == .zero)
        #expect(series[0].candles[2].volume.description == "2000")
        #expect(series[0].candles[2].close.description == "119.99")
    }

    @Test("reads the same candles from quotes, CRLF, a byte order mark, Unix stamps and other columns")
    func readsOtherSpellings() throws {
        let plain = try CandleFile.read(fixture("hourly-with-gap.csv"), asset: Asset("BTC"))
        #expect(try CandleFile.read(fixture("hourly-quoted-crlf.csv"), asset: Asset("BTC")) == plain)
    }

    @Test("reads a column of assets, all or one")
    func readsAssetColumn() throws {
        let path = fixture("daily-two-assets.csv")
        let all = try CandleFile.read(path)
        #expect(all.map(\.asset.symbol) == ["ADA", "DOGE"])
        #expect(all.map(\.missingBars) == [0, 1])
        #expect(all[1].candles[0].low.description == "0.000098339697")
        #expect(try CandleFile.read(path, asset: Asset("DOGE")) == [all[1]])
        let error = #expect(throws: CandleError.self) { try CandleFile.read(path, asset: Asset("BTC")) }
        #expect(error?.flaw == .assetNotInFile(try Asset("BTC"), found: all.map(\.asset)))
    }

    @Test("reads rows of assets that take turns")
    func readsInterleavedAssets() throws {
        let text = """
            time,asset,open,high,low,close,volume
            2024-01-01,A,2,3,1,2,5
            2024-01-01,B,2,3,1,2,5
            2024-01-02,A,2,3,1,2,5
            2024-01-02,B,2,3,1,2,5
            """
        #expect(try CandleFile.parse(Array(text.utf8), file: "x.csv").map(\.candles.count) == [2, 2])
    }

    @Test("moves stamps of closing times back by one interval")
    func readsCloseStamps() throws {
        let path = fixture("hourly-with-gap.csv")
        let opened = try CandleFile.read(path, asset: Asset("BTC"))[0]
        let closed = try CandleFile.read(path, asset: Asset("BTC"), stamps: .close)[0]
        #expect(closed.openTime.description == "2023-12-31T23:00:00Z")
        #expect(closed.closeTime == opened.openTime.adding(milliseconds: 5 * 3_600_000))
        #expect(closed.gaps.map(\.missingBars) == opened.gaps.map(\.missingBars))
    }

    @Test(
        "tells the unit of a Unix stamp by its magnitude",
        arguments: [
            "1704067200", "1704067200.000", "1704067200000", "1704067200000000", "1704067200000000000", "1.7040672e9",
        ]
    )
    func readsUnixStamps(stamp: String) throws {
        let series = try CandleFile.parse(
            Array("\(Self.header)\(stamp),2,3,1,2,5".utf8),
            file: "x.csv",
            asset: Asset("BTC"),
            interval: 60_000
        )
        #expect(series[0].openTime.description == "2024-01-01T00:00:00Z")
    }

    @Test(
        "refuses stamps that are not a time or finer than a millisecond",
        arguments: [
            "", "20240101", "-1704067200", "1704067200.0001", "1704067200000001", "1e40", "2024-1-1", "x", "nan",
        ]
    )
    func refusesStamps(stamp: String) throws {
        let error = try refusal("\(Self.header)\(stamp),2,3,1,2,5\n")
        guard case .time = error.flaw else {
            Issue.record("got \(error)")
            return
        }
        #expect(error.location?.line == 2)
        #expect(error.location?.column == 1)
    }

    @Test(
        "points at the field that is wrong",
        arguments: [
            ("2024-01-01,x,3,1,2,5", 12, 1), ("2024-01-01,2,nan,1,2,5", 14, 3), ("2024-01-01,2,3,,2,5", 16, 1),
            ("2024-01-01,2,3,1,inf,5", 18, 3), ("2024-01-01,2,3,1,2,-5", 20, 2), ("2024-01-01,2,3,0,2,5", 16, 1),
            ("2024-01-01,-2,3,1,2,5", 12, 2), ("2024-01-01,2,1,3,2,5", 14, 1), ("2024-01-01,9,3,1,2,5", 12, 1),
            ("2024-01-01,2,3,1,0.5,5", 18, 3), ("2024-01-01,2,3,1,2", 18, 1), ("2024-01-01,2,3,1,2,5,6", 22, 1),
            ("2024-01-01,2,3,1,2, 5", 20, 2), ("\"2024-01-01,2,3,1,2,5", 1, 1), ("\"2024-01-01\"x,2,3,1,2,5", 13, 1),
            ("", 1, 1), ("2024-01-01,2,3,1,2,1e999", 20, 5), ("2024-01-01,2,3,\u{E9}\u{1F600},2,5", 16, 2),
        ]
    )
    func pointsAtTheField(row: String, column: Int, width: Int) throws {
        let error = try refusal(Self.header + "2023-12-31,2,3,1,2,5\n" + row + "\n2024-01-02,2,3,1,2,5\n")
        #expect(error.location?.line == 3)
        #expect(error.location?.column == column)
        #expect(error.location?.width == width)
    }

    @Test("refuses rows out of order, twice, or between the steps, by line")
    func refusesDisorder() throws {
        let time = { (text: String) throws in try Timestamp(text) }
        let unsorted = try refusal(Self.header + Self.rows + "2023-12-31,2,3,1,2,5\n")
        #expect(unsorted.location?.line == 4)
        #expect(
            try unsorted.flaw
                == .series(
                    Asset("BTC"),
                    .unsorted(index: 2, time: time("2023-12-31"), previous: time("2024-01-01T01:00:00Z"))
                )
        )
        let duplicate = try refusal(Self.header + Self.rows + "2024-01-01 01:00:00,2,3,1,2,5\n")
        #expect(try duplicate.flaw == .series(Asset("BTC"), .duplicate(index: 2, time: time("2024-01-01T01:00:00Z"))))
        let irregular = try refusal(
            Self.header + Self.rows + "2024-01-01T02:00:00Z,2,3,1,2,5\n2024-01-01T02:30:00Z,2,3,1,2,5\n"
        )
        #expect(irregular.location?.line == 5)
        #expect(irregular.flaw.message.contains("expected a multiple of 1h, got 30min"))
        let single = try refusal(Self.header + "2024-01-01,2,3,1,2,5\n")
        #expect(try single.flaw == .series(Asset("BTC"), .intervalUnknown))
    }

    @Test("refuses files without rows, columns or a known asset")
    func refusesWholeFiles() throws {
        #expect(try refusal("").flaw == .empty)
        #expect(try refusal("\n\r\n").flaw == .empty)
        #expect(try refusal(Self.header).flaw == .noRows)
        #expect(try refusal(Self.header + "\n\n").flaw == .noRows)
        #expect(try refusal(Self.header + Self.rows, asset: nil).flaw == .assetUnknown)
        let missing = try refusal("timestamp,open,high,low,volume\n1,2,3,4,5\n")
        #expect(missing.flaw == .missingColumn(.close, found: ["timestamp", "open", "high", "low", "volume"]))
        #expect(
            try refusal(Self.rows).flaw
                == .missingColumn(.timestamp, found: ["2024-01-01T00:00:00Z", "2", "3", "1", "2", "5"])
        )
        #expect(try refusal("date," + Self.header).flaw == .duplicateColumn(.timestamp, got: "timestamp"))
        let asset = try refusal("asset," + Self.header + "btc,2024-01-01,2,3,1,2,5\n", asset: nil)
        #expect(asset.flaw == .asset(.invalidSymbol(got: "btc")))
        let absent = #expect(throws: CandleError.self) {
            try CandleFile.read("/nonexistent/x.csv", asset: Asset("BTC"))
        }
        #expect(absent?.description == "/nonexistent/x.csv: error: cannot read the file: no such file or folder")
    }

    @Test("prints place, excerpt, underline and help")
    func printsErrors() throws {
        let error = try refusal(Self.header + Self.rows + "2024-01-01T02:00:00Z,2,3,1,3.5,5\r\n")
        #expect(
            error.description == """
                x.csv:4:28: error: close `3.5` is above high `3`
                  4 │ 2024-01-01T02:00:00Z,2,3,1,3.5,5
                    │                            ^^^
                    help: a candle needs prices above zero, low ≤ open ≤ high and low ≤ close ≤ high
                """
        )
    }

    @Test("gives series or an error for damaged files", arguments: UInt64(0)..<60)
    func isTotalOnDamage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let alphabet = Array(",\"\r\n0129eE+-.:TZ naABt".utf8) + [0xFF, 0x00, 0xEF, 0xC3]
        let asset = try Asset("BTC")
        let names = ["hourly-with-gap.csv", "hourly-quoted-crlf.csv", "daily-two-assets.csv"]
        let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(names[Int(seed % 3)]))))
        for _ in 0..<40 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                default: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...9, using: &random)))
                }
                if bytes.isEmpty { bytes = [byte] }
            }
            do {
                let series = try CandleFile.parse(bytes, file: "x.csv", asset: seed % 3 == 2 ? nil : asset)
                let again = Array(CandleFile.csvText(series).utf8)
                let only = series.count == 1 ? series[0].asset : nil
                #expect(
                    try CandleFile.parse(again, file: "x.csv", asset: only, interval: series.first?.interval) == series
                )
            } catch {
                #expect(error.description.hasPrefix("x.csv:"))
            }
        }
    }

    @Test("writes files that read back")
    func writesFiles() throws {
        let series = try CandleFile.read(fixture("daily-two-assets.csv"))
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "ballast-candles-\(ProcessInfo.processInfo.processIdentifier).csv"
        ).path
        try CandleFile.write(series, to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try CandleFile.read(path) == series)
        #expect(throws: CandleError.self) { try CandleFile.write(series, to: "/nonexistent/x.csv") }
    }
}
