/// The heterogeneous autoregression: the next log volatility from that of the last bar, the last 5 and the last 22.
///
/// ŷₜ = c + β₁ yₜ₋₁ + β₅ mean(yₜ₋₅…yₜ₋₁) + β₂₂ mean(yₜ₋₂₂…yₜ₋₁). Means are over the observed bars of a window; where a
/// window has none, the next longer window's mean stands in.
///
/// - Note: Source: Corsi (2009), *J. Financial Econometrics* 7(2), eq. 9, on log volatility.
public struct HeterogeneousAutoregression: Sendable, Hashable {
    /// The windows, in bars.
    public static let windows = [1, 5, 22]

    /// c.
    public let intercept: Double
    /// β₁, β₅, β₂₂.
    public let coefficients: [Double]
    /// The variance of what is left, with the degrees of freedom of the four coefficients taken off.
    public let residualVariance: Double

    init(intercept: Double, coefficients: [Double], residualVariance: Double) {
        self.intercept = intercept
        self.coefficients = coefficients
        self.residualVariance = residualVariance
    }

    /// Fits by least squares over the bars that have an observation and 22 bars before them.
    ///
    /// - Throws: ``FitError`` for fewer than 30 such bars, for observations that are infinite, all missing or all equal, and
    ///   where they do not determine the coefficients or leave nothing over.
    public init(fitting observations: [Double?]) throws(FitError) {
        do throws(ObservationError) { _ = try ForwardBackward.flatten(observations) } catch {
            throw .observation(error)
        }
        let observed = observations.compactMap(\.self)
        guard let lowest = observed.min(), let highest = observed.max() else {
            throw observations.isEmpty
                ? .tooFewObservations(got: 0, expected: Self.minimumRows, states: 1)
                : .allMissing(bars: observations.count)
        }
        let rows = Self.rows(observations)
        guard rows.count >= Self.minimumRows else {
            throw .tooFewObservations(got: rows.count, expected: Self.minimumRows, states: 1)
        }
        let size = max(abs(lowest), abs(highest))
        // A spread of a few units in the last place is rounding, not volatility of volatility.
        guard highest - lowest > 16 * size.ulp else { throw .constantSeries(value: lowest) }
        guard (size * size * Double(rows.count)).isFinite else { throw .varianceOverflow }
        // Around their averages, the columns lose the digits that a common level would cost.
        let design = AutoregressionDesign(observations)
        let mean = design.targets.reduce(0, +) / Double(rows.count)
        let columns = (0..<rows.count).map { row in
            Array(design.features[row * AutoregressionDesign.width..<(row + 1) * AutoregressionDesign.width])
        }
        guard let slopes = LeastSquares.solve(columns, design.targets.map { $0 - mean }, weights: nil) else {
            throw .undeterminedAutoregression(bars: rows.count)
        }
        let left = design.residuals(slopes)
        let squares = design.bars.reduce(0) { $0 + (left[$1] - mean) * (left[$1] - mean) }
        intercept = mean - zip(slopes, design.centers).reduce(0) { $0 + $1.0 * $1.1 }
        coefficients = slopes
        residualVariance = squares / Double(rows.count - 4)
        guard residualVariance.squareRoot() > 64 * size.ulp else { throw .nothingLeftOver(bars: rows.count) }
    }

    /// The fewest bars that determine the coefficients well enough to be of use.
    static let minimumRows = 30

    /// ŷ for the bar after `past`; nil with fewer than 22 bars, or none of the last 22 observed.
    public func forecast(after past: some RandomAccessCollection<Double?>) -> Double? {
        guard let features = Self.features(past) else { return nil }
        return intercept + zip(coefficients, features).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// yₜ − ŷₜ, `[T]`, nil where either is missing.
    public func residuals(of observations: [Double?]) -> [Double?] {
        observations.indices.map { bar in
            guard let observation = observations[bar], let forecast = forecast(after: observations[..<bar]) else {
                return nil
            }
            return observation - forecast
        }
    }

    /// One bar that can be fitted: its index, the means before it, and what came.
    struct Row {
        let bar: Int
        let features: [Double]
        let target: Double
    }

    static func rows(_ observations: [Double?]) -> [Row] {
        observations.indices.compactMap { bar in
            guard let target = observations[bar], let features = features(observations[..<bar]) else { return nil }
            return Row(bar: bar, features: features, target: target)
        }
    }

    private static func features(_ past: some RandomAccessCollection<Double?>) -> [Double]? {
        guard let longest = windows.last, past.count >= longest else { return nil }
        var features: [Double] = []
        var fallback: Double?
        for window in windows.reversed() {
            let observed = past.suffix(window).compactMap(\.self)
            let mean = observed.isEmpty ? fallback : observed.reduce(0, +) / Double(observed.count)
            guard let mean else { return nil }
            fallback = mean
            features.insert(mean, at: 0)
        }
        return features
    }
}

/// Weighted least squares by the normal equations: a handful of coefficients, and rows of similar size.
enum LeastSquares {
    /// The coefficients that minimize Σ w (target − row·coefficients)²; nil where the rows do not determine them.
    static func solve(_ rows: [[Double]], _ targets: [Double], weights: [Double]?) -> [Double]? {
        let count = rows.first?.count ?? 0
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
        for (index, row) in rows.enumerated() {
            let weight = weights?[index] ?? 1
            for first in 0..<count {
                for second in 0..<count { matrix[first][second] += weight * row[first] * row[second] }
                matrix[first][count] += weight * row[first] * targets[index]
            }
        }
        let scale = (0..<count).map { matrix[$0][$0] }
        for pivot in 0..<count {
            // Elimination leaves the part of a column that the ones before do not explain: next to nothing is rounding.
            guard matrix[pivot][pivot] > 1e-12 * scale[pivot] else { return nil }
            for row in 0..<count where row != pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot...count { matrix[row][column] -= factor * matrix[pivot][column] }
            }
        }
        return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}
