extension ConvexTradeProgram {
    /// Solves the program, whatever room its bounds leave.
    ///
    /// Assets whose bounds meet are taken out and become constants; what is left goes to the interior point.
    ///
    /// - Throws: ``OptimisationError/infeasible`` or ``OptimisationError/noConvergence``.
    func solved() throws(OptimisationError) -> InteriorPoint.Solution {
        var program = self
        for index in low.indices where low[index] > high[index] {
            // Rounding may cross bounds that meet.
            guard low[index] - high[index] <= Self.roundingWidth else { throw .infeasible }
            program.low[index] = high[index]
        }
        var reached = program.reach
        guard balanceTotal >= reached.least - Self.roundingWidth, balanceTotal <= reached.most + Self.roundingWidth
        else { throw .infeasible }
        // Where the balance takes all that the bounds give, nothing is left to choose.
        if balanceTotal <= reached.least + Self.roundingWidth { program.collapse(towardsLeast: true) }
        if balanceTotal >= reached.most - Self.roundingWidth { program.collapse(towardsLeast: false) }
        reached = program.reach
        let free = program.low.indices.filter { program.high[$0] - program.low[$0] > Self.roundingWidth }
        guard free.count < count else { return try program.solvedInside() }
        let fixed = program.low
        var trades = fixed
        for index in free { trades[index] = 0 }
        let reduced = try program.restricted(to: free, others: trades)
        guard !free.isEmpty else {
            return InteriorPoint.Solution(trades: fixed, value: reduced.constant, lowerBound: reduced.constant)
        }
        var solution = try reduced.solvedInside()
        for (position, index) in free.enumerated() { trades[index] = solution.trades[position] }
        solution.trades = trades
        return solution
    }

    /// Solves a program whose bounds leave room; where the method gives up, whether limits can be kept at all is asked first.
    private func solvedInside() throws(OptimisationError) -> InteriorPoint.Solution {
        do {
            return try InteriorPoint.solve(self)
        } catch {
            guard error == .noConvergence, !rows.isEmpty || !quadratics.isEmpty else { throw error }
        }
        let nearest = try InteriorPoint.solve(elastic)
        guard nearest.lowerBound <= Self.feasibility else { throw .infeasible }
        // Limits that meet in one point leave no inside: a little more room is within what settlement rounds away.
        var loosened = self
        for index in rows.indices { loosened.rows[index].limit += 4 * Self.feasibility }
        for index in quadratics.indices { loosened.quadratics[index].limit += 4 * Self.feasibility }
        return try InteriorPoint.solve(loosened, from: .far)
    }

    /// What rows and limits may be broken by and still count as kept, in their own units.
    private static let feasibility = 1e-9

    /// The program that asks by how much limits must be loosened, all alike: one more variable, which is the objective.
    private var elastic: ConvexTradeProgram {
        let start = (0..<count).map { min(max(0, low[$0]), high[$0]) }
        var worst = 1.0
        for row in rows { worst = max(worst, inner(row.coefficients, start) - row.limit) }
        for quadratic in quadratics { worst = max(worst, quadratic.value(start) - quadratic.limit) }
        let size = count + 1
        func widened(_ matrix: [Double]) -> [Double] {
            var wide = [Double](repeating: 0, count: size * size)
            for row in 0..<count {
                for column in 0..<count { wide[row * size + column] = matrix[row * count + column] }
            }
            return wide
        }
        let free = [SideCost](repeating: SideCost(proportional: 0, impact: 0), count: size)
        var program = ConvexTradeProgram(
            curvature: [Double](repeating: 0, count: size * size),
            gradient: [Double](repeating: 0, count: count) + [1],
            low: low + [-1],
            high: high + [4 * worst],
            purchases: free,
            sales: free,
            balance: balance + [0],
            balanceTotal: balanceTotal
        )
        program.rows = rows.map { Row(coefficients: $0.coefficients + [-1], limit: $0.limit) }
        program.quadratics = quadratics.map {
            Quadratic(matrix: widened($0.matrix), offset: $0.offset + [-0.5], limit: $0.limit)
        }
        return program
    }

    /// Bounds closer than this are one; far below a unit of any asset.
    private static let roundingWidth = 1e-13

    /// The least and the most that e·Δ can be.
    private var reach: (least: Double, most: Double) {
        var (least, most) = (0.0, 0.0)
        for index in low.indices {
            least += min(balance[index] * low[index], balance[index] * high[index])
            most += max(balance[index] * low[index], balance[index] * high[index])
        }
        return (least, most)
    }

    private mutating func collapse(towardsLeast: Bool) {
        for index in low.indices {
            if (balance[index] >= 0) == towardsLeast { high[index] = low[index] } else { low[index] = high[index] }
        }
    }

    /// The program over some of the assets, where the others trade what `others` says.
    private func restricted(to free: [Int], others: [Double]) throws(OptimisationError) -> ConvexTradeProgram {
        let curved = product(curvature, others)
        func picked(_ vector: [Double]) -> [Double] { free.map { vector[$0] } }
        func square(_ matrix: [Double]) -> [Double] {
            free.flatMap { row in free.map { matrix[row * count + $0] } }
        }
        var reduced = ConvexTradeProgram(
            curvature: square(curvature),
            gradient: free.map { gradient[$0] + curved[$0] },
            constant: value(others),
            low: picked(low),
            high: picked(high),
            purchases: free.map { purchases[$0] },
            sales: free.map { sales[$0] },
            balance: picked(balance),
            balanceTotal: balanceTotal - inner(balance, others)
        )
        for row in rows {
            let coefficients = picked(row.coefficients)
            let limit = row.limit - inner(row.coefficients, others)
            if coefficients.contains(where: { $0 != 0 }) {
                reduced.rows.append(Row(coefficients: coefficients, limit: limit))
            } else if limit < -Self.roundingWidth {
                throw .infeasible
            }
        }
        for quadratic in quadratics {
            var part = quadratic
            part.matrix = square(quadratic.matrix)
            part.offset = free.map { quadratic.gradient(others)[$0] / 2 }
            part.limit = quadratic.limit - quadratic.value(others)
            if !free.isEmpty {
                reduced.quadratics.append(part)
            } else if part.limit < -Self.feasibility {
                throw .infeasible
            }
        }
        return reduced
    }
}
