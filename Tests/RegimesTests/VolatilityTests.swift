import MarketData
@testable import Regimes
import Testing

@Suite("Volatility")
struct VolatilityTests {
    private static let hour = SampleMarket.hour
    private static let day = SampleMarket.day

    @Test(
        "one-minute bars give the reference estimators of every day",
        .enabled(if: Fixtures.shared != nil, "reads ../shared, which this machine does not have"),
        arguments: [
            (VolatilityEstimator.realizedVariance, "rv_1m", 1e-13), (.parkinson, "parkinson", 1e-13),
            (.garmanKlass, "garman_klass", 1e-13), (.rogersSatchell, "rogers_satchell", 1e-12),
            (.subsampledVariance, "rv_5m_subsampled", 1e-13), (.bipowerVariation, "bv_5m", 1e-13),
            (.medianRealizedVariance, "medrv_5m", 1e-13), (.minimumRealizedVariance, "minrv_5m", 1e-13),
            (.realizedKernel, "rk_parzen_1m_H30", 1e-13), (.squaredReturn, "close_close", 1e-9),
            (.yangZhang, "yang_zhang_10d", 1e-8),
        ]
    )
    func matchesReferenceEstimators(estimator: VolatilityEstimator, column: String, tolerance: Double) throws {
        let shared = try #require(Fixtures.shared)
        let rows = try Fixtures.rows(shared + "/vectors/regimes/rv_btc_1m_daily.csv")
        // The stamps of this file are closing times.
        let candles = try SampleMarket.file("btc_perp_1m_202112_202202.csv", interval: 60_000, shift: 60_000)
        let series = try VolatilitySeries(of: candles, bar: Self.day, estimator: estimator)
        let byOpening = Dictionary(
            uniqueKeysWithValues: series.bars.map { ($0.closeTime.adding(milliseconds: -Self.day).description, $0) }
        )
        #expect(rows.count == 31)
        for row in rows {
            let bar = try #require(byOpening[row["timestamp"] ?? ""])
            guard let variance = row[column].flatMap(Double.init) else {
                #expect(bar.missingReason != nil)
                continue
            }
            let expected = 0.5 * naturalLogarithm(variance * 365)
            // The file has fifteen digits of the variance; the estimators that subtract lose some of them.
            #expect(abs(try #require(bar.observation) - expected) < tolerance, "\(row["timestamp"] ?? "")")
        }
    }

    @Test("the sampled estimators of a handful of returns are what their formulas say")
    func matchesFormulas() throws {
        // Log returns 1, −2, 3, −1 from candles as long as the coarse step.
        let path = SampledPath(logCloses: [0.0, 1, -1, 2, 1], interval: 300_000)
        let pi = Double.pi
        let bipower = pi / 2 * 11.0
        let minimum = pi / (pi - 2) * 4.0 / 3.0 * 6.0
        let median = pi / (6 - 4 * 3.0.squareRoot() + pi) * 2.0 * 8.0
        let expected: [(VolatilityEstimator, Double)] = [
            (.realizedVariance, 15), (.subsampledVariance, 15), (.bipowerVariation, bipower),
            (.minimumRealizedVariance, minimum), (.medianRealizedVariance, median),
        ]
        for (estimator, variance) in expected {
            #expect(abs(try #require(path.variance(estimator)) - variance) < 1e-12 * variance)
        }
    }

    @Test("the step of the coarse grid divides the bar, so that no return is left out")
    func coarseGridCoversTheBar() throws {
        // Two-minute candles, six a bar: steps of two candles, four minutes.
        let logs = [0.0, 1, 2, 1, 0, 3, 3]
        let path = SampledPath(logCloses: logs, interval: 120_000)
        // Grids 0→2→0→3 and 1→1→3 scaled by 3 ÷ 2.
        let measured = try #require(path.variance(.subsampledVariance))
        #expect(abs(measured - 11.5) < 1e-12)
    }

    @Test("prices beyond the range of a Double yield no observation", arguments: VolatilityEstimator.allCases)
    func marksWhatIsNotFinite(estimator: VolatilityEstimator) throws {
        let candles = try (0..<24 * 30).map { hour in
            try SampleMarket.candle(
                Int64(hour) * Self.hour,
                ["1e390", "1e390", "1e-390", hour % 2 == 0 ? "1e-390" : "1e390"]
            )
        }
        let series = try CandleSeries(asset: Asset("BTC"), interval: Self.hour, candles: candles)
        let measured = try VolatilitySeries(of: series, bar: Self.day, estimator: estimator)
        #expect(measured.observedCount == 0)
        #expect(measured.bars.contains { $0.missingReason == .notFinite })
        // Whole numbers hold such prices: every bar that is not short of history has a volatility.
        let exact = try FixedPointVolatility(of: series, bar: Self.day, estimator: estimator)
        #expect(exact.bars.contains { $0.value != nil } || estimator == .squaredReturn)
    }

    @Test("Yang and Zhang's estimator waits for ten bars in a row, and again after a gap")
    func waitsForTenBars() throws {
        let candles = try SampleMarket.hourly(days: 30, seed: 4, missing: [15 * 24])
        let series = try VolatilitySeries(of: candles, bar: Self.day, estimator: .yangZhang)
        // Day 0 has no close before it; day 15 lacks an hour.
        #expect(series.bars[0].missingReason == .noPreviousClose)
        #expect(series.bars[9].missingReason == .shortHistory(bars: 9, expected: 10))
        #expect(series.bars[10...14].allSatisfy { $0.observation != nil })
        #expect(series.bars[15].missingReason == .partial(candles: 23, expected: 24))
        #expect(series.bars[16].missingReason == .shortHistory(bars: 1, expected: 10))
        #expect(series.bars[25].observation != nil)
    }

    @Test(
        "hourly candles give the reference series, and name the days that have none",
        .enabled(if: Fixtures.shared != nil, "reads ../shared, which this machine does not have")
    )
    func matchesReferenceSeries() throws {
        let shared = try #require(Fixtures.shared)
        let rows = try Fixtures.rows(shared + "/vectors/regimes/series_btc_logrv.csv")
        let candles = try SampleMarket.file("crypto_1h_binance_BTCUSDT_2021_2023.csv", interval: Self.hour)
        let series = try VolatilitySeries(of: candles, bar: Self.day)
        #expect(series.estimator == .realizedVariance)
        let observed = series.bars.filter { $0.observation != nil }
        #expect(
            observed.map { $0.closeTime.adding(milliseconds: -Self.day).description } == rows.map { $0["timestamp"] }
        )
        for (bar, row) in zip(observed, rows) {
            let expected = try #require(row["y"].flatMap(Double.init))
            // The file was made from variances of ten digits: half of 10⁻¹⁰ to 10⁻⁹, depending on the first digit.
            #expect(abs(try #require(bar.observation) - expected) <= 5e-10)
        }
        // The first day begins at 20:00; five days have gaps; the last day has not closed.
        #expect(series.bars.compactMap(\.missingReason).count == 6)
        #expect(series.bars.first?.missingReason == .partial(candles: 4, expected: 24))
    }

    @Test("bars that cannot be measured are missing, each with its reason")
    func namesMissingBars() throws {
        // Day 0 whole, day 1 lacks one hour, days 2 and 3 lack all, day 4 whole, day 5 without a move.
        var candles: [Candle] = []
        for hour in 0..<144 where hour != 30 && !(48..<96).contains(hour) {
            let flat = hour >= 119
            let prices = flat ? ["110", "110", "110", "110"] : ["100", "120", "90", hour % 2 == 0 ? "101" : "110"]
            candles.append(try SampleMarket.candle(Int64(hour) * Self.hour, prices))
        }
        let series = try VolatilitySeries(
            of: try CandleSeries(asset: Asset("BTC"), interval: Self.hour, candles: candles),
            bar: Self.day
        )
        #expect(
            series.bars.map(\.missingReason) == [
                .noPreviousClose, .partial(candles: 23, expected: 24), .gap, .gap, .noPreviousClose, .zeroVariance,
            ]
        )
        #expect(series.bars.map(\.closeTime.milliseconds) == (1...6).map { $0 * Self.day })
        #expect(series.observedCount == 0)
    }

    @Test("a bar is there once it has closed, and not before")
    func waitsForTheClose() throws {
        let whole = try SampleMarket.hourly(days: 3, seed: 1)
        let cut = try #require(whole.slice(to: Timestamp(milliseconds: 3 * Self.day - Self.hour)))
        #expect(try VolatilitySeries(of: whole, bar: Self.day).bars.count == 3)
        #expect(try VolatilitySeries(of: cut, bar: Self.day).bars.count == 2)
    }

    @Test("candles as long as the bar default to Garman and Klass, and have no realized variance")
    func choosesTheFinest() throws {
        let daily = try #require(try SampleMarket.hourly(days: 5, seed: 2).resampled(to: Self.day).completeSeries)
        #expect(try VolatilitySeries(of: daily, bar: Self.day).estimator == .garmanKlass)
        #expect(throws: VolatilityError.needsFinerCandles(.realizedVariance, bar: Self.day)) {
            try VolatilitySeries(of: daily, bar: Self.day, estimator: .realizedVariance)
        }
        #expect(throws: VolatilityError.resampling(.notAMultiple(coarse: Self.hour, fine: Self.day))) {
            try VolatilitySeries(of: daily, bar: Self.hour)
        }
    }

    @Test("two candles ages apart do not make a series of a billion bars")
    func boundsTheNumberOfBars() throws {
        let candles = try [0, 10_000_001].map { try SampleMarket.candle($0 * 60_000, ["1", "2", "1", "2"]) }
        let series = try CandleSeries(asset: Asset("BTC"), interval: 60_000, candles: candles)
        #expect(throws: VolatilityError.tooManyBars(got: 10_000_002, allowed: 10_000_000)) {
            try VolatilitySeries(of: series, bar: 60_000)
        }
    }

    @Test(
        "range estimators depend on price ratios, not on the price level",
        arguments: [VolatilityEstimator.parkinson, .garmanKlass, .rogersSatchell]
    )
    func isScaleInvariant(estimator: VolatilityEstimator) throws {
        let one = try #require(estimator.variance(open: 100, high: 112, low: 95, close: 104))
        let scaled = try #require(estimator.variance(open: 1e8, high: 1.12e8, low: 9.5e7, close: 1.04e8))
        #expect(abs(one - scaled) < 1e-15)
        #expect(estimator.variance(open: 5, high: 5, low: 5, close: 5) == 0)
        #expect(VolatilityEstimator(rawValue: estimator.rawValue) == estimator)
    }
}
