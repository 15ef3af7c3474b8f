import MarketData

/// One bar's variance in either arithmetic, or why there is none.
struct MeasuredBar<Number: VarianceArithmetic> {
    /// When the bar closed.
    let closeTime: Timestamp
    /// The last price of the bar, nil if it has no candle.
    let close: ExactDecimal?
    /// The variance, above zero: per bar, not annualized.
    let outcome: Result<Number, VolatilitySeries.MissingReason>

    /// Measures every bar of `candles` that has closed, as ``VolatilitySeries`` says.
    static func measure(
        _ candles: CandleSeries,
        bar: Int64,
        estimator: VolatilityEstimator
    ) throws(VolatilityError) -> [MeasuredBar] {
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
        guard barCount <= VolatilitySeries.maximumBarCount else {
            throw .tooManyBars(got: barCount, allowed: VolatilitySeries.maximumBarCount)
        }
        // Of every candle once: bars and estimators share the logarithms.
        let logCloses = estimator.needsFinerCandles ? candles.candles.map { Number.logarithm(of: $0.close) } : []
        var bars: [MeasuredBar] = []
        bars.reserveCapacity(Int(barCount))
        var next = 0
        var window = BarWindow<Number>()
        for index in 0..<barCount {
            let open = first.adding(milliseconds: index * bar)
            let closeTime = open.adding(milliseconds: bar)
            guard next < resampled.bars.count, resampled.bars[next].candle.openTime == open else {
                bars.append(MeasuredBar(closeTime: closeTime, close: nil, outcome: .failure(.gap)))
                window.clear()
                continue
            }
            let measured = resampled.bars[next]
            let previous = next > 0 ? resampled.bars[next - 1].candle : nil
            let follows = previous.map { $0.openTime.adding(milliseconds: bar) == open } ?? false
            next += 1
            let outcome: Result<Number, VolatilitySeries.MissingReason>
            if !measured.isComplete {
                outcome = .failure(.partial(candles: measured.fineBars, expected: measured.expectedFineBars))
                window.clear()
            } else if estimator.needsPreviousClose, !follows {
                outcome = .failure(.noPreviousClose)
                window.clear()
            } else if estimator.needsFinerCandles {
                let range = measured.fineRange.lowerBound - 1..<measured.fineRange.upperBound
                let path = SampledPath(logCloses: Array(logCloses[range]), interval: candles.interval)
                outcome = positive(path.variance(estimator) ?? .zero)
            } else {
                outcome = self.outcome(of: measured.candle, after: previous, estimator, &window)
            }
            bars.append(MeasuredBar(closeTime: closeTime, close: measured.candle.close, outcome: outcome))
        }
        return bars
    }

    /// The measurement of a complete bar by an estimator that reads its four prices, and the close before where it needs it.
    private static func outcome(
        of candle: Candle,
        after previous: Candle?,
        _ estimator: VolatilityEstimator,
        _ window: inout BarWindow<Number>
    ) -> Result<Number, VolatilitySeries.MissingReason> {
        let bar = LogPrices<Number>(candle)
        switch estimator {
        case .squaredReturn:
            let move = bar.close - .logarithm(of: previous?.close ?? candle.close)
            return positive(move * move)
        case .yangZhang:
            window.append(bar, previousClose: .logarithm(of: previous?.close ?? candle.open))
            guard let variance = window.yangZhang() else {
                return .failure(.shortHistory(bars: window.count, expected: VolatilityEstimator.yangZhangBars))
            }
            return positive(variance)
        case .parkinson, .garmanKlass, .rogersSatchell, .realizedVariance, .subsampledVariance, .bipowerVariation,
            .medianRealizedVariance, .minimumRealizedVariance, .realizedKernel:
            return positive(estimator.variance(of: bar) ?? .zero)
        }
    }

    private static func positive(_ variance: Number) -> Result<Number, VolatilitySeries.MissingReason> {
        guard variance.isFinite else { return .failure(.notFinite) }
        if variance > .zero { return .success(variance) }
        return .failure(variance < .zero ? .negativeVariance : .zeroVariance)
    }
}
