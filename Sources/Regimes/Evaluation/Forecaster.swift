/// A way to forecast the next log volatility, as compared by ``WalkForward``.
public enum Forecaster: String, Sendable, Hashable, CaseIterable {
    /// The mean and variance of the last 60 observations.
    case rollingGaussian = "rolling-gaussian-60"
    /// A constant mean with a GARCH(1,1) variance.
    case garch = "garch-normal"
    /// The same with Student t errors.
    case garchStudent = "garch-t"
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
    /// An autoregression on 1, 3, 7 and 22 bars, and the mean of a Gaussian and a Student t model of its residuals.
    case averagedRegimes = "har-hmm-weekly"

    /// Fits on `past`.
    func fit(
        _ past: [Double?],
        states: Int,
        options: BaumWelch.Options
    ) throws(FitError) -> FittedForecaster {
        switch self {
        case .rollingGaussian:
            return .rolling
        case .garch, .garchStudent:
            let observed = past.compactMap(\.self)
            guard observed.count >= 30 else {
                throw .tooFewObservations(got: observed.count, expected: 30, states: 1)
            }
            let mean = observed.reduce(0, +) / Double(observed.count)
            let variance = ConditionalVariance(
                fitting: past.map { $0.map { $0 - mean } },
                family: self == .garch ? .gaussian : .studentT
            )
            return .conditional(.constant(mean), variance)
        case .autoregression:
            return .autoregression(try HeterogeneousAutoregression(fitting: past))
        case .autoregressionGARCH, .autoregressionGARCHStudent:
            let level = try HeterogeneousAutoregression(fitting: past)
            let variance = ConditionalVariance(
                fitting: level.residuals(of: past),
                family: self == .autoregressionGARCH ? .gaussian : .studentT
            )
            return .conditional(.autoregression(level), variance)
        case .regimes:
            return .regimes(try BaumWelch.fit(past, states: states, options: options).model)
        case .autoregressiveRegimes:
            let model = try AutoregressiveRegimes(fitting: past, states: states, options: options)
            return .residualRegimes(model.autoregression, model.residuals)
        case .averagedRegimes:
            return try Self.averaged(past, states: states, options: options)
        }
    }

    /// Two chains of the residuals of a ``WeeklyAutoregression``, one with Gaussian and one with Student t emissions.
    ///
    /// How heavy the tails of a regime are is what a fit of some hundred bars cannot tell. The equal-weighted mean of the
    /// densities needs no such choice, and no weights that would have to be fitted in turn.
    ///
    /// - Note: Source: Hall and Mitchell (2007), *Int. J. Forecasting* 23(1), the linear pool.
    private static func averaged(
        _ past: [Double?],
        states: Int,
        options: BaumWelch.Options
    ) throws(FitError) -> FittedForecaster {
        let level = try WeeklyAutoregression(fitting: past)
        let residuals = FittedForecaster.residuals(of: past, from: level.forecasts(of: past))
        var chains: [HiddenMarkovModel] = []
        for family in EmissionFamily.allCases {
            var options = options
            options.emission = family
            // Degrees of freedom converge by ever smaller steps that no forecast notices.
            options.iterations = min(options.iterations, 50)
            options.tolerance = max(options.tolerance, 1e-7)
            chains.append(try BaumWelch.fit(residuals, states: states, options: options).model)
        }
        return .weekly(level, chains)
    }
}

/// A forecaster after a fit: ready to forecast bar after bar, each from the bars before it.
enum FittedForecaster: Sendable {
    /// Where the center of a forecast comes from.
    enum Level: Sendable {
        case constant(Double)
        case autoregression(HeterogeneousAutoregression)

        func forecast(after past: ArraySlice<Double?>) -> Double? {
            switch self {
            case .constant(let mean): mean
            case .autoregression(let model): model.forecast(after: past)
            }
        }
    }

    case rolling
    case autoregression(HeterogeneousAutoregression)
    case conditional(Level, ConditionalVariance)
    case regimes(HiddenMarkovModel)
    case residualRegimes(HeterogeneousAutoregression, HiddenMarkovModel)
    /// Chains of the residuals, each with the same weight at every bar.
    case weekly(WeeklyAutoregression, [HiddenMarkovModel])

    /// The chain that could label bars, with the series that it sees; nil for a forecaster without one.
    func chain(of observations: [Double?]) -> (model: HiddenMarkovModel, observations: [Double?])? {
        switch self {
        case .rolling, .autoregression, .conditional: nil
        case .regimes(let model): (model, observations)
        case .residualRegimes(let level, let chain): (chain, level.residuals(of: observations))
        case .weekly(let level, let chains):
            (chains[0], Self.residuals(of: observations, from: level.forecasts(of: observations)))
        }
    }

    /// The densities of the bars from `start` on, each from the bars before it; nil where it has none.
    func densities(of observations: [Double?], from start: Int) -> [PredictiveDensity?] {
        let bars = start..<observations.count
        switch self {
        case .rolling:
            return bars.map { Self.rolling(observations[..<$0]) }
        case .autoregression(let model):
            return bars.map { bar in
                model.forecast(after: observations[..<bar]).map {
                    PredictiveDensity(mean: $0, variance: model.residualVariance)
                }
            }
        case .conditional(let level, let garch):
            var variance = garch.first
            var densities: [PredictiveDensity?] = []
            for (bar, observation) in observations.enumerated() {
                let forecast = level.forecast(after: observations[..<bar])
                if bar >= start { densities.append(forecast.map { garch.density(variance: variance).moved(by: $0) }) }
                let residual = observation.flatMap { observation in forecast.map { observation - $0 } }
                variance = garch.next(after: residual, variance: variance)
            }
            return densities
        case .regimes(let model):
            return Array(Self.mixtures(model, observations).suffix(bars.count))
        case .residualRegimes(let level, let chain):
            let mixtures = Self.mixtures(chain, level.residuals(of: observations))
            return bars.map { bar in
                guard let mixture = mixtures[bar] else { return nil }
                return level.forecast(after: observations[..<bar]).map { mixture.moved(by: $0) }
            }
        case .weekly(let level, let chains):
            let forecasts = level.forecasts(of: observations)
            let residuals = Self.residuals(of: observations, from: forecasts)
            let mixtures = chains.map { Self.mixtures($0, residuals) }
            return bars.map { bar in
                let known = mixtures.compactMap { $0[bar] }
                guard known.count == chains.count else { return nil }
                return forecasts[bar].map { PredictiveDensity(averaging: known).moved(by: $0) }
            }
        }
    }

    /// yₜ − ŷₜ, nil where either is missing.
    static func residuals(of observations: [Double?], from forecasts: [Double?]) -> [Double?] {
        zip(observations, forecasts).map { observation, forecast in
            observation.flatMap { observation in forecast.map { observation - $0 } }
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
