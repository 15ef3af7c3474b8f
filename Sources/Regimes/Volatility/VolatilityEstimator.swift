#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the variance of one bar's log price is estimated. The raw value is the name in files and on the command line.
///
/// All are per bar, not annualized, and unbiased for a driftless diffusion observed continuously; <doc:Estimators> has the
/// formulas, and says which to take when.
public enum VolatilityEstimator: String, Sendable, Hashable, CaseIterable {
    /// The sum of squared log returns of the finer candles, the first against the close before the bar.
    ///
    /// - Note: Source: Andersen, Bollerslev, Diebold, Labys (2003), *Econometrica* 71(2).
    case realizedVariance = "realized-variance"
    /// The mean of the realized variances on all five-minute grids that the candles allow: less noise than any one of them.
    ///
    /// - Note: Source: Zhang, Mykland, Aït-Sahalia (2005), *JASA* 100(472), the average over subgrids.
    case subsampledVariance = "subsampled-variance"
    /// π/2 times the sum of products of neighbouring five-minute |returns|: a jump enters only once, times a small return.
    ///
    /// - Note: Source: Barndorff-Nielsen and Shephard (2004), *J. Financial Econometrics* 2(1).
    case bipowerVariation = "bipower-variation"
    /// The sum of squared medians of three neighbouring five-minute |returns|, scaled: a jump hardly enters at all.
    ///
    /// - Note: Source: Andersen, Dobrev, Schaumburg (2012), *J. Econometrics* 169(1), MedRV.
    case medianRealizedVariance = "median-realized-variance"
    /// The sum of squared minima of two neighbouring five-minute |returns|, scaled.
    ///
    /// - Note: Source: Andersen, Dobrev, Schaumburg (2012), *J. Econometrics* 169(1), MinRV.
    case minimumRealizedVariance = "minimum-realized-variance"
    /// Realized variance plus Parzen-weighted autocovariances of the returns up to lag 30: takes out the noise of quotes.
    ///
    /// - Note: Source: Barndorff-Nielsen, Hansen, Lunde, Shephard (2009), *Econometrics J.* 12(3).
    case realizedKernel = "realized-kernel"
    /// ln(high/low)² ÷ (4 ln 2). Low when trading is sparse.
    ///
    /// - Note: Source: Parkinson (1980), *J. Business* 53(1), eq. 4.
    case parkinson
    /// ½·ln(high/low)² − (2 ln 2 − 1)·ln(close/open)². Says nothing about the step between two bars.
    ///
    /// - Note: Source: Garman and Klass (1980), *J. Business* 53(1), section 3, the practical form.
    case garmanKlass = "garman-klass"
    /// ln(high/close)·ln(high/open) + ln(low/close)·ln(low/open). Unbiased whatever the drift.
    ///
    /// - Note: Source: Rogers and Satchell (1991), *Ann. Appl. Probab.* 1(4).
    case rogersSatchell = "rogers-satchell"
    /// Variance of the steps between bars, of the moves within bars, and Rogers and Satchell's mean, over ten bars.
    ///
    /// - Note: Source: Yang and Zhang (2000), *J. Business* 73(3), eq. 8 and 9.
    case yangZhang = "yang-zhang"
    /// ln(close/previous close)². The last resort: the standard deviation of its logarithm's error is about 2.2.
    case squaredReturn = "squared-return"

    /// The bars that ``yangZhang`` looks back on, the measured one included.
    public static let yangZhangBars = 10

    /// The largest lag of ``realizedKernel``.
    public static let kernelLag = 30

    /// The most precise estimator that the data allow: realized variance if candles are finer than the bar.
    public static func finest(candleInterval: Int64, bar: Int64) -> VolatilityEstimator {
        candleInterval < bar ? .realizedVariance : .garmanKlass
    }

    /// Whether the estimator needs candles finer than the bar.
    public var needsFinerCandles: Bool {
        switch self {
        case .realizedVariance, .subsampledVariance, .bipowerVariation, .medianRealizedVariance,
            .minimumRealizedVariance, .realizedKernel:
            true
        case .parkinson, .garmanKlass, .rogersSatchell, .yangZhang, .squaredReturn:
            false
        }
    }

    /// Whether a bar's measurement uses the close before the bar.
    public var needsPreviousClose: Bool {
        needsFinerCandles || self == .yangZhang || self == .squaredReturn
    }

    /// Five minutes: the sampling at which the noise of quotes hardly shows in liquid markets.
    static let coarseStep: Int64 = 300_000

    /// The variance of one bar from its four prices; nil for an estimator that needs more than these.
    ///
    /// - Parameters: Positive prices with `low` ≤ `open`, `close` ≤ `high`, in any unit.
    public func variance(open: Double, high: Double, low: Double, close: Double) -> Double? {
        // Of ratios, not of prices: the logarithms of large prices would cancel digits.
        variance(of: LogPrices(open: 0, high: log(high / open), low: log(low / open), close: log(close / open)))
    }

    /// The same from the logarithms of the prices.
    func variance<Number: VarianceArithmetic>(of bar: LogPrices<Number>) -> Number? {
        let range = bar.high - bar.low
        switch self {
        case .parkinson:
            return range * range * Number.scales.parkinson
        case .garmanKlass:
            let move = bar.close - bar.open
            return .ratio(1, 2) * range * range - Number.scales.garmanKlass * move * move
        case .rogersSatchell:
            return (bar.high - bar.close) * (bar.high - bar.open) + (bar.low - bar.close) * (bar.low - bar.open)
        case .realizedVariance, .subsampledVariance, .bipowerVariation, .medianRealizedVariance,
            .minimumRealizedVariance, .realizedKernel, .yangZhang, .squaredReturn:
            return nil
        }
    }

    /// The realized variance of successive closes, the first of them the close before the bar.
    ///
    /// - Parameter closes: Positive prices. Fewer than two have no return and variance 0.
    public static func realizedVariance(closes: [Double]) -> Double {
        SampledPath(logCloses: closes.map { log($0) }, interval: coarseStep).variance(.realizedVariance) ?? 0
    }
}
