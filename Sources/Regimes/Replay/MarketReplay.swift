public import MarketData

/// The market as a decision sees it at each close of the model's bar: prices, regime and the digest of what was known.
///
/// The one place where run and verification read market data, so that both see the same: the label is filtered, the
/// price is the last close at or before the time, and the digest covers every candle closed by then.
public struct MarketReplay: Sendable {
    /// The model's bar in milliseconds: decisions stand one bar apart.
    public let bar: Int64
    private let assets: [Asset]
    private let quote: Asset
    private let series: [CandleSeries]
    private let regimes: [FilteredRegime]
    private let scope: RegimeScope

    /// Whether decisions tell a model's regimes apart.
    public enum RegimeScope: Sendable, Hashable {
        /// They do.
        case ofModel
        /// They know one regime, number 0, whatever the model says: those under a policy without regimes.
        case single
    }

    private var digest: MarketDigest

    /// What was known at one close.
    public struct Moment: Sendable, Hashable {
        /// The close of a bar.
        public let time: Timestamp
        /// Index of the regime's label.
        public let regime: Int
        /// One price an asset, in the assets' order.
        public let prices: [Price]
        /// Digest of all candles closed by then.
        public let candles: ContentDigest
    }

    /// Filters the model's asset from its first candle on.
    ///
    /// - Parameters:
    ///   - series: Candles; those of assets that are neither held nor the model's are left out.
    ///   - model: The regime model.
    ///   - rules: The policy's hysteresis rules, which replace the model's.
    ///   - assets: The assets held, in the order of every statement.
    ///   - quote: The currency of the prices.
    ///   - scope: Whether decisions tell the model's regimes apart.
    /// - Throws: ``MarketReplayError`` naming the series that is missing or unusable.
    public init(
        series: [CandleSeries],
        model: RegimeModel,
        rules: [HysteresisRule],
        assets: [Asset],
        quote: Asset,
        scope: RegimeScope = .ofModel
    ) throws(MarketReplayError) {
        self.scope = scope
        let wanted = Set(assets.filter { $0 != quote } + [model.asset])
        let series = series.filter { wanted.contains($0.asset) }
        for asset in wanted.sorted() where !series.contains(where: { $0.asset == asset }) {
            throw .missingSeries(asset)
        }
        guard let observed = series.first(where: { $0.asset == model.asset }) else { throw .missingSeries(model.asset) }
        do {
            regimes = try model.filteredRegimes(of: observed, rules: rules)
        } catch {
            throw .unusableSeries(model.asset, reason: "\(error)")
        }
        do {
            digest = try MarketDigest(series: series)
        } catch {
            throw .unusableSeries(model.asset, reason: "\(error)")
        }
        bar = model.bar
        self.assets = assets
        self.quote = quote
        self.series = series
    }

    /// The closes at which the regime is known, ascending, one bar apart.
    public var times: [Timestamp] { regimes.map(\.time) }

    /// What was known at a close.
    ///
    /// Cheapest when called in order of time.
    ///
    /// - Throws: ``MarketReplayError`` if the time is no close of the model's bar, or a price is missing or older than one bar.
    public mutating func moment(at time: Timestamp) throws(MarketReplayError) -> Moment {
        guard let index = index(of: time) else { throw .notAClose(time, bar: bar) }
        let snapshot: PriceSnapshot
        do {
            snapshot = try PriceSnapshot(time: time, assets: assets, quote: quote, series: series, maximumAge: bar)
        } catch {
            throw .noPrice(reason: "\(error)")
        }
        return Moment(
            time: time,
            regime: scope == .ofModel ? regimes[index].label : 0,
            prices: snapshot.prices,
            candles: digest.digest(through: time)
        )
    }

    /// Digest of all candles closed by any time within the market at hand, between decisions too.
    ///
    /// - Throws: ``MarketReplayError/beyondTheCandles(_:last:)`` if candles that are not at hand may have closed by then.
    public mutating func candles(through time: Timestamp) throws(MarketReplayError) -> ContentDigest {
        let last = series.compactMap { series in series.candles.last.map { series.closeTime(of: $0) } }.max()
        guard let last, time <= last else { throw .beyondTheCandles(time, last: last) }
        return digest.digest(through: time)
    }

    /// The closes at UTC midnights that a window of daily returns looks back over, `[n][days + 1]`; see `DailyCloses`.
    ///
    /// - Throws: ``MarketReplayError/noPrice(reason:)`` naming the first asset and midnight that no bar ends at.
    public func dailyCloses(days: Int, through time: Timestamp) throws(MarketReplayError) -> [[Price]] {
        do {
            return try DailyCloses(days: days, through: time, assets: assets, quote: quote, series: series).prices
        } catch {
            throw .noPrice(reason: "\(error)")
        }
    }

    private func index(of time: Timestamp) -> Int? {
        var low = 0
        var high = regimes.count
        while low < high {
            let middle = (low + high) / 2
            if regimes[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low < regimes.count && regimes[low].time == time ? low : nil
    }
}

/// Why the market cannot be replayed.
public enum MarketReplayError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No candles of an asset that is held or that the model reads.
    case missingSeries(Asset)
    /// The candles do not serve.
    case unusableSeries(Asset, reason: String)
    /// Decisions stand at closes of the model's bar alone.
    case notAClose(Timestamp, bar: Int64)
    /// A price is missing or too old.
    case noPrice(reason: String)
    /// What the market said by then is not at hand.
    case beyondTheCandles(Timestamp, last: Timestamp?)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .missingSeries(let asset): "no candles of \(asset): give them with --candles \(asset)=FILE"
        case .unusableSeries(let asset, let reason): "the candles of \(asset) do not serve: \(reason)"
        case .notAClose(let time, let bar):
            "\(time) is not a close of the model's bar of \(bar / 1000) s within the candles"
        case .noPrice(let reason): reason
        case .beyondTheCandles(let time, let last):
            "\(time) lies after the last candle\(last.map { ", which closed at \($0)" } ?? ""): give newer candles"
        }
    }
}
