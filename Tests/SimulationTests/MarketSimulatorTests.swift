import MarketData
import TestSupport
import Testing

@testable import Simulation

@Suite("The market simulator")
struct MarketSimulatorTests {
    private static let years = 365.0

    @Test("makes the embedded sample, the same bits on every machine")
    func pinsTheSample() throws {
        let sample = MarketSimulator.embeddedSample
        #expect(sample.map(\.asset.symbol) == ["BTC", "ETH", "SOL"])
        #expect(sample.allSatisfy { $0.candles.count == 420 * 24 && $0.gaps.isEmpty && $0.interval == 3_600_000 })
        #expect(sample.allSatisfy { $0.openTime.description == "2024-01-01T00:00:00Z" })
        var digest = try MarketDigest(series: sample)
        // Recorded from this simulator on x86-64 Linux in debug and release; it may change only with the sample itself.
        #expect(
            digest.digest(through: sample[0].closeTime).description
                == "c65566febe3c975ecf9c98020a3d9c25fc39845a2e1475ed138ddafe7712b6fa"
        )
    }

    @Test("opens every bar at the last close and prints two or four decimals")
    func makesPlausibleBars() {
        for (series, decimals) in zip(MarketSimulator.embeddedSample, [2, 2, 4]) {
            for (before, after) in zip(series.candles, series.candles.dropFirst()) {
                #expect(before.close == after.open)
                #expect(after.close.exponent >= -decimals && after.high.exponent >= -decimals)
                #expect(after.volume.significand > 0)
            }
        }
    }

    @Test("repeats itself for one seed and differs for another", arguments: UInt64(0)..<5)
    func isAFunctionOfTheSeed(seed: UInt64) throws {
        let parameters = MarketSimulator.sampleParameters
        let once = try MarketSimulator(parameters: parameters, seed: seed).history(
            from: .init(milliseconds: 0),
            days: 5
        )
        let again = try MarketSimulator(parameters: parameters, seed: seed).history(
            from: .init(milliseconds: 0),
            days: 9
        )
        let other = try MarketSimulator(parameters: parameters, seed: seed + 1).history(
            from: .init(milliseconds: 0),
            days: 5
        )
        #expect(once.series[2].candles == Array(again.series[2].candles.prefix(5 * 24)))
        #expect(once.regimes == Array(again.regimes.prefix(5)))
        #expect(once.series != other.series)
    }

    @Test("visits all three regimes, and stays in each for days")
    func visitsRegimes() {
        let regimes = MarketSimulator.sampleHistory.regimes
        for regime in 0..<3 { #expect(regimes.count { $0 == regime } >= 30) }
        let changes = zip(regimes, regimes.dropFirst()).count { $0 != $1 }
        #expect((10...40).contains(changes))
    }

    @Test("gives each regime its volatility", arguments: 0..<3)
    func realizesVolatility(regime: Int) {
        let history = MarketSimulator.sampleHistory
        for (series, asset) in zip(history.series, MarketSimulator.sampleParameters.assets) {
            let variances = dailyVariances(of: series)
            let chosen = zip(variances, history.regimes).filter { $1 == regime }.map(\.0)
            let annualized = (chosen.reduce(0, +) / Double(chosen.count) * Self.years).squareRoot()
            let expected =
                MarketSimulator.sampleParameters.regimes[regime].annualizedVolatility * asset.volatilityMultiple
            // Some 30 days of 24 returns and a daily dispersion of 0.1: a standard error of 3.5%, and a bias of +1%.
            #expect(abs(annualized / expected - 1) < 0.12)
        }
    }

    @Test("separates the regimes by realized variance alone on nearly every day")
    func separatesRegimes() {
        let history = MarketSimulator.sampleHistory
        let regimes = MarketSimulator.sampleParameters.regimes
        // The geometric means of neighbouring volatilities, as daily variances.
        let borders = (0..<2).map {
            regimes[$0].annualizedVolatility * regimes[$0 + 1].annualizedVolatility / Self.years
        }
        let guesses = dailyVariances(of: history.series[0]).map { variance in borders.count { variance > $0 } }
        let agreed = zip(guesses, history.regimes).count { $0 == $1 }
        #expect(Double(agreed) / Double(guesses.count) > 0.9)
    }

    @Test("correlates returns by the product of the factor correlations")
    func correlatesReturns() {
        let assets = MarketSimulator.sampleParameters.assets
        let returns = MarketSimulator.embeddedSample.map { logReturns(of: $0) }
        for (left, right) in [(0, 1), (0, 2), (1, 2)] {
            let expected = assets[left].factorCorrelation * assets[right].factorCorrelation
            // 10 080 hourly returns: a standard error of 0.01, somewhat more with mixed volatilities.
            #expect(abs(correlation(returns[left], returns[right]) - expected) < 0.04)
        }
    }

    @Test("makes ranges as wide as Parkinson's estimator expects of a path of twelve steps")
    func makesIntrabarRanges() {
        let series = MarketSimulator.embeddedSample[0]
        var parkinson = 0.0
        var closeToClose = 0.0
        for candle in series.candles {
            let range = Math.log(Double(candle.high) / Double(candle.low))
            let change = Math.log(Double(candle.close) / Double(candle.open))
            parkinson += range * range / (4 * Math.log(2))
            closeToClose += change * change
        }
        // A discretely observed range is biased low: by some 30% in variance for twelve steps (Garman and Klass 1980, figure 2).
        #expect((0.6...0.95).contains(parkinson / closeToClose))
    }

    @Test("draws variates of mean 0, variance 1 and no skew")
    func drawsNormals() {
        var random = Simulation.SplitMix64(seed: 7)
        let count = 200_000
        var moments = [0.0, 0.0, 0.0, 0.0]
        for _ in 0..<count {
            let z = random.normal()
            var power = 1.0
            for order in 0..<4 {
                power *= z
                moments[order] += power / Double(count)
            }
        }
        // Standard errors: 0.0022, 0.0031, 0.0085, 0.02; the fourth moment of Irwin–Hall 12 is 2.9.
        #expect(abs(moments[0]) < 0.01)
        #expect(abs(moments[1] - 1) < 0.015)
        #expect(abs(moments[2]) < 0.04)
        #expect(abs(moments[3] - 2.9) < 0.1)
    }

    @Test("draws the published sequence of SplitMix64")
    func drawsSplitMix() {
        // The first values for seed 1234567, from the reference implementation by Vigna (prng.di.unimi.it/splitmix64.c).
        var random = Simulation.SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test(
        "computes exponentials as the C library does, to the last bits",
        arguments: (-16...16).map { Double($0) * 0.37 }
    )
    func computesExponentials(x: Double) {
        #expect(abs(reproducibleExponential(x) / Math.exp(x) - 1) < 1e-14)
        #expect(reproducibleExponential(0) == 1)
        #expect(reproducibleExponential(-10_000) > 0)
        #expect(reproducibleExponential(.infinity).isFinite)
    }

    @Test("refuses parameters that are not the law of a market")
    func refusesParameters() throws {
        let sample = MarketSimulator.sampleParameters
        func refusal(
            assets: [SimulatedAsset]? = nil,
            transitions: [[PartsPerMillion]]? = nil,
            first: Int = 0,
            interval: Int64 = 3_600_000,
            steps: Int = 12,
            dispersion: Double = 0.1
        ) -> SimulationError? {
            #expect(throws: SimulationError.self) {
                try MarketParameters(
                    assets: assets ?? sample.assets,
                    regimes: sample.regimes,
                    transitions: transitions ?? sample.transitions,
                    firstRegime: first,
                    interval: interval,
                    stepsPerBar: steps,
                    dailyDispersion: dispersion
                )
            }
        }
        var rows = sample.transitions
        rows[1][0] = PartsPerMillion(rows[1][0].value - 1)
        #expect(refusal(assets: []) == .noAssets)
        #expect(refusal(assets: [sample.assets[0], sample.assets[0]]) == .duplicateAsset(sample.assets[0].asset))
        #expect(refusal(transitions: rows) == .transitionRow(index: 1))
        #expect(refusal(transitions: []) == .transitionCount(expected: 3, got: 0))
        #expect(refusal(first: 3) == .regimeOutOfRange(got: 3, count: 3))
        #expect(refusal(interval: 7_000_000) == .interval(got: 7_000_000))
        #expect(refusal(steps: 0) == .stepsPerBar(got: 0))
        #expect(refusal(dispersion: .nan) != nil)
        #expect(throws: SimulationError.self) {
            try SimulatedRegime(label: "x", annualizedVolatility: -0.1, annualizedDrift: 0)
        }
        let simulator = MarketSimulator(parameters: sample, seed: 1)
        #expect(throws: SimulationError.days(got: 0)) {
            try simulator.candles(from: Timestamp(milliseconds: 0), days: 0)
        }
        #expect(throws: SimulationError.notMidnight(got: Timestamp(milliseconds: 1))) {
            try simulator.candles(from: Timestamp(milliseconds: 1), days: 1)
        }
    }

    @Test("reads back from its CSV text with the same digest")
    func survivesFiles() throws {
        let sample = try MarketSimulator(parameters: MarketSimulator.sampleParameters, seed: 3)
            .candles(from: MarketSimulator.sampleStart, days: 10)
        let text = CandleFile.csvText(sample)
        #expect(try CandleFile.parse(Array(text.utf8), file: "sample.csv") == sample)
        let one = CandleFile.csvText([sample[1]])
        #expect(try CandleFile.parse(Array(one.utf8), file: "eth.csv", asset: sample[1].asset) == [sample[1]])
    }

    private func logReturns(of series: CandleSeries) -> [Double] {
        series.candles.map { Math.log(Double($0.close) / Double($0.open)) }
    }

    /// The sum of squared hourly log returns of each day, `[days]`.
    private func dailyVariances(of series: CandleSeries) -> [Double] {
        let squares = logReturns(of: series).map { $0 * $0 }
        return stride(from: 0, to: squares.count, by: 24).map { squares[$0..<$0 + 24].reduce(0, +) }
    }

    private func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let products = zip(left, right).map { $0 * $1 }.reduce(0, +)
        let leftSquares = left.map { $0 * $0 }.reduce(0, +)
        let rightSquares = right.map { $0 * $0 }.reduce(0, +)
        return products / (leftSquares * rightSquares).squareRoot()
    }
}
