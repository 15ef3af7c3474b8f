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
    /// What is climbed.
    let objective: PenalizedObjective

    var observedCount: Int { sorted.count }

    init(_ observations: [Double?], states: Int, options: BaumWelch.Options) throws(FitError) {
        guard (1...HiddenMarkovModel.maximumStateCount).contains(states) else {
            throw .stateCount(got: states, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        try options.check()
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
        objective = PenalizedObjective(options, variance: variance)
    }
}

/// One climb of the likelihood from one starting point.
struct Search: RestartedSearch {
    let index: Int
    let start: FitReport.Start
    var parameters: HiddenMarkovModel
    var record = ClimbRecord()
    private let sample: Sample

    init(index: Int, start: FitReport.Start, model: HiddenMarkovModel, sample: Sample) {
        self.index = index
        self.start = start
        parameters = model
        self.sample = sample
    }

    func makePass() -> ForwardBackward {
        ForwardBackward(barCount: sample.flat.count, stateCount: parameters.stateCount)
    }

    func measure(_ parameters: HiddenMarkovModel, _ pass: inout ForwardBackward) -> Measurement? {
        guard let statistics = try? pass.run(parameters, sample.flat) else { return nil }
        return Measurement(
            logLikelihood: statistics.logLikelihood,
            objective: statistics.logLikelihood + sample.objective.logPrior(parameters),
            statistics: statistics
        )
    }

    func maximize(
        _ parameters: HiddenMarkovModel,
        _ measurement: Measurement,
        _ pass: ForwardBackward
    ) -> HiddenMarkovModel {
        BaumWelch.maximize(parameters, measurement.statistics, sample.objective)
    }

    func coordinates(_ parameters: HiddenMarkovModel) -> [Double] {
        parameters.coordinates(unit: sample.variance.squareRoot())
    }

    func parameters(at coordinates: [Double], or other: HiddenMarkovModel) -> HiddenMarkovModel {
        other.moved(to: coordinates, unit: sample.variance.squareRoot(), sample.objective)
    }

    func isCollapsed(_ parameters: HiddenMarkovModel) -> Bool { sample.objective.isAtFloor(parameters) }
}
