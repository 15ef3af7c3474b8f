#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One series, checked and measured for a fit.
struct Sample: Sendable {
    /// As given.
    let observations: [Double?]
    /// With NaN where missing.
    let flat: [Double]
    /// The observed values in ascending order.
    let sorted: [Double]
    let mean: Double
    let variance: Double
    /// The smallest variance allowed to a regime.
    let varianceFloor: Double

    var observedCount: Int { sorted.count }
    var logObservedCount: Double { log(Double(sorted.count)) }

    init(_ observations: [Double?], states: Int, options: BaumWelch.Options) throws(FitError) {
        guard (1...HiddenMarkovModel.maximumStateCount).contains(states) else {
            throw .stateCount(got: states, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        guard options.restarts >= 1 else { throw .restarts(got: options.restarts) }
        self.observations = observations
        do throws(ObservationError) {
            flat = try ForwardBackward.flatten(observations)
        } catch {
            throw .observation(error)
        }
        sorted = flat.filter { !$0.isNaN }.sorted()
        guard let lowest = sorted.first, let highest = sorted.last else {
            throw observations.isEmpty
                ? .tooFewObservations(got: 0, expected: BaumWelch.minimumObservations(states: states), states: states)
                : .allMissing(bars: observations.count)
        }
        guard sorted.count >= BaumWelch.minimumObservations(states: states) else {
            throw .tooFewObservations(
                got: sorted.count,
                expected: BaumWelch.minimumObservations(states: states),
                states: states
            )
        }
        let count = Double(sorted.count)
        let mean = sorted.reduce(0) { $0 + $1 / count }
        let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        guard variance.isFinite else { throw .varianceOverflow }
        // A spread of a few units in the last place is rounding, not volatility of volatility.
        guard highest - lowest > 16 * max(abs(lowest), abs(highest)).ulp, variance >= .leastNormalMagnitude else {
            throw .constantSeries(value: lowest)
        }
        self.mean = mean
        self.variance = variance
        varianceFloor = max(variance * options.varianceFloor, .leastNormalMagnitude)
    }
}

/// One climb of the likelihood from one starting point.
struct Search: Sendable {
    let index: Int
    let start: FitReport.Start
    private(set) var model: HiddenMarkovModel
    private(set) var history: [Double] = []
    private(set) var hasConverged = false
    private(set) var hasFailed = false
    private(set) var isCollapsed = false

    var logLikelihood: Double { history.last ?? -.infinity }

    var summary: FitReport.Restart {
        FitReport.Restart(
            start: start,
            logLikelihood: logLikelihood,
            iterations: max(0, history.count - 1),
            hasConverged: hasConverged,
            isCollapsed: isCollapsed
        )
    }

    init(index: Int, start: FitReport.Start, model: HiddenMarkovModel) {
        self.index = index
        self.start = start
        self.model = model
    }

    /// Climbs until a step gains less than `tolerance · (|log-likelihood| + 1)`, or `iterations` more steps are done.
    mutating func run(_ sample: Sample, iterations: Int, tolerance: Double) {
        var passes = ForwardBackward(barCount: sample.flat.count, stateCount: model.stateCount)
        hasConverged = false
        var previous = -Double.infinity
        if !history.isEmpty { history.removeLast() }
        for iteration in 0...max(1, iterations) {
            guard let statistics = try? passes.run(model, sample.flat), statistics.logLikelihood.isFinite else {
                hasFailed = true
                return
            }
            let gain = statistics.logLikelihood - previous
            assert(gain >= -1e-9 * (abs(previous) + 1), "an EM step lost likelihood")
            // At the peak a step may lose what rounding adds; the history keeps the promise that its reader relies on.
            history.append(max(statistics.logLikelihood, history.last ?? -.infinity))
            hasConverged = iteration > 0 && gain <= tolerance * (abs(previous) + 1)
            if hasConverged || iteration == iterations { break }
            previous = statistics.logLikelihood
            model = BaumWelch.maximize(model, statistics, varianceFloor: sample.varianceFloor)
        }
        isCollapsed = model.emissions.contains { $0.squaredScale <= sample.varianceFloor * (1 + 1e-9) }
    }
}
