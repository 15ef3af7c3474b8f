import MarketData
import Rebalancing

/// What the no-trade test of a backtest reckons with: a covariance of daily returns that was known at each close.
///
/// The last close of each whole UTC day before the decision's gives one row of prices; the returns between the latest
/// ``window`` + 1 of them are shrunk (Ledoit and Wolf 2004) and multiplied by 365. Before ``fewest`` returns are known there is no test, and
/// everything due is traded. The estimate changes once a day, at its first close.
struct DailyCovariance {
    /// Returns in the estimate.
    static let window = 60
    /// Returns before the estimate is used.
    static let fewest = 20

    private let market: BacktestMarket
    /// The last close of each day, as far as they have come.
    private var lastCloses: [Int] = []
    private var bar = 0
    private var covariance: Covariance?

    init(_ market: BacktestMarket) {
        self.market = market
    }

    /// The test at a close; asked for in the order of time.
    mutating func test(at now: Int, costs: TransactionCosts) -> NoTradeTest? {
        var isNewDay = false
        while bar < now {
            if market.times[bar].dayNumber != market.times[bar + 1].dayNumber {
                lastCloses.append(bar)
                isNewDay = true
            }
            bar += 1
        }
        if isNewDay { covariance = estimate() }
        guard let covariance else { return nil }
        return try? NoTradeTest(
            covariance: covariance,
            costs: market.assets.map { $0 == market.quote ? .zero : costs.proportional }
        )
    }

    private func estimate() -> Covariance? {
        let closes = lastCloses.suffix(Self.window + 1)
        guard closes.count > Self.fewest else { return nil }
        let rows = closes.map { bar in market.prices[bar].map { Double($0.units) } }
        let returns = zip(rows, rows.dropFirst()).map { before, after in zip(before, after).map { $1 / $0 - 1 } }
        return (try? Covariance.shrunk(from: returns))?.0.scaled(by: 365)
    }
}
