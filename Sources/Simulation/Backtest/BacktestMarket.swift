public import MarketData
public import Rebalancing
public import Regimes

/// A stretch of market as a policy sees it: prices and the regime at each close of a bar.
///
/// Closes at which some price is missing or older than a bar are left out, and counted: no decision can be made there.
///
/// INVARIANT: at least two closes, ascending; one price an asset at each.
public struct BacktestMarket: Sendable {
    /// The assets, in the policy's order.
    public let assets: [Asset]
    /// What prices are counted in.
    public let quote: Asset
    /// The closes, `[T]`.
    public let times: [Timestamp]
    /// Prices at each close, `[T][n]`.
    public let prices: [[Price]]
    /// Index of the regime in force at each close, `[T]`.
    public private(set) var regimes: [Int]
    /// The regimes' labels.
    public let labels: [String]
    /// Closes between the first and the last at which some price was missing or stale.
    public let skipped: Int
    /// What the policy's breakers say; `nil` for a policy without any.
    public private(set) var safeguards: SafeguardHistory?

    /// Replays the regimes of one or more models: each from its time on, until the next one's.
    ///
    /// - Parameters:
    ///   - segments: Replays by the time from which they are in force; all of the same assets and bar.
    ///   - series: The candles, to say what is missing.
    ///   - assets: The policy's, in its order.
    ///   - quote: The policy's.
    ///   - labels: The model's.
    ///   - start: The first close, if not the first of all.
    ///   - end: Closes before this time only.
    /// - Throws: ``BacktestError`` if fewer than two closes have all prices, `MarketReplayError` if a replay cannot go on.
    public init(
        segments: [(from: Timestamp?, replay: MarketReplay)],
        series: [CandleSeries],
        assets: [Asset],
        quote: Asset,
        labels: [String],
        from start: Timestamp? = nil,
        to end: Timestamp? = nil
    ) throws {
        var builder = Builder(assets: assets, quote: quote, series: series)
        for (index, segment) in segments.enumerated() {
            var replay = segment.replay
            let until = index + 1 < segments.count ? segments[index + 1].from : nil
            let inForce = replay.times.filter { time in
                (segment.from.map { time >= $0 } ?? true) && (until.map { time < $0 } ?? true)
                    && (start.map { time >= $0 } ?? true) && (end.map { time < $0 } ?? true)
            }
            for time in inForce {
                do throws(MarketReplayError) {
                    let moment = try replay.moment(at: time)
                    builder.add(time, moment.prices, regime: moment.regime)
                } catch {
                    guard case .noPrice = error else { throw error }
                    builder.skip()
                }
            }
        }
        try self.init(builder, labels: labels)
    }

    /// Takes every close of the coarsest series, for policies without regimes.
    ///
    /// - Throws: ``BacktestError``.
    public init(
        series: [CandleSeries],
        assets: [Asset],
        quote: Asset,
        label: String,
        from start: Timestamp? = nil,
        to end: Timestamp? = nil
    ) throws(BacktestError) {
        for asset in assets where asset != quote && !series.contains(where: { $0.asset == asset }) {
            throw .missingSeries(asset)
        }
        let held = series.filter { assets.contains($0.asset) }
        guard let coarsest = held.max(by: { $0.interval < $1.interval }) else { throw .nothingToReplay }
        var builder = Builder(assets: assets, quote: quote, series: held)
        for candle in coarsest.candles {
            let time = coarsest.closeTime(of: candle)
            guard start.map({ time >= $0 }) ?? true, end.map({ time < $0 }) ?? true else { continue }
            let snapshot = try? PriceSnapshot(
                time: time,
                assets: assets,
                quote: quote,
                series: held,
                maximumAge: coarsest.interval
            )
            if let snapshot { builder.add(time, snapshot.prices, regime: 0) } else { builder.skip() }
        }
        try self.init(builder, labels: [label])
    }

    /// Takes prices as they are, for simulated markets.
    ///
    /// - Throws: ``BacktestError``.
    public init(
        assets: [Asset],
        quote: Asset,
        times: [Timestamp],
        prices: [[Price]],
        regimes: [Int],
        labels: [String]
    ) throws(BacktestError) {
        guard times.count > 1 else { throw .nothingToReplay }
        for (what, got) in [("rows of prices", prices.count), ("regimes", regimes.count)] where got != times.count {
            throw .countMismatch(what: what, got: got, expected: times.count)
        }
        for row in prices where row.count != assets.count {
            throw .countMismatch(what: "prices", got: row.count, expected: assets.count)
        }
        for (bar, time) in times.enumerated().dropFirst() where time <= times[bar - 1] {
            throw .unsorted(time, after: times[bar - 1])
        }
        self.assets = assets
        self.quote = quote
        self.times = times
        self.prices = prices
        self.regimes = regimes
        self.labels = labels
        skipped = 0
    }

    private init(_ builder: Builder, labels: [String]) throws(BacktestError) {
        guard builder.times.count > 1 else { throw builder.nothingInCommon }
        assets = builder.assets
        quote = builder.quote
        times = builder.times
        prices = builder.prices
        regimes = builder.regimes
        self.labels = labels
        skipped = builder.skipped
    }

    /// Bars in a year of 365 days, from the most common step between bars; 365 for a single bar.
    static func barsPerYear(_ times: [Timestamp]) -> Double {
        var counts: [Int64: Int] = [:]
        for bar in times.indices.dropFirst() { counts[times[bar].milliseconds(since: times[bar - 1]), default: 0] += 1 }
        let step = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? Timestamp.millisecondsPerDay
        return 365 * Double(Timestamp.millisecondsPerDay) / Double(step)
    }

    /// The same market under other labels, such as shuffled ones.
    ///
    /// - Precondition: One label a close.
    func relabelled(_ regimes: [Int]) -> BacktestMarket {
        precondition(regimes.count == times.count, "one label a close")
        var market = self
        market.regimes = regimes
        return market
    }

    /// The same market under a policy's breakers, told from these candles; its oracle is taken for good.
    ///
    /// - Throws: `SafeguardError` if a breaker cannot be followed.
    public func guarded(by safeguards: Safeguards, candles: [CandleSeries]) throws(SafeguardError) -> BacktestMarket {
        guard !safeguards.isEmpty else { return self }
        var market = self
        market.safeguards = try SafeguardHistory(
            safeguards,
            candles: candles,
            reports: nil,
            closes: times,
            assets: assets,
            quote: quote
        )
        return market
    }

    /// The prices in floating point, for the engine of rules.
    public var matrix: PriceMatrix {
        get throws(BacktestError) {
            try PriceMatrix(
                assets: assets,
                times: times,
                columns: assets.indices.map { index in prices.map { Double($0[index].units) / 1e8 } }
            )
        }
    }

    /// Collects closes; what is missing before the first and after the last is not a gap.
    private struct Builder {
        let assets: [Asset]
        let quote: Asset
        let series: [CandleSeries]
        var times: [Timestamp] = []
        var prices: [[Price]] = []
        var regimes: [Int] = []
        var skipped = 0
        private var pending = 0

        init(assets: [Asset], quote: Asset, series: [CandleSeries]) {
            self.assets = assets
            self.quote = quote
            self.series = series
        }

        mutating func add(_ time: Timestamp, _ row: [Price], regime: Int) {
            if !times.isEmpty { skipped += pending }
            pending = 0
            times.append(time)
            prices.append(row)
            regimes.append(regime)
        }

        mutating func skip() { pending += 1 }

        /// Two series that never overlap, or no better word.
        var nothingInCommon: BacktestError {
            let held = series.filter { assets.contains($0.asset) && $0.asset != quote }
            guard let latest = held.max(by: { $0.openTime < $1.openTime }),
                let earliest = held.min(by: { $0.closeTime < $1.closeTime }), latest.openTime >= earliest.closeTime
            else { return .nothingToReplay }
            return .noCommonSpan(
                latest.asset,
                from: latest.openTime,
                to: latest.closeTime,
                other: earliest.asset,
                otherFrom: earliest.openTime,
                otherTo: earliest.closeTime
            )
        }
    }
}
