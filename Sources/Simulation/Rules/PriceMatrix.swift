public import MarketData

/// Closing prices of some assets at common times, in the layout that ``RuleBacktest`` reads: one row a bar, four assets a lane.
///
/// INVARIANT: at least one asset and one bar, times strictly increase, every price is positive and finite.
public struct PriceMatrix: Sendable {
    /// The assets, `[n]`.
    public let assets: [Asset]
    /// The closes, `[T]`, ascending.
    public let times: [Timestamp]
    /// Row after row, `[T][blockCount]`; the lanes past the last asset hold 0.
    let blocks: [SIMD4<Double>]

    /// Takes one column of prices an asset.
    ///
    /// - Parameters:
    ///   - assets: At least one, all different.
    ///   - times: The closes, ascending.
    ///   - columns: `[n][T]`, in quote units for one whole unit of the asset.
    /// - Throws: ``BacktestError`` naming the first price, time or count that does not serve.
    public init(assets: [Asset], times: [Timestamp], columns: [[Double]]) throws(BacktestError) {
        guard !assets.isEmpty, !times.isEmpty else { throw .nothingToReplay }
        guard columns.count == assets.count else {
            throw .countMismatch(what: "price columns", got: columns.count, expected: assets.count)
        }
        guard Set(assets).count == assets.count else { throw .repeatedAsset }
        for (bar, time) in times.enumerated().dropFirst() where time <= times[bar - 1] {
            throw .unsorted(time, after: times[bar - 1])
        }
        for (asset, column) in zip(assets, columns) {
            guard column.count == times.count else {
                throw .countMismatch(what: "prices of \(asset)", got: column.count, expected: times.count)
            }
            for (time, price) in zip(times, column) where !(price > 0 && price.isFinite) {
                throw .priceNotPositive(asset, time: time, got: price)
            }
        }
        let width = Self.blockCount(assets: assets.count)
        var blocks = [SIMD4<Double>](repeating: .zero, count: width * times.count)
        for (index, column) in columns.enumerated() {
            let (block, lane) = index.quotientAndRemainder(dividingBy: 4)
            for bar in times.indices { blocks[bar * width + block][lane] = column[bar] }
        }
        self.assets = assets
        self.times = times
        self.blocks = blocks
    }

    /// Lanes of four that hold one row.
    var blockCount: Int { Self.blockCount(assets: assets.count) }

    /// The price of asset `index` at `bar`.
    public func price(_ index: Int, at bar: Int) -> Double {
        blocks[bar * blockCount + index / 4][index % 4]
    }

    /// Bars in a year of 365 days, from the most common step between bars; 365 for a single bar.
    public var barsPerYear: Double { BacktestMarket.barsPerYear(times) }

    private static func blockCount(assets: Int) -> Int { (assets + 3) / 4 }
}
