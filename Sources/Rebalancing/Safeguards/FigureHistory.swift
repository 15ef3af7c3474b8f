import BigIntegers
import MarketData

/// The values of market figures at any instant, from the closes of some candles.
struct FigureHistory: Sendable {
    private var series: [Asset: CloseSeries] = [:]
    private var extremes: [MarketFigure: [UInt64]] = [:]
    /// Σ of the products of two assets' returns before each close of the first, `[N + 1]`.
    private var products: [MarketFigure: [BigInteger]] = [:]

    /// Prepares to read these figures.
    ///
    /// - Throws: ``SafeguardError``.
    /// - Complexity: O(closes · figures).
    init(_ figures: [MarketFigure], candles: [CandleSeries]) throws(SafeguardError) {
        for figure in figures where extremes[figure] == nil && products[figure] == nil {
            for asset in figure.assets where series[asset] == nil {
                guard let found = candles.first(where: { $0.asset == asset }) else { throw .missingSeries(asset) }
                series[asset] = try CloseSeries(found)
            }
            try prepare(figure)
        }
    }

    private mutating func prepare(_ figure: MarketFigure) throws(SafeguardError) {
        for asset in figure.assets {
            guard let closes = series[asset], figure.window > 0 else { continue }
            let fewest = if case .correlation = figure { 2 } else { 1 }
            guard closes.steps(figure.window) >= fewest else {
                throw .windowTooShort(figure, bar: closes.interval, asset: asset)
            }
        }
        switch figure {
        case .fall(let asset, let window):
            extremes[figure] = series[asset].map { $0.extremes(steps: $0.steps(window), highest: true) }
        case .rise(let asset, let window):
            extremes[figure] = series[asset].map { $0.extremes(steps: $0.steps(window), highest: false) }
        case .realizedVolatility(let asset, _): series[asset]?.sumReturns()
        case .correlation(let one, let other, _):
            series[one]?.sumReturns()
            series[other]?.sumReturns()
            guard let first = series[one], let second = series[other] else { return }
            guard first.interval == second.interval else { throw .differentBars(figure) }
            products[figure] = Self.products(first, second)
        default: break
        }
    }

    /// The closes of an asset that some figure reads.
    func closes(of asset: Asset) -> CloseSeries? { series[asset] }

    private static func products(_ first: CloseSeries, _ second: CloseSeries) -> [BigInteger] {
        var sums: [BigInteger] = [0]
        var sum: BigInteger = 0
        var other = 0
        for index in first.times.indices {
            while other < second.times.count, second.times[other] < first.times[index] { other += 1 }
            // Where the other has no close, the window that spans this step is not whole, and the sum is not read.
            if index > 0, other > 0, other < second.times.count, second.times[other] == first.times[index] {
                sum += first.simpleReturn(index) * second.simpleReturn(other)
            }
            sums.append(sum)
        }
        return sums
    }

    /// A figure at an instant, from closes at or before it; `nil` where it is not known.
    func value(of figure: MarketFigure, at time: Timestamp) -> FigureValue? {
        guard let asset = figure.assets.first, let closes = series[asset], let index = closes.index(at: time) else {
            return nil
        }
        let steps = closes.steps(figure.window)
        guard closes.isWhole(index, steps: steps) else { return nil }
        let price = BigInteger(closes.units[index])
        switch figure {
        case .price: return FigureValue(price)
        case .fall:
            guard let highest = extremes[figure].map({ BigInteger($0[index]) }) else { return nil }
            return FigureValue(1_000_000 * (highest - price), over: highest)
        case .rise:
            guard let lowest = extremes[figure].map({ BigInteger($0[index]) }) else { return nil }
            return FigureValue(1_000_000 * (price - lowest), over: lowest)
        case .realizedVolatility:
            let squares = closes.returns(index, steps: steps).squares
            let length = BigInteger(steps) * BigInteger(closes.interval)
            return FigureValue(
                squares * 1_000_000_000_000 * BigInteger(365 * Timestamp.millisecondsPerDay),
                over: length << 80,
                isSquared: true
            )
        case .correlation(_, let other, _): return correlation(figure, closes, index, other, steps)
        default: return nil
        }
    }

    private func correlation(
        _ figure: MarketFigure,
        _ first: CloseSeries,
        _ index: Int,
        _ other: Asset,
        _ steps: Int
    ) -> FigureValue? {
        guard let second = series[other], let products = products[figure],
            let place = second.index(at: first.times[index]), second.times[place] == first.times[index],
            second.isWhole(place, steps: steps)
        else { return nil }
        let count = BigInteger(steps)
        let (one, two) = (first.returns(index, steps: steps), second.returns(place, steps: steps))
        let covariance = count * (products[index + 1] - products[index + 1 - steps]) - one.sum * two.sum
        let spread = (count * one.squares - one.sum * one.sum) * (count * two.squares - two.sum * two.sum)
        guard spread > 0 else { return FigureValue(0, isSquared: true) }
        let sign: BigInteger = covariance < 0 ? -1 : 1
        return FigureValue(sign * covariance * covariance * 1_000_000_000_000, over: spread, isSquared: true)
    }
}
