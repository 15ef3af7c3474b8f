/// What gives bars their label in an evaluation.
public enum LabelRule: String, Sendable, Hashable, CaseIterable {
    /// The regimes of a plain hidden Markov model, by filtered probability with hysteresis.
    case regimes = "hmm"
    /// The regimes of the residuals of an autoregression, by filtered probability with hysteresis.
    case autoregressiveRegimes = "har-hmm"
    /// The class of the slow level, thresholds anchored across refits: ``LevelLabels``.
    case level = "level"

    /// The forecaster whose chain labels; nil for a rule that needs none.
    var forecaster: Forecaster? {
        switch self {
        case .regimes: .regimes
        case .autoregressiveRegimes: .autoregressiveRegimes
        case .level: nil
        }
    }
}

/// How the labels of one rule did out of sample.
public struct LabelRecord: Sendable, Equatable {
    /// What labels.
    public let rule: LabelRule
    /// *K*, how many labels there are.
    public let count: Int
    /// The label in force after each forecast bar, as known then; nil where there was none.
    public let labels: [Int?]
    /// Changes a year of the label in force.
    public let changesPerYear: Double
    /// What the last bar's label alone says of this bar: 1 − Σ (y − ȳ(label))² / Σ (y − ȳ)².
    ///
    /// ȳ(label) is the mean of the past bars that followed a bar of that label, ȳ the mean of all past bars.
    public let rSquared: Double
    /// Share of bars at which the label in force is the one that a fit to everything gives in hindsight.
    public let hindsightAgreement: Double
    /// For each refit, the share of its predecessor's bars at which both give the same label.
    public let refitAgreements: [Double]

    /// The median of the agreements between refits; 1 without a refit.
    public var medianRefitAgreement: Double {
        let sorted = refitAgreements.sorted()
        return sorted.isEmpty ? 1 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The smallest of the agreements between refits; 1 without a refit.
    public var worstRefitAgreement: Double { refitAgreements.min() ?? 1 }
}

/// The labels of one rule while a walk goes on.
struct LabelTrial {
    let rule: LabelRule
    private let states: Int
    private let hysteresis: Hysteresis
    private let margin: Double
    private var labels: [Int?] = []
    private var expected: [Double?] = []
    private var agreements: [Double] = []
    private var level: LevelLabels?
    /// The labels that the last fit gave, the index of the first of these bars, and the bar that the fit ended before.
    private var last: (labels: [Int?], from: Int, end: Int)?

    init(rule: LabelRule, states: Int, hysteresis: Hysteresis, margin: Double) {
        self.rule = rule
        self.states = states
        self.hysteresis = hysteresis
        self.margin = margin
    }

    /// Labels the bars of `known`, which begin at bar `from`, by a fit to those before bar `start`.
    mutating func refit(
        from: Int,
        start: Int,
        known: [Double?],
        chain: (model: HiddenMarkovModel, observations: [Double?])?
    ) throws(FitError) {
        let past = Array(known[..<(start - from)])
        let given: [Int?]
        if let chain {
            given = try Self.label(chain, hysteresis)
        } else {
            let fresh = try LevelLabels(fitting: past, states: states, margin: margin)
            var anchored = fresh
            if let level, let last {
                anchored = fresh.anchored(to: level, on: Array(known[..<(last.end - from)])).labels
            }
            level = anchored
            given = anchored.labels(of: known)
        }
        if let last {
            // Only the bars that both were fitted on: what the refit changes of the past.
            let bars = max(last.from, from)..<last.end
            if let agreement = LevelLabels.agreement(
                last.labels[(bars.lowerBound - last.from)..<(bars.upperBound - last.from)],
                given[(bars.lowerBound - from)..<(bars.upperBound - from)]
            ) {
                agreements.append(agreement)
            }
        }
        last = (given, from, start)
        labels += given[(start - from)...]
        let means = Self.meansAfter(given, past)
        expected += (start - from..<known.count).map { bar in given[bar - 1].flatMap { means[$0] } }
    }

    /// Sums the walk up.
    func record(
        _ observations: [Double?],
        from start: Int,
        barsPerYear: Double,
        chain: (model: HiddenMarkovModel, observations: [Double?])?
    ) throws(FitError) -> LabelRecord {
        let hindsight: [Int?]
        if let chain {
            do throws(ObservationError) {
                let smoothed = try SmoothedRegimes(chain.model, observations: chain.observations)
                hindsight = (0..<smoothed.barCount).map { Self.mostProbable(smoothed.probabilities(at: $0)) }
            } catch {
                throw .observation(error)
            }
        } else {
            hindsight = try LevelLabels(fitting: observations, states: states, margin: margin).labels(of: observations)
        }
        let changes = zip(labels, labels.dropFirst()).count { $0 != $1 }
        let forecast = Array(observations[start...])
        return LabelRecord(
            rule: rule,
            count: states,
            labels: labels,
            changesPerYear: Double(changes) / (Double(labels.count) / barsPerYear),
            rSquared: OutOfSample.rSquared(observations, from: start, forecasts: expected) { forecast[$0] != nil },
            hindsightAgreement: LevelLabels.agreement(labels, hindsight[start...]) ?? 0,
            refitAgreements: agreements
        )
    }

    private static func label(
        _ chain: (model: HiddenMarkovModel, observations: [Double?]),
        _ hysteresis: Hysteresis
    ) throws(FitError) -> [Int?] {
        guard var state = try? LabelState(stateCount: chain.model.stateCount, hysteresis: hysteresis, rules: []) else {
            preconditionFailure("no rules cannot be unusable")
        }
        var filter = ForwardFilter(chain.model)
        var labels: [Int?] = []
        for observation in chain.observations {
            do throws(ObservationError) { try filter.update(observation) } catch { throw .observation(error) }
            labels.append(state.update(filter.filteredProbabilities))
        }
        return labels
    }

    /// The mean of the observations that came one bar after each label.
    private static func meansAfter(_ labels: [Int?], _ past: [Double?]) -> [Int: Double] {
        var sums: [Int: (sum: Double, count: Double)] = [:]
        for (label, observation) in zip(labels, past.dropFirst()) {
            guard let label, let observation else { continue }
            let before = sums[label] ?? (0, 0)
            sums[label] = (before.sum + observation, before.count + 1)
        }
        return sums.mapValues { $0.sum / $0.count }
    }

    private static func mostProbable(_ probabilities: [Double]) -> Int {
        probabilities.indices.max { (probabilities[$0], -$0) < (probabilities[$1], -$1) } ?? 0
    }
}

/// R² against the mean of the past.
enum OutOfSample {
    /// 1 − Σ (y − ŷ)² / Σ (y − ȳ)², over the bars from `start` that are observed, forecast and wanted.
    ///
    /// ȳ is the mean of all observations before the bar: what a forecaster without a model would say.
    ///
    /// - Note: Source: Campbell and Thompson (2008), *Rev. Financial Studies* 21(4), eq. 1.
    static func rSquared(
        _ observations: [Double?],
        from start: Int,
        forecasts: [Double?],
        where isWanted: (Int) -> Bool
    ) -> Double {
        let before = observations[..<start].compactMap(\.self)
        var (sum, count) = (before.reduce(0, +), Double(before.count))
        var (squares, spread) = (0.0, 0.0)
        for (index, observation) in observations[start...].enumerated() {
            guard let observation else { continue }
            if isWanted(index), let forecast = forecasts[index], count > 0 {
                squares += (observation - forecast) * (observation - forecast)
                spread += (observation - sum / count) * (observation - sum / count)
            }
            sum += observation
            count += 1
        }
        return 1 - squares / spread
    }
}
