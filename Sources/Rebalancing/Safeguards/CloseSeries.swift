import BigIntegers
public import MarketData

/// The closes of one asset, and what follows from them at each: exact integers in 10⁻⁸ of the quote currency.
struct CloseSeries: Sendable {
    let asset: Asset
    /// Milliseconds between closes.
    let interval: Int64
    /// When each bar closed, ascending, `[N]`.
    let times: [Timestamp]
    /// `[N]`.
    let units: [UInt64]
    /// Σ of the simple returns before each close, times 2⁴⁰, `[N + 1]`; empty where nothing reads returns.
    private var sums: [BigInteger] = []
    /// Σ of their squares, times 2⁸⁰, `[N + 1]`.
    private var squares: [BigInteger] = []

    /// - Throws: ``SafeguardError/unusablePrice(_:reason:)``.
    init(_ series: CandleSeries) throws(SafeguardError) {
        asset = series.asset
        interval = series.interval
        times = series.candles.map { series.closeTime(of: $0) }
        var units: [UInt64] = []
        units.reserveCapacity(series.candles.count)
        for candle in series.candles {
            do throws(UnitError) {
                units.append(try Price(rounding: candle.close).units)
            } catch {
                throw .unusablePrice(series.asset, reason: error.description)
            }
        }
        self.units = units
    }

    /// How many steps a window spans: closes in [c − window, c], less one.
    func steps(_ window: Int64) -> Int { Int(window / interval) }

    /// The place of the last close at or before `time`, if it is less than a bar old.
    func index(at time: Timestamp) -> Int? {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0, time.milliseconds(since: times[low - 1]) < interval else { return nil }
        return low - 1
    }

    /// Whether all closes of the window that ends at `index` are there.
    func isWhole(_ index: Int, steps: Int) -> Bool {
        index >= steps && times[index].milliseconds(since: times[index - steps]) == Int64(steps) * interval
    }

    /// The highest or lowest close among `steps` + 1 up to each, O(N) in all; only whole windows mean something.
    func extremes(steps: Int, highest: Bool) -> [UInt64] {
        var extremes: [UInt64] = []
        extremes.reserveCapacity(units.count)
        // Places whose close may still become the extreme: the first is it, the others come after it and are beaten by it.
        var candidates: [Int] = []
        var first = 0
        for index in units.indices {
            while candidates.count > first, let last = candidates.last,
                highest ? units[last] <= units[index] : units[last] >= units[index]
            {
                candidates.removeLast()
            }
            candidates.append(index)
            if candidates[first] < index - steps { first += 1 }
            extremes.append(units[candidates[first]])
        }
        return extremes
    }

    // MARK: Returns

    /// p·2⁴⁰ ÷ p′ − 2⁴⁰, floored, of the step that ends at `index` ≥ 1.
    func simpleReturn(_ index: Int) -> BigInteger {
        let (now, before) = (UInt128(units[index]) << 40, UInt128(units[index - 1]))
        return BigInteger(now / before) - BigInteger(UInt128(1) << 40)
    }

    mutating func sumReturns() {
        guard sums.isEmpty else { return }
        var (sum, square) = (BigInteger(0), BigInteger(0))
        sums = [0]
        squares = [0]
        for index in units.indices {
            if index > 0 {
                let step = simpleReturn(index)
                sum += step
                square += step * step
            }
            sums.append(sum)
            squares.append(square)
        }
    }

    /// Σr and Σr² of the last `steps` returns up to `index`.
    ///
    /// - Precondition: ``sumReturns()`` was called.
    func returns(_ index: Int, steps: Int) -> (sum: BigInteger, squares: BigInteger) {
        (sums[index + 1] - sums[index + 1 - steps], squares[index + 1] - squares[index + 1 - steps])
    }
}

/// Why safeguards cannot be followed with the market data at hand.
public enum SafeguardError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No candles of an asset that a breaker reads.
    case missingSeries(Asset)
    /// A close is no price.
    case unusablePrice(Asset, reason: String)
    /// The bars are longer than the window, or than half of it for a correlation.
    case windowTooShort(MarketFigure, bar: Int64, asset: Asset)
    /// A correlation of series with different bars.
    case differentBars(MarketFigure)
    /// A breaker that this version cannot follow.
    case notActedOn(breaker: String, reason: String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .missingSeries(let asset): "a breaker reads the candles of \(asset), and there are none"
        case .unusablePrice(let asset, let reason): "a close of \(asset) is no price: \(reason)"
        case .windowTooShort(let figure, let bar, let asset):
            "`\(figure)` cannot be told from candles of \(asset) that last \(ElapsedTime(milliseconds: bar)): "
                + "give candles of shorter bars"
        case .differentBars(let figure): "`\(figure)` needs candles of both assets with bars of one length"
        case .notActedOn(let breaker, let reason): "the breaker `\(breaker)` cannot be followed: \(reason)"
        }
    }
}
