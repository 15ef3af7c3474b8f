public import MarketData

/// Order books read from CSV text.
///
/// Two forms, told apart by the header. *Ours* is one book, a line a level, the best of each side first:
///
/// ```
/// side,price,size
/// bid,2682.81,2.088
/// ask,2682.82,16.3339
/// ```
///
/// The other is one book a line, as recorders write them: `timestamp,bid_px_0,bid_qty_0,ask_px_0,ask_qty_0,bid_px_1,…`, columns
/// in any order, levels numbered from 0; an empty pair of fields is no level. Prices and sizes are decimals of at most 8 places,
/// positive. Books without a level, crossed books, sides that are not sorted from the best outwards, and sizes of 0 are refused
/// with their line.
public enum BookFile {
    /// A book and when it stood so.
    public struct Snapshot: Sendable, Hashable {
        /// The stamp, where the file has one.
        public let time: Timestamp?
        /// The book.
        public let book: OrderBook
    }

    /// The most levels of one side, and the most books of one file.
    public static let mostLevels = 5_000
    /// The most books that one file may hold.
    public static let mostBooks = 1_000_000

    /// Reads every book of a file.
    ///
    /// - Parameters:
    ///   - text: The file.
    ///   - takerFee: The fee that all its books charge.
    /// - Throws: ``BookFileError`` with the line.
    public static func read(_ text: String, takerFee: PartsPerMillion = .zero) throws(BookFileError) -> [Snapshot] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let header = lines.first, !header.isEmpty else { throw .empty }
        let names = fields(header)
        let rows = lines.enumerated().dropFirst().filter { !$0.element.isEmpty }
        guard !rows.isEmpty else { throw .empty }
        if names == ["side", "price", "size"] { return [try levels(rows, takerFee)] }
        let columns = try Columns(names)
        guard rows.count <= mostBooks else { throw .tooLarge(limit: mostBooks) }
        var snapshots: [Snapshot] = []
        for (index, line) in rows { snapshots.append(try snapshot(fields(line), columns, line: index + 1, takerFee)) }
        return snapshots
    }

    /// Where a wide file has its levels.
    private struct Columns {
        var time: Int?
        /// Price and size of each level, the best first.
        var bids: [(price: Int, size: Int)] = []
        var asks: [(price: Int, size: Int)] = []
        let count: Int

        init(_ names: [Substring]) throws(BookFileError) {
            var places: [Substring: Int] = [:]
            for (index, name) in names.enumerated() {
                guard places.updateValue(index, forKey: name) == nil else { throw .unknownHeader(String(name)) }
            }
            time = places["timestamp"]
            count = names.count
            for level in 0..<BookFile.mostLevels {
                let bid = (places["bid_px_\(level)"], places["bid_qty_\(level)"])
                let ask = (places["ask_px_\(level)"], places["ask_qty_\(level)"])
                if let price = bid.0, let size = bid.1 { bids.append((price, size)) }
                if let price = ask.0, let size = ask.1 { asks.append((price, size)) }
                if bid.0 == nil, ask.0 == nil { break }
            }
            guard !bids.isEmpty || !asks.isEmpty else { throw .unknownHeader(names.joined(separator: ",")) }
        }
    }

    private static func fields(_ line: Substring) -> [Substring] {
        line.split(separator: ",", omittingEmptySubsequences: false)
    }

    private static func levels(
        _ rows: [(offset: Int, element: Substring)],
        _ takerFee: PartsPerMillion
    ) throws(BookFileError) -> Snapshot {
        var (bids, asks): ([BookLevel], [BookLevel]) = ([], [])
        for (index, line) in rows {
            let row = fields(line)
            guard row.count == 3 else { throw .fieldCount(line: index + 1, got: row.count, expected: 3) }
            let level = try level(row[1], row[2], line: index + 1)
            switch row[0] {
            case "bid": bids.append(level)
            case "ask": asks.append(level)
            default: throw .unusableField(line: index + 1, got: String(row[0]), expected: "`bid` or `ask`")
            }
        }
        guard bids.count <= mostLevels, asks.count <= mostLevels else { throw .tooLarge(limit: mostLevels) }
        return Snapshot(time: nil, book: try book(bids, asks, line: rows.first.map { $0.offset + 1 } ?? 2, takerFee))
    }

    private static func snapshot(
        _ row: [Substring],
        _ columns: Columns,
        line: Int,
        _ takerFee: PartsPerMillion
    ) throws(BookFileError) -> Snapshot {
        guard row.count == columns.count else {
            throw .fieldCount(line: line, got: row.count, expected: columns.count)
        }
        var time: Timestamp?
        if let column = columns.time {
            guard let stamp = try? Timestamp(String(row[column])) else {
                throw .unusableField(line: line, got: String(row[column]), expected: "an ISO-8601 time")
            }
            time = stamp
        }
        var sides: [[BookLevel]] = []
        for places in [columns.bids, columns.asks] {
            var levels: [BookLevel] = []
            for place in places where !(row[place.price].isEmpty && row[place.size].isEmpty) {
                levels.append(try level(row[place.price], row[place.size], line: line))
            }
            sides.append(levels)
        }
        return Snapshot(time: time, book: try book(sides[0], sides[1], line: line, takerFee))
    }

    private static func book(
        _ bids: [BookLevel],
        _ asks: [BookLevel],
        line: Int,
        _ takerFee: PartsPerMillion
    ) throws(BookFileError) -> OrderBook {
        guard !bids.isEmpty || !asks.isEmpty else { throw .noLevel(line: line) }
        do {
            return try OrderBook(bids: bids, asks: asks, takerFee: takerFee)
        } catch {
            throw .unusableBook(line: line, error)
        }
    }

    private static func level(_ price: Substring, _ size: Substring, line: Int) throws(BookFileError) -> BookLevel {
        guard let units = exact(price), let price = Price(units: units) else {
            throw .unusableField(line: line, got: String(price), expected: "a positive price of at most 8 decimals")
        }
        guard let size = exact(size) else {
            throw .unusableField(line: line, got: String(size), expected: "a size of at least 0, of at most 8 decimals")
        }
        return BookLevel(price: price, size: size)
    }

    /// A decimal in units of 10⁻⁸, if it is a whole number of them.
    private static func exact(_ text: Substring) -> UInt64? {
        guard let decimal = try? ExactDecimal(String(text)), !decimal.isNegative,
            let floor = decimal.scaled(byPowerOfTen: 8, rounding: .down),
            decimal.scaled(byPowerOfTen: 16, rounding: .down).map({ $0 == floor * 100_000_000 }) ?? false
        else { return nil }
        return UInt64(exactly: floor)
    }
}

/// Why a file holds no books. Each says the line.
public enum BookFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing but a header, or not even that.
    case empty
    /// A header of neither form.
    case unknownHeader(String)
    /// A line with too many or too few fields.
    case fieldCount(line: Int, got: Int, expected: Int)
    /// A field that is not what stands there.
    case unusableField(line: Int, got: String, expected: String)
    /// A line whose fields are all empty.
    case noLevel(line: Int)
    /// Levels that make no book: crossed, unsorted, or with a size of 0.
    case unusableBook(line: Int, LiquidityError)
    /// More levels or books than are read.
    case tooLarge(limit: Int)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .empty: "no books: expected a header and a line at least"
        case .unknownHeader(let got):
            "header `\(got.prefix(80))`: expected `side,price,size`, or `timestamp,bid_px_0,bid_qty_0,ask_px_0,ask_qty_0,…`"
        case .fieldCount(let line, let got, let expected): "line \(line): \(got) fields, expected \(expected)"
        case .unusableField(let line, let got, let expected): "line \(line): got `\(got)`, expected \(expected)"
        case .noLevel(let line): "line \(line): no level on either side, expected one at least"
        case .unusableBook(let line, let error): "line \(line): \(error)"
        case .tooLarge(let limit): "too large: at most \(limit) are read"
        }
    }
}
