public import CanonicalJSON

/// How forecasters did, bar by bar and in sum.
public struct WalkForwardReport: Sendable, Equatable {
    /// One forecaster's record.
    public struct Record: Sendable, Equatable {
        /// Who forecast.
        public let forecaster: Forecaster
        /// The log density of each observed bar, in nats, nil where the bar or the forecast is missing.
        public let logScores: [Double?]
        /// The mean log score over the bars that every forecaster forecast.
        public let meanLogScore: Double
        /// 1 − Σ (y − ŷ)² / Σ (y − ȳ)², ȳ the mean of the forecast bars themselves: stricter than a mean of the past.
        public let rSquared: Double
    }

    /// One forecaster against another, on the same bars.
    public struct Comparison: Sendable, Equatable {
        /// The mean of the first's log score less the second's, in nats a bar.
        public let meanDifference: Double
        /// The paired t-statistic, its standard error allowing for autocorrelation over ten bars (Newey and West).
        public let tStatistic: Double
    }

    /// The records, in the order asked for.
    public let records: [Record]
    /// Bars that were observed and that every forecaster forecast: only these are compared.
    public let comparedBars: Int
    /// Changes a year of the plain regime model's label, hysteresis applied.
    public let labelChangesPerYear: Double
    /// Changes a year of the most probable regime, without hysteresis.
    public let argmaxChangesPerYear: Double
    /// Share of bars at which the most probable regime, as known then, is the smoothed one of a fit to everything.
    public let hindsightAgreement: Double

    init(
        observations: [Double?],
        forecasts: [(Forecaster, [PredictiveDensity?])],
        labels: [Int],
        mostProbable: [Int],
        hindsight: [Int],
        barsPerYear: Double
    ) {
        let compared = observations.indices.filter { bar in
            observations[bar] != nil && forecasts.allSatisfy { $0.1[bar] != nil }
        }
        let observed = compared.compactMap { observations[$0] }
        let mean = observed.reduce(0, +) / Double(max(1, observed.count))
        let spread = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        records = forecasts.map { forecaster, densities in
            let scores = zip(densities, observations).map { density, observation in
                observation.flatMap { density?.logDensity($0) }
            }
            let misses = compared.compactMap { bar in
                observations[bar].flatMap { observation in densities[bar].map { observation - $0.mean } }
            }
            let total = compared.reduce(0) { $0 + (scores[$1] ?? 0) }
            return Record(
                forecaster: forecaster,
                logScores: scores,
                meanLogScore: total / Double(max(1, compared.count)),
                rSquared: 1 - misses.reduce(0) { $0 + $1 * $1 } / spread
            )
        }
        comparedBars = compared.count
        let years = Double(observations.count) / barsPerYear
        labelChangesPerYear = Self.changes(labels) / years
        argmaxChangesPerYear = Self.changes(mostProbable) / years
        let agreeing = zip(mostProbable, hindsight).count { $0 == $1 }
        hindsightAgreement = Double(agreeing) / Double(max(1, observations.count))
    }

    /// The record of one forecaster; nil if it was not asked for.
    public subscript(_ forecaster: Forecaster) -> Record? { records.first { $0.forecaster == forecaster } }

    /// The first forecaster against the second; nil if one of them was not asked for.
    public func compare(_ first: Forecaster, with second: Forecaster) -> Comparison? {
        guard let first = self[first], let second = self[second] else { return nil }
        let everyones = first.logScores.indices.filter { bar in records.allSatisfy { $0.logScores[bar] != nil } }
        let differences = everyones.compactMap { bar in
            first.logScores[bar].flatMap { score in second.logScores[bar].map { score - $0 } }
        }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let centered = differences.map { $0 - mean }
        let lags = min(10, max(0, differences.count - 1))
        let variance = (0...lags).reduce(0.0) { sum, lag in
            let covariance = zip(centered, centered.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count
            return sum + (lag == 0 ? 1 : 2 * (1 - Double(lag) / Double(lags + 1))) * covariance
        }
        return Comparison(meanDifference: mean, tStatistic: mean / (variance / count).squareRoot())
    }

    /// A table for the person at the prompt, ending in a newline.
    public var text: String {
        let width = (records.map(\.forecaster.rawValue.count).max() ?? 0) + 2
        func column(_ text: String) -> String { String(repeating: " ", count: max(1, 13 - text.count)) + text }
        func column(_ value: Double, places: Int) -> String {
            column(value.isFinite ? ModelCard.rounded(value, places: places) : "–")
        }
        let baseline = Forecaster.rollingGaussian
        let header = ["nats a bar", "vs rolling", "t", "R²"].map { column($0) }.joined()
        var lines = [String(repeating: " ", count: width) + header]
        for record in records {
            let comparison = compare(record.forecaster, with: baseline)
            let isBaseline = record.forecaster == baseline
            let name = record.forecaster.rawValue
            lines.append(
                name + String(repeating: " ", count: width - name.count)
                    + column(record.meanLogScore, places: 4)
                    + column(isBaseline ? .nan : comparison?.meanDifference ?? .nan, places: 4)
                    + column(isBaseline ? .nan : comparison?.tStatistic ?? .nan, places: 2)
                    + column(record.rSquared, places: 3)
            )
        }
        lines.append("")
        lines.append(
            "\(comparedBars) bars; label changes a year \(ModelCard.rounded(labelChangesPerYear, places: 1)) "
                + "(without hysteresis \(ModelCard.rounded(argmaxChangesPerYear, places: 1))); "
                + "agrees with hindsight at \(ModelCard.rounded(100 * hindsightAgreement, places: 1))% of bars"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same figures for programs; numbers are decimal strings, as in model files.
    public var json: JSONValue {
        let rows = records.map { record -> JSONValue in
            let comparison = compare(record.forecaster, with: .rollingGaussian)
            return [
                "forecaster": .string(record.forecaster.rawValue),
                "mean_log_score": .string(record.meanLogScore.description),
                "r_squared": .string(record.rSquared.description),
                "difference_from_rolling": .string((comparison?.meanDifference ?? .nan).description),
                "t_statistic": .string((comparison?.tStatistic ?? .nan).description),
            ]
        }
        return [
            "compared_bars": .integer(comparedBars),
            "label_changes_per_year": .string(labelChangesPerYear.description),
            "argmax_changes_per_year": .string(argmaxChangesPerYear.description),
            "hindsight_agreement": .string(hindsightAgreement.description),
            "forecasters": .array(rows),
        ]
    }

    private static func changes(_ labels: [Int]) -> Double {
        Double(zip(labels, labels.dropFirst()).count { $0 != $1 })
    }
}
