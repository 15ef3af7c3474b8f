public import MarketData

/// Why candles yield no volatility series.
public enum VolatilityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The candles cannot be joined into bars.
    case resampling(ResamplingError)
    /// The estimator sums returns within the bar, and there is only one candle in it.
    case needsFinerCandles(VolatilityEstimator, bar: Int64)
    /// No bar has closed yet.
    case noCompleteBar(bar: Int64)
    /// So many bars lie between the first candle and the last that the series cannot be meant.
    case tooManyBars(got: Int64, allowed: Int64)

    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .resampling(let error): error.description
        case .needsFinerCandles(let estimator, let bar):
            "`\(estimator.rawValue)` needs candles finer than the bar of \(bar) ms, got one candle a bar"
        case .noCompleteBar(let bar): "no bar of \(bar) ms has closed within the candles"
        case .tooManyBars(let got, let allowed):
            "the candles span \(got) bars, expected at most \(allowed)"
        }
    }
}
