import BigIntegers
public import MarketData

/// What the reports at hand say at one moment: a median for every asset, or why there is none.
///
/// Of every source and asset the newest report in [t − max age, t + max ahead] counts. A source that signed two prices of one
/// asset for one time does not count for it there. With fewer than half of the counted sources lying, every median lies
/// within the honest reports: at least one honest report is at or below it and one at or above.
public struct OracleVerdict: Sendable, Hashable {
    /// One price an asset, in the order asked for; `nil` if the oracle is bad.
    public let prices: [Price]?
    /// What is wrong; `nil` if nothing is.
    public let problem: Problem?
    /// The reports that counted, by asset in the order asked for, then by source.
    public let counted: [PriceReport]
    /// The figures that breakers read, by figure; empty where no report counted.
    let figures: [MarketFigure: FigureValue]

    /// Why the oracle is bad.
    public enum Problem: Sendable, Hashable, CustomStringConvertible {
        /// Too few sources count for an asset.
        case tooFew(Asset, got: Int, expected: Int)
        /// An asset's reports lie too far apart; both prices are named.
        case tooWide(Asset, lowest: Price, highest: Price)
        /// Too few sources signed the candles.
        case unsignedCandles(got: Int, expected: Int)

        /// What is wrong, in words.
        public var description: String {
            switch self {
            case .tooFew(let asset, let got, let expected):
                "\(got) fresh report\(got == 1 ? "" : "s") of \(asset), expected \(expected)"
            case .tooWide(let asset, let lowest, let highest):
                "the reports of \(asset) lie too far apart: \(lowest) to \(highest)"
            case .unsignedCandles(let got, let expected):
                "\(got) source\(got == 1 ? "" : "s") signed the candles, expected \(expected)"
            }
        }
    }

    /// The lower middle of some prices.
    ///
    /// - Precondition: There is at least one.
    public static func median(of prices: [Price]) -> Price {
        precondition(!prices.isEmpty, "a median of something")
        return prices.sorted()[(prices.count - 1) / 2]
    }

    /// Judges reports.
    ///
    /// - Parameters:
    ///   - rule: What is good enough.
    ///   - time: The moment of the decision.
    ///   - assets: Which prices, in which order.
    ///   - quote: The currency of the prices; it costs 1 of itself and is not reported.
    ///   - book: The reports at hand.
    ///   - signatures: How many sources signed the candles through that time; `nil` where nobody asks.
    init(
        _ rule: OracleRule,
        at time: Timestamp,
        assets: [Asset],
        quote: Asset,
        book: ReportBook,
        signatures: Int? = nil
    ) {
        var prices: [Price] = []
        var counted: [PriceReport] = []
        var problem: Problem?
        var (fewest, spread) = (Int.max, FigureValue(0))
        var (oldest, newest) = (Int64.min, Int64.min)
        for asset in assets {
            guard asset != quote else {
                prices.append(.one)
                continue
            }
            let reports = book.counting(
                of: asset,
                from: time.adding(milliseconds: -rule.maximumAge),
                through: time.adding(milliseconds: rule.maximumAhead)
            )
            counted += reports
            fewest = min(fewest, reports.count)
            for report in reports {
                oldest = max(oldest, time.milliseconds(since: report.time))
                newest = max(newest, report.time.milliseconds(since: time))
            }
            if reports.count < rule.quorum {
                problem = problem ?? .tooFew(asset, got: reports.count, expected: rule.quorum)
            }
            guard let lowest = reports.map(\.price).min(), let highest = reports.map(\.price).max() else { continue }
            let median = Self.median(of: reports.map(\.price))
            prices.append(median)
            let width = BigInteger(highest.units) - BigInteger(lowest.units)
            let distance = FigureValue(1_000_000 * width, over: BigInteger(median.units))
            if distance.sign(against: spread, times: 1_000_000) > 0 { spread = distance }
            if let most = rule.maximumSpread, 1_000_000 * width > BigInteger(most) * BigInteger(median.units) {
                problem = problem ?? .tooWide(asset, lowest: lowest, highest: highest)
            }
        }
        if let signatures, signatures < rule.quorum {
            problem = problem ?? .unsignedCandles(got: signatures, expected: rule.quorum)
        }
        self.prices = problem == nil ? prices : nil
        self.problem = problem
        self.counted = counted
        var figures: [MarketFigure: FigureValue] = [:]
        if fewest != .max { figures[.oracleSources] = FigureValue(1_000_000 * BigInteger(fewest)) }
        if !counted.isEmpty {
            figures[.oracleSpread] = spread
            figures[.oracleAge] = FigureValue(BigInteger(max(0, oldest)))
            figures[.oracleAhead] = FigureValue(BigInteger(max(0, newest)))
        }
        self.figures = figures
    }
}
