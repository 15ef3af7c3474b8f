/// How forecasters did, bar by bar and in sum.
public struct WalkForwardReport: Sendable, Equatable {
    /// One forecaster's record.
    public struct Record: Sendable, Equatable {
        /// Who forecast.
        public let forecaster: Forecaster
        /// The log density of each observed bar, in nats, nil where the bar or the forecast is missing.
        public let logScores: [Double?]
        /// The probability integral transform of each observed bar: P(Y < y) as forecast, uniform if forecasts are right.
        ///
        /// - Note: Source: Diebold, Gunther, Tay (1998), *Int. Economic Review* 39(4).
        public let transforms: [Double?]
        /// The mean log score over the bars that every forecaster forecast.
        public let meanLogScore: Double
        /// 1 − Σ (y − ŷ)² / Σ (y − ȳ)², ȳ the mean of the bars before: Campbell and Thompson's out-of-sample R².
        public let rSquared: Double
        /// The same with ȳ the mean of the forecast bars themselves, which nobody could know: stricter.
        public let strictRSquared: Double
    }

    /// One forecaster against another, on the same bars.
    public struct Comparison: Sendable, Equatable {
        /// The mean of the first's log score less the second's, in nats a bar.
        public let meanDifference: Double
        /// Its standard error, allowing for autocorrelation over ten bars (Newey and West).
        public let standardError: Double
        /// The paired t-statistic.
        public var tStatistic: Double { meanDifference / standardError }
    }

    /// The records, in the order asked for.
    public let records: [Record]
    /// What ``text`` and ``json`` compare with.
    public let baseline: Forecaster
    /// Bars that were observed and that every forecaster forecast: only these are compared.
    public let comparedBars: Int
    /// How each way to label did.
    public let labels: [LabelRecord]
    /// The index of the first forecast bar in the series.
    public let firstBar: Int

    init(
        observations: [Double?],
        from start: Int,
        forecasts: [(Forecaster, [PredictiveDensity?])],
        labels: [LabelRecord],
        baseline: Forecaster
    ) {
        let walked = Array(observations[start...])
        let compared = walked.indices.filter { bar in
            walked[bar] != nil && forecasts.allSatisfy { $0.1[bar] != nil }
        }
        let isCompared = Set(compared)
        let observed = compared.compactMap { walked[$0] }
        let mean = observed.reduce(0, +) / Double(max(1, observed.count))
        let spread = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        records = forecasts.map { forecaster, densities in
            let scores = zip(densities, walked).map { density, observation in
                observation.flatMap { density?.logDensity($0) }
            }
            let misses = compared.compactMap { bar in
                walked[bar].flatMap { observation in densities[bar].map { observation - $0.mean } }
            }
            let total = compared.reduce(0) { $0 + (scores[$1] ?? 0) }
            return Record(
                forecaster: forecaster,
                logScores: scores,
                transforms: zip(densities, walked).map { density, observation in
                    observation.flatMap { density?.probability(below: $0) }
                },
                meanLogScore: total / Double(max(1, compared.count)),
                rSquared: OutOfSample.rSquared(
                    observations,
                    from: start,
                    forecasts: densities.map { $0?.mean },
                    where: isCompared.contains
                ),
                strictRSquared: 1 - misses.reduce(0) { $0 + $1 * $1 } / spread
            )
        }
        self.baseline = baseline
        comparedBars = compared.count
        self.labels = labels
        firstBar = start
    }

    /// The record of one forecaster; nil if it was not asked for.
    public subscript(_ forecaster: Forecaster) -> Record? { records.first { $0.forecaster == forecaster } }

    /// The labels of one rule; nil if its forecaster was not asked for.
    public subscript(_ rule: LabelRule) -> LabelRecord? { labels.first { $0.rule == rule } }

    /// The first forecaster's log score less the second's, bar by bar; nil where a bar is not compared.
    public func differences(_ first: Forecaster, from second: Forecaster) -> [Double?]? {
        guard let first = self[first], let second = self[second] else { return nil }
        return first.logScores.indices.map { bar in
            guard records.allSatisfy({ $0.logScores[bar] != nil }) else { return nil }
            return first.logScores[bar].flatMap { score in second.logScores[bar].map { score - $0 } }
        }
    }

    /// The first forecaster against the second; nil if one of them was not asked for.
    public func compare(_ first: Forecaster, with second: Forecaster) -> Comparison? {
        guard let differences = differences(first, from: second)?.compactMap(\.self) else { return nil }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let centered = differences.map { $0 - mean }
        let lags = min(10, max(0, differences.count - 1))
        let variance = (0...lags).reduce(0.0) { sum, lag in
            let covariance = zip(centered, centered.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count
            return sum + (lag == 0 ? 1 : 2 * (1 - Double(lag) / Double(lags + 1))) * covariance
        }
        return Comparison(meanDifference: mean, standardError: (variance / count).squareRoot())
    }
}
