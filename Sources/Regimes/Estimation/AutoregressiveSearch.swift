/// One series, checked and laid out for a joint fit of level and regimes.
struct AutoregressiveSample: Sendable {
    let design: AutoregressionDesign
    /// The slopes of ordinary least squares.
    let slopes: [Double]
    /// The residuals of these, as the fit of a plain chain sees them.
    let residuals: Sample
    /// What is climbed; floor and prior are shares of the variance of the least-squares residuals.
    let objective: PenalizedObjective
    /// What holds the slopes.
    let anchor: SlopeAnchor
    let options: BaumWelch.Options
    let states: Int

    init(_ observations: [Double?], states: Int, options: BaumWelch.Options) throws(FitError) {
        guard (1...HiddenMarkovModel.maximumStateCount).contains(states) else {
            throw .stateCount(got: states, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        var options = options
        options.prior = options.prior ?? .besideAutoregression
        try options.check()
        let level = try HeterogeneousAutoregression(fitting: observations)
        design = AutoregressionDesign(observations)
        slopes = level.coefficients
        let left = design.residuals(slopes).map { $0.isNaN ? nil : $0 }
        residuals = try Sample(left, states: states, options: options)
        objective = residuals.objective
        anchor = SlopeAnchor(
            design,
            slopes: level.coefficients,
            residualVariance: level.residualVariance,
            strength: options.prior?.slopeStrength ?? 0
        )
        self.options = options
        self.states = states
    }

    /// Starting point `index`: regimes of the least-squares residuals.
    func start(_ index: Int) -> (kind: FitReport.Start, chain: HiddenMarkovModel) {
        let (kind, model) = StartingPoints(sample: residuals, states: states, seed: options.seed)[index]
        return (kind, model.with(options.emission).with(options.start))
    }
}

/// One joint climb of slopes and regimes from one starting point.
struct AutoregressiveSearch: RestartedSearch {
    /// Slopes, and the chain of y − β·x, its means those of the level at average lagged means.
    struct Parameters: Sendable {
        var chain: HiddenMarkovModel
        var slopes: [Double]
    }

    /// A pass and the residuals that it was made over.
    struct Pass {
        var passes: ForwardBackward
        var residuals: [Double] = []
    }

    let index: Int
    let start: FitReport.Start
    var parameters: Parameters
    var record = ClimbRecord()
    private let sample: AutoregressiveSample

    init(_ sample: AutoregressiveSample, index: Int) {
        self.sample = sample
        self.index = index
        let (kind, chain) = sample.start(index)
        start = kind
        parameters = Parameters(chain: chain, slopes: sample.slopes)
    }

    func makePass() -> Pass {
        Pass(passes: ForwardBackward(barCount: sample.design.barCount, stateCount: sample.states))
    }

    func measure(_ parameters: Parameters, _ pass: inout Pass) -> Measurement? {
        pass.residuals = sample.design.residuals(parameters.slopes)
        guard let statistics = try? pass.passes.run(parameters.chain, pass.residuals) else { return nil }
        return Measurement(
            logLikelihood: statistics.logLikelihood,
            objective: statistics.logLikelihood + sample.objective.logPrior(parameters.chain)
                + sample.anchor.logPrior(parameters.slopes),
            statistics: statistics
        )
    }

    /// Expectation–conditional maximization: the chain; then slopes and means together; then widths.
    ///
    /// Each part maximizes the same expected objective given the others, so the objective never falls.
    ///
    /// - Note: Source: Meng and Rubin (1993), *Biometrika* 80(2).
    func maximize(_ parameters: Parameters, _ measurement: Measurement, _ pass: Pass) -> Parameters {
        var emissions = parameters.chain.emissions
        let moments = AutoregressionMoments(
            sample.design,
            residuals: pass.residuals,
            posteriors: pass.passes.posteriors(stateCount: sample.states),
            emissions: emissions
        )
        let step = moments.step(emissions, from: parameters.slopes, sample.anchor)
        for state in emissions.indices where moments.isVisited(state) {
            let weight = moments.occupancy[state]
            let squaredScale = sample.objective.squaredScale(
                squares: moments.squares(state, after: step),
                weight: weight
            )
            let mean = emissions[state].mean + step.means[state]
            switch emissions[state] {
            case .gaussian: emissions[state] = .gaussian(mean: mean, variance: squaredScale)
            case .studentT(_, _, let degrees):
                emissions[state] = .studentT(
                    location: mean,
                    scale: squaredScale.squareRoot(),
                    degreesOfFreedom: DegreesOfFreedom.maximizing(
                        from: degrees,
                        meanLogPrecision: moments.logPrecision[state] / weight
                    )
                )
            }
        }
        let next = sample.objective.chain(measurement.statistics, from: parameters.chain.transitionMatrix)
        return Parameters(
            chain: HiddenMarkovModel(
                uncheckedInitial: next.initial,
                transitions: next.transitions,
                emissions: emissions
            ),
            slopes: zip(parameters.slopes, step.slopes).map(+)
        )
    }

    func coordinates(_ parameters: Parameters) -> [Double] {
        parameters.slopes + parameters.chain.coordinates(unit: sample.residuals.variance.squareRoot())
    }

    func parameters(at coordinates: [Double], or other: Parameters) -> Parameters {
        let width = AutoregressionDesign.width
        return Parameters(
            chain: other.chain.moved(
                to: Array(coordinates.dropFirst(width)),
                unit: sample.residuals.variance.squareRoot(),
                sample.objective
            ),
            slopes: Array(coordinates.prefix(width))
        )
    }

    func isCollapsed(_ parameters: Parameters) -> Bool { sample.objective.isAtFloor(parameters.chain) }

    /// Σ H(γ) over the bars that were fitted, at the parameters reached.
    var entropy: Double {
        var pass = makePass()
        guard measure(parameters, &pass) != nil else { return .nan }
        let (posteriors, count) = (pass.passes.posteriors(stateCount: sample.states), sample.states)
        return sample.design.bars.reduce(0) { sum, bar in
            posteriors[bar * count..<(bar + 1) * count].reduce(sum) {
                $1 > 0 ? $0 - $1 * naturalLogarithm($1) : $0
            }
        }
    }
}
