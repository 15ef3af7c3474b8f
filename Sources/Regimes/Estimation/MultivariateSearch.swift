/// Vectors, checked and measured for a fit.
struct MultivariateSample: Sendable {
    /// With NaN where missing, `[T][D]`.
    let flat: [[Double]]
    let patterns: MissingPatterns
    /// Each dimension as a series of its own.
    let dimensions: [Sample]
    let objective: MultivariateObjective
    private let states: Int
    private let options: BaumWelch.Options

    init(_ vectors: [[Double?]], states: Int, options: BaumWelch.Options) throws(FitError) {
        guard (1...HiddenMarkovModel.maximumStateCount).contains(states) else {
            throw .stateCount(got: states, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        try options.check()
        guard let dimension = vectors.first?.count else {
            throw .tooFewObservations(got: 0, expected: BaumWelch.minimumObservations(states: states), states: states)
        }
        guard (1...MultivariateGaussian.maximumDimension).contains(dimension) else {
            throw .observation(.dimension(index: 0, got: dimension, expected: MultivariateGaussian.maximumDimension))
        }
        do throws(ObservationError) {
            flat = try MultivariateHiddenMarkovModel.flatten(vectors, dimension: dimension)
        } catch {
            throw .observation(error)
        }
        var dimensions: [Sample] = []
        for index in 0..<dimension {
            dimensions.append(try Sample(vectors.map { $0[index] }, states: states, options: options))
        }
        self.dimensions = dimensions
        patterns = MissingPatterns(flat, dimension: dimension)
        objective = MultivariateObjective(options, variances: dimensions.map(\.variance))
        self.states = states
        self.options = options
    }

    /// Starting point `index`: regimes of one dimension; the others uncorrelated, at their overall moments.
    ///
    /// The three that read data are taken from the first dimension, then from the second, …; random ones in turn.
    func start(_ index: Int) -> (kind: FitReport.Start, model: MultivariateHiddenMarkovModel) {
        let count = dimensions.count
        let reading = 3 * count
        let (chosen, inner) = index < reading ? (index / 3, index % 3) : (index % count, index)
        let starts = StartingPoints(sample: dimensions[chosen], states: states, seed: options.seed)
        let (kind, model) = starts[inner]
        let chain = model.with(options.start)
        let emissions = chain.emissions.map { emission in
            var covariance = [Double](repeating: 0, count: count * count)
            var mean = dimensions.map(\.mean)
            for dimension in 0..<count { covariance[dimension * count + dimension] = dimensions[dimension].variance }
            covariance[chosen * count + chosen] = emission.squaredScale
            mean[chosen] = emission.mean
            return MultivariateGaussian(unchecked: mean, covariance: covariance)
        }
        return (
            kind,
            MultivariateHiddenMarkovModel(
                uncheckedInitial: chain.initialDistribution,
                transitions: chain.transitionMatrix,
                emissions: emissions,
                degreesOfFreedom: options.emission == .gaussian ? nil : [Double](repeating: 8, count: states)
            )
        )
    }
}

/// One climb of the likelihood of vectors.
struct MultivariateSearch: RestartedSearch {
    let index: Int
    let start: FitReport.Start
    var parameters: MultivariateHiddenMarkovModel
    var record = ClimbRecord()
    private let sample: MultivariateSample

    init(_ sample: MultivariateSample, index: Int) {
        self.sample = sample
        self.index = index
        (start, parameters) = sample.start(index)
    }

    func makePass() -> VectorForwardBackward { VectorForwardBackward() }

    func measure(_ parameters: MultivariateHiddenMarkovModel, _ pass: inout VectorForwardBackward) -> Measurement? {
        guard let statistics = try? pass.run(parameters, sample.flat) else { return nil }
        return Measurement(
            logLikelihood: statistics.logLikelihood,
            objective: statistics.logLikelihood + sample.objective.logPrior(parameters),
            statistics: statistics
        )
    }

    func maximize(
        _ parameters: MultivariateHiddenMarkovModel,
        _ measurement: Measurement,
        _ pass: VectorForwardBackward
    ) -> MultivariateHiddenMarkovModel {
        sample.objective.maximize(parameters, measurement.statistics, pass.posteriors, sample.patterns)
    }

    // Vectors tell their regimes apart in some thirty steps, and an extrapolated covariance may be none.
    func coordinates(_ parameters: MultivariateHiddenMarkovModel) -> [Double] { [] }

    func parameters(
        at coordinates: [Double],
        or other: MultivariateHiddenMarkovModel
    ) -> MultivariateHiddenMarkovModel { other }

    func isCollapsed(_ parameters: MultivariateHiddenMarkovModel) -> Bool {
        parameters.emissions.contains { sample.objective.isAtFloor($0.covariance) }
    }
}
