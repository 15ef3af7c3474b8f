/// How candidates with different numbers of regimes did, and which of them forecast best.
public struct StateSelectionReport: Sendable, Equatable {
    /// One kind of model with one number of regimes.
    public struct Candidate: Sendable, Equatable {
        /// What carries the level.
        public let kind: StateSelection.Kind
        /// *K*.
        public let states: Int
        /// Why it could not be fitted, if it could not.
        public internal(set) var failure: FitError?
        /// AIC, BIC and ICL of the fit to all bars; those of different kinds rest on different bars.
        public internal(set) var criteria: InformationCriteria?
        /// How the search of that fit went.
        public internal(set) var convergence: Convergence?
        /// 1 ÷ (1 − *a*ᵢᵢ) of that fit, in bars, regimes ordered by mean.
        public internal(set) var expectedDurations: [Double] = []
        /// The log density given to each forecast bar before it came, in nats; nil where the bar or its forecast is missing.
        public internal(set) var logScores: [Double?] = []
        /// For each refit after the first: the share of the bars before both whose most probable regime stayed the same.
        public internal(set) var refitAgreements: [Double] = []
        /// The mean of ``logScores`` over the bars that every candidate forecast.
        public internal(set) var meanLogScore = Double.nan
        /// That less the best candidate's; 0 for the best.
        public internal(set) var differenceFromBest = Double.nan
        /// The difference over its standard error, which allows for autocorrelation over ten bars (Newey and West).
        public internal(set) var tStatistic = Double.nan

        init(kind: StateSelection.Kind, states: Int) {
            self.kind = kind
            self.states = states
        }

        /// The mean of ``refitAgreements``; 1 without a second refit.
        public var meanRefitAgreement: Double {
            refitAgreements.isEmpty ? 1 : refitAgreements.reduce(0, +) / Double(refitAgreements.count)
        }
        /// The least of ``refitAgreements``.
        public var leastRefitAgreement: Double { refitAgreements.min() ?? 1 }
        /// The candidate in a few words.
        public var name: String { "\(kind.rawValue) with \(states) \(states == 1 ? "regime" : "regimes")" }
    }

    /// The candidates, by kind and then by number of regimes.
    public let candidates: [Candidate]
    /// The position of the candidate with the highest walk-forward score.
    public let best: Int
    /// Bars that were observed and that every candidate forecast: only these are compared.
    public let comparedBars: Int

    /// - Parameter forecastBars: The number of bars after the first fit.
    init(_ candidates: [Candidate], forecastBars: Int) {
        var candidates = candidates
        let running = candidates.indices.filter { candidates[$0].failure == nil }
        let compared = (0..<forecastBars).filter { bar in running.allSatisfy { candidates[$0].logScores[bar] != nil } }
        for index in running {
            let total = compared.reduce(0.0) { $0 + (candidates[index].logScores[$1] ?? 0) }
            candidates[index].meanLogScore = total / Double(max(1, compared.count))
        }
        // Ties go to the earlier candidate, which has fewer regimes.
        var best = running.first ?? 0
        for index in running where candidates[index].meanLogScore > candidates[best].meanLogScore { best = index }
        for index in running {
            let differences = compared.compactMap { bar in
                candidates[index].logScores[bar].flatMap { score in candidates[best].logScores[bar].map { score - $0 } }
            }
            let mean = differences.reduce(0, +) / Double(max(1, differences.count))
            candidates[index].differenceFromBest = mean
            candidates[index].tStatistic = index == best ? 0 : mean / Self.standardError(differences, mean: mean)
        }
        self.candidates = candidates
        self.best = best
        comparedBars = compared.count
    }

    /// The candidate with the highest walk-forward score.
    public var recommended: Candidate { candidates[best] }

    /// The candidate with the fewest parameters among those less than one standard error behind the best.
    public var simplest: Candidate {
        candidates.filter { $0.failure == nil && $0.tStatistic > -1 }
            .min { ($0.criteria?.parameterCount ?? .max) < ($1.criteria?.parameterCount ?? .max) } ?? recommended
    }

    /// The candidate of `kind` that a criterion prefers; nil where none could be fitted.
    public func preferred(
        _ kind: StateSelection.Kind,
        by criterion: KeyPath<InformationCriteria, Double> & Sendable
    ) -> Candidate? {
        candidates.filter { $0.kind == kind && $0.failure == nil }.min { left, right in
            (left.criteria?[keyPath: criterion] ?? .infinity) < (right.criteria?[keyPath: criterion] ?? .infinity)
        }
    }

    /// - Note: Source: Newey and West (1987), *Econometrica* 55(3), Bartlett weights.
    private static func standardError(_ differences: [Double], mean: Double) -> Double {
        let count = Double(differences.count)
        let centered = differences.map { $0 - mean }
        let lags = min(10, max(0, differences.count - 1))
        let variance = (0...lags).reduce(0.0) { sum, lag in
            let covariance = zip(centered, centered.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count
            return sum + (lag == 0 ? 1 : 2 * (1 - Double(lag) / Double(lags + 1))) * covariance
        }
        return (variance / count).squareRoot()
    }
}
