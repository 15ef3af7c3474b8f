import CanonicalJSON
import MarketData

/// What price sources signed: reports of prices and of candles, as read from files of one JSON object a line.
///
/// The page <doc:OracleFiles> gives the format. Reading is total on any bytes and checks no signature.
public struct OracleFile: Sendable, Hashable {
    /// Reports of prices, in the order of the file.
    public private(set) var prices: [SignedPriceReport] = []
    /// Signatures over candles, in the order of the file.
    public private(set) var candles: [SignedMarketDigest] = []

    /// The most lines that one file may hold.
    public static let mostLines = 1 << 20

    /// A file of these.
    public init(prices: [SignedPriceReport] = [], candles: [SignedMarketDigest] = []) {
        self.prices = prices
        self.candles = candles
    }

    /// Reads a file.
    ///
    /// - Throws: ``OracleFileError`` naming the line.
    public init(fileBytes bytes: [UInt8]) throws(OracleFileError) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count <= Self.mostLines else { throw .tooMany(got: lines.count, most: Self.mostLines) }
        for (index, line) in lines.enumerated() where !line.isEmpty {
            do throws(JSONError) {
                try read(JSONValue.read(Array(line)))
            } catch {
                throw .malformed(line: index + 1, reason: error.message)
            }
        }
    }

    /// Adds what another file holds.
    public mutating func add(_ other: OracleFile) {
        prices += other.prices
        candles += other.candles
    }

    private mutating func read(_ value: JSONValue) throws(JSONError) {
        var object = try JSONObjectReader(value)
        let kind = try object.string("kind")
        let version = try object.integer("version")
        guard version == 1 else {
            throw JSONError(.wrongValue(expected: "1", got: "\(version)"), at: .path("version"))
        }
        let source = try object.hexBytes("source", count: 32)
        let time = Timestamp(milliseconds: try Self.milliseconds(&object))
        let signature = try object.hexBytes("signature", count: 64)
        switch kind {
        case "price":
            let asset = try Self.asset("asset", &object)
            let quote = try Self.asset("quote", &object)
            let units = try object.string("price")
            guard let decimal = try? ExactDecimal(units), let price = try? Price(rounding: decimal),
                price.description == units
            else { throw JSONError(.wrongValue(expected: "a price", got: units), at: .path("price")) }
            prices.append(
                SignedPriceReport(
                    source: source,
                    asset: asset,
                    quote: quote,
                    time: time,
                    price: price,
                    signature: signature
                )
            )
        case "candles":
            let digest = try object.hexBytes("candles", count: 32)
            guard let digest = ContentDigest(bytes: digest) else { return }
            candles.append(
                SignedMarketDigest(source: source, time: time, candles: digest, signature: signature)
            )
        default:
            throw JSONError(.wrongValue(expected: "price or candles", got: kind), at: .path("kind"))
        }
        try object.finish()
    }

    private static func milliseconds(_ object: inout JSONObjectReader) throws(JSONError) -> Int64 {
        let text = try object.string("time")
        guard let time = try? Timestamp(text), time.description == text else {
            throw JSONError(.wrongValue(expected: "a time as this program writes it", got: text), at: .path("time"))
        }
        return time.milliseconds
    }

    private static func asset(_ name: String, _ object: inout JSONObjectReader) throws(JSONError) -> Asset {
        let text = try object.string(name)
        guard let asset = try? Asset(text) else {
            throw JSONError(.wrongValue(expected: "an asset's symbol", got: text), at: .path(name))
        }
        return asset
    }

    /// The file's bytes: a canonical JSON object a line, prices first.
    public var fileBytes: [UInt8] {
        var bytes: [UInt8] = []
        for report in prices {
            bytes +=
                JSONValue.object([
                    JSONMember("kind", .string("price")), JSONMember("version", .integer(1)),
                    JSONMember("source", .hex(report.source)), JSONMember("asset", .string(report.asset.symbol)),
                    JSONMember("quote", .string(report.quote.symbol)),
                    JSONMember("time", .string(report.time.description)),
                    JSONMember("price", .string(report.price.description)),
                    JSONMember("signature", .hex(report.signature)),
                ]).canonicalBytes + [UInt8(ascii: "\n")]
        }
        for report in candles {
            bytes +=
                JSONValue.object([
                    JSONMember("kind", .string("candles")), JSONMember("version", .integer(1)),
                    JSONMember("source", .hex(report.source)), JSONMember("time", .string(report.time.description)),
                    JSONMember("candles", .hex(report.candles.bytes)), JSONMember("signature", .hex(report.signature)),
                ]).canonicalBytes + [UInt8(ascii: "\n")]
        }
        return bytes
    }
}
