import CanonicalJSON
import MarketData

/// The file format of regime models, version 2: which keys there are, and how each value is spelled.
///
/// Parameters are decimal strings, the shortest that read back as the same Double, so that no JSON library rounds them; fixed-point
/// numbers are decimal strings of their units, null where a logarithm is that of zero. Any whitespace and key order is read;
/// unknown, repeated and missing keys are refused. Version 1 had neither fixed-point numbers nor a forecast, and is read.
enum RegimeModelFile {
    static let format = "ballast-regime-model"
    static let version = 2
    /// The versions that are read.
    static let versions = 1...2

    static func write(_ model: RegimeModel, _ fixedPoint: FixedPointRegimes) -> [UInt8] {
        let training: JSONValue = [
            "from": .string(model.trainingSpan.lowerBound.description),
            "to": .string(model.trainingSpan.upperBound.description),
            "candles_digest": .hex(model.dataDigest.bytes),
            "seed": .integer(model.seed),
        ]
        let rule: JSONValue = [
            "enter_at": decimal(model.hysteresis.enterAt),
            "enter_bars": .integer(model.hysteresis.enterBars),
            "minimum_dwell_bars": .integer(model.hysteresis.minimumDwell),
        ]
        let members = [
            JSONMember("format", .string(format)),
            JSONMember("version", .integer(version)),
            JSONMember("asset", .string(model.asset.symbol)),
            JSONMember("bar_ms", .integer(model.bar)),
            JSONMember("candle_ms", .integer(model.candleInterval)),
            JSONMember("estimator", .string(model.estimator.rawValue)),
            JSONMember("labels", .array(model.labels.map { .string($0) })),
            JSONMember("hysteresis", rule),
            JSONMember("parameters", chain(model.parameters)),
            JSONMember("fixed_point", units(fixedPoint)),
            JSONMember("forecast", model.forecast.map(forecast) ?? .null),
            JSONMember("training", training),
            JSONMember("fit", summary(model.fit)),
        ]
        return Array(JSONValue.object(members).prettyText.utf8)
    }

    private static func summary(_ fit: FitSummary) -> JSONValue {
        [
            "log_likelihood": decimal(fit.logLikelihood),
            "aic": decimal(fit.aic),
            "bic": decimal(fit.bic),
            "icl": decimal(fit.icl),
            "observed_bars": .integer(fit.observedCount),
            "missing_bars": .integer(fit.missingCount),
            "restarts": .integer(fit.restarts),
            "agreeing_restarts": .integer(fit.agreeingRestarts),
            "iterations": .integer(fit.iterations),
            "converged": .bool(fit.hasConverged),
        ]
    }

    private static func forecast(_ forecast: AutoregressiveRegimes) -> JSONValue {
        let level: JSONValue = [
            "windows": .array(HeterogeneousAutoregression.windows.map { .integer($0) }),
            "coefficients": decimals(forecast.autoregression.coefficients),
            "intercept": decimal(forecast.autoregression.intercept),
            "residual_variance": decimal(forecast.autoregression.residualVariance),
        ]
        return [
            "autoregression": level,
            "residuals": chain(forecast.residuals),
            "log_likelihood": decimal(forecast.logLikelihood),
        ]
    }

    private static func units(_ regimes: FixedPointRegimes) -> JSONValue {
        let count = regimes.stateCount
        let rows = (0..<count).map { row in
            JSONValue.array(regimes.transitions[row * count..<(row + 1) * count].map(units))
        }
        let isStudent = regimes.emissions.contains { $0.tailExponent != nil }
        var members = [
            JSONMember("places", .integer(FixedPoint.places)),
            JSONMember("log_initial", .array(regimes.initial.map(units))),
            JSONMember("log_transitions", .array(rows)),
            JSONMember("locations", .array(regimes.emissions.map { units($0.location) })),
            JSONMember("inverse_widths", .array(regimes.emissions.map { units($0.inverseWidth) })),
            JSONMember("log_normalizers", .array(regimes.emissions.map { units($0.logNormalizer) })),
        ]
        if isStudent {
            members.append(JSONMember("tail_exponents", .array(regimes.emissions.map { units($0.tailExponent) })))
        }
        return .object(members)
    }

    private static func units(_ number: FixedPoint?) -> JSONValue {
        number.map { .string(String($0.units)) } ?? .null
    }

    private static func chain(_ parameters: HiddenMarkovModel) -> JSONValue {
        let initial = decimals(parameters.initialDistribution)
        let transitions = JSONValue.array((0..<parameters.stateCount).map { decimals(parameters.transitionRow($0)) })
        guard !parameters.emissions.allSatisfy(\.isGaussian) else {
            return [
                "initial": initial,
                "transitions": transitions,
                "emission": "gaussian",
                "means": decimals(parameters.means),
                "variances": decimals(parameters.variances),
            ]
        }
        // A file has one kind: a Gaussian beside a Student t is never fitted, and would be one of 10⁹ degrees.
        let students = parameters.emissions.map { emission -> (scale: Double, degrees: Double) in
            switch emission {
            case .gaussian(_, let variance): (variance.squareRoot(), 1e9)
            case .studentT(_, let scale, let degrees): (scale, degrees)
            }
        }
        return [
            "initial": initial,
            "transitions": transitions,
            "emission": "student-t",
            "means": decimals(parameters.means),
            "scales": decimals(students.map(\.scale)),
            "degrees_of_freedom": decimals(students.map(\.degrees)),
        ]
    }

    /// The shortest decimal that reads back as the same Double; independent of the locale.
    private static func decimal(_ value: Double) -> JSONValue { .string(value.description) }

    private static func decimals(_ values: [Double]) -> JSONValue { .array(values.map(decimal)) }
}
