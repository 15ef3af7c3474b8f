/// What is wrong with a candle file, and where: prints as the person at the prompt needs it.
public struct CandleError: Error, Hashable, Sendable {
    /// A place in the file.
    public struct Location: Hashable, Sendable {
        /// The line, from 1.
        public let line: Int

        /// The column, from 1, in Unicode scalars.
        public let column: Int

        /// How many scalars to underline, at least 1.
        public let width: Int

        /// The text of the line, fit to print.
        public let excerpt: String
    }

    /// The file, as it was named.
    public let file: String

    /// Where in the file; nothing if the file as a whole is meant.
    public let location: Location?

    /// What is wrong.
    public let flaw: CandleFileFlaw

    /// Creates an error.
    public init(file: String, location: Location? = nil, flaw: CandleFileFlaw) {
        self.file = file
        self.location = location
        self.flaw = flaw
    }
}

/// The ways in which a file is not the candles that were expected.
public enum CandleFileFlaw: Hashable, Sendable {
    /// The file cannot be opened or read.
    case unreadable(reason: String)
    /// The file cannot be written.
    case unwritable(reason: String)
    /// There is nothing in the file.
    case empty
    /// There are names of columns and nothing below them.
    case noRows
    /// A column is missing.
    case missingColumn(CandleField, found: [String])
    /// Two columns mean the same field.
    case duplicateColumn(CandleField, got: String)
    /// A row has another number of fields than the first line.
    case raggedRow(expected: Int, got: Int)
    /// A line is empty, and others follow it.
    case emptyLine
    /// A quoted field does not end.
    case openQuote
    /// Text stands after the closing quote of a field.
    case textAfterQuote
    /// A time stamp is not a time.
    case time(TimestampError)
    /// A field is not a finite decimal number.
    case number(CandleField, DecimalError)
    /// The numbers of a row are not a candle.
    case candle(CandleFlaw)
    /// The symbol of a row is not an asset.
    case asset(AssetError)
    /// Neither the file nor its reader says which asset it is.
    case assetUnknown
    /// The file holds other assets than the one asked for.
    case assetNotInFile(Asset, found: [Asset])
    /// The rows of an asset are not a series.
    case series(Asset, CandleSeriesError)
}

extension CandleFileFlaw {
    /// The message, without its place.
    public var message: String {
        switch self {
        case .unreadable(let reason): "cannot read the file: \(reason)"
        case .unwritable(let reason): "cannot write the file: \(reason)"
        case .empty: "expected candles, got an empty file"
        case .noRows: "expected candles below the names of the columns, got none"
        case .missingColumn(let field, _): "missing column `\(field.rawValue)`"
        case .duplicateColumn(let field, let got): "column `\(got)` gives the \(field.rawValue) a second time"
        case .raggedRow(let expected, let got): "expected \(expected) fields, got \(got)"
        case .emptyLine: "expected a row, got an empty line"
        case .openQuote: "the quoted field does not end"
        case .textAfterQuote: "expected `,` or the end of the line after a closing quote"
        case .time(let cause): cause.description
        case .number(let field, let cause): "\(field.rawValue): \(cause)"
        case .candle(let cause): cause.description
        case .asset(let cause): cause.description
        case .assetUnknown: "the file does not say of which asset it is"
        case .assetNotInFile(let asset, _): "no candles of `\(asset)` in the file"
        case .series(let asset, let cause): "\(asset): \(cause)"
        }
    }

    /// What to do about it, where there is something to say.
    public var help: String? {
        switch self {
        case .missingColumn(let field, let found):
            "the first line must name the columns "
                + (field == .timestamp ? "timestamp (or time, date, open_time)" : "timestamp")
                + ", open, high, low, close, volume; it names "
                + (found.isEmpty ? "none" : found.prefix(12).map { "`\($0)`" }.joined(separator: ", "))
        case .number(_, .notFinite): "leave a row out where there was no trade; a missing bar is declared as a gap"
        case .candle: "a candle needs prices above zero, low ≤ open ≤ high and low ≤ close ≤ high"
        case .time(.malformed): "ISO-8601 or Unix seconds, milliseconds or microseconds are read"
        case .assetUnknown: "name it, as in `--candles BTC=FILE`, or add a column `asset`"
        case .assetNotInFile(_, let found):
            "it holds " + found.prefix(12).map(\.symbol).joined(separator: ", ") + (found.count > 12 ? ", …" : "")
        case .series(_, .unsorted): "sort the rows of each asset by time"
        case .series(_, .duplicate): "remove one of them"
        case .series(_, .intervalUnknown): "one row does not say how long a bar lasts; give at least two"
        case .series(_, .irregularStep): "bars of one asset must have one length; missing ones may be left out"
        default: nil
        }
    }
}

extension CandleError: CustomStringConvertible {
    /// The message with place, excerpt and help: one line or several, without a newline at the end.
    public var description: String {
        guard let location else {
            return "\(file): error: \(flaw.message)" + (flaw.help.map { "\n    help: \($0)" } ?? "")
        }
        let number = String(location.line)
        let margin = String(repeating: " ", count: number.count + 2)
        var text = "\(file):\(location.line):\(location.column): error: \(flaw.message)\n"
        text += "  \(number) │ \(location.excerpt)\n"
        text += "\(margin) │ " + String(repeating: " ", count: max(0, location.column - 1))
        text += String(repeating: "^", count: max(1, location.width))
        if let help = flaw.help { text += "\n\(margin) help: \(help)" }
        return text
    }
}
