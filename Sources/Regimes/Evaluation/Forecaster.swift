/// A way to forecast the next log volatility, as compared by ``WalkForward``.
public enum Forecaster: String, Sendable, Hashable, CaseIterable {
    /// The mean and variance of the last 60 observations.
    case rollingGaussian = "rolling-gaussian-60"
    /// A heterogeneous autoregression with one residual variance.
    case autoregression = "har"
    /// The same with a GARCH(1,1) residual variance.
    case autoregressionGARCH = "har-garch-normal"
    /// The same with Student t residuals.
    case autoregressionGARCHStudent = "har-garch-t"
    /// A plain hidden Markov model.
    case regimes = "hmm"
    /// A heterogeneous autoregression with a hidden Markov model of its residuals.
    case autoregressiveRegimes = "har-hmm"

    /// Fits on `past`, and forecasts the bar after it and every bar after that, each from the bars before.
    func densities(
        fittedOn past: [Double?],
        through observations: [Double?],
        states: Int,
        options: BaumWelch.Options
    ) throws(FitError) -> [PredictiveDensity?] {
        switch self {
        case .rollingGaussian:
            return (past.count..<observations.count).map { Self.rolling(observations[..<$0]) }
        case .autoregression:
            let model = try HeterogeneousAutoregression(fitting: past)
            return (past.count..<observations.count).map { bar in
                model.forecast(after: observations[..<bar]).map {
                    PredictiveDensity(mean: $0, variance: model.residualVariance)
                }
            }
        case .autoregressionGARCH, .autoregressionGARCHStudent:
            let level = try HeterogeneousAutoregression(fitting: past)
            let family: EmissionFamily = self == .autoregressionGARCH ? .gaussian : .studentT
            let garch = ConditionalVariance(fitting: level.residuals(of: past), family: family)
            var variance = garch.first
            var densities: [PredictiveDensity?] = []
            for (bar, residual) in level.residuals(of: observations).enumerated() {
                if bar >= past.count {
                    let forecast = level.forecast(after: observations[..<bar])
                    densities.append(forecast.map { garch.density(variance: variance).moved(by: $0) })
                }
                variance = garch.next(after: residual, variance: variance)
            }
            return densities
        case .regimes:
            let model = try BaumWelch.fit(past, states: states, options: options).model
            return Self.mixtures(model, observations).suffix(observations.count - past.count)
        case .autoregressiveRegimes:
            let model = try AutoregressiveRegimes(fitting: past, states: states, options: options)
            let mixtures = Self.mixtures(model.residuals, model.autoregression.residuals(of: observations))
            return (past.count..<observations.count).map { bar in
                guard let mixture = mixtures[bar] else { return nil }
                return model.autoregression.forecast(after: observations[..<bar]).map { mixture.moved(by: $0) }
            }
        }
    }

    private static func rolling(_ past: ArraySlice<Double?>) -> PredictiveDensity? {
        let observed = past.suffix(60).compactMap(\.self)
        guard observed.count >= 30 else { return nil }
        let mean = observed.reduce(0, +) / Double(observed.count)
        let squares = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares > 0 else { return nil }
        return PredictiveDensity(mean: mean, variance: squares / Double(observed.count - 1))
    }

    /// The mixture that the filter expects of each bar; nil from an observation on that no regime explains.
    private static func mixtures(_ model: HiddenMarkovModel, _ observations: [Double?]) -> [PredictiveDensity?] {
        var filter = ForwardFilter(model)
        var hasFailed = false
        return observations.map { observation in
            guard !hasFailed else { return nil }
            let density = PredictiveDensity(
                weights: filter.nextPredictedProbabilities(),
                components: model.emissions
            )
            hasFailed = (try? filter.update(observation)) == nil
            return density
        }
    }
}
