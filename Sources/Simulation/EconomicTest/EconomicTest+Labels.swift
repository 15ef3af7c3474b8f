import MarketData
public import Regimes

extension EconomicTest {
    /// The label in force when each return of a market begins, `[T]`; nil before the first label.
    ///
    /// - Parameters:
    ///   - labels: After each bar of `volatility` from `first` on.
    ///   - first: The index of the first labelled bar.
    ///   - volatility: The bars.
    ///   - market: Whose returns are labelled.
    public static func labels(
        _ labels: [Int?],
        from first: Int,
        of volatility: VolatilitySeries,
        over market: AlignedMarket
    ) -> [Int?] {
        let known = zip(volatility.bars[first...], labels).map { (time: $0.closeTime, label: $1) }
        var next = 0
        var label: Int?
        return market.startTimes.map { start in
            while next < known.count, known[next].time <= start {
                label = known[next].label ?? label
                next += 1
            }
            return label
        }
    }
}
