import CanonicalJSON
import MarketData

/// The file format of regime models, version 1: which keys there are, and how each value is spelled.
///
/// Parameters are decimal strings, the shortest that read back as the same Double, so that no JSON library rounds them.
/// Any whitespace and key order is read; unknown, repeated and missing keys are refused.
enum RegimeModelFile {
    static let format = "ballast-regime-model"
    static let version = 1

    static func write(
        asset: Asset,
        bar: Int64,
        candleInterval: Int64,
        estimator: VolatilityEstimator,
        trainingSpan: Range<Timestamp>,
        dataDigest: ContentDigest,
        seed: UInt64,
        parameters: HiddenMarkovModel,
        labels: [String],
        hysteresis: Hysteresis,
        fit: FitSummary
    ) -> [UInt8] {
        let training: JSONValue = [
            "from": .string(trainingSpan.lowerBound.description),
            "to": .string(trainingSpan.upperBound.description),
            "candles_digest": .hex(dataDigest.bytes),
            "seed": .integer(seed),
        ]
        let rule: JSONValue = [
            "enter_at": decimal(hysteresis.enterAt),
            "enter_bars": .integer(hysteresis.enterBars),
            "minimum_dwell_bars": .integer(hysteresis.minimumDwell),
        ]
        let summary: JSONValue = [
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
        let file: JSONValue = [
            "format": .string(format),
            "version": .integer(version),
            "asset": .string(asset.symbol),
            "bar_ms": .integer(bar),
            "candle_ms": .integer(candleInterval),
            "estimator": .string(estimator.rawValue),
            "labels": .array(labels.map { .string($0) }),
            "hysteresis": rule,
            "parameters": chain(parameters),
            "training": training,
            "fit": summary,
        ]
        return Array(file.prettyText.utf8)
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
