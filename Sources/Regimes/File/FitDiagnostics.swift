public import CanonicalJSON

/// How far a trained model may be trusted: standard errors, checks of what it leaves over, and how the search went.
///
/// In sample, all of it: ``WalkForward`` says what forecasts are worth.
public struct FitDiagnostics: Sendable {
    /// The model.
    public let model: RegimeModel
    /// Of the chain of regimes.
    public let chain: StandardErrors
    /// Of the forecast's autoregression and the regimes of its residuals; nil without one.
    public let forecast: StandardErrors?
    /// What the chain of regimes leaves over.
    public let chainChecks: ResidualChecks
    /// What the forecast leaves over; nil without one.
    public let forecastChecks: ResidualChecks?
    /// How the search of the chain went.
    public let chainConvergence: Convergence
    /// How the search of the forecast went; nil without one.
    public let forecastConvergence: Convergence?

    /// Examines a training.
    ///
    /// - Parameters:
    ///   - training: What ``RegimeModel/train(on:bar:estimator:from:to:states:labels:hysteresis:forecast:options:)`` returned.
    ///   - options: The search that it was asked for.
    /// - Throws: ``FitError``.
    public init(_ training: RegimeTraining, options: BaumWelch.Options) throws(FitError) {
        let observations = training.volatility.observations
        model = training.model
        chain = try StandardErrors(model.parameters, observations: observations, options: options)
        chainConvergence = training.report.convergence
        let report = try? training.forecast?.get()
        forecastConvergence = report?.convergence
        if let report {
            forecast = try StandardErrors(report.model, observations: observations, options: options)
        } else {
            forecast = nil
        }
        do throws(ObservationError) {
            chainChecks = try ResidualChecks(model.parameters, observations: observations)
            if let report {
                forecastChecks = try ResidualChecks(report.model, observations: observations)
            } else {
                forecastChecks = nil
            }
        } catch {
            throw .observation(error)
        }
    }

    /// Tables for the person at the prompt, ending in a newline.
    public var text: String {
        var parts = ["**Standard errors** of the chain of log volatility (– where the data do not determine one):\n"]
        for (state, label) in model.labels.enumerated() {
            let emission = model.parameters.emissions[state]
            let stay = state * model.stateCount + state
            var line = "  \(label): mean \(Self.estimate(emission.mean, chain.means[state]))"
            line += ", squared width \(Self.estimate(emission.squaredScale, chain.variances[state]))"
            if case .studentT(_, _, let degrees) = emission {
                line += ", degrees of freedom \(Self.estimate(degrees, chain.degreesOfFreedom[state]))"
            }
            line +=
                ", stays with \(Self.estimate(model.parameters.transitionMatrix[stay], chain.transitionMatrix[stay]))\n"
            parts.append(line)
        }
        if let forecast, let fitted = model.forecast {
            let weights = zip(fitted.autoregression.coefficients, forecast.coefficients).map(Self.estimate)
            parts.append(
                "  forecast: weights of \(HeterogeneousAutoregression.windows.map(String.init).joined(separator: ", ")) bars "
                    + weights.joined(separator: ", ") + "\n"
            )
        }
        parts.append("\n**Checks of the chain's residuals**, small p where it misses something:\n" + chainChecks.text)
        if let forecastChecks { parts.append("\n**Checks of the forecast's residuals**:\n" + forecastChecks.text) }
        parts.append("\n**Search** of the chain:\n" + chainConvergence.text)
        if let forecastConvergence { parts.append("\n**Search** of the forecast:\n" + forecastConvergence.text) }
        return parts.joined()
    }

    /// The same figures for programs; numbers are decimal strings, null where the data do not determine one.
    public var json: JSONValue {
        [
            "chain": Self.json(chain, chainChecks, chainConvergence),
            "forecast": forecast.flatMap { errors in
                forecastChecks.flatMap { checks in
                    forecastConvergence.map { Self.json(errors, checks, $0) }
                }
            } ?? .null,
        ]
    }

    private static func json(
        _ errors: StandardErrors,
        _ checks: ResidualChecks,
        _ convergence: Convergence
    ) -> JSONValue {
        func list(_ values: [Double?]) -> JSONValue {
            .array(values.map { $0.map { .string($0.description) } ?? .null })
        }
        let figures: JSONValue = [
            "transitions": list(errors.transitionMatrix),
            "means": list(errors.means),
            "squared_widths": list(errors.variances),
            "degrees_of_freedom": list(errors.degreesOfFreedom),
            "coefficients": list(errors.coefficients),
        ]
        return ["standard_errors": figures, "residual_checks": checks.json, "convergence": convergence.json]
    }

    private static func estimate(_ value: Double, _ error: Double?) -> String {
        "\(ModelCard.rounded(value, places: 3)) ± \(error.map { ModelCard.rounded($0, places: 3) } ?? "–")"
    }
}
