#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Which end of its bar a time stamp of a file stands for.
public enum BarStamps: String, Sendable, Hashable, CaseIterable {
    /// The stamp is when the bar opens.
    case open
    /// The stamp is when the bar closes, one interval after it opens.
    case close
}

/// Candles in files of comma-separated values.
///
/// The first line names the columns, in any order and any case: `timestamp` (or `time`, `date`, `open_time`), `open`,
/// `high`, `low`, `close`, `volume`, and `asset` in a file of several assets; other columns are left alone. Fields may be
/// quoted, lines may end in `\r\n`, and a UTF-8 byte order mark is skipped.
///
/// A stamp is ISO-8601 (see ``Timestamp/init(_:)``; without a zone it is UTC) or a Unix time whose unit follows from its
/// magnitude: below 10¹¹ seconds, below 10¹⁴ milliseconds, below 10¹⁷ microseconds, else nanoseconds. Unix times below
/// 10⁸ are refused, because eight digits read like a date. A stamp finer than a millisecond is refused.
///
/// Strict: the rows of each asset must strictly increase in time, by whole multiples of the most common step; missing
/// bars are declared as gaps, not filled. Any other step, a duplicate, an inconsistent or non-finite row, a missing
/// column or field is an error with file, line and column.
public enum CandleFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - asset: What the file is of; of a file with a column `asset`, the asset to take. Absent: all that the column names.
    ///   - stamps: Which end of the bar the stamps are.
    ///   - interval: Length of a bar in milliseconds; absent: the most common step.
    /// - Returns: One series an asset, in the order in which the file first names them.
    /// - Throws: ``CandleError``. Complexity: O(bytes).
    public static func read(
        _ path: String,
        asset: Asset? = nil,
        stamps: BarStamps = .open,
        interval: Int64? = nil
    ) throws(CandleError) -> [CandleSeries] {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CandleError(file: path, flaw: .unreadable(reason: reason(error)))
        }
        return try parse(bytes, file: path, asset: asset, stamps: stamps, interval: interval)
    }

    /// Reads the bytes of a file; `file` is its name for messages. Otherwise as ``read(_:asset:stamps:interval:)``.
    public static func parse(
        _ bytes: [UInt8],
        file: String,
        asset: Asset? = nil,
        stamps: BarStamps = .open,
        interval: Int64? = nil
    ) throws(CandleError) -> [CandleSeries] {
        let reader = CandleFileReader(bytes: bytes, file: file, asset: asset, stamps: stamps, interval: interval)
        return try reader.series()
    }

    /// The text of a file that reads back to the same series, stamps at the opening of the bars.
    ///
    /// With a column `asset` if there are several series, which then follow one another; else without.
    public static func csvText(_ series: [CandleSeries]) -> String {
        let hasAssets = series.count > 1
        var text = hasAssets ? "timestamp,asset,open,high,low,close,volume\n" : "timestamp,open,high,low,close,volume\n"
        for item in series {
            let asset = hasAssets ? "\(item.asset)," : ""
            for candle in item.candles {
                text += "\(candle.openTime),\(asset)\(candle.open),\(candle.high),\(candle.low),\(candle.close),"
                text += "\(candle.volume)\n"
            }
        }
        return text
    }

    /// Writes ``csvText(_:)`` to a file, replacing it as a whole.
    public static func write(_ series: [CandleSeries], to path: String) throws(CandleError) {
        do {
            try Data(csvText(series).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CandleError(file: path, flaw: .unwritable(reason: reason(error)))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "no such file or folder"
        case .fileReadNoPermission, .fileWriteNoPermission: "permission denied"
        case .fileWriteOutOfSpace: "no space left"
        default: "the operating system refused"
        }
    }
}
