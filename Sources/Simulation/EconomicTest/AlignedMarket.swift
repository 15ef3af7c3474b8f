public import MarketData

/// Returns of several assets between the closes that all of them have.
///
/// INVARIANT: times strictly increase; one return less than times; every return is above −1 and finite.
public struct AlignedMarket: Sendable {
    /// Bars behind the volatility that costs move with: a day of hours.
    static let volatilityBars = 24

    /// The assets, `[n]`.
    public let assets: [Asset]
    /// When each return begins, `[T]`.
    public let startTimes: [Timestamp]
    /// `[T][n]`, close over the close before, less 1.
    let returns: [[Double]]

    init(assets: [Asset], startTimes: [Timestamp], returns: [[Double]]) {
        self.assets = assets
        self.startTimes = startTimes
        self.returns = returns
    }

    /// Takes the closes that all series share.
    ///
    /// - Throws: ``EconomicTestError/noCommonTimes(got:)``.
    public init(_ series: [CandleSeries]) throws(EconomicTestError) {
        let closes = series.map { series in
            Dictionary(series.candles.map { (series.closeTime(of: $0), Double($0.close)) }) { first, _ in first }
        }
        guard let first = closes.first else { throw .noCommonTimes(got: 0) }
        let times = first.keys.filter { time in closes.allSatisfy { $0[time] != nil } }.sorted()
        guard times.count >= 2 else { throw .noCommonTimes(got: times.count) }
        assets = series.map(\.asset)
        startTimes = Array(times.dropLast())
        returns = zip(times, times.dropFirst()).map { before, after in
            closes.map { column in (column[after] ?? 1) / (column[before] ?? 1) - 1 }
        }
    }

    /// The mean volatility of the chosen assets over the last ``volatilityBars`` returns, `[T]`, per bar; the present one included.
    ///
    /// A trade after a bar pays by what the day up to it was like.
    func volatility(of chosen: [Int]) -> [Double] {
        var windows = [Double](repeating: 0, count: chosen.count)
        return returns.indices.map { bar in
            var total = 0.0
            for (index, asset) in chosen.enumerated() {
                windows[index] += returns[bar][asset] * returns[bar][asset]
                if bar >= Self.volatilityBars {
                    let old = returns[bar - Self.volatilityBars][asset]
                    windows[index] -= old * old
                }
                total += max(0, windows[index]).squareRoot()
            }
            return total / Double(chosen.count)
        }
    }
}
