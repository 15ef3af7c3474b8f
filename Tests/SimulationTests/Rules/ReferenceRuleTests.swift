import MarketData
import Simulation
import Testing

/// Source: `bt` 1.4.1, see Tests/Fixtures/Backtests/README.md.
@Suite("Rules as bt runs them")
struct ReferenceRuleTests {
    static let rules = [
        ("hold", "hold"), ("monthly", "monthly"), ("daily", "daily"), ("band_rel20_target", "band:20%:target"),
        ("monthly_or_rel20", "monthly+band:20%:target"), ("band_abs5_target", "band:5pp:target"),
        ("band_abs5_edge", "band:5pp:edge"), ("band_abs5_half", "band:5pp:half"),
    ]

    @Test("equity agrees with bt to 1e-10 at every bar", arguments: rules)
    func equityAgrees(name: String, text: String) throws {
        let book = try ReferenceBook()
        let run = try book.backtest().run(RebalancingRule(text))
        let expected = try #require(book.equity[name])
        #expect(run.equity.count == expected.count)
        // The fixture has ten decimals of about a million: 1e-16 relative.
        let worst = zip(run.equity, expected).map { abs($0 / $1 - 1) }.max() ?? 1
        #expect(worst <= 1e-10)
    }

    @Test("trades the same assets on the same dates, in the same amounts and at the same fees", arguments: rules)
    func tradesAgree(name: String, text: String) throws {
        let book = try ReferenceBook()
        let run = try book.backtest().run(RebalancingRule(text), recording: .trades)
        guard name != "daily" else {
            #expect(run.tradeCount == 9_995)
            #expect(abs(run.trades.map(\.fee).reduce(0, +) / 18765.117957015027 - 1) <= 1e-10)
            return
        }
        let expected = try ReferenceBook.rows("bt_p5_\(name)_trades.csv").dropFirst()
        #expect(run.trades.count == expected.count)
        for (trade, row) in zip(run.trades, expected) {
            #expect(book.market.times[trade.bar].civilDate.description == row[0])
            #expect(book.market.assets[trade.asset].symbol == row[1])
            let quantity = try #require(Double(row[2]))
            let fee = try #require(Double(row[4]))
            // A trade is a small difference of large amounts: relative to what is held, not to itself.
            #expect(abs(trade.quantity - quantity) * trade.price <= 1e-10 * 1_000_000)
            #expect(abs(trade.fee - fee) <= 1e-10 * 1_000)
        }
    }
}
