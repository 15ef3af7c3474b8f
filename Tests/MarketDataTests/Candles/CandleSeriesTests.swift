import MarketData
import TestSupport
import Testing

@Suite("Candle series")
struct CandleSeriesTests {
    @Test("refuses each inconsistency of a candle by its field")
    func refusesInconsistentCandles() throws {
        func refusal(_ open: String, _ high: String, _ low: String, _ close: String, _ volume: String) throws
            -> CandleField?
        {
            let numbers = try [open, high, low, close, volume].map { try ExactDecimal($0) }
            return #expect(throws: CandleFlaw.self) {
                try Candle(
                    openTime: Timestamp(milliseconds: 0),
                    open: numbers[0],
                    high: numbers[1],
                    low: numbers[2],
                    close: numbers[3],
                    volume: numbers[4]
                )
            }?.field
        }
        #expect(try refusal("0", "3", "1", "2", "0") == .open)
        #expect(try refusal("2", "-3", "1", "2", "0") == .high)
        #expect(try refusal("2", "3", "0", "2", "0") == .low)
        #expect(try refusal("2", "3", "1", "0", "0") == .close)
        #expect(try refusal("2", "3", "1", "2", "-1") == .volume)
        #expect(try refusal("2", "1", "3", "2", "0") == .high)
        #expect(try refusal("4", "3", "1", "2", "0") == .open)
        #expect(try refusal("0.5", "3", "1", "2", "0") == .open)
        #expect(try refusal("2", "3", "1", "3.00000000001", "0") == .close)
        #expect(try refusal("2", "3", "1", "0.99999999999", "0") == .close)
    }

    @Test("takes the most common step as interval and declares whole multiples as gaps")
    func declaresGaps() throws {
        let series = try CandleSeries(asset: Asset("BTC"), candles: candles(at: [0, 10, 20, 50, 60, 80]))
        #expect(series.interval == 10)
        #expect(
            series.gaps == [
                CandleGap(firstMissing: Timestamp(milliseconds: 30), missingBars: 2),
                CandleGap(firstMissing: Timestamp(milliseconds: 70), missingBars: 1),
            ]
        )
        #expect(series.missingBars == 3)
        #expect(series.closeTime == Timestamp(milliseconds: 90))
    }

    @Test("takes the shorter of two equally common steps")
    func breaksTies() throws {
        #expect(try CandleSeries(asset: Asset("BTC"), candles: candles(at: [0, 20, 30])).interval == 10)
    }

    @Test("refuses rows out of place, and names the first")
    func refusesDisorder() throws {
        func refusal(_ times: [Int64], interval: Int64? = nil) throws -> CandleSeriesError? {
            let asset = try Asset("BTC")
            return #expect(throws: CandleSeriesError.self) {
                try CandleSeries(asset: asset, interval: interval, candles: candles(at: times))
            }
        }
        let time = { Timestamp(milliseconds: $0) }
        #expect(try refusal([]) == .empty)
        #expect(try refusal([0]) == .intervalUnknown)
        #expect(try refusal([0], interval: 0) == .intervalNotPositive(got: 0))
        #expect(try refusal([0, 10, 10, 5]) == .duplicate(index: 2, time: time(10)))
        #expect(try refusal([0, 10, 5, 5]) == .unsorted(index: 2, time: time(5), previous: time(10)))
        #expect(
            try refusal([0, 10, 20, 35, 45])
                == .irregularStep(index: 3, time: time(35), previous: time(20), interval: 10)
        )
        #expect(try refusal([0, 10, 20], interval: 20) != nil)
    }

    @Test("takes one bar if told its interval")
    func takesOneBar() throws {
        #expect(
            try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: [5])).closeTime.milliseconds == 15
        )
    }

    @Test("finds the last close as a plain search does", arguments: UInt64(0)..<50)
    func findsLastClose(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var times: [Int64] = [0, 10]
        for _ in 0..<20 { times.append(times[times.count - 1] + 10 * Int64.random(in: 1...3, using: &random)) }
        let series = try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: times))
        for milliseconds in stride(from: Int64(-5), to: (times.last ?? 0) + 30, by: 1) {
            let time = Timestamp(milliseconds: milliseconds)
            let plain = series.candles.last { series.closeTime(of: $0) <= time }
            let found = series.lastClose(atOrBefore: time)
            #expect(found?.close == plain?.close)
            #expect(found?.time == plain.map { series.closeTime(of: $0) })
        }
    }

    @Test("joins bars into coarse ones aligned to UTC, and counts what they hold")
    func resamples() throws {
        let series = try CandleSeries(
            asset: Asset("BTC"),
            interval: 10,
            candles: candles(at: [20, 30, 40, 60, 70, 120])
        )
        let coarse = try series.resampled(to: 30)
        #expect(coarse.bars.map(\.candle.openTime.milliseconds) == [0, 30, 60, 120])
        #expect(coarse.bars.map(\.fineBars) == [1, 2, 2, 1])
        #expect(coarse.bars.map(\.fineRange) == [0..<1, 1..<3, 3..<5, 5..<6])
        #expect(coarse.bars.allSatisfy { $0.expectedFineBars == 3 && !$0.isComplete })
        #expect(coarse.series.gaps == [CandleGap(firstMissing: Timestamp(milliseconds: 90), missingBars: 1)])
        #expect(coarse.completeSeries == nil)
        let bar = coarse.bars[1].candle
        #expect(bar.open == series.candles[1].open)
        #expect(bar.close == series.candles[2].close)
        #expect(bar.high == series.candles[2].high)
        #expect(bar.low == series.candles[1].low)
        #expect(bar.volume == series.candles[1].volume.adding(series.candles[2].volume))
    }

    @Test("gives the same coarse bars in one step as in two", arguments: UInt64(0)..<30)
    func resamplesInSteps(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var times: [Int64] = []
        for time in stride(from: Int64(0), to: 600, by: 10) where Int.random(in: 0..<5, using: &random) > 0 {
            times.append(time)
        }
        let series = try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: times))
        let once = try series.resampled(to: 60).series
        let twice = try series.resampled(to: 20).series.resampled(to: 60).series
        #expect(once == twice)
    }

    @Test("refuses coarse intervals that would cut a bar")
    func refusesMisalignment() throws {
        let series = try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: [0, 10]))
        #expect(throws: ResamplingError.notAMultiple(coarse: 15, fine: 10)) { try series.resampled(to: 15) }
        #expect(throws: ResamplingError.notAMultiple(coarse: 0, fine: 10)) { try series.resampled(to: 0) }
        let shifted = try CandleSeries(asset: Asset("BTC"), interval: 10, candles: candles(at: [5, 15]))
        #expect(throws: ResamplingError.misaligned(time: Timestamp(milliseconds: 5), fine: 10)) {
            try shifted.resampled(to: 20)
        }
    }
}

/// Rising candles at the given opening times: the bar at t opens at 100 + t and closes at 101 + t.
func candles(at times: [Int64]) throws -> [Candle] {
    try times.map { time in
        try Candle(
            openTime: Timestamp(milliseconds: time),
            open: ExactDecimal(100 + time),
            high: ExactDecimal(102 + time),
            low: ExactDecimal(99 + time),
            close: ExactDecimal(101 + time),
            volume: ExactDecimal("\(time).25")
        )
    }
}
