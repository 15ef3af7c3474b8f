import CanonicalJSON
import Liquidity
import MarketData
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("A book file")
struct BookFileTests {
    private static let ours = """
        side,price,size
        bid,2682.81,2.088
        bid,2682.8,0.0487
        ask,2682.82,16.3339

        """

    @Test("of one level a line gives its levels exactly")
    func readsLevels() throws {
        let snapshot = try #require(try BookFile.read(Self.ours).first)
        #expect(snapshot.time == nil)
        #expect(snapshot.book.bids.map(\.price.units) == [268_281_000_000, 268_280_000_000])
        #expect(snapshot.book.asks.map(\.size) == [1_633_390_000])
    }

    @Test("of one book a line gives a book each, whatever the order of columns")
    func readsWideFiles() throws {
        let text =
            "bid_px_0,timestamp,ask_px_0,ask_qty_0,bid_qty_0,bid_px_1,bid_qty_1\r\n"
            + "100,2024-08-08T23:54:15Z,101,2,1,99,3\r\n100,2024-08-08T23:54:16Z,101,2,1,,\r\n"
        let snapshots = try BookFile.read(text)
        #expect(snapshots.map(\.book.bids.count) == [2, 1])
        #expect(snapshots[1].time == (try Timestamp("2024-08-08T23:54:16Z")))
    }

    @Test(
        "refuses what is no book, and says where",
        arguments: [
            ("", "no books"), ("side,price,size\n", "no books"), ("a,b\n1,2\n", "header `a,b`"),
            ("side,price,size\nbid,2,1\nbid,3,1\n", "falling prices"),
            ("side,price,size\nbid,3,1\nask,3,1\n", "a bid of 3 against an ask of 3"),
            ("side,price,size\nask,3,0\n", "a positive size"), ("side,price,size\nask,-3,1\n", "line 2: got `-3`"),
            ("side,price,size\nask,3,1\nask,4\n", "line 3: 2 fields"),
            ("bid_px_0,bid_qty_0\n3,1\n,\n", "line 3: no level on either side"),
            ("side,price,size\nsell,3,1\n", "expected `bid` or `ask`"),
            ("side,price,size\nask,3,0.000000001\n", "at most 8 decimals"),
            ("side,price,size\nask,nan,1\n", "got `nan`"), ("side,price,size\nask,0,1\n", "got `0`"),
            ("timestamp,bid_px_0,bid_qty_0\nyesterday,1,1\n", "an ISO-8601 time"),
        ] as [(String, String)]
    )
    func refuses(text: String, part: String) {
        #expect {
            try BookFile.read(text)
        } throws: { error in
            "\(error)".contains(part)
        }
    }

    @Test(
        "of a recorder is read whole",
        .enabled(if: Fixtures.marketData != nil),
        arguments: [
            "l2_binance_spot_BTCUSDT_20240808", "l2_binance_spot_ETHUSDT_20240808", "l2_binance_usdm_BTCUSDT_20240808",
            "l2_binance_usdm_ETHUSDT_20240808",
        ]
    )
    func readsRecordings(name: String) throws {
        let folder = try #require(Fixtures.marketData)
        let bytes = try Fixtures.bytes("\(folder)/\(name).csv")
        let snapshots = try BookFile.read(String(decoding: bytes, as: UTF8.self))
        #expect(snapshots.count >= 344)
        #expect(snapshots.allSatisfy { $0.book.bids.count == 20 && $0.book.asks.count == 20 && $0.time != nil })
    }
}
