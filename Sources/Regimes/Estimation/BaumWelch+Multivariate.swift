/// What Baum–Welch found for vectors.
public struct MultivariateFitReport: Sendable, Equatable {
    /// The model of the best restart, regimes ordered by the mean of their first dimension.
    public let model: MultivariateHiddenMarkovModel
    /// AIC, BIC and ICL, n the number of bars with an observation in some dimension.
    public let criteria: InformationCriteria
    /// How the search went.
    public let convergence: Convergence

    /// ln p(y₁…y_T) at ``model``, without a prior.
    public var logLikelihood: Double { criteria.logLikelihood }
    /// ``Convergence/history``.
    public var history: [Double] { convergence.history }
    /// Whether the best restart's last step gained less than the tolerance.
    public var hasConverged: Bool { convergence.hasConverged }
    /// The log-likelihood that each restart reached, in the order of starting; −∞ for one that failed.
    public var restarts: [Double] { convergence.restarts.map(\.logLikelihood) }
}

extension BaumWelch {
    /// Fits a model of `states` regimes to vectors, `[T][D]` with nil in the dimensions that are missing.
    ///
    /// Restarts take the regimes of one-dimensional restarts, on one dimension after the other, as their first guess of who
    /// is where, and climb from the moments of the vectors given these. No regime may be narrower, in any direction, than
    /// `options.varianceFloor` of the dimensions' variances.
    ///
    /// - Throws: ``FitError``, also where one dimension alone could not be fitted.
    public static func fit(
        vectors: [[Double?]],
        states: Int,
        options: Options = Options()
    ) throws(FitError) -> MultivariateFitReport {
        let sample = try MultivariateSample(vectors, states: states, options: options)
        let (winner, convergence) = try best(of: options) { MultivariateSearch(sample, index: $0) }
        let model = winner.parameters
        let order = (0..<states).sorted { (model.emissions[$0].mean[0], $0) < (model.emissions[$1].mean[0], $1) }
        let ordered = MultivariateHiddenMarkovModel(
            uncheckedInitial: order.map { model.initialDistribution[$0] },
            transitions: order.flatMap { from in order.map { model.transitionMatrix[from * states + $0] } },
            emissions: order.map { model.emissions[$0] },
            degreesOfFreedom: model.degreesOfFreedom.map { degrees in order.map { degrees[$0] } }
        )
        return MultivariateFitReport(
            model: ordered,
            criteria: InformationCriteria(
                logLikelihood: winner.record.logLikelihood,
                parameterCount: ordered.parameterCount - (options.start == .stationary ? states - 1 : 0),
                observedCount: sample.patterns.patterns.reduce(0) { $0 + $1.bars.count },
                entropy: (try? SmoothedRegimes(ordered, observations: vectors))?.entropy ?? .nan
            ),
            convergence: convergence
        )
    }

    /// One unpenalized EM step over vectors; see ``step(_:observations:)-(HiddenMarkovModel,_)``.
    ///
    /// - Returns: The new model, and the log-likelihood of the **old** one.
    /// - Throws: ``ObservationError``.
    public static func step(
        _ model: MultivariateHiddenMarkovModel,
        observations: [[Double?]]
    ) throws(ObservationError) -> (model: MultivariateHiddenMarkovModel, logLikelihood: Double) {
        let flat = try MultivariateHiddenMarkovModel.flatten(observations, dimension: model.dimension)
        guard !flat.isEmpty else { return (model, 0) }
        var pass = VectorForwardBackward()
        let statistics = try pass.run(model, flat)
        let patterns = MissingPatterns(flat, dimension: model.dimension)
        let objective = MultivariateObjective(dimension: model.dimension)
        return (objective.maximize(model, statistics, pass.posteriors, patterns), statistics.logLikelihood)
    }
}
