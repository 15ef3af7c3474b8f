/// A convex problem over trades Δ `[n]`, without fixed costs: what the interior point solves and the bound is taken of.
///
/// minimise ½ΔᵀHΔ + gᵀΔ + constant + Σ φᵢ(|Δᵢ|), subject to lowᵢ ≤ Δᵢ ≤ highᵢ, e·Δ = β,
/// rows a·Δ ≤ r, and quadratic limits ΔᵀQΔ + 2p·Δ ≤ R.
struct ConvexTradeProgram {
    /// H, row by row.
    var curvature: [Double]
    /// g.
    var gradient: [Double]
    var constant = 0.0
    var low: [Double]
    var high: [Double]
    /// φ of purchases and of sales.
    var purchases: [SideCost]
    var sales: [SideCost]
    /// e.
    var balance: [Double]
    /// β.
    var balanceTotal = 0.0
    var rows: [Row] = []
    var quadratics: [Quadratic] = []

    /// a·Δ ≤ r.
    struct Row {
        var coefficients: [Double]
        var limit: Double
    }

    /// ΔᵀQΔ + 2p·Δ ≤ R, in a unit in which the limit it came from was 1.
    struct Quadratic {
        var matrix: [Double]
        /// p.
        var offset: [Double]
        /// R.
        var limit: Double

        /// (Δ + z)ᵀQ(Δ + z) ≤ `limit`, a positive number.
        init(matrix: [Double], origin: [Double], limit: Double) {
            self.matrix = matrix.map { $0 / limit }
            offset = product(self.matrix, origin)
            self.limit = 1 - inner(origin, offset)
        }

        init(matrix: [Double], offset: [Double], limit: Double) {
            (self.matrix, self.offset, self.limit) = (matrix, offset, limit)
        }

        /// q(Δ).
        func value(_ trades: [Double]) -> Double {
            inner(trades, product(matrix, trades)) + 2 * inner(offset, trades)
        }

        /// ∇q(Δ).
        func gradient(_ trades: [Double]) -> [Double] {
            var slope = product(matrix, trades)
            for index in slope.indices { slope[index] = 2 * (slope[index] + offset[index]) }
            return slope
        }
    }

    /// What weighs on the constraints at some point: any values with y, θ ≥ 0 give a valid bound.
    struct Multipliers {
        /// ν, of the balance.
        var balance: Double
        /// y, of the rows.
        var rows: [Double]
        /// θ, of the quadratic limits.
        var quadratics: [Double]
    }

    var count: Int { gradient.count }

    /// The objective.
    func value(_ trades: [Double]) -> Double {
        let curved = product(curvature, trades)
        var sum = constant
        for index in trades.indices {
            sum += trades[index] * (gradient[index] + curved[index] / 2) + cost(index, trades[index])
        }
        return sum
    }

    /// φᵢ(|Δ|).
    func cost(_ index: Int, _ trade: Double) -> Double {
        trade >= 0 ? purchases[index].value(trade) : sales[index].value(-trade)
    }

    /// Gᵢ: the slope of everything but the asset's own costs and bounds.
    func slope(_ trades: [Double], _ multipliers: Multipliers) -> [Double] {
        var slope = product(curvature, trades)
        for index in slope.indices { slope[index] += gradient[index] - multipliers.balance * balance[index] }
        for (row, weight) in zip(rows, multipliers.rows) {
            for index in slope.indices { slope[index] += weight * row.coefficients[index] }
        }
        for (quadratic, weight) in zip(quadratics, multipliers.quadratics) {
            for (index, value) in quadratic.gradient(trades).enumerated() { slope[index] += weight * value }
        }
        return slope
    }

    /// A lower bound of the optimum, valid for every `trades` and every multipliers with y, θ ≥ 0.
    ///
    /// Convex terms lie above their tangents at `trades`; what remains of the Lagrangian falls apart into one asset each and
    /// is minimised exactly between its bounds. At the optimum and its multipliers the bound meets the value.
    func lowerBound(at trades: [Double], _ multipliers: Multipliers) -> Double {
        let slope = slope(trades, multipliers)
        let curved = product(curvature, trades)
        var bound = constant + multipliers.balance * balanceTotal
        for index in trades.indices { bound -= trades[index] * curved[index] / 2 }
        for (row, weight) in zip(rows, multipliers.rows) { bound -= weight * row.limit }
        for (quadratic, weight) in zip(quadratics, multipliers.quadratics) {
            let tangent = zip(quadratic.gradient(trades), trades).reduce(0) { $0 + $1.0 * $1.1 }
            bound += weight * (quadratic.value(trades) - tangent - quadratic.limit)
        }
        for index in trades.indices { bound += least(index, slope[index]) }
        return bound
    }

    /// min φᵢ(|Δ|) + p·Δ over the asset's bounds.
    private func least(_ index: Int, _ slope: Double) -> Double {
        var best = Double.infinity
        if high[index] >= 0 {
            best = purchases[index].minimum(against: slope, from: max(low[index], 0), to: high[index])
        }
        if low[index] <= 0 {
            best = min(best, sales[index].minimum(against: -slope, from: max(-high[index], 0), to: -low[index]))
        }
        return best
    }

    /// No trades within the bounds cost more: a dual bound above this proves that none keep all limits.
    var largestValue: Double {
        let reach = zip(low, high).map { max(abs($0), abs($1)) }
        var sum = constant
        for row in reach.indices {
            sum += abs(gradient[row]) * reach[row] + max(cost(row, reach[row]), cost(row, -reach[row]))
            for column in reach.indices {
                sum += abs(curvature[row * count + column]) * reach[row] * reach[column] / 2
            }
        }
        return sum
    }
}

extension ConvexTradeProgram {
    /// Whether the cost has a kink between the bounds: at 0, or at the end of its straight line.
    func isSplit(_ index: Int) -> Bool {
        if low[index] < 0, high[index] > 0 { return purchases[index].isCostly || sales[index].isCostly }
        let knee = low[index] >= 0 ? purchases[index].line.knee : sales[index].line.knee
        return knee > max(low[index], -high[index], 0)
    }

    /// φ′ as a slope in Δ, of an asset that trades in one direction only, or for nothing.
    func ownSlope(_ index: Int, _ trade: Double) -> Double {
        low[index] >= 0 ? purchases[index].slope(trade) : -sales[index].slope(-trade)
    }

    /// φ″ of an asset that trades in one direction only, or for nothing.
    func ownBend(_ index: Int, _ trade: Double) -> Double {
        low[index] >= 0 ? purchases[index].bend(trade) : sales[index].bend(-trade)
    }

    /// The same problem in another unit of the objective.
    func divided(by scale: Double) -> ConvexTradeProgram {
        var scaled = self
        for index in curvature.indices { scaled.curvature[index] /= scale }
        for index in 0..<count {
            scaled.gradient[index] /= scale
            scaled.purchases[index] = purchases[index].divided(by: scale)
            scaled.sales[index] = sales[index].divided(by: scale)
        }
        scaled.constant /= scale
        return scaled
    }
}

/// x·y.
func inner(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
}

/// Matrix, row by row, times vector.
func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    let count = vector.count
    var result = [Double](repeating: 0, count: count)
    for row in 0..<count {
        var sum = 0.0
        for column in 0..<count { sum += matrix[row * count + column] * vector[column] }
        result[row] = sum
    }
    return result
}
