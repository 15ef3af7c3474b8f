/// One coarse bar made of fine ones, with how many of them there were.
public struct ResampledCandle: Sendable, Hashable {
    /// The coarse bar: first open, highest high, lowest low, last close, sum of the volumes of the fine bars present.
    public let candle: Candle

    /// How many fine bars it holds, at least 1.
    public let fineBars: Int

    /// How many fine bars a complete coarse bar holds.
    public let expectedFineBars: Int

    /// The indices of its fine bars in the fine series.
    public let fineRange: Range<Int>

    /// Whether no fine bar is missing.
    public var isComplete: Bool { fineBars == expectedFineBars }
}

/// A series of coarse bars, each with what it was made of.
public struct ResampledSeries: Sendable, Hashable {
    /// The asset.
    public let asset: Asset

    /// The length of a coarse bar in milliseconds.
    public let interval: Int64

    /// The coarse bars that hold at least one fine bar, by time.
    public let bars: [ResampledCandle]

    /// The coarse bars as an ordinary series, partial ones included; coarse bars without any fine bar are gaps.
    public let series: CandleSeries

    /// The coarse bars of which no fine bar is missing, as an ordinary series; nothing if there are none.
    public var completeSeries: CandleSeries? {
        try? CandleSeries(asset: asset, interval: interval, candles: bars.filter(\.isComplete).map(\.candle))
    }
}

/// Why a series cannot be resampled.
public enum ResamplingError: Error, Hashable, Sendable {
    /// The coarse interval is no whole multiple of the fine one.
    case notAMultiple(coarse: Int64, fine: Int64)
    /// Fine bars do not begin at multiples of their interval since the epoch, so a coarse bar would cut one in two.
    case misaligned(time: Timestamp, fine: Int64)
    /// The sum of the volumes of a coarse bar does not fit an exact decimal.
    case volumeTooLarge(time: Timestamp)
}

extension ResamplingError: CustomStringConvertible {
    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .notAMultiple(let coarse, let fine):
            "cannot make bars of \(Duration.milliseconds(coarse).shortText) from bars of "
                + "\(Duration.milliseconds(fine).shortText): expected a whole multiple"
        case .misaligned(let time, let fine):
            "cannot resample: bars of \(Duration.milliseconds(fine).shortText) do not begin at multiples of it in UTC, "
                + "got `\(time)`"
        case .volumeTooLarge(let time): "volume of the bar at `\(time)` does not fit"
        }
    }
}

extension CandleSeries {
    /// Joins bars into coarser ones that begin at multiples of `coarse` milliseconds since the epoch, UTC.
    ///
    /// Exact: no price is rounded and volumes are summed as decimals. A coarse bar with missing fine bars is made from
    /// those that are there and says so. Complexity: O(N).
    ///
    /// - Parameter coarse: The new interval in milliseconds, a positive multiple of ``interval``.
    /// - Throws: ``ResamplingError``.
    public func resampled(to coarse: Int64) throws(ResamplingError) -> ResampledSeries {
        guard coarse > 0, coarse % interval == 0 else { throw .notAMultiple(coarse: coarse, fine: interval) }
        guard openTime == openTime.floored(toMultipleOf: interval) else {
            throw .misaligned(time: openTime, fine: interval)
        }
        var bars: [ResampledCandle] = []
        var start = 0
        while start < candles.count {
            let barTime = candles[start].openTime.floored(toMultipleOf: coarse)
            let barEnd = barTime.adding(milliseconds: coarse)
            var end = start + 1
            while end < candles.count, candles[end].openTime < barEnd { end += 1 }
            bars.append(
                ResampledCandle(
                    candle: try joined(start..<end, at: barTime),
                    fineBars: end - start,
                    expectedFineBars: Int(coarse / interval),
                    fineRange: start..<end
                )
            )
            start = end
        }
        do {
            let series = try CandleSeries(asset: asset, interval: coarse, candles: bars.map(\.candle))
            return ResampledSeries(asset: asset, interval: coarse, bars: bars, series: series)
        } catch {
            preconditionFailure("coarse bars start at increasing multiples of their interval: \(error)")
        }
    }

    private func joined(_ range: Range<Int>, at time: Timestamp) throws(ResamplingError) -> Candle {
        let first = candles[range.lowerBound]
        var high = first.high
        var low = first.low
        var volume = first.volume
        for candle in candles[range].dropFirst() {
            high = max(high, candle.high)
            low = min(low, candle.low)
            guard let sum = volume.adding(candle.volume) else { throw .volumeTooLarge(time: time) }
            volume = sum
        }
        do {
            return try Candle(
                openTime: time,
                open: first.open,
                high: high,
                low: low,
                close: candles[range.upperBound - 1].close,
                volume: volume
            )
        } catch {
            preconditionFailure("consistent bars join to a consistent bar: \(error)")
        }
    }
}
