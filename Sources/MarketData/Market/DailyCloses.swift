/// The closes at UTC midnights that a window of daily returns looks back over.
public struct DailyCloses: Sendable, Hashable {
    /// `[n][days + 1]`: one row an asset in the order asked for, the oldest close first.
    public let prices: [[Price]]

    /// Takes each asset's close at each midnight, rounded half to even to 10⁻⁸.
    ///
    /// The last midnight is the last one at or before `time`. A close is that of the bar that ends at the midnight exactly: nothing is
    /// filled in, so that everybody with these candles takes the same or is refused alike. The quote currency's are all 1.
    ///
    /// - Parameters:
    ///   - days: How many returns, at least 1: one close more.
    ///   - time: When they are wanted.
    ///   - assets: Whose closes, in which order.
    ///   - quote: The currency of the prices.
    ///   - series: Candles of at least the other assets.
    /// - Throws: ``MarketError/noClose(_:at:days:)`` naming the first asset and midnight that no bar ends at.
    /// - Complexity: O(n·days·log N) for series of N bars.
    public init(
        days: Int,
        through time: Timestamp,
        assets: [Asset],
        quote: Asset,
        series: [CandleSeries]
    ) throws(MarketError) {
        let day = Timestamp.millisecondsPerDay
        let last = time.floored(toMultipleOf: day)
        let midnights = (0...max(days, 0)).reversed().map { last.adding(milliseconds: -Int64($0) * day) }
        var prices: [[Price]] = []
        for asset in assets {
            guard asset != quote else {
                prices.append(midnights.map { _ in .one })
                continue
            }
            guard let candles = series.first(where: { $0.asset == asset }) else { throw .noCandles(asset) }
            var row: [Price] = []
            for midnight in midnights {
                guard let close = candles.lastClose(atOrBefore: midnight), close.time == midnight else {
                    throw .noClose(asset, at: midnight, days: days)
                }
                do {
                    row.append(try Price(rounding: close.close))
                } catch {
                    throw .unusablePrice(asset, time: midnight, error)
                }
            }
            prices.append(row)
        }
        self.prices = prices
    }
}
