import TestSupport
import Testing

@testable import Regimes

@Suite("Labels by the level")
struct LevelLabelsTests {
    private static func noise(_ count: Int, seed: UInt64) -> [Double?] {
        var random = SplitMix64(seed: seed)
        var value = 0.0
        return (0..<count).map { _ in
            value = 0.97 * value + Double.random(in: -0.4..<0.4, using: &random)
            return value
        }
    }

    @Test("the level is the mean of the means of 5 and of 22 observed bars")
    func levelIsTheMeanOfMeans() {
        let series = (0..<30).map { Optional(Double($0)) }
        let levels = LevelLabels.levels(of: series)
        #expect(levels[..<21].allSatisfy { $0 == nil })
        // Of 0…21: the last five average 19, all of them 10.5.
        #expect(levels[21] == 14.75)
        var holed = series
        for bar in 17...21 { holed[bar] = nil }
        // 0…16 average 8, and stand for the window without an observation too.
        #expect(LevelLabels.levels(of: holed)[21] == 8)
        #expect(LevelLabels.levels(of: [Double?](repeating: nil, count: 30)).allSatisfy { $0 == nil })
    }

    @Test("a label changes only past a threshold by more than the margin, several steps at once if need be")
    func marginHoldsLabels() {
        let labels = LevelLabels(thresholds: [0, 1], margin: 0.1)
        func path(_ values: [Double]) -> [Int?] {
            labels.labels(of: values.flatMap { [Double?](repeating: $0, count: 22) }).enumerated()
                .filter { $0.offset % 22 == 21 }.map(\.element)
        }
        #expect(path([-0.05, 0.05, 0.11]) == [0, 0, 1])
        #expect(path([0.5, -0.09, -0.11]) == [1, 1, 0])
        #expect(path([-1, 5, -1]) == [0, 2, 0])
    }

    @Test("no label changes when the future does", arguments: UInt64(0)..<5)
    func isCausal(seed: UInt64) throws {
        let series = Self.noise(300, seed: seed)
        let labels = try LevelLabels(fitting: series, states: 3)
        #expect(labels.labels(of: Array(series[..<200])) == Array(labels.labels(of: series)[..<200]))
    }

    @Test("labels are equally frequent where they were fitted, but for the margin", arguments: UInt64(0)..<5)
    func quantilesSplitEvenly(seed: UInt64) throws {
        let series = Self.noise(2_000, seed: seed)
        let fitted = try LevelLabels(fitting: series, states: 3, margin: 0)
        let labels = fitted.labels(of: series).compactMap(\.self)
        for label in 0..<3 { #expect(abs(labels.count { $0 == label } - labels.count / 3) <= 2) }
    }

    @Test(
        "an anchored refit agrees with its predecessor on 95% of bars, whatever it was fitted on",
        arguments: UInt64(0)..<20
    )
    func anchoredRefitsAgree(seed: UInt64) throws {
        let series = Self.noise(400, seed: seed)
        let old = try LevelLabels(fitting: series, states: 3)
        let moved = try LevelLabels(fitting: Self.noise(400, seed: seed + 100).map { $0.map { $0 + 0.8 } }, states: 3)
        let anchored = moved.anchored(to: old, on: series)
        let agreement = LevelLabels.agreement(old.labels(of: series), anchored.labels.labels(of: series))
        #expect(try #require(agreement) >= 0.95)
        #expect((0...1).contains(anchored.share))
        #expect(old.anchored(to: old, on: series) == (old, 1))
    }

    @Test("too few bars, and no or too many labels, are refused")
    func refuses() {
        #expect(throws: FitError.tooFewObservations(got: 9, expected: 30, states: 3)) {
            try LevelLabels(fitting: Self.noise(30, seed: 1), states: 3)
        }
        #expect(throws: FitError.self) { try LevelLabels(fitting: Self.noise(300, seed: 1), states: 0) }
        #expect(throws: FitError.self) { try LevelLabels(fitting: Self.noise(300, seed: 1), states: 1_000_000) }
    }
}
