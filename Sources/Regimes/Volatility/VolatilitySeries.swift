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
    public enum MissingReason: Error, Sendable, Hashable, CustomStringConvertible {
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
        /// A price, or the estimate, is beyond the range of a Double.
        case notFinite
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
            case .notFinite: "the estimate is beyond the range of a Double"
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
        let periodsPerYear = Self.periodsPerYear(bar: bar)
        let measured = try MeasuredBar<Double>.measure(candles, bar: bar, estimator: estimator)
        self.init(
            asset: candles.asset,
            bar: bar,
            candleInterval: candles.interval,
            estimator: estimator,
            bars: measured.map { measured in
                let measurement: Measurement
                switch measured.outcome {
                case .success(let variance):
                    let observation = 0.5 * log(variance * periodsPerYear)
                    measurement = observation.isFinite ? .observed(observation) : .missing(.notFinite)
                case .failure(let reason): measurement = .missing(reason)
                }
                return Bar(closeTime: measured.closeTime, close: measured.close, measurement: measurement)
            }
        )
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
