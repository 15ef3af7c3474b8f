#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the variance of one bar's log price is estimated. The raw value is the name in files and on the command line.
///
/// All are per bar, not annualized, and unbiased for a driftless diffusion observed continuously.
public enum VolatilityEstimator: String, Sendable, Hashable, CaseIterable {
    /// The sum of squared log returns of the finer candles, the first against the close before the bar.
    ///
    /// - Note: Source: Andersen, Bollerslev, Diebold, Labys (2003), *Econometrica* 71(2).
    case realizedVariance = "realized-variance"
    /// ln(high/low)² ÷ (4 ln 2). Low when trading is sparse.
    ///
    /// - Note: Source: Parkinson (1980), *J. Business* 53(1), eq. 4.
    case parkinson
    /// ½·ln(high/low)² − (2 ln 2 − 1)·ln(close/open)². Says nothing about the step between two bars.
    ///
    /// - Note: Source: Garman and Klass (1980), *J. Business* 53(1), section 3, the practical form.
    case garmanKlass = "garman-klass"

    /// The most precise estimator that the data allow: realized variance if candles are finer than the bar.
    public static func finest(candleInterval: Int64, bar: Int64) -> VolatilityEstimator {
        candleInterval < bar ? .realizedVariance : .garmanKlass
    }

    /// Whether the estimator needs candles finer than the bar.
    public var needsFinerCandles: Bool { self == .realizedVariance }

    /// The variance of one bar from its four prices; nil for an estimator that needs finer candles.
    ///
    /// - Parameters: Positive prices with `low` ≤ `open`, `close` ≤ `high`, in any unit.
    public func variance(open: Double, high: Double, low: Double, close: Double) -> Double? {
        switch self {
        case .realizedVariance:
            return nil
        case .parkinson:
            let range = log(high / low)
            return range * range / (4 * log(2))
        case .garmanKlass:
            let range = log(high / low)
            let move = log(close / open)
            return 0.5 * range * range - (2 * log(2) - 1) * move * move
        }
    }

    /// The realized variance of successive closes, the first of them the close before the bar.
    ///
    /// - Parameter closes: Positive prices. Fewer than two have no return and variance 0.
    public static func realizedVariance(closes: [Double]) -> Double {
        zip(closes, closes.dropFirst()).reduce(0) { sum, pair in
            let logReturn = log(pair.1 / pair.0)
            return sum + logReturn * logReturn
        }
    }
}
