import MarketData
import TestSupport
import Testing

@testable import Attestations

@Suite("A file of signed reports")
struct OracleFileTests {
    private static let time = TestVault.start

    private func file() throws -> OracleFile {
        let signer = TestSigner(seed: 3).signer
        return OracleFile(
            prices: try TestVault.assets.prefix(2).map {
                try SignedPriceReport(
                    of: $0,
                    in: TestVault.assets[2],
                    at: Self.time,
                    price: #require(Price(units: 12_345)),
                    by: signer
                )
            },
            candles: [try SignedMarketDigest(of: ContentDigest(hashing: [1]), through: Self.time, by: signer)]
        )
    }

    @Test("reads what it wrote, and every report of it is authentic")
    func roundTrips() throws {
        let file = try file()
        let read = try OracleFile(fileBytes: file.fileBytes)
        #expect(read == file && read.fileBytes == file.fileBytes)
        #expect(read.prices.allSatisfy(\.isAuthentic) && read.candles.allSatisfy(\.isAuthentic))
        #expect(try OracleFile(fileBytes: []) == OracleFile())
    }

    @Test("covers every field with the signature")
    func bindsFields() throws {
        let report = try #require(try file().prices.first)
        func altered(
            source: [UInt8]? = nil,
            asset: Asset? = nil,
            quote: Asset? = nil,
            time: Timestamp? = nil,
            price: Price? = nil
        ) -> SignedPriceReport {
            SignedPriceReport(
                source: source ?? report.source,
                asset: asset ?? report.asset,
                quote: quote ?? report.quote,
                time: time ?? report.time,
                price: price ?? report.price,
                signature: report.signature
            )
        }
        #expect(altered().isAuthentic)
        for forged in [
            altered(source: TestSigner(seed: 4).publicKey), altered(asset: TestVault.assets[1]),
            altered(quote: TestVault.assets[1]), altered(time: report.time.adding(milliseconds: 1)),
            altered(price: Price(units: 12_346)), altered(source: []),
        ] { #expect(!forged.isAuthentic) }
        let mark = try #require(try file().candles.first)
        let other = SignedMarketDigest(
            source: mark.source,
            time: mark.time,
            candles: .zero,
            signature: mark.signature
        )
        #expect(!other.isAuthentic)
    }

    @Test(
        "names the line and what is wrong with it",
        arguments: [
            (#""kind":"price""#, #""kind":"rumour""#, "price or candles"),
            (#""version":1"#, #""version":2"#, "expected 1"),
            (#""price":"0.00012345""#, #""price":"0.000123450""#, "a price"),
            (#""price":"0.00012345""#, #""price":"-1""#, "a price"),
            (#""asset":"BTC""#, #""asset":"b""#, "symbol"),
            (#""time":"2022-01-01T00:00:00Z""#, #""time":"2022-01-01""#, "a time"),
            (#""quote":"USD""#, #""quote":"USD","more":1"#, "more"), (#""kind":"price","#, "", "kind"),
        ]
    )
    func refuses(part: String, replacement: String, words: String) throws {
        let text = String(decoding: try file().fileBytes, as: UTF8.self)
        let altered = text.replacing(part, with: replacement, maxReplacements: 1)
        #expect(altered != text)
        do {
            _ = try OracleFile(fileBytes: Array(altered.utf8))
            Issue.record("it was read")
        } catch {
            #expect(error.description.hasPrefix("line 1: ") && error.description.contains(words), "\(error)")
        }
    }

    @Test("never traps, whatever the bytes", arguments: UInt64(0)..<300)
    func survivesNoise(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = try file().fileBytes
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = .random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
            }
        }
        // Either it is refused, or whatever was read writes to something that reads the same.
        if let file = try? OracleFile(fileBytes: bytes) {
            #expect(try OracleFile(fileBytes: file.fileBytes) == file)
        }
        if let sources = try? OracleSources(fileBytes: bytes) { #expect(!sources.sources.isEmpty) }
    }

    @Test("a list of sources names each party once")
    func readsSources() throws {
        let keys = [1, 2].map { TestSigner(seed: $0).publicKey }
        let sources = try OracleSources([.init(name: "a", key: keys[0]), .init(name: "b", key: keys[1])])
        #expect(try OracleSources(fileBytes: sources.fileBytes) == sources)
        #expect(throws: OracleFileError.repeated("b", as: "a")) {
            try OracleSources([.init(name: "a", key: keys[0]), .init(name: "b", key: keys[0])])
        }
        for bad in [[], [("a", keys[0]), ("a", keys[1])], [("a", [1])]] as [[(String, [UInt8])]] {
            #expect(throws: OracleFileError.self) {
                try OracleSources(bad.map { .init(name: $0.0, key: $0.1) })
            }
        }
    }
}
