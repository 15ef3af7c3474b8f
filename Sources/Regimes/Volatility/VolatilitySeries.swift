public import MarketData
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Log annualized volatility, one value a bar: what a regime model observes.
///
/// y = ½·ln(variance × periods per year), a year of 365 days. Bars follow each other without a hole from the one that
/// holds the first candle to the last one closed; a bar that cannot be measured is there, missing, with the reason.
public struct VolatilitySeries: Sendable, Hashable {
    /// The asset.
    public let asset: Asset
    /// The length of a bar in milliseconds; bars begin at multiples of it since the epoch, UTC.
    public let bar: Int64
    /// The length of the candles the bars were measured with, in milliseconds.
    public let candleInterval: Int64
    /// How variances were estimated.
    public let estimator: VolatilityEstimator
    /// The bars, `[T]`, by time.
    public let bars: [Bar]

    /// One bar's measurement.
    public struct Bar: Sendable, Hashable {
        /// When the bar closes: from then on the measurement is known.
        public let closeTime: Timestamp
        /// The last price of the bar, nil if it has no candle.
        public let close: ExactDecimal?
        /// The log annualized volatility, or why there is none.
        public let measurement: Measurement
    }

    /// A log annualized volatility, or why there is none.
    public enum Measurement: Sendable, Hashable {
        /// ½·ln(variance × periods per year), finite.
        case observed(Double)
        /// The bar is missing in the sense of the model.
        case missing(MissingReason)
    }

    /// Why a bar has no measurement.
    public enum MissingReason: Sendable, Hashable, CustomStringConvertible {
        /// Some of the bar's candles are missing.
        case partial(candles: Int, expected: Int)
        /// All of the bar's candles are missing.
        case gap
        /// The bar before has no candle, so the first return within the bar is unknown.
        case noPreviousClose
        /// The price did not move, and the logarithm of zero is not an observation.
        case zeroVariance
        /// The estimate is negative, as noise makes those that subtract something.
        case negativeVariance
        /// The estimator looks back on more bars than there are in a row.
        case shortHistory(bars: Int, expected: Int)

        /// The reason in words.
        public var description: String {
            switch self {
            case .partial(let candles, let expected): "\(candles) of \(expected) candles"
            case .gap: "no candles"
            case .noPreviousClose: "no close before the bar"
            case .zeroVariance: "the price did not move"
            case .negativeVariance: "the estimate is negative"
            case .shortHistory(let bars, let expected): "\(bars) bars in a row of \(expected)"
            }
        }
    }

    /// The most bars a series may have: 10⁷, nineteen years of minutes.
    public static let maximumBarCount: Int64 = 10_000_000

    /// Measures every bar of `candles` that has closed.
    ///
    /// A bar's measurement depends on candles up to its close alone. Complexity: O(number of candles + bars).
    ///
    /// - Parameters:
    ///   - candles: Candles of the bar's length or finer.
    ///   - bar: Length of a bar in milliseconds, a positive multiple of the candles' interval.
    ///   - estimator: How; nil for the finest that the candles allow.
    /// - Throws: ``VolatilityError``.
    public init(
        of candles: CandleSeries,
        bar: Int64,
        estimator: VolatilityEstimator? = nil
    ) throws(VolatilityError) {
        let estimator = estimator ?? .finest(candleInterval: candles.interval, bar: bar)
        let resampled: ResampledSeries
        do throws(ResamplingError) {
            resampled = try candles.resampled(to: bar)
        } catch {
            throw .resampling(error)
        }
        guard !estimator.needsFinerCandles || candles.interval < bar else {
            throw .needsFinerCandles(estimator, bar: bar)
        }
        guard let first = resampled.bars.first?.candle.openTime else { throw .noCompleteBar(bar: bar) }
        let barCount = candles.closeTime.milliseconds(since: first) / bar
        guard barCount > 0 else { throw .noCompleteBar(bar: bar) }
        guard barCount <= Self.maximumBarCount else {
            throw .tooManyBars(got: barCount, allowed: Self.maximumBarCount)
        }
        let periodsPerYear = Self.periodsPerYear(bar: bar)
        var bars: [Bar] = []
        bars.reserveCapacity(Int(barCount))
        var next = 0
        var window = BarWindow()
        for index in 0..<barCount {
            let open = first.adding(milliseconds: index * bar)
            let close = open.adding(milliseconds: bar)
            guard next < resampled.bars.count, resampled.bars[next].candle.openTime == open else {
                bars.append(Bar(closeTime: close, close: nil, measurement: .missing(.gap)))
                window.clear()
                continue
            }
            let measured = resampled.bars[next]
            let hasPrevious = next > 0 && resampled.bars[next - 1].candle.openTime.adding(milliseconds: bar) == open
            next += 1
            let measurement: Measurement
            if !measured.isComplete {
                measurement = .missing(.partial(candles: measured.fineBars, expected: measured.expectedFineBars))
                window.clear()
            } else if estimator.needsPreviousClose, !hasPrevious {
                measurement = .missing(.noPreviousClose)
                window.clear()
            } else {
                measurement = Self.measurement(
                    of: measured,
                    after: hasPrevious ? Double(resampled.bars[next - 2].candle.close) : nil,
                    in: candles,
                    estimator,
                    &window,
                    periodsPerYear
                )
            }
            bars.append(Bar(closeTime: close, close: measured.candle.close, measurement: measurement))
        }
        self.init(asset: candles.asset, bar: bar, candleInterval: candles.interval, estimator: estimator, bars: bars)
    }

    private init(asset: Asset, bar: Int64, candleInterval: Int64, estimator: VolatilityEstimator, bars: [Bar]) {
        self.asset = asset
        self.bar = bar
        self.candleInterval = candleInterval
        self.estimator = estimator
        self.bars = bars
    }

    /// The observations, `[T]`, nil where missing.
    public var observations: [Double?] { bars.map(\.observation) }

    /// How many bars have an observation.
    public var observedCount: Int { bars.count { $0.observation != nil } }

    /// How many bars of this length a year of 365 days has.
    public static func periodsPerYear(bar: Int64) -> Double { 365 * 86_400_000 / Double(bar) }

    /// The bars that lie wholly in `[start, end)`, measured as in the whole series; nil if there are none.
    public func slice(from start: Timestamp? = nil, to end: Timestamp? = nil) -> VolatilitySeries? {
        let kept = bars.filter { measured in
            let isAfter = start.map { measured.closeTime.adding(milliseconds: -bar) >= $0 } ?? true
            let isBefore = end.map { measured.closeTime <= $0 } ?? true
            return isAfter && isBefore
        }
        guard !kept.isEmpty else { return nil }
        return VolatilitySeries(
            asset: asset,
            bar: bar,
            candleInterval: candleInterval,
            estimator: estimator,
            bars: kept
        )
    }

    /// The measurement of a bar whose candles are all there, `previousClose` too where the estimator needs it.
    private static func measurement(
        of measured: ResampledCandle,
        after previousClose: Double?,
        in candles: CandleSeries,
        _ estimator: VolatilityEstimator,
        _ window: inout BarWindow,
        _ periodsPerYear: Double
    ) -> Measurement {
        let (open, close) = (Double(measured.candle.open), Double(measured.candle.close))
        let (high, low) = (Double(measured.candle.high), Double(measured.candle.low))
        let variance: Double
        switch estimator {
        case .parkinson, .garmanKlass, .rogersSatchell:
            variance = estimator.variance(open: open, high: high, low: low, close: close) ?? 0
        case .squaredReturn:
            let logReturn = log(close / (previousClose ?? close))
            variance = logReturn * logReturn
        case .yangZhang:
            window.append(previousClose: previousClose ?? open, open: open, high: high, low: low, close: close)
            guard let measured = window.yangZhang() else {
                return .missing(.shortHistory(bars: window.count, expected: VolatilityEstimator.yangZhangBars))
            }
            variance = measured
        case .realizedVariance, .subsampledVariance, .bipowerVariation, .medianRealizedVariance,
            .minimumRealizedVariance, .realizedKernel:
            let range = measured.fineRange.lowerBound - 1..<measured.fineRange.upperBound
            let closes = candles.candles[range].map { Double($0.close) }
            variance = SampledPath(closes: closes, interval: candles.interval).variance(estimator) ?? 0
        }
        let observation = 0.5 * log(variance * periodsPerYear)
        return observation.isFinite
            ? .observed(observation) : .missing(variance < 0 ? .negativeVariance : .zeroVariance)
    }
}

extension VolatilitySeries.Bar {
    /// The log annualized volatility, nil if missing.
    public var observation: Double? {
        switch measurement {
        case .observed(let value): value
        case .missing: nil
        }
    }

    /// Why there is no observation, nil if there is one.
    public var missingReason: VolatilitySeries.MissingReason? {
        switch measurement {
        case .observed: nil
        case .missing(let reason): reason
        }
    }
}
