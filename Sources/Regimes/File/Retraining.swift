public import MarketData

/// A refit of a regime model beside its predecessor: what would change, and whether it may take over.
///
/// Order by mean is not identity: between two refits of one series the regimes can move so that "choppy" is another thing, and a
/// policy that pins labels would act on it. So a refit is anchored: on the bars that both were trained on, both label the same
/// candles, and where they agree on too few bars the old model stays.
public struct Retraining: Sendable, Equatable {
    /// The share of bars at which a refit must agree with its predecessor.
    public static let requiredAgreement = 0.95

    /// The model in force.
    public let predecessor: RegimeModel
    /// The refit, under the predecessor's labels, hysteresis and estimator.
    public let candidate: RegimeModel
    /// Bars in the training spans of both: what they are compared on.
    public let comparedBars: Int
    /// Share of these at which both have the same label in force.
    public let agreement: Double
    /// Regime *i* of the refit is most like regime `matching[i]` of the predecessor: the one-to-one matching that agrees on
    /// most bars, the order of the labels where several do.
    public let matching: [Int]
    /// How many of the compared bars the predecessor labels *i* and the refit *j*, `[K][K]`, one row for each *i*.
    public let confusion: [[Int]]

    /// Whether the refit may replace its predecessor.
    ///
    /// Regimes stand in the order of their means, so a refit whose best matching is another order cannot be renamed into
    /// agreement: it is refused as well.
    public var isAccepted: Bool {
        agreement >= Self.requiredAgreement && matching == Array(matching.indices)
    }

    /// The model to go on with.
    public var model: RegimeModel { isAccepted ? candidate : predecessor }

    init(predecessor: RegimeModel, candidate: RegimeModel, labels: [(old: Int, new: Int)]) {
        self.predecessor = predecessor
        self.candidate = candidate
        comparedBars = labels.count
        let count = predecessor.stateCount
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
        for (old, new) in labels { confusion[old][new] += 1 }
        self.confusion = confusion
        agreement = Double(labels.count { $0.old == $0.new }) / Double(max(1, labels.count))
        matching = Self.bestMatching(confusion)
    }

    /// Of all one-to-one matchings, tried from the identity on, the first that agrees on most bars.
    static func bestMatching(_ confusion: [[Int]]) -> [Int] {
        var best = Array(confusion.indices)
        var bestCount = best.reduce(0) { $0 + confusion[$1][$1] }
        func extend(_ matching: [Int], _ count: Int) {
            guard matching.count < confusion.count else {
                if count > bestCount { (best, bestCount) = (matching, count) }
                return
            }
            for old in confusion.indices where !matching.contains(old) {
                extend(matching + [old], count + confusion[old][matching.count])
            }
        }
        extend([], 0)
        return best
    }

    /// What would change, in words, ending in a newline.
    public var text: String {
        let share = "\(ModelCard.rounded(100 * agreement, places: 1))%"
        var lines = [
            "\(isAccepted ? "accepted" : "refused"): on \(comparedBars) bars that both were trained on, the labels agree on "
                + "\(share), expected at least \(ModelCard.rounded(100 * Self.requiredAgreement, places: 0))%"
        ]
        for (regime, label) in predecessor.labels.enumerated() {
            let (old, new) = (predecessor.typicalVolatilities[regime], candidate.typicalVolatilities[regime])
            let before = predecessor.parameters.expectedDuration(regime)
            let after = candidate.parameters.expectedDuration(regime)
            lines.append(
                "  \(label): typical volatility \(ModelCard.rounded(100 * old, places: 1))% → "
                    + "\(ModelCard.rounded(100 * new, places: 1))%, stays "
                    + "\(ModelCard.rounded(before, places: 1)) → \(ModelCard.rounded(after, places: 1)) bars"
            )
        }
        for (regime, old) in matching.enumerated() where old != regime {
            lines.append(
                "  what the refit would call `\(candidate.labels[regime])` is most like `\(predecessor.labels[old])` so far"
            )
        }
        if !isAccepted { lines.append("  the model in force stays: \(predecessor.digest)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension RegimeModel {
    /// Trains the model again on newer candles, and anchors the result to this one.
    ///
    /// Bar, estimator, number of regimes, labels, hysteresis, kind of emissions and whether there is a forecast are kept.
    ///
    /// - Parameters:
    ///   - candles: Candles of the model's asset and length that reach back into this model's training span.
    ///   - start: Only bars that open at or after this time are fitted; nil for all.
    ///   - end: Only bars that close at or before this time are fitted; nil for all.
    ///   - options: The search; its kind of emissions is replaced by this model's.
    /// - Returns: Both models and how they compare; ``Retraining/model`` is the one to go on with.
    /// - Throws: ``TrainingError``, ``TrainingError/noOverlap`` where the training spans share no bar.
    public func retrained(
        on candles: CandleSeries,
        from start: Timestamp? = nil,
        to end: Timestamp? = nil,
        options: BaumWelch.Options = BaumWelch.Options()
    ) throws(TrainingError) -> Retraining {
        var options = options
        options.emission = parameters.emissions.allSatisfy(\.isGaussian) ? .gaussian : .studentT
        guard candles.asset == asset else {
            throw .model(.otherAsset(got: candles.asset.symbol, expected: asset.symbol))
        }
        guard candles.interval == candleInterval else {
            throw .model(
                .otherInterval(gotMilliseconds: candles.interval, expectedMilliseconds: candleInterval)
            )
        }
        let candidate = try RegimeModel.train(
            on: candles,
            bar: bar,
            estimator: estimator,
            from: start,
            to: end,
            states: stateCount,
            labels: labels,
            hysteresis: hysteresis,
            forecast: forecast == nil ? .none : .autoregressiveRegimes,
            options: options
        ).model
        let before: [FilteredRegime]
        let after: [FilteredRegime]
        do throws(RegimeModelError) {
            before = try filteredRegimes(of: candles)
            after = try candidate.filteredRegimes(of: candles)
        } catch {
            throw .model(error)
        }
        let shared = zip(before, after).filter { old, _ in
            let opening = old.time.adding(milliseconds: -bar)
            return trainingSpan.contains(opening) && candidate.trainingSpan.contains(opening)
        }
        guard !shared.isEmpty else { throw .noOverlap }
        return Retraining(
            predecessor: self,
            candidate: candidate,
            labels: shared.map { (old: $0.label, new: $1.label) }
        )
    }
}
