import MarketData

/// A regime model in words, as Markdown, for the person who has to trust it.
public struct ModelCard: Sendable {
    /// The Markdown text, ending in a newline.
    public let text: String

    /// Describes `model`; every figure is from its file.
    public init(_ model: RegimeModel) {
        let parameters = model.parameters
        let fit = model.fit
        var lines = [
            "# Regime model of \(model.asset.symbol)",
            "",
            "A hidden Markov model with \(model.stateCount) "
                + "\(parameters.emissions.allSatisfy(\.isGaussian) ? "Gaussian" : "Student t") "
                + "\(model.stateCount == 1 ? "regime" : "regimes") of log annualized volatility: one observation for "
                + "each bar of \(Self.duration(model.bar)), measured by \(Self.words(model.estimator)) from candles of "
                + "\(Self.duration(model.candleInterval)).",
            "",
            "| regime | typical volatility a year | two thirds of its bars | stays, expected | share of time |",
            "|---|---|---|---|---|",
        ]
        let shares = parameters.stationaryDistribution()
        for state in 0..<model.stateCount {
            let mean = parameters.means[state]
            let deviation = parameters.emissions[state].squaredScale.squareRoot()
            let duration = parameters.expectedDuration(state)
            lines.append(
                "| \(model.labels[state]) | \(Self.percent(exponential(mean))) "
                    + "| \(Self.percent(exponential(mean - deviation))) – \(Self.percent(exponential(mean + deviation))) "
                    + "| \(duration < 1e6 ? "\(Self.rounded(duration, places: 1)) bars" : "for ever") "
                    + "| \(shares.map { Self.percent($0[state]) } ?? "depends on the start") |"
            )
        }
        lines += [
            "",
            "**Label.** Another regime's label is taken once its filtered probability was at least "
                + "\(Self.percent(model.hysteresis.enterAt)) for \(Self.count(model.hysteresis.enterBars, "bar")), and not "
                + "before the present label has been in force for \(Self.count(model.hysteresis.minimumDwell, "bar")). A policy "
                + "may replace this rule.",
            "",
            "**Trained on** \(Self.count(fit.observedCount, "bar")) from \(model.trainingSpan.lowerBound) to "
                + "\(model.trainingSpan.upperBound); \(fit.missingCount) more in that span have no observation. Decisions "
                + "within this span use parameters that have seen the future.",
            "",
            "**Fit.** Log-likelihood \(Self.rounded(fit.logLikelihood, places: 3)) after \(fit.iterations) steps "
                + "(\(fit.hasConverged ? "converged" : "not converged")), the best of \(Self.count(fit.restarts, "start")), of "
                + "which \(fit.agreeingRestarts) agree. AIC \(Self.rounded(fit.aic, places: 1)), "
                + "BIC \(Self.rounded(fit.bic, places: 1)), ICL \(Self.rounded(fit.icl, places: 1)); seed \(model.seed).",
            "",
            Self.forecast(model.forecast),
            "",
            "**What it is not.** A forecast of returns, or of anything but volatility. On some series a rolling Gaussian forecasts "
                + "volatility better than the regimes alone: compare with `ballast evaluate` before you rely on them.",
            "",
            "Candles (SHA-256): `\(model.dataDigest)`  ",
            "Model file (SHA-256): `\(model.digest)`",
        ]
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func forecast(_ forecast: AutoregressiveRegimes?) -> String {
        guard let forecast else { return "**Forecast.** None beside the regimes." }
        let weights = zip(HeterogeneousAutoregression.windows, forecast.autoregression.coefficients).map {
            window,
            weight in
            "\(rounded(weight, places: 2)) × the mean of \(window == 1 ? "the last bar" : "the last \(window)")"
        }
        let widths = forecast.residuals.emissions.map { percent($0.squaredScale.squareRoot()) }
        let kind = forecast.residuals.emissions.allSatisfy(\.isGaussian) ? "Gaussian" : "Student t"
        return "**Forecast.** The next bar's log volatility is expected at \(weights.joined(separator: " + ")) + "
            + "\(rounded(forecast.autoregression.intercept, places: 2)), and misses that by what a chain of its own says: "
            + "\(count(widths.count, "\(kind) regime")) with widths of \(widths.joined(separator: ", ")). Labels do not rest on it."
    }

    private static func words(_ estimator: VolatilityEstimator) -> String {
        switch estimator {
        case .realizedVariance: "realized variance"
        case .parkinson: "Parkinson's range"
        case .garmanKlass: "Garman and Klass's estimator"
        case .rogersSatchell: "Rogers and Satchell's estimator"
        case .yangZhang: "Yang and Zhang's estimator over \(VolatilityEstimator.yangZhangBars) bars"
        case .subsampledVariance: "subsampled realized variance"
        case .bipowerVariation: "bipower variation"
        case .medianRealizedVariance: "MedRV"
        case .minimumRealizedVariance: "MinRV"
        case .realizedKernel: "a realized kernel"
        case .squaredReturn: "the squared return"
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func percent(_ share: Double) -> String { "\(rounded(100 * share, places: 1))%" }

    private static func duration(_ milliseconds: Int64) -> String {
        for (size, noun) in [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")]
            as [(Int64, String)]
        where milliseconds % size == 0 {
            return count(Int(milliseconds / size), noun)
        }
        return "\(milliseconds) ms"
    }

    /// Decimal text with a fixed number of places, independent of the locale.
    static func rounded(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        guard let units = Int64(exactly: (abs(value) * scale).rounded()) else { return "\(value)" }
        let (whole, fraction) = units.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = value < 0 && units > 0 ? "−" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let digits = String(fraction)
        return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
    }
}
