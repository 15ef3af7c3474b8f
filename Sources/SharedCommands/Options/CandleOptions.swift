package import ArgumentParser
package import MarketData

/// `--candles` and `--stamps`.
package struct CandleOptions: ParsableArguments {
    /// ASSET=FILE, or FILE; as given.
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Candles as CSV: ASSET=FILE, or FILE where it has an `asset` column. May be given again.",
            valueName: "ASSET=FILE"
        )
    )
    package var candles: [String] = []

    @Option(name: .long, help: "Whether time stamps are bar open or close times.")
    package var stamps: Stamps = .open

    /// No candles yet.
    package init() {}

    /// What a time stamp stands for.
    package enum Stamps: String, ExpressibleByArgument, CaseIterable {
        case open, close
    }

    /// Reads every file.
    ///
    /// - Parameter impossible: The status where a file is in form and its numbers are not a market's.
    package func load(impossible: CommandFailure.Status = .cannotRun) throws -> [CandleSeries] {
        guard !candles.isEmpty else { throw CommandFailure(.wrongUse, "no candles: give --candles ASSET=FILE") }
        var series: [CandleSeries] = []
        for specification in candles {
            let parts = specification.split(separator: "=", maxSplits: 1).map(String.init)
            let asset = try parts.count == 2 ? failing(.wrongUse) { try Asset(parts[0]) } : nil
            let path = parts.last ?? specification
            do {
                series += try CandleFile.read(path, asset: asset, stamps: stamps == .open ? .open : .close)
            } catch {
                if case .candle = error.flaw { throw CommandFailure(impossible, error) }
                throw CommandFailure(.cannotRun, error)
            }
        }
        var seen: Set<Asset> = []
        for item in series where !seen.insert(item.asset).inserted {
            throw CommandFailure(.wrongUse, "candles of \(item.asset) are given twice")
        }
        return series
    }
}

/// The form of a command's results.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// A time on the command line: an ISO-8601 date or time, UTC unless it says otherwise.
package struct TimeArgument: ExpressibleByArgument {
    /// The time.
    package let time: Timestamp

    /// Reads the time; `nil` where the text is none.
    package init?(argument: String) {
        guard let time = try? Timestamp(argument) else { return nil }
        self.time = time
    }
}

/// A length of time on the command line: `1d`, `4h`, `30m`.
package struct DurationArgument: ExpressibleByArgument {
    /// The length.
    package let milliseconds: Int64

    /// Takes a length.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads the length; `nil` where the text is none, or of more than 366 days.
    package init?(argument: String) {
        let units: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()), count > 0 else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, product <= 366 * 86_400_000 else { return nil }
        milliseconds = product
    }

    /// What help says of a value not given.
    package var defaultValueDescription: String { "1d" }
}
