/// The bars of one asset in order of time, all of one interval, with the bars that are missing declared.
///
/// INVARIANT: at least one candle; opening times strictly increase, by whole multiples of the interval. Gaps are never
/// filled: a missing bar is a missing observation.
public struct CandleSeries: Sendable, Hashable {
    /// The asset.
    public let asset: Asset

    /// The length of every bar in milliseconds, positive.
    public let interval: Int64

    /// The bars, `[N]`, by opening time.
    public let candles: [Candle]

    /// The places where bars are missing, by time.
    public let gaps: [CandleGap]

    /// Creates a series from candles in order of time.
    ///
    /// - Parameters:
    ///   - asset: What the candles are of.
    ///   - interval: Length of a bar in milliseconds; if absent, the most common step between candles, of equally
    ///     common ones the shortest.
    ///   - candles: Bars by opening time.
    /// - Throws: ``CandleSeriesError`` naming the first candle that is out of place.
    public init(asset: Asset, interval: Int64? = nil, candles: [Candle]) throws(CandleSeriesError) {
        guard let first = candles.first else { throw .empty }
        var steps: [Int64] = []
        steps.reserveCapacity(candles.count)
        var previous = first.openTime
        for (index, candle) in candles.enumerated().dropFirst() {
            let step = candle.openTime.milliseconds(since: previous)
            guard step > 0 else {
                throw step == 0
                    ? .duplicate(index: index, time: candle.openTime)
                    : .unsorted(index: index, time: candle.openTime, previous: previous)
            }
            steps.append(step)
            previous = candle.openTime
        }
        if let interval, interval <= 0 { throw .intervalNotPositive(got: interval) }
        guard let interval = interval ?? CandleSeries.mostCommon(steps) else { throw .intervalUnknown }

        var gaps: [CandleGap] = []
        for (index, step) in steps.enumerated() where step != interval {
            let (multiple, remainder) = step.quotientAndRemainder(dividingBy: interval)
            let before = candles[index].openTime
            guard remainder == 0 else {
                throw .irregularStep(
                    index: index + 1,
                    time: candles[index + 1].openTime,
                    previous: before,
                    interval: interval
                )
            }
            gaps.append(
                CandleGap(firstMissing: before.adding(milliseconds: interval), missingBars: Int(multiple - 1))
            )
        }
        self.asset = asset
        self.interval = interval
        self.candles = candles
        self.gaps = gaps
    }

    /// How many bars are missing between the first and the last.
    public var missingBars: Int {
        gaps.reduce(0) { $0 + $1.missingBars }
    }

    /// When the first bar opens.
    public var openTime: Timestamp { candles[0].openTime }

    /// When the last bar closes.
    public var closeTime: Timestamp { closeTime(of: candles[candles.count - 1]) }

    /// When a bar of this series closes: one interval after it opens.
    public func closeTime(of candle: Candle) -> Timestamp {
        candle.openTime.adding(milliseconds: interval)
    }

    /// How many bars have closed at or before `time`. O(log N).
    public func closedCount(at time: Timestamp) -> Int {
        var low = 0
        var high = candles.count
        while low < high {
            let middle = (low + high) / 2
            if closeTime(of: candles[middle]) <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The last closing price known at `time`, with when it was made; nothing before the first close. O(log N).
    public func lastClose(atOrBefore time: Timestamp) -> (time: Timestamp, close: ExactDecimal)? {
        let count = closedCount(at: time)
        guard count > 0 else { return nil }
        let candle = candles[count - 1]
        return (closeTime(of: candle), candle.close)
    }

    /// The bars that open in `[start, end)`, or nothing if there are none.
    public func slice(from start: Timestamp? = nil, to end: Timestamp? = nil) -> CandleSeries? {
        let kept = candles.filter { candle in
            start.map { candle.openTime >= $0 } ?? true && end.map { candle.openTime < $0 } ?? true
        }
        return try? CandleSeries(asset: asset, interval: interval, candles: kept)
    }

    private static func mostCommon(_ steps: [Int64]) -> Int64? {
        var counts: [Int64: Int] = [:]
        for step in steps { counts[step, default: 0] += 1 }
        return counts.max { left, right in
            left.value < right.value || (left.value == right.value && left.key > right.key)
        }?.key
    }
}

/// Bars that the source does not have.
public struct CandleGap: Sendable, Hashable {
    /// When the first missing bar would have opened.
    public let firstMissing: Timestamp

    /// How many bars are missing, at least 1.
    public let missingBars: Int

    /// Creates a gap.
    public init(firstMissing: Timestamp, missingBars: Int) {
        self.firstMissing = firstMissing
        self.missingBars = missingBars
    }
}

/// Why candles are not a series. `index` counts from 0 among the candles given.
public enum CandleSeriesError: Error, Hashable, Sendable {
    /// There is no candle.
    case empty
    /// One candle alone does not say how long it lasts.
    case intervalUnknown
    /// The interval asked for is zero or less.
    case intervalNotPositive(got: Int64)
    /// Two candles open at the same time.
    case duplicate(index: Int, time: Timestamp)
    /// A candle opens before its predecessor.
    case unsorted(index: Int, time: Timestamp, previous: Timestamp)
    /// The step to a candle is no whole multiple of the interval.
    case irregularStep(index: Int, time: Timestamp, previous: Timestamp, interval: Int64)
}

extension CandleSeriesError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .empty: "expected at least one candle, got none"
        case .intervalUnknown: "cannot tell the interval: expected at least two candles, got one"
        case .intervalNotPositive(let got): "an interval must be above zero milliseconds, got `\(got)`"
        case .duplicate(_, let time): "two candles at `\(time)`"
        case .unsorted(_, let time, let previous): "candles out of order: `\(time)` comes after `\(previous)`"
        case .irregularStep(_, let time, let previous, let interval):
            "irregular step: expected a multiple of \(Duration.milliseconds(interval).shortText), "
                + "got \(Duration.milliseconds(time.milliseconds(since: previous)).shortText) from `\(previous)` to `\(time)`"
        }
    }
}

extension Duration {
    /// The duration in the largest unit that measures it exactly, such as `1h`, `90min` or `250ms`.
    var shortText: String {
        let milliseconds =
            Int64(clamping: components.seconds.multipliedReportingOverflow(by: 1_000).partialValue)
            + components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)]
        where milliseconds % size == 0 && milliseconds != 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}
