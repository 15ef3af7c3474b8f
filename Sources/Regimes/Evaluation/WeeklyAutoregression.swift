/// The heterogeneous autoregression with the rhythm of a market that never closes: windows of 1, 3, 7 and 22 bars.
///
/// ŷₜ = c + Σ βᵥ mean(yₜ₋ᵥ…yₜ₋₁). Corsi's windows of 1, 5 and 22 days are a day, a week and a month of an exchange with
/// weekends; daily bars of a crypto asset have seven in a week. Missing bars are treated as in ``HeterogeneousAutoregression``.
struct WeeklyAutoregression: Sendable, Hashable {
    static let windows = [1, 3, 7, 22]

    let intercept: Double
    let coefficients: [Double]

    /// Fits by least squares over the bars that have an observation and 22 bars before them.
    init(fitting observations: [Double?]) throws(FitError) {
        let features = Self.features(observations)
        var designs: [[Double]] = []
        var targets: [Double] = []
        for (bar, observation) in observations.enumerated() {
            guard let observation, let means = features[bar] else { continue }
            designs.append([1] + means)
            targets.append(observation)
        }
        guard targets.count >= 30 else { throw .tooFewObservations(got: targets.count, expected: 30, states: 1) }
        guard let solution = LeastSquares.solve(designs, targets, weights: nil) else {
            throw .constantSeries(value: targets[0])
        }
        intercept = solution[0]
        coefficients = Array(solution.dropFirst())
    }

    /// ŷ for each bar from the bars before it, `[T]`; nil before 22 bars, and where none of the 22 before is observed.
    func forecasts(of observations: [Double?]) -> [Double?] {
        Self.features(observations).map { means in
            means.map { intercept + zip(coefficients, $0).reduce(0) { $0 + $1.0 * $1.1 } }
        }
    }

    /// The means before each bar, `[T]`. O(T), from running sums.
    static func features(_ observations: [Double?]) -> [[Double]?] {
        var sums = [0.0]
        var counts = [0]
        for observation in observations {
            sums.append(sums[sums.count - 1] + (observation ?? 0))
            counts.append(counts[counts.count - 1] + (observation == nil ? 0 : 1))
        }
        let longest = windows[windows.count - 1]
        return observations.indices.map { bar in
            guard bar >= longest, counts[bar] > counts[bar - longest] else { return nil }
            var fallback = 0.0
            let means = windows.reversed().map { window in
                let count = counts[bar] - counts[bar - window]
                if count > 0 { fallback = (sums[bar] - sums[bar - window]) / Double(count) }
                return fallback
            }
            return means.reversed()
        }
    }
}
