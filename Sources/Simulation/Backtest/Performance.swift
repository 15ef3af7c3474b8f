public import MarketData

/// How a portfolio did over a stretch of market: the figures that every report gives first.
///
/// r are simple returns from bar to bar, a year has 365 days, and cash is taken to earn nothing: no rate is subtracted.
public struct Performance: Sendable, Hashable {
    /// Last value ÷ first value − 1.
    public let totalReturn: Double
    /// (last ÷ first)^(1 ÷ years) − 1.
    public let annualizedReturn: Double
    /// Standard deviation of r, times the root of the bars in a year.
    public let annualizedVolatility: Double
    /// Mean of r a year ÷ volatility a year (Sharpe 1994); 0 without volatility.
    public let sharpe: Double
    /// Mean of r a year ÷ the root of the mean of min(r, 0)² a year (Sortino and Price 1994); 0 without a loss.
    public let sortino: Double
    /// The largest loss from a peak, as a share of it.
    public let maximumDrawdown: Double
    /// When that loss began.
    public let drawdownPeak: Timestamp
    /// When it was largest.
    public let drawdownTrough: Timestamp
    /// When the peak was reached again; `nil` if it was not.
    public let drawdownRecovery: Timestamp?
    /// Standard deviation of r less that of the target book, a year.
    public let trackingError: Double

    /// Measures a path.
    ///
    /// - Parameters:
    ///   - times: `[T]`.
    ///   - equity: Values, `[T]`, above zero.
    ///   - book: The target book's, `[T]`.
    ///   - barsPerYear: Bars in a year of 365 days.
    /// - Precondition: Two bars at least, as a ``BacktestMarket`` has.
    init(times: [Timestamp], equity: [Double], book: [Double], barsPerYear: Double) {
        precondition(times.count > 1 && equity.count == times.count && book.count == times.count, "one path, two bars")
        let returns = Self.returns(equity)
        let years = Self.years(times)
        let growth = equity[equity.count - 1] / equity[0]
        totalReturn = growth - 1
        annualizedReturn = growth > 0 ? power(growth, 1 / years) - 1 : -1
        let mean = returns.reduce(0, +) / Double(returns.count) * barsPerYear
        annualizedVolatility = Self.deviation(returns) * barsPerYear.squareRoot()
        sharpe = annualizedVolatility > 0 ? mean / annualizedVolatility : 0
        let losses = returns.reduce(0) { $0 + min($1, 0) * min($1, 0) } / Double(returns.count) * barsPerYear
        sortino = losses > 0 ? mean / losses.squareRoot() : 0
        trackingError =
            Self.deviation(zip(returns, Self.returns(book)).map { $0 - $1 }) * barsPerYear.squareRoot()
        var peak = 0
        var worst = (loss: 0.0, peak: 0, trough: 0)
        for bar in equity.indices {
            if equity[bar] > equity[peak] { peak = bar }
            let loss = 1 - equity[bar] / equity[peak]
            if loss > worst.loss { worst = (loss, peak, bar) }
        }
        maximumDrawdown = worst.loss
        drawdownPeak = times[worst.peak]
        drawdownTrough = times[worst.trough]
        let after = equity[worst.trough...].firstIndex { $0 >= equity[worst.peak] }
        drawdownRecovery = worst.loss > 0 ? after.map { times[$0] } : nil
    }

    /// What trading took from a portfolio, as a share of its value at the time, a year: Σ costₜ ÷ valueₜ ÷ years.
    ///
    /// A cost in currency weighs the bars at which the portfolio was large; this one does not.
    ///
    /// - Parameters:
    ///   - cumulatedCost: Costs so far, `[T]`.
    ///   - equity: Values after each bar, `[T]`.
    ///   - years: The length of the span.
    static func costPerYear(_ cumulatedCost: [Double], equity: [Double], years: Double) -> Double {
        var before = 0.0
        var sum = 0.0
        for (paid, value) in zip(cumulatedCost, equity) {
            sum += (paid - before) / value
            before = paid
        }
        return sum / years
    }

    /// The length of a span in years of 365 days.
    static func years(_ times: [Timestamp]) -> Double {
        Double(times[times.count - 1].milliseconds(since: times[0])) / 365 / 86_400_000
    }

    /// Simple returns from bar to bar, `[T − 1]`.
    static func returns(_ equity: [Double]) -> [Double] {
        zip(equity, equity.dropFirst()).map { $1 / $0 - 1 }
    }

    /// The standard deviation with divisor T − 1; 0 for a single value.
    static func deviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
}
