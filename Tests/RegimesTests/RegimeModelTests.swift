import CanonicalJSON
import MarketData
import TestSupport
import Testing

@testable import Regimes

@Suite("Regime model")
struct RegimeModelTests {
    /// A model trained once, on simulated candles.
    private static let trained: RegimeModel? = try? RegimeModel.train(
        on: SampleMarket.hourly(days: 200, seed: 11, missing: [100, 1_000, 1_001]),
        bar: SampleMarket.day,
        states: 2
    ).model

    private func model() throws -> RegimeModel { try #require(Self.trained) }

    /// The model's file with the text `old` replaced once by `new`.
    private func altered(_ old: String, _ new: String) throws -> [UInt8] {
        let text = String(decoding: try model().fileBytes, as: UTF8.self)
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "`\(old)` is in the file")
        return Array((parts[0] + new + parts[1]).utf8)
    }

    @Test("a file reads back as the same model, to the last bit")
    func roundTrips() throws {
        let model = try model()
        let read = try RegimeModel(fileBytes: model.fileBytes)
        #expect(read == model)
        #expect(read.digest == model.digest)
        #expect(read.parameters == model.parameters)
    }

    @Test("parameters of every size survive the file", arguments: UInt64(0)..<30)
    func extremeParametersRoundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let small = Double(
            sign: .plus,
            exponent: -Int.random(in: 1...120, using: &random),
            significand: 1.2345678901234567
        )
        let parameters = try HiddenMarkovModel(
            initialDistribution: [small, 1 - small],
            transitionMatrix: [[1 - small, small], [1 / 3.0, 2 / 3.0]],
            means: [-1 / 3.0, 0.1 + 0.2],
            variances: [small, 1 / small]
        )
        let model = try model()
        let one = try RegimeModel(
            asset: model.asset,
            bar: model.bar,
            candleInterval: model.candleInterval,
            estimator: model.estimator,
            trainingSpan: model.trainingSpan,
            dataDigest: model.dataDigest,
            seed: .max,
            parameters: parameters,
            fixedPoint: FixedPointRegimes(parameters),
            forecast: AutoregressiveRegimes(
                autoregression: HeterogeneousAutoregression(
                    intercept: -small,
                    coefficients: [1 / 3.0, -small, 0.1],
                    residualVariance: small
                ),
                residuals: parameters,
                logLikelihood: -1 / small
            ),
            labels: ["low", "high"],
            hysteresis: try Hysteresis(enterAt: 2 / 3.0, enterBars: 2, minimumDwell: 5),
            fit: model.fit,
            fileBytes: nil
        )
        #expect(try RegimeModel(fileBytes: one.fileBytes) == one)
    }

    @Test("a model of Student t regimes survives its file, and is refused with a list cut short")
    func studentModelRoundTrips() throws {
        var options = BaumWelch.Options()
        options.emission = .studentT
        options.restarts = 3
        let candles = try SampleMarket.hourly(days: 200, seed: 11)
        let model = try RegimeModel.train(on: candles, bar: SampleMarket.day, states: 2, options: options).model
        #expect(model.parameters.emissions.allSatisfy { !$0.isGaussian })
        #expect(try RegimeModel(fileBytes: model.fileBytes) == model)
        #expect(ModelCard(model).text.contains("2 Student t regimes"))
        #expect(!ModelCard(model).text.contains("inf"))
        let text = String(decoding: model.fileBytes, as: UTF8.self)
        let parts = text.split(separator: "\"scales\": [", maxSplits: 1)
        let cut = parts[0] + "\"scales\": [\"1\", " + parts[1]
        #expect(throws: RegimeModelError.count(of: "scales", got: 3, expected: 2)) {
            try RegimeModel(fileBytes: Array(cut.utf8))
        }
    }

    @Test("other spacing and key order read as the same model with another digest")
    func readsAnySpacing() throws {
        let model = try model()
        let compact = try JSONValue.read(model.fileBytes).canonicalBytes
        let read = try RegimeModel(fileBytes: compact)
        #expect(read.parameters == model.parameters)
        #expect(read.digest != model.digest)
        #expect(read.fileBytes == compact)
    }

    @Test("the file says what it was trained on")
    func recordsTraining() throws {
        let model = try model()
        #expect(model.asset.symbol == "BTC")
        #expect(model.bar == SampleMarket.day)
        #expect(model.candleInterval == SampleMarket.hour)
        #expect(model.estimator == .realizedVariance)
        #expect(model.labels == ["calm", "storm"])
        #expect(model.trainingSpan.lowerBound.milliseconds == 0)
        #expect(model.trainingSpan.upperBound.milliseconds == 200 * SampleMarket.day)
        #expect(model.seed == BaumWelch.defaultSeed)
        #expect(model.fit.observedCount + model.fit.missingCount == 200)
        var digest = try MarketDigest(series: [
            try SampleMarket.hourly(days: 200, seed: 11, missing: [100, 1_000, 1_001])
        ])
        #expect(model.dataDigest == digest.digest(through: model.trainingSpan.upperBound))
    }

    @Test(
        "each altered value of a file is refused",
        arguments: [
            ("\"ballast-regime-model\"", "\"model\""), ("\"version\": 2", "\"version\": 3"),
            ("\"version\": 2", "\"version\": \"2\""), ("\"BTC\"", "\"btc\""), ("\"bar_ms\": 86400000", "\"bar_ms\": 0"),
            ("\"bar_ms\": 86400000", "\"bar_ms\": 5400000"), ("\"bar_ms\": 86400000", "\"bar_ms\": 3600000"),
            ("\"candle_ms\": 3600000", "\"candle_ms\": -1"), ("\"realized-variance\"", "\"range\""),
            ("\"calm\"", "\"Calm\""), ("\"calm\"", "\"storm\""), ("\"calm\", ", ""), ("\"0.8\"", "\"1.8\""),
            ("\"0.8\"", "0.8"), ("\"0.8\"", "\"nan\""), ("\"0.8\"", "\"0x1p-1\""), ("\"0.8\"", "\"1e999\""),
            ("\"enter_bars\": 1", "\"enter_bars\": 0"), ("\"minimum_dwell_bars\": 1", "\"minimum_dwell_bars\": 1.5"),
            ("\"initial\": [\"", "\"initial\": [\"0.1"), ("\"means\": [\"", "\"means\": [\"9"),
            ("\"variances\": [\"", "\"variances\": [\"-"), ("\"gaussian\"", "\"student\""),
            ("\"from\": \"1970", "\"from\": \"1990"), ("\"seed\": ", "\"seed\": -"),
            ("\"fit\": {", "\"fit\": {\"x\": 1, "), ("\"places\": 64", "\"places\": 63"),
            ("\"locations\": [\"", "\"locations\": [\"1"), ("\"locations\": [\"-", "\"locations\": [\"-0"),
            ("\"locations\": [", "\"locations\": [null, "), ("\"log_initial\": [", "\"log_initial\": [null, "),
            ("\"log_transitions\": [", "\"log_transitions\": [[], "),
            ("\"log_normalizers\": [\"", "\"log_normalizers\": [\"99999999999999999999999999999999999999999"),
            ("\"forecast\": {", "\"forecast\": {\"x\": 1, "), ("\"forecast\": {", "\"outlook\": {"),
            ("\"windows\": [1", "\"windows\": [2"), ("\"coefficients\": [\"", "\"coefficients\": [\"1\", \""),
            ("\"residual_variance\": \"", "\"residual_variance\": \"-"),
            ("\"fit\": {", "\"fit\": {\"aic\": \"1\", "), ("\"converged\"", "\"finished\""), ("{", "{\"note\": \"\", "),
        ]
    )
    func refusesAlteredFiles(old: String, new: String) throws {
        let bytes = try altered(old, new)
        #expect(throws: RegimeModelError.self) { try RegimeModel(fileBytes: bytes) }
    }

    @Test("truncated, empty and foreign files are refused at any length")
    func refusesDamagedFiles() throws {
        let bytes = try model().fileBytes
        for length in stride(from: 0, to: bytes.count - 1, by: 37) {
            #expect(throws: RegimeModelError.self) { try RegimeModel(fileBytes: Array(bytes.prefix(length))) }
        }
        #expect(throws: RegimeModelError.self) { try RegimeModel(fileBytes: Array("[]".utf8)) }
    }

    @Test("a file of a later version is refused by its number")
    func namesTheVersion() throws {
        let bytes = try altered("\"version\": 2", "\"version\": 3")
        #expect(throws: RegimeModelError.unsupportedVersion(got: "3", expected: "1 to 2")) {
            try RegimeModel(fileBytes: bytes)
        }
    }

    @Test("filtered regimes never change when the future is cut off or replaced", arguments: UInt64(0)..<8)
    func isCausal(seed: UInt64) throws {
        let model = try model()
        let storm = HysteresisRule(label: 1, enterAt: 0.6, leaveBelow: 0.4, leaveBars: 2)
        let rules = seed % 2 == 0 ? [] : [storm]
        let candles = try SampleMarket.hourly(days: 120, seed: seed, missing: [500, 501])
        let whole = try model.filteredRegimes(of: candles, rules: rules)
        #expect(whole.count == 120)
        var random = SplitMix64(seed: seed)
        for _ in 0..<12 {
            let hours = Int.random(in: 25..<2_880, using: &random)
            let cut = try CandleSeries(
                asset: candles.asset,
                interval: candles.interval,
                candles: Array(candles.candles.prefix(hours))
            )
            let known = try model.filteredRegimes(of: cut, rules: rules)
            #expect(known == Array(whole.prefix(known.count)))
            let other = try SampleMarket.hourly(days: 120, seed: seed &+ 77)
            let replaced = try CandleSeries(
                asset: candles.asset,
                interval: candles.interval,
                candles: cut.candles + other.candles.filter { $0.openTime >= cut.closeTime }
            )
            let changed = try model.filteredRegimes(of: replaced, rules: rules)
            #expect(changed.prefix(known.count) == whole.prefix(known.count))
        }
    }

    @Test("a regime is known at each close of a bar from the first candle on, missing bars included")
    func coversEveryBar() throws {
        let model = try model()
        let regimes = try model.filteredRegimes(of: try SampleMarket.hourly(days: 30, seed: 3, missing: [30]))
        #expect(regimes.map(\.time.milliseconds) == (1...30).map { Int64($0) * SampleMarket.day })
        #expect(regimes[0].missing == .noPreviousClose)
        #expect(regimes[1].missing == .partial(candles: 23, expected: 24))
        #expect(agree(regimes[0].probabilities, model.parameters.initialDistribution))
        for regime in regimes { #expect(abs(regime.probabilities.reduce(0, +) - 1) < 1e-12) }
    }

    @Test("the label follows the simulated storms")
    func labelsFollowVolatility() throws {
        let candles = try SampleMarket.hourly(days: 200, seed: 11, missing: [100, 1_000, 1_001])
        let regimes = try model().filteredRegimes(of: candles)
        let right = regimes.enumerated().count { day, regime in regime.label == (day * 24 / 480 % 3 == 2 ? 1 : 0) }
        // Only the days next to a change may be late.
        #expect(right >= 190)
    }

    @Test("candles of another asset or length are refused")
    func refusesOtherCandles() throws {
        let model = try model()
        let hourly = try SampleMarket.hourly(days: 5, seed: 1)
        let ether = try CandleSeries(asset: Asset("ETH"), interval: hourly.interval, candles: hourly.candles)
        #expect(throws: RegimeModelError.otherAsset(got: "ETH", expected: "BTC")) {
            try model.filteredRegimes(of: ether)
        }
        let coarse = try hourly.resampled(to: 4 * SampleMarket.hour).series
        #expect(throws: RegimeModelError.otherInterval(gotMilliseconds: 14_400_000, expectedMilliseconds: 3_600_000)) {
            try model.filteredRegimes(of: coarse)
        }
    }

    @Test("training says what is wrong before it fits")
    func refusesTraining() throws {
        let candles = try SampleMarket.hourly(days: 40, seed: 1)
        #expect(throws: TrainingError.model(.labelRepeated("a"))) {
            try RegimeModel.train(on: candles, bar: SampleMarket.day, states: 2, labels: ["a", "a"])
        }
        #expect(throws: TrainingError.fit(.stateCount(got: 7, allowed: 1...6))) {
            try RegimeModel.train(on: candles, bar: SampleMarket.day, states: 7, labels: ["a"])
        }
        #expect(throws: TrainingError.emptySpan) {
            try RegimeModel.train(on: candles, bar: SampleMarket.day, from: candles.closeTime, states: 2)
        }
        #expect(throws: TrainingError.fit(.tooFewObservations(got: 9, expected: 20, states: 2))) {
            try RegimeModel.train(
                on: candles,
                bar: SampleMarket.day,
                to: Timestamp(milliseconds: 10 * SampleMarket.day),
                states: 2
            )
        }
        #expect(throws: TrainingError.volatility(.resampling(.notAMultiple(coarse: 1, fine: 3_600_000)))) {
            try RegimeModel.train(on: candles, bar: 1, states: 2)
        }
    }

    @Test("the card says in words what the file says in numbers")
    func cardDescribesTheModel() throws {
        let model = try model()
        let card = ModelCard(model).text
        #expect(card.contains("# Regime model of BTC"))
        #expect(card.contains("measured by realized variance from candles of 1 hour"))
        #expect(card.contains("| calm |") && card.contains("| storm |"))
        #expect(card.contains(model.digest.description))
        #expect(ModelCard.rounded(-0.05, places: 1) == "−0.1")
        #expect(ModelCard.rounded(-0.001, places: 2) == "0.00")
        #expect(ModelCard.rounded(12.345, places: 0) == "12")
    }

    @Test("the picture shows every regime, each bar's close and the missing bars as holes")
    func picturesTheRegimes() throws {
        let model = try model()
        let candles = try SampleMarket.hourly(days: 60, seed: 3, missing: [700])
        let volatility = try VolatilitySeries(of: candles, bar: model.bar, estimator: model.estimator)
        let regimes = try model.filteredRegimes(of: candles)
        let svg = RegimePicture(model: model, volatility: volatility, regimes: regimes).svg
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
        for label in model.labels { #expect(svg.contains("\(label) (typically")) }
        #expect(!svg.contains("nan") && !svg.contains("inf"))
        // One line of closes; volatility lacks the first day and the day of the gap, so it is in two pieces.
        // Each regime's density has an outline.
        #expect(svg.split(separator: "<polyline").count - 1 == 3 + model.stateCount)
        let band = RegimePicture.Band(asset: model.asset, widths: model.labels.indices.map { 0.02 * Double($0 + 1) })
        let banded = RegimePicture(model: model, volatility: volatility, regimes: regimes, bands: [band]).svg
        #expect(banded.split(separator: "<polyline").count == svg.split(separator: "<polyline").count + 1)
        #expect(banded.contains("points of portfolio value") && !banded.contains("nan"))
        #expect(RegimePicture(model: model, volatility: volatility, regimes: []).svg.contains("no bar to draw"))
    }
}
