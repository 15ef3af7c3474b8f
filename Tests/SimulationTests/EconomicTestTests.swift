import CanonicalJSON
import MarketData
import Testing

@testable import Simulation

@Suite("The economic test")
struct EconomicTestTests {
    /// Hourly returns of four assets, with volatility that follows `labels` or does not know them.
    private static func market(_ labels: [Int], seed: UInt64, ratio: Double) throws -> AlignedMarket {
        var random = SplitMix64(seed: seed)
        let assets = try ["A", "B", "C", "D"].map { try Asset($0) }
        let returns = labels.map { label in
            let common = random.normal()
            return assets.map { _ in (label == 0 ? 0.002 : 0.002 * ratio) * (0.5 * common + random.normal()) }
        }
        return AlignedMarket(
            assets: assets,
            startTimes: labels.indices.map { Timestamp(milliseconds: Int64($0) * 3_600_000) },
            returns: returns
        )
    }

    /// Spells of some days.
    private static func labels(_ count: Int, seed: UInt64) -> [Int] {
        var random = SplitMix64(seed: seed)
        var label = 0
        return (0..<count).map { _ in
            if random.uniform() < 0.005 { label = 1 - label }
            return label
        }
    }

    private static func test(seed: UInt64 = 1) -> EconomicTest {
        var test = EconomicTest()
        test.subsets = 6
        test.subsetSize = 3
        test.shuffles = 2
        test.resamples = 200
        // Tight enough for hundreds of trades in some months of hours.
        test.trackingError = 0.002
        test.seed = seed
        return test
    }

    @Test("bands that are equal cost the same, whatever the labels")
    func equalBandsCostTheSame() throws {
        let labels = Self.labels(3_000, seed: 1)
        var test = Self.test()
        test.widest = 1
        let report = try test.run(try Self.market(labels, seed: 2, ratio: 4), labels: labels, barsPerYear: 8_760)
        for effect in report.effects { #expect(effect.mean == 0 && effect.interval == 0...0) }
    }

    @Test("where cost rises with volatility, widening costs less than under shuffled labels, and narrowing costs more")
    func wideningPaysWhereCostsRise() throws {
        let labels = Self.labels(12_000, seed: 3)
        let report = try Self.test().run(
            try Self.market(labels, seed: 4, ratio: 4),
            labels: labels,
            barsPerYear: 8_760
        )
        let widening = try #require(report[.widening, .variance])
        #expect(widening.mean < (report[.shuffled, .variance]?.mean ?? -1))
        #expect(try #require(report[.narrowing, .variance]).mean > 0.05)
        #expect(widening.mean < (report[.widening, .flat]?.mean ?? -1))
    }

    @Test("labels that say nothing of volatility do no better than shuffled ones")
    func meaninglessLabelsHaveNoEffect() throws {
        var differences: [Double] = []
        for seed in UInt64(0)..<12 {
            let labels = Self.labels(3_000, seed: seed)
            let report = try Self.test(seed: seed).run(
                try Self.market(labels, seed: seed + 50, ratio: 1),
                labels: labels,
                barsPerYear: 8_760
            )
            differences.append(
                try #require(report[.widening, .volatility]).mean - (try #require(report[.shuffled, .volatility])).mean
            )
        }
        let mean = differences.reduce(0, +) / 12
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11
        // Four standard errors over twelve markets.
        #expect(abs(mean) < 4 * (variance / 12).squareRoot(), "\(mean)")
    }

    @Test("a seed fixes the result, another changes it")
    func isReproducible() throws {
        let labels = Self.labels(2_000, seed: 5)
        let market = try Self.market(labels, seed: 6, ratio: 3)
        let once = try Self.test().run(market, labels: labels, barsPerYear: 8_760)
        #expect(try Self.test().run(market, labels: labels, barsPerYear: 8_760) == once)
        #expect(try Self.test(seed: 2).run(market, labels: labels, barsPerYear: 8_760) != once)
        #expect(once.text.contains("wider when volatile") && once.json["subsets"] == .integer(6))
    }

    @Test("a pass is the sum that its definition says", arguments: [0.0, 0.01, 0.05, 1.0])
    func agreesWithTheDefinition(base: Double) throws {
        let labels = Self.labels(600, seed: 7)
        let market = try Self.market(labels, seed: 8, ratio: 2)
        let book = BandedBook(market, [0, 2, 3], from: 24, barsPerYear: 8_760)
        let known = Array(labels[24...])
        let run = book.run(known, [1, 2], base: base)
        var weights = [Double](repeating: 1 / 3.0, count: 3)
        var (differences, cost): ([Double], Double) = ([], 0)
        for (bar, label) in known.enumerated() {
            let returns = [0, 2, 3].map { market.returns[bar + 24][$0] }
            differences.append(zip(weights, returns).reduce(0) { $0 + ($1.0 - 1 / 3.0) * $1.1 })
            let grown = zip(weights, returns).map { $0 * (1 + $1) }
            weights = grown.map { $0 / grown.reduce(0, +) }
            if weights.contains(where: { abs($0 - 1 / 3.0) > base * [1, 2][label] }) {
                cost += weights.reduce(0) { $0 + abs($1 - 1 / 3.0) }
                weights = [Double](repeating: 1 / 3.0, count: 3)
            }
        }
        let mean = differences.reduce(0, +) / Double(differences.count)
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count)
        // The two add in different orders; a thousand roundings stay below 10⁻⁹.
        #expect(abs(run.trackingError - (variance * 8_760).squareRoot()) < 1e-9)
        #expect(abs(run.costs[0] - cost) < 1e-9 * (1 + cost))
    }

    @Test("what cannot be tested is refused")
    func refuses() throws {
        let labels = Self.labels(2_000, seed: 9)
        let market = try Self.market(labels, seed: 10, ratio: 2)
        var test = Self.test()
        #expect(throws: EconomicTestError.oneLabel) {
            try test.run(market, labels: [Int](repeating: 1, count: 2_000), barsPerYear: 8_760)
        }
        #expect(throws: EconomicTestError.tooFewBars(got: 10, expected: 500)) {
            try test.run(
                market,
                labels: [Int?](repeating: nil, count: 1_990) + [Int?](repeating: 0, count: 10),
                barsPerYear: 8_760
            )
        }
        test.subsetSize = 5
        #expect(throws: EconomicTestError.subsetSize(got: 5, assets: 4)) {
            try test.run(market, labels: labels, barsPerYear: 8_760)
        }
        test.subsetSize = 3
        test.trackingError = 10
        #expect(throws: EconomicTestError.self) { try test.run(market, labels: labels, barsPerYear: 8_760) }
        #expect(throws: EconomicTestError.noCommonTimes(got: 0)) { try AlignedMarket([]) }
    }
}
