#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The log price at each candle's close within one bar, the close before the bar first: what intraday estimators measure.
struct SampledPath {
    private let logPrices: [Double]
    /// Candles of one step of the coarse grid: five minutes, or one candle where candles are coarser.
    private let stride: Int

    /// Five minutes: the sampling at which the noise of quotes hardly shows in liquid markets.
    private static let coarseStep: Int64 = 300_000

    /// The path over positive `closes`, one a candle of `interval` milliseconds, the close before the bar first.
    init(closes: [Double], interval: Int64) {
        logPrices = closes.map { log($0) }
        let candles = closes.count - 1
        // A step that does not divide the bar would leave a rest unmeasured: the largest that does, up to five minutes.
        let longest = Int(max(1, min(Self.coarseStep / interval, Int64(max(1, candles)))))
        stride = Swift.stride(from: longest, to: 1, by: -1).first { candles % $0 == 0 } ?? 1
    }

    /// The bar's variance; 0 where the bar has too few returns for the estimator. nil unless it is an intraday estimator.
    func variance(_ estimator: VolatilityEstimator) -> Double? {
        switch estimator {
        case .realizedVariance: sumOfSquares(returns(step: 1))
        case .subsampledVariance: subsampled()
        case .bipowerVariation: bipower(returns(step: stride).map { abs($0) })
        case .medianRealizedVariance: median(returns(step: stride).map { abs($0) })
        case .minimumRealizedVariance: minimum(returns(step: stride).map { abs($0) })
        case .realizedKernel: kernel(returns(step: 1))
        case .parkinson, .garmanKlass, .rogersSatchell, .yangZhang, .squaredReturn: nil
        }
    }

    private func returns(step: Int, offset: Int = 0) -> [Double] {
        Swift.stride(from: offset + step, to: logPrices.count, by: step).map { logPrices[$0] - logPrices[$0 - step] }
    }

    private func sumOfSquares(_ returns: [Double]) -> Double { returns.reduce(0) { $0 + $1 * $1 } }

    /// Each shifted grid covers less than the bar: its sum is scaled to the bar's number of returns.
    private func subsampled() -> Double {
        let whole = Double((logPrices.count - 1) / stride)
        let sums = (0..<stride).map { offset in
            let returns = returns(step: stride, offset: offset)
            return returns.isEmpty ? 0 : sumOfSquares(returns) * whole / Double(returns.count)
        }
        return sums.reduce(0, +) / Double(stride)
    }

    private func bipower(_ sizes: [Double]) -> Double {
        Double.pi / 2 * zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func minimum(_ sizes: [Double]) -> Double {
        guard sizes.count > 1 else { return 0 }
        let sum = zip(sizes, sizes.dropFirst()).reduce(0) { $0 + min($1.0, $1.1) * min($1.0, $1.1) }
        return Double.pi / (Double.pi - 2) * Double(sizes.count) / Double(sizes.count - 1) * sum
    }

    private func median(_ sizes: [Double]) -> Double {
        guard sizes.count > 2 else { return 0 }
        let sum = (2..<sizes.count).reduce(0.0) { sum, index in
            let (first, second, third) = (sizes[index - 2], sizes[index - 1], sizes[index])
            let median = max(min(first, second), min(max(first, second), third))
            return sum + median * median
        }
        let scale = Double.pi / (6 - 4 * 3.0.squareRoot() + Double.pi)
        return scale * Double(sizes.count) / Double(sizes.count - 2) * sum
    }

    private func kernel(_ returns: [Double]) -> Double {
        let lags = min(VolatilityEstimator.kernelLag, returns.count - 1)
        guard lags > 0 else { return sumOfSquares(returns) }
        return (1...lags).reduce(sumOfSquares(returns)) { sum, lag in
            let covariance = zip(returns, returns.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + 2 * Self.parzen(Double(lag) / Double(VolatilityEstimator.kernelLag + 1)) * covariance
        }
    }

    /// Parzen's weight: smooth, 1 at 0, 0 at 1, and never negative in the frequency domain.
    private static func parzen(_ x: Double) -> Double {
        x <= 0.5 ? 1 - 6 * x * x + 6 * x * x * x : 2 * (1 - x) * (1 - x) * (1 - x)
    }
}
