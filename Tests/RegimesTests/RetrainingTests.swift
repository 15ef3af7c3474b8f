import MarketData
import Testing

@testable import Regimes

@Suite("Retraining")
struct RetrainingTests {
    private static let candles = try? SampleMarket.hourly(days: 240, seed: 11)
    private static let trained = try? RegimeModel.train(
        on: SampleMarket.hourly(days: 240, seed: 11),
        bar: SampleMarket.day,
        to: Timestamp(milliseconds: 200 * SampleMarket.day),
        states: 2
    ).model

    @Test("a refit to a little more of the same is accepted, and keeps names and rules")
    func acceptsMoreOfTheSame() throws {
        let model = try #require(Self.trained)
        let retraining = try model.retrained(on: try #require(Self.candles))
        #expect(retraining.isAccepted && retraining.agreement >= 0.95)
        #expect(retraining.comparedBars == 200)
        #expect(retraining.model == retraining.candidate)
        #expect(retraining.candidate.labels == model.labels)
        #expect(retraining.candidate.trainingSpan.upperBound > model.trainingSpan.upperBound)
        #expect(retraining.confusion.flatMap(\.self).reduce(0, +) == 200)
        #expect(retraining.text.hasPrefix("accepted: on 200 bars"))
    }

    @Test("a refit whose labels disagree is refused, and the old model stays")
    func refusesDisagreement() throws {
        let model = try #require(Self.trained)
        let labels = (0..<100).map { (old: $0 % 2, new: $0 < 6 ? 1 - $0 % 2 : $0 % 2) }
        let refused = Retraining(predecessor: model, candidate: model, labels: labels)
        #expect(refused.agreement == 0.94 && !refused.isAccepted)
        #expect(refused.model == model && refused.text.contains("the model in force stays"))
        let enough = Retraining(predecessor: model, candidate: model, labels: Array(labels.dropFirst()))
        #expect(enough.agreement == 94.0 / 99 && !enough.isAccepted)
        #expect(Retraining(predecessor: model, candidate: model, labels: Array(labels[2...])).isAccepted)
    }

    @Test("regimes that changed places are told by name")
    func namesSwappedRegimes() throws {
        let model = try #require(Self.trained)
        let swapped = Retraining(
            predecessor: model,
            candidate: model,
            labels: (0..<50).map { (old: $0 % 2, new: 1 - $0 % 2) }
        )
        #expect(swapped.matching == [1, 0] && !swapped.isAccepted)
        #expect(swapped.text.contains("what the refit would call `calm` is most like `storm` so far"))
        #expect(Retraining.bestMatching([[1, 5, 0], [0, 1, 5], [5, 0, 1]]) == [2, 0, 1])
        #expect(Retraining.bestMatching([[2, 2], [2, 2]]) == [0, 1])
    }

    @Test("candles that do not reach back to the training data are refused")
    func refusesNoOverlap() throws {
        let model = try #require(Self.trained)
        let start = Timestamp(milliseconds: 200 * SampleMarket.day)
        #expect(throws: TrainingError.noOverlap) {
            try model.retrained(on: try #require(Self.candles), from: start)
        }
        let ether = try CandleSeries(
            asset: Asset("ETH"),
            interval: SampleMarket.hour,
            candles: try #require(Self.candles).candles
        )
        #expect(throws: TrainingError.model(.otherAsset(got: "ETH", expected: "BTC"))) {
            try model.retrained(on: ether)
        }
    }
}
