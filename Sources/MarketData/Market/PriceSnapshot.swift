/// The prices of some assets at one time, as an attestation states them.
public struct PriceSnapshot: Sendable, Hashable {
    /// The time the prices are for.
    public let time: Timestamp

    /// The assets, in the order asked for, `[n]`.
    public let assets: [Asset]

    /// The price of each asset in the quote currency, `[n]`.
    public let prices: [Price]

    /// Creates a snapshot from prices known otherwise.
    ///
    /// - Throws: ``MarketError`` if an asset occurs twice or the counts differ.
    public init(time: Timestamp, assets: [Asset], prices: [Price]) throws(MarketError) {
        guard assets.count == prices.count else { throw .countMismatch(assets: assets.count, prices: prices.count) }
        var seen: Set<Asset> = []
        for asset in assets where !seen.insert(asset).inserted { throw .duplicateAsset(asset) }
        self.time = time
        self.assets = assets
        self.prices = prices
    }

    /// Takes each asset's last close at or before `time`, rounded half to even to 10⁻⁸.
    ///
    /// - Parameters:
    ///   - time: When the prices are wanted.
    ///   - assets: Which prices, in which order.
    ///   - quote: The currency of the prices; it is worth exactly 1 and needs no series.
    ///   - series: Candles of at least the other assets.
    ///   - maximumAge: How old a close may be, in milliseconds; one bar of its own series if `nil`.
    /// - Throws: ``MarketError`` if a price is missing, unrepresentable, or older than that.
    public init(
        time: Timestamp,
        assets: [Asset],
        quote: Asset,
        series: [CandleSeries],
        maximumAge: Int64? = nil
    ) throws(MarketError) {
        var byAsset: [Asset: CandleSeries] = [:]
        for item in series {
            if byAsset.updateValue(item, forKey: item.asset) != nil { throw .duplicateAsset(item.asset) }
        }
        var prices: [Price] = []
        for asset in assets {
            if asset == quote {
                prices.append(.one)
                continue
            }
            guard let candles = byAsset[asset] else { throw .noCandles(asset) }
            guard let last = candles.lastClose(atOrBefore: time) else { throw .noPriceYet(asset, time: time) }
            let maximumAge = maximumAge ?? candles.interval
            guard time.milliseconds(since: last.time) <= maximumAge else {
                throw .stalePrice(asset, time: time, lastClose: last.time, maximumAge: maximumAge)
            }
            do {
                prices.append(try Price(rounding: last.close))
            } catch {
                throw .unusablePrice(asset, time: last.time, error)
            }
        }
        try self.init(time: time, assets: assets, prices: prices)
    }

    /// The price of an asset, or nothing if the snapshot does not hold it.
    public func price(of asset: Asset) -> Price? {
        assets.firstIndex(of: asset).map { prices[$0] }
    }
}

/// Why the candles of a market do not answer a question.
public enum MarketError: Error, Hashable, Sendable {
    /// An asset is given twice.
    case duplicateAsset(Asset)
    /// Not one price an asset.
    case countMismatch(assets: Int, prices: Int)
    /// No series of the asset was given.
    case noCandles(Asset)
    /// A rule looks back over so many days, and no bar of the asset ends at one of their midnights.
    case noClose(Asset, at: Timestamp, days: Int)
    /// No bar of the asset has closed yet.
    case noPriceYet(Asset, time: Timestamp)
    /// The last close is older than one bar.
    case stalePrice(Asset, time: Timestamp, lastClose: Timestamp, maximumAge: Int64)
    /// The last close cannot be a price of the statement.
    case unusablePrice(Asset, time: Timestamp, UnitError)
}

extension MarketError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .duplicateAsset(let asset): "candles of `\(asset)` are given twice"
        case .countMismatch(let assets, let prices): "expected \(assets) prices, got \(prices)"
        case .noCandles(let asset): "no candles of `\(asset)`"
        case .noClose(let asset, let time, let days):
            "no close of \(asset) at \(time), and a rule looks back \(days) days from there on"
        case .noPriceYet(let asset, let time): "no price of `\(asset)` at `\(time)`: its candles begin later"
        case .stalePrice(let asset, let time, let lastClose, let maximumAge):
            "the price of `\(asset)` at `\(time)` is too old: its last close is `\(lastClose)`, "
                + "expected one within \(Duration.milliseconds(maximumAge).shortText)"
        case .unusablePrice(let asset, let time, let cause): "the price of `\(asset)` at `\(time)`: \(cause)"
        }
    }
}
