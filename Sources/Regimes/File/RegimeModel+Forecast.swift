import CanonicalJSON

extension RegimeModel {
    /// Reads what forecasts the volatility; nil where the file says `null`.
    static func forecast(_ root: inout JSONObjectReader) throws(RegimeModelError) -> AutoregressiveRegimes? {
        let value = try reading { () throws(JSONError) in try root.required("forecast") }
        if case .null = value { return nil }
        var forecast = try reading { () throws(JSONError) in try value.object(at: "forecast") }
        let level = try autoregression(&forecast)
        let residuals = try parameters(&forecast, named: "residuals")
        let logLikelihood = try decimal("log_likelihood", &forecast)
        try reading { () throws(JSONError) in try forecast.finish() }
        return AutoregressiveRegimes(autoregression: level, residuals: residuals, logLikelihood: logLikelihood)
    }

    private static func autoregression(
        _ forecast: inout JSONObjectReader
    ) throws(RegimeModelError) -> HeterogeneousAutoregression {
        var level = try object("autoregression", &forecast)
        let windows = try reading { () throws(JSONError) in try level.integers("windows") }
        guard windows == HeterogeneousAutoregression.windows else {
            throw .malformed(
                "\(level.path(to: "windows")): expected \(HeterogeneousAutoregression.windows), got \(windows)"
            )
        }
        let coefficients = try decimals("coefficients", &level)
        let intercept = try decimal("intercept", &level)
        let variance = try decimal("residual_variance", &level)
        guard coefficients.count == windows.count else {
            throw .malformed(
                "\(level.path(to: "coefficients")): expected one for each of \(windows.count) windows, "
                    + "got \(coefficients.count)"
            )
        }
        guard variance > 0 else {
            throw .malformed("\(level.path(to: "residual_variance")): expected a number above 0, got \(variance)")
        }
        try reading { () throws(JSONError) in try level.finish() }
        return HeterogeneousAutoregression(
            intercept: intercept,
            coefficients: coefficients,
            residualVariance: variance
        )
    }
}
