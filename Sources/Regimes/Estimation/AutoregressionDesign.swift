/// The regression of a heterogeneous autoregression, laid out once for all steps of a joint fit.
///
/// Row *n* is one bar that has an observation and lagged means before it: yₙ, and xₙ = the three means less their averages
/// over all rows, so that the slopes β and the regimes' means hardly disturb one another.
struct AutoregressionDesign: Sendable {
    /// *T*, the bars of the series, rows or not.
    let barCount: Int
    /// The bar of each row, ascending.
    let bars: [Int]
    /// y, one entry a row.
    let targets: [Double]
    /// x, `[N][3]` in one flat array.
    let features: [Double]
    /// What was taken off each lagged mean, `[3]`.
    let centers: [Double]

    /// The number of slopes.
    static let width = HeterogeneousAutoregression.windows.count

    init(_ observations: [Double?]) {
        let rows = HeterogeneousAutoregression.rows(observations)
        barCount = observations.count
        bars = rows.map(\.bar)
        targets = rows.map(\.target)
        let centers = (0..<Self.width).map { index in
            rows.reduce(0) { $0 + $1.features[index] } / Double(max(1, rows.count))
        }
        features = rows.flatMap { row in zip(row.features, centers).map { $0 - $1 } }
        self.centers = centers
    }

    /// yₙ − β·xₙ at the bar of each row, `[T]`; NaN at all other bars.
    func residuals(_ slopes: [Double]) -> [Double] {
        var residuals = [Double](repeating: .nan, count: barCount)
        for (row, bar) in bars.enumerated() {
            var residual = targets[row]
            for index in 0..<Self.width { residual -= slopes[index] * features[row * Self.width + index] }
            residuals[bar] = residual
        }
        return residuals
    }
}

/// What one pass expects of slopes and emissions together.
///
/// With w = γₙ(i) uₙ(i) / sᵢ² and d = yₙ − β·xₙ − μᵢ at the parameters of the pass. All sums are of these deviations, so that
/// no digits are lost once the parameters have settled.
struct AutoregressionMoments {
    /// Σ γ, `[K]`.
    private(set) var occupancy: [Double]
    /// Σ γ u, `[K]`.
    private var precision: [Double]
    /// Σ γ (ln u − u), `[K]`.
    private(set) var logPrecision: [Double]
    /// Σ γ u x, `[K][3]`.
    private var shifts: [Double]
    /// Σ γ u x xᵀ, `[K][3][3]`.
    private var products: [Double]
    /// Σ γ u d, `[K]`.
    private var deviations: [Double]
    /// Σ γ u d², `[K]`.
    private var squares: [Double]
    /// Σ γ u x d, `[K][3]`.
    private var crossed: [Double]

    private static let width = AutoregressionDesign.width

    init(
        _ design: AutoregressionDesign,
        residuals: [Double],
        posteriors: [Double],
        emissions: [EmissionDistribution]
    ) {
        let (count, width) = (emissions.count, Self.width)
        occupancy = [Double](repeating: 0, count: count)
        precision = occupancy
        logPrecision = occupancy
        deviations = occupancy
        squares = occupancy
        shifts = [Double](repeating: 0, count: count * width)
        crossed = shifts
        products = [Double](repeating: 0, count: count * width * width)
        for (row, bar) in design.bars.enumerated() {
            for state in 0..<count {
                let share = posteriors[bar * count + state]
                guard share > 0 else { continue }
                let expected = emissions[state].expectedPrecision(residuals[bar])
                let weight = share * expected
                let deviation = residuals[bar] - emissions[state].mean
                occupancy[state] += share
                precision[state] += weight
                logPrecision[state] += share * (naturalLogarithm(expected) - expected)
                deviations[state] += weight * deviation
                squares[state] += weight * deviation * deviation
                for first in 0..<width {
                    let feature = weight * design.features[row * width + first]
                    shifts[state * width + first] += feature
                    crossed[state * width + first] += feature * deviation
                    for second in 0...first {
                        products[(state * width + first) * width + second] +=
                            feature * design.features[row * width + second]
                    }
                }
            }
        }
        for state in 0..<count {
            for first in 0..<width {
                for second in 0..<first {
                    products[(state * width + second) * width + first] =
                        products[(state * width + first) * width + second]
                }
            }
        }
    }

    /// Whether regime `state` was visited at all.
    func isVisited(_ state: Int) -> Bool { occupancy[state] > 1e-200 && precision[state] > 1e-200 }

    /// How β and μ move to the joint maximum of the expected log-likelihood at given widths.
    ///
    /// Weighted least squares with one intercept a regime. Eliminating the intercepts leaves three equations:
    /// Σᵢ (Pᵢ − XᵢXᵢᵀ/Uᵢ)/sᵢ² Δβ = Σᵢ (Cᵢ − XᵢDᵢ/Uᵢ)/sᵢ², then Δμᵢ = (Dᵢ − Xᵢ·Δβ)/Uᵢ, with U, X, P, D, C the sums of γu,
    /// γux, γuxxᵀ, γud, γuxd. Slopes that these do not determine stay as they are.
    func step(
        _ emissions: [EmissionDistribution],
        from slopes: [Double],
        _ anchor: SlopeAnchor
    ) -> (slopes: [Double], means: [Double]) {
        let width = Self.width
        var rows = anchor.precision
        var right = anchor.pull(slopes)
        for state in emissions.indices where isVisited(state) {
            let (total, scale) = (precision[state], emissions[state].squaredScale)
            for first in 0..<width {
                let share = shifts[state * width + first] / total
                right[first] += (crossed[state * width + first] - share * deviations[state]) / scale
                for second in 0..<width {
                    let product = products[(state * width + first) * width + second]
                    rows[first][second] += (product - share * shifts[state * width + second]) / scale
                }
            }
        }
        let slopes = LinearSystem.solve(rows, right) ?? [Double](repeating: 0, count: width)
        let means = emissions.indices.map { state in
            isVisited(state) ? (deviations[state] - shift(state, slopes)) / precision[state] : 0
        }
        return (slopes, means)
    }

    /// Σ γ u (d − Δμᵢ − Δβ·x)² of one regime after the step.
    func squares(_ state: Int, after step: (slopes: [Double], means: [Double])) -> Double {
        let (width, mean) = (Self.width, step.means[state])
        var sum = squares[state] - 2 * mean * deviations[state] + mean * mean * precision[state]
        for first in 0..<width {
            let slope = step.slopes[first]
            sum -= 2 * slope * (crossed[state * width + first] - mean * shifts[state * width + first])
            for second in 0..<width {
                sum += slope * step.slopes[second] * products[(state * width + first) * width + second]
            }
        }
        return max(0, sum)
    }

    /// ∂ of the expected log-likelihood by β, `[3]`: Σᵢ Σₙ γ u x d / sᵢ².
    func slopeScore(_ emissions: [EmissionDistribution]) -> [Double] {
        (0..<Self.width).map { index in
            emissions.indices.reduce(0) { $0 + crossed[$1 * Self.width + index] / emissions[$1].squaredScale }
        }
    }

    /// What a score of the emissions needs.
    var sums: EmissionSums {
        EmissionSums(
            occupancy: occupancy,
            logPrecision: logPrecision,
            deviation: deviations,
            squaredDeviation: squares
        )
    }

    private func shift(_ state: Int, _ slopes: [Double]) -> Double {
        (0..<Self.width).reduce(0) { $0 + shifts[state * Self.width + $1] * slopes[$1] }
    }
}
