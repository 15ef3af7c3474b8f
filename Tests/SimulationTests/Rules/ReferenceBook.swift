import Foundation
import MarketData
import Simulation

/// The five-asset book of `Tests/Fixtures/Backtests`, and what `bt` made of it.
struct ReferenceBook {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/Backtests")
    static let target = [0.4, 0.25, 0.1, 0.1, 0.15]

    let market: PriceMatrix
    let equity: [String: [Double]]

    init() throws {
        let prices = try Self.rows("prices_5x2000.csv")
        let assets = try prices[0].dropFirst().map { try Asset($0) }
        let columns = (1...assets.count).map { column in prices.dropFirst().map { Double($0[column]) ?? .nan } }
        market = try PriceMatrix(
            assets: assets,
            times: prices.dropFirst().map { try Timestamp($0[0]) },
            columns: columns
        )
        let table = try Self.rows("bt_p5_equity.csv")
        var equity: [String: [Double]] = [:]
        for (column, name) in table[0].enumerated().dropFirst() {
            equity[name] = table.dropFirst().map { Double($0[column]) ?? .nan }
        }
        self.equity = equity
    }

    func backtest() throws -> RuleBacktest {
        try RuleBacktest(market: market, target: Self.target, costs: .flat(0.001), opening: .cash(1_000_000))
    }

    /// The rows of a CSV file without quotes.
    static func rows(_ name: String) throws -> [[String]] {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",").map(String.init)
        }
    }
}
