extension BaumWelch {
    /// `count` unpenalized EM steps on from `model`; what ``step(_:observations:)-(HiddenMarkovModel,_)`` gives when repeated,
    /// without preparing the series each time.
    ///
    /// Takes O(T·K²) time a step, and T·(K + 1) Doubles of memory.
    ///
    /// - Returns: The model after the last step, and the log-likelihood before each step.
    /// - Throws: ``ObservationError`` for an observation that is not finite or that no path explains.
    public static func steps(
        _ count: Int,
        from model: HiddenMarkovModel,
        observations: [Double?]
    ) throws(ObservationError) -> (model: HiddenMarkovModel, logLikelihoods: [Double]) {
        let flat = try ForwardBackward.flatten(observations)
        var passes = ForwardBackward(barCount: flat.count, stateCount: model.stateCount)
        let objective = PenalizedObjective(varianceFloor: .leastNormalMagnitude)
        var (model, logLikelihoods) = (model, [Double]())
        for _ in 0..<max(0, count) {
            guard !flat.isEmpty else {
                logLikelihoods.append(0)
                continue
            }
            let statistics = try passes.run(model, flat)
            logLikelihoods.append(statistics.logLikelihood)
            model = maximize(model, statistics, objective)
        }
        return (model, logLikelihoods)
    }
}
