/// One portfolio at equal weights, traded back when an asset leaves its band: its tracking error and its cost.
///
/// Weights drift with returns. After a bar, if any weight is farther than its band from its target, all are set to target. With
/// w the weights before a bar, t the targets and r the returns, the bar's difference in return is Σ (w − t) r, and its cost
/// Σ |w − t| at the bar of the trade, times the bar's cost rate.
struct BandedBook {
    /// `[T][n]`, 1 + return of each asset over each bar.
    private let growth: [Double]
    /// The cost rate of each model after each bar, `[3][T]`, with mean 1.
    private let rates: [[Double]]
    private let width: Int
    private let bars: Int
    private let barsPerYear: Double

    init(_ market: AlignedMarket, _ chosen: [Int], from start: Int, barsPerYear: Double) {
        width = chosen.count
        bars = market.returns.count - start
        growth = market.returns[start...].flatMap { row in chosen.map { 1 + row[$0] } }
        let volatility = market.volatility(of: chosen)[start...]
        rates = EconomicTest.CostModel.allCases.map { model in
            let raw = volatility.map { sigma in (0..<model.rawValue).reduce(1.0) { rate, _ in rate * sigma } }
            let mean = raw.reduce(0, +) / Double(raw.count)
            return raw.map { mean > 0 ? $0 / mean : 1 }
        }
        self.barsPerYear = barsPerYear
    }

    /// The cost under each model, at the base width that has the tracking error asked for.
    ///
    /// The tracking error rises with the width but for steps where a trade more or less falls: bisection, and where steps keep
    /// it from coming within the tolerance, the costs at the two nearest widths, weighted.
    func cost(
        _ labels: [Int],
        _ factors: [Double],
        trackingError: Double,
        tolerance: Double
    ) throws(EconomicTestError) -> [Double] {
        var low = (width: 0.0, run: run(labels, factors, base: 0))
        var high = (width: 1.0, run: run(labels, factors, base: 1 / (factors.min() ?? 1)))
        high.width = 1 / (factors.min() ?? 1)
        guard high.run.trackingError > trackingError else {
            throw .trackingErrorOutOfReach(wanted: trackingError, largest: high.run.trackingError)
        }
        for _ in 0..<30 {
            let middle = (low.width + high.width) / 2
            let run = run(labels, factors, base: middle)
            if abs(run.trackingError - trackingError) <= tolerance * trackingError { return run.costs }
            if run.trackingError < trackingError { low = (middle, run) } else { high = (middle, run) }
        }
        let share =
            (trackingError - low.run.trackingError) / (high.run.trackingError - low.run.trackingError)
        return zip(low.run.costs, high.run.costs).map { (1 - share) * $0 + share * $1 }
    }

    /// One pass: the annualized tracking error, and the cost under each model.
    func run(_ labels: [Int], _ factors: [Double], base: Double) -> (trackingError: Double, costs: [Double]) {
        let target = 1 / Double(width)
        let bands = factors.map { $0 * base }
        var weights = [Double](repeating: target, count: width)
        var sum = 0.0
        var squares = 0.0
        var costs = (0.0, 0.0, 0.0)
        growth.withUnsafeBufferPointer { growth in
            weights.withUnsafeMutableBufferPointer { weights in
                for bar in 0..<bars {
                    let row = bar * width
                    var total = 0.0
                    var difference = 0.0
                    for asset in 0..<width {
                        let factor = growth[row + asset]
                        difference += (weights[asset] - target) * (factor - 1)
                        weights[asset] *= factor
                        total += weights[asset]
                    }
                    sum += difference
                    squares += difference * difference
                    var largest = 0.0
                    var distance = 0.0
                    let scale = 1 / total
                    for asset in 0..<width {
                        weights[asset] *= scale
                        let drift = abs(weights[asset] - target)
                        distance += drift
                        largest = max(largest, drift)
                    }
                    guard largest > bands[labels[bar]] else { continue }
                    costs.0 += distance * rates[0][bar]
                    costs.1 += distance * rates[1][bar]
                    costs.2 += distance * rates[2][bar]
                    for asset in 0..<width { weights[asset] = target }
                }
            }
        }
        let mean = sum / Double(bars)
        let variance = max(0, squares / Double(bars) - mean * mean)
        return ((variance * barsPerYear).squareRoot(), [costs.0, costs.1, costs.2])
    }
}
