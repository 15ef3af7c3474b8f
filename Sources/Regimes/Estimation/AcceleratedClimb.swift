/// What one pass says at given parameters.
struct Measurement {
    /// ln L, without a prior.
    let logLikelihood: Double
    /// What is climbed: ln L plus the logarithm of the prior.
    let objective: Double
    /// What the M-step needs.
    let statistics: ExpectedStatistics
}

/// How a climb has gone so far.
struct ClimbRecord: Sendable {
    /// What was reached before each step and after the last. Never decreases.
    fileprivate(set) var history: [Double] = []
    fileprivate(set) var logLikelihood = -Double.infinity
    fileprivate(set) var hasConverged = false
    /// Whether no usable model came of it.
    fileprivate(set) var hasFailed = false
    /// Whether a regime shrank to the variance floor.
    fileprivate(set) var isCollapsed = false
    /// The most that a step lost, as a share of |objective| + 1.
    fileprivate(set) var largestLoss = 0.0

    /// What has been reached.
    var objective: Double { hasFailed ? -.infinity : history.last ?? -.infinity }
}

/// A climb from one of many starting points.
///
/// - Note: Source: the steps are those of expectation–maximization, Dempster, Laird, Rubin (1977), *J. R. Stat. Soc. B* 39(1).
protocol RestartedSearch: Sendable {
    associatedtype Parameters: Sendable
    /// The memory of a pass, and what the M-step reads from it.
    associatedtype Pass

    /// Which of the starting points, and of which kind.
    var index: Int { get }
    var start: FitReport.Start { get }
    var parameters: Parameters { get set }
    var record: ClimbRecord { get set }

    func makePass() -> Pass
    /// The E-step; nil where no path explains the data.
    func measure(_ parameters: Parameters, _ pass: inout Pass) -> Measurement?
    /// The M-step, right after ``measure(_:_:)`` of the same parameters.
    func maximize(_ parameters: Parameters, _ measurement: Measurement, _ pass: Pass) -> Parameters
    /// The parameters as numbers of similar size, for extrapolation; empty for none.
    func coordinates(_ parameters: Parameters) -> [Double]
    /// The parameters at `coordinates`, entries outside their domain taken from `other`.
    func parameters(at coordinates: [Double], or other: Parameters) -> Parameters
    func isCollapsed(_ parameters: Parameters) -> Bool
}

extension RestartedSearch {
    var summary: FitReport.Restart {
        FitReport.Restart(
            start: start,
            logLikelihood: record.hasFailed ? -.infinity : record.logLikelihood,
            objective: record.objective,
            iterations: max(0, record.history.count - 1),
            hasConverged: record.hasConverged,
            isCollapsed: record.isCollapsed
        )
    }

    /// Climbs until an EM step gains less than `tolerance · (|objective| + 1)`, or `iterations` more passes are made.
    ///
    /// EM slows down where regimes overlap. So after two EM steps θ₀ → θ₁ → θ₂ a point further out is tried,
    /// θ₀ + 2αr + α²v with r = θ₁ − θ₀, v = (θ₂ − θ₁) − r and α = ‖r‖ ÷ ‖v‖, and taken if the objective there is at least that of
    /// θ₁; if not, the climb goes on from θ₂. So no step loses, and the end is a fixed point of EM as before.
    ///
    /// - Note: Source: Varadhan and Roland (2008), *Scand. J. Stat.* 35(2), scheme S3 with a monotone guard.
    mutating func climb(iterations: Int, tolerance: Double) {
        var pass = makePass()
        record.hasConverged = false
        if !record.history.isEmpty { record.history.removeLast() }
        var trail: [Parameters] = []
        // Where to go on if the extrapolated point, at which `parameters` then is, turns out to be worse.
        var fallback: Parameters?
        var farthest = 4.0
        var previous = -Double.infinity
        var passes = 0
        while true {
            let measurement = measure(parameters, &pass)
            passes += 1
            // Not a number is not better either.
            let isBetter = measurement.map { $0.objective >= previous } ?? false
            if let retreat = fallback, !isBetter || passes > iterations {
                parameters = retreat
                (fallback, trail, farthest) = (nil, [], max(1.5, farthest / 2))
                continue
            }
            guard let measurement, measurement.objective.isFinite else {
                record.hasFailed = true
                return
            }
            let (value, isPlain) = (measurement.objective, fallback == nil)
            fallback = nil
            let gain = value - previous
            record.logLikelihood = measurement.logLikelihood
            record.largestLoss = max(record.largestLoss, -gain / (abs(value) + 1))
            assert(gain >= -1e-9 * (abs(value) + 1), "a step lost likelihood")
            // At the peak a step may lose what rounding adds; the history keeps the promise that its reader relies on.
            record.history.append(max(value, record.history.last ?? -.infinity))
            record.hasConverged = passes > 1 && isPlain && gain <= tolerance * (abs(previous) + 1)
            if record.hasConverged || passes > max(1, iterations) { break }
            previous = value
            let next = maximize(parameters, measurement, pass)
            trail.append(parameters)
            if trail.count == 2 {
                fallback = next
                parameters = extrapolated(trail + [next], farthest: &farthest) ?? next
                trail = []
            } else {
                parameters = next
            }
        }
        record.isCollapsed = isCollapsed(parameters)
    }

    private func extrapolated(_ points: [Parameters], farthest: inout Double) -> Parameters? {
        let (zero, one, two) = (coordinates(points[0]), coordinates(points[1]), coordinates(points[2]))
        guard !zero.isEmpty else { return nil }
        var (first, second) = (0.0, 0.0)
        for index in zero.indices {
            let (move, next) = (one[index] - zero[index], two[index] - one[index])
            first += move * move
            second += (next - move) * (next - move)
        }
        let length = (first / second).squareRoot()
        guard length.isFinite, length > 1 else { return nil }
        let size = min(length, farthest)
        if size == farthest { farthest *= 4 }
        let target = zero.indices.map { index in
            let move = one[index] - zero[index]
            return zero[index] + 2 * size * move + size * size * (two[index] - one[index] - move)
        }
        return parameters(at: target, or: points[2])
    }
}
