import MarketData

/// Log annualized volatility in whole numbers, one value a bar: what ``FixedPointFilter`` observes.
///
/// The estimators are those of ``VolatilitySeries``, in the same order of operations, over ``FixedPoint``; the two differ by the
/// rounding of Doubles.
struct FixedPointVolatility {
    /// The bars, `[T]`, by time; an outcome is ½·ln(variance × periods per year).
    let bars: [MeasuredBar<FixedPoint>]

    /// Measures every bar of `candles` that has closed.
    init(of candles: CandleSeries, bar: Int64, estimator: VolatilityEstimator) throws(VolatilityError) {
        let year = FixedPoint.binaryLogarithm(of: 365 * 86_400_000) - .binaryLogarithm(of: UInt128(bar))
        bars = try MeasuredBar<FixedPoint>.measure(candles, bar: bar, estimator: estimator).map { measured in
            MeasuredBar(
                closeTime: measured.closeTime,
                close: measured.close,
                outcome: measured.outcome.map { variance in
                    guard let logarithm = variance.binaryLogarithm() else {
                        preconditionFailure("a measured variance is positive")
                    }
                    return ((logarithm + year) * FixedPoint.naturalLogarithmOfTwo).divided(by: 2)
                }
            )
        }
    }
}

extension MeasuredBar {
    /// What was measured, nil if nothing was.
    var value: Number? {
        switch outcome {
        case .success(let value): value
        case .failure: nil
        }
    }

    /// Why nothing was measured, nil if something was.
    var missingReason: VolatilitySeries.MissingReason? {
        switch outcome {
        case .success: nil
        case .failure(let reason): reason
        }
    }
}
