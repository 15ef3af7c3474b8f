/// The log price at each candle's close within one bar, the close before the bar first: what intraday estimators measure.
struct SampledPath<Number: VarianceArithmetic> {
    private let logPrices: [Number]
    /// Candles of one step of the coarse grid: five minutes, or one candle where candles are coarser.
    private let stride: Int

    /// The path over the logarithms of closes, one a candle of `interval` milliseconds, the close before the bar first.
    init(logCloses: [Number], interval: Int64) {
        logPrices = logCloses
        let candles = logCloses.count - 1
        // A step that does not divide the bar would leave a rest unmeasured: the largest that does, up to five minutes.
        let longest = Int(max(1, min(VolatilityEstimator.coarseStep / interval, Int64(max(1, candles)))))
        stride = Swift.stride(from: longest, to: 1, by: -1).first { candles % $0 == 0 } ?? 1
    }

    /// The bar's variance; 0 where the bar has too few returns for the estimator. nil unless it is an intraday estimator.
    func variance(_ estimator: VolatilityEstimator) -> Number? {
        switch estimator {
        case .realizedVariance: sumOfSquares(returns(step: 1))
        case .subsampledVariance: subsampled()
        case .bipowerVariation: bipower(returns(step: stride).map(\.magnitude))
        case .medianRealizedVariance: median(returns(step: stride).map(\.magnitude))
        case .minimumRealizedVariance: minimum(returns(step: stride).map(\.magnitude))
        case .realizedKernel: kernel(returns(step: 1))
        case .parkinson, .garmanKlass, .rogersSatchell, .yangZhang, .squaredReturn: nil
        }
    }

    private func returns(step: Int, offset: Int = 0) -> [Number] {
        Swift.stride(from: offset + step, to: logPrices.count, by: step).map { logPrices[$0] - logPrices[$0 - step] }
    }

    private func sumOfSquares(_ returns: [Number]) -> Number { returns.reduce(.zero) { $0 + $1 * $1 } }

    /// Each shifted grid covers less than the bar: its sum is scaled to the bar's number of returns.
    private func subsampled() -> Number {
        let whole = (logPrices.count - 1) / stride
        let sums = (0..<stride).map { offset in
            let returns = returns(step: stride, offset: offset)
            return returns.isEmpty ? .zero : sumOfSquares(returns) * .ratio(whole, returns.count)
        }
        return sums.reduce(.zero, +).divided(by: stride)
    }

    private func bipower(_ sizes: [Number]) -> Number {
        Number.scales.bipower * zip(sizes, sizes.dropFirst()).reduce(.zero) { $0 + $1.0 * $1.1 }
    }

    private func minimum(_ sizes: [Number]) -> Number {
        guard sizes.count > 1 else { return .zero }
        let sum = zip(sizes, sizes.dropFirst()).reduce(Number.zero) { $0 + min($1.0, $1.1) * min($1.0, $1.1) }
        return Number.scales.minimum * .ratio(sizes.count, sizes.count - 1) * sum
    }

    private func median(_ sizes: [Number]) -> Number {
        guard sizes.count > 2 else { return .zero }
        let sum = (2..<sizes.count).reduce(Number.zero) { sum, index in
            let (first, second, third) = (sizes[index - 2], sizes[index - 1], sizes[index])
            let median = max(min(first, second), min(max(first, second), third))
            return sum + median * median
        }
        return Number.scales.median * .ratio(sizes.count, sizes.count - 2) * sum
    }

    private func kernel(_ returns: [Number]) -> Number {
        let lags = min(VolatilityEstimator.kernelLag, returns.count - 1)
        guard lags > 0 else { return sumOfSquares(returns) }
        return (1...lags).reduce(sumOfSquares(returns)) { sum, lag in
            let covariance = zip(returns, returns.dropFirst(lag)).reduce(Number.zero) { $0 + $1.0 * $1.1 }
            return sum + .ratio(2, 1) * Self.parzen(lag, of: VolatilityEstimator.kernelLag + 1) * covariance
        }
    }

    /// Parzen's weight at x = lag ÷ span: smooth, 1 at 0, 0 at 1, and never negative in the frequency domain.
    ///
    /// 1 − 6x² + 6x³ up to ½, then 2(1 − x)³.
    private static func parzen(_ lag: Int, of span: Int) -> Number {
        let cube = span * span * span
        guard 2 * lag > span else { return .ratio(cube - 6 * lag * lag * span + 6 * lag * lag * lag, cube) }
        let rest = span - lag
        return .ratio(2 * rest * rest * rest, cube)
    }
}
