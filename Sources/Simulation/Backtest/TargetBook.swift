import MarketData
public import Rebalancing

/// The book that a policy's targets name: back at its weights at every close, at no cost. What tracking error is measured against.
public struct TargetBook: Sendable {
    /// Its value at each close, from 1, `[T]`.
    public let equity: [Double]
    /// Fernholz's excess growth rate of the first regime's targets, a year: what rebalancing earns over the mean of the assets' own
    /// growth rates before costs.
    ///
    /// γ* = ½(Σ wᵢσᵢᵢ − wᵀΣw), Σ the covariance of log returns over the whole span.
    ///
    /// - Note: Source: Fernholz (2002), *Stochastic Portfolio Theory*, eq. 1.1.10.
    public let rebalancingPremium: Double

    /// Follows the targets of the regimes in force.
    public init(mandates: [Mandate], market: BacktestMarket, barsPerYear: Double) {
        let targets = mandates.map { $0.targets.weights.map { Double($0.value) / 1e6 } }
        let count = market.assets.count
        var value = 1.0
        var equity = [1.0]
        equity.reserveCapacity(market.times.count)
        var sums = [Double](repeating: 0, count: count)
        var products = [Double](repeating: 0, count: count * count)
        var moves = sums
        for bar in market.times.indices.dropFirst() {
            let target = targets[market.regimes[bar - 1]]
            var growth = 0.0
            for index in 0..<count {
                let ratio = Double(market.prices[bar][index].units) / Double(market.prices[bar - 1][index].units)
                growth += target[index] * ratio
                moves[index] = logarithm(ratio)
                sums[index] += moves[index]
            }
            for row in 0..<count {
                for column in 0..<count { products[row * count + column] += moves[row] * moves[column] }
            }
            value *= growth
            equity.append(value)
        }
        self.equity = equity
        let steps = Double(market.times.count - 1)
        func covariance(_ row: Int, _ column: Int) -> Double {
            steps > 1
                ? (products[row * count + column] - sums[row] * sums[column] / steps) / (steps - 1) * barsPerYear : 0
        }
        let target = targets[0]
        var own = 0.0
        var joint = 0.0
        for row in 0..<count {
            own += target[row] * covariance(row, row)
            for column in 0..<count { joint += target[row] * target[column] * covariance(row, column) }
        }
        rebalancingPremium = (own - joint) / 2
    }
}
