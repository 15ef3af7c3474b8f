import TestSupport
import Testing

@testable import Regimes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Autoregression with regimes in its residuals")
struct AutoregressiveRegimesTests {
    /// Known slopes, and residuals of a known chain.
    static func series(count: Int, seed: UInt64, missing: Double = 0) throws -> [Double?] {
        let chain = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.97, 0.03], [0.1, 0.9]],
            means: [-0.05, 0.2],
            variances: [0.01, 0.12]
        )
        let residuals = Simulated.series(chain, count: count, seed: seed)
        let level = HeterogeneousAutoregression(
            intercept: -0.1,
            coefficients: [0.35, 0.25, 0.25],
            residualVariance: 1
        )
        var series = [Double?](repeating: -0.6, count: 22)
        for bar in 22..<count { series.append((level.forecast(after: series.suffix(22)) ?? 0) + (residuals[bar] ?? 0)) }
        var random = SplitMix64(seed: seed &+ 77)
        return series.map { Double.random(in: 0..<1, using: &random) < missing ? nil : $0 }
    }

    static func options(_ restarts: Int = 6) -> BaumWelch.Options {
        var options = BaumWelch.Options()
        options.restarts = restarts
        options.prior = .flat
        return options
    }

    @Test("the parameters of a long simulated series are recovered")
    func recoversParameters() throws {
        let report = try AutoregressiveRegimes.fit(
            try Self.series(count: 6_000, seed: 1),
            states: 2,
            options: Self.options()
        )
        let model = report.model
        // Four standard errors, from the observed information of the same series, rounded up.
        #expect(zip(model.autoregression.coefficients, [0.35, 0.25, 0.25]).allSatisfy { abs($0 - $1) < 0.08 })
        #expect(zip(model.residuals.variances, [0.01, 0.12]).allSatisfy { abs($0 / $1 - 1) < 0.15 })
        #expect(abs(model.residuals.means[1] - model.residuals.means[0] - 0.25) < 0.05)
        #expect(zip(model.residuals.transitionMatrix, [0.97, 0.03, 0.1, 0.9]).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(report.convergence.hasConverged)
        let shares = try #require(model.residuals.stationaryDistribution())
        #expect(abs(zip(shares, model.residuals.means).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-12)
    }

    @Test("the likelihood reported is the chain's at the residuals of the level reported", arguments: UInt64(0)..<4)
    func likelihoodIsOfTheModel(seed: UInt64) throws {
        let series = try Self.series(count: 300, seed: seed, missing: Double(seed) * 0.1)
        var options = Self.options(3)
        if seed % 2 == 1 { options.emission = .studentT }
        let report = try AutoregressiveRegimes.fit(series, states: 2, options: options)
        let again = try SmoothedRegimes(
            report.model.residuals,
            observations: report.model.autoregression.residuals(of: series)
        )
        #expect(abs(again.logLikelihood - report.logLikelihood) < 1e-8)
        #expect(report.model.logLikelihood == report.logLikelihood)
        #expect(report.criteria.parameterCount == report.model.parameterCount)
        #expect(report.observedCount + report.missingCount == series.count)
    }

    @Test("a joint step is a maximum: no slope, mean or variance nearby is better once it has converged")
    func endsAtAMaximum() throws {
        for family in EmissionFamily.allCases {
            let series = try Self.series(count: 400, seed: 3, missing: 0.05)
            var options = Self.options(4)
            options.emission = family
            options.tolerance = 1e-12
            let model = try AutoregressiveRegimes(fitting: series, states: 2, options: options)
            func value(_ slopes: [Double], _ intercept: Double, _ emissions: [EmissionDistribution]) throws -> Double {
                let level = HeterogeneousAutoregression(intercept: intercept, coefficients: slopes, residualVariance: 1)
                let chain = HiddenMarkovModel(
                    uncheckedInitial: model.residuals.initialDistribution,
                    transitions: model.residuals.transitionMatrix,
                    emissions: emissions
                )
                return try SmoothedRegimes(chain, observations: level.residuals(of: series)).logLikelihood
            }
            let (level, emissions) = (model.autoregression, model.residuals.emissions)
            let best = try value(level.coefficients, level.intercept, emissions)
            for step in [1e-3, -1e-3] {
                for index in 0..<3 {
                    var slopes = level.coefficients
                    slopes[index] += step
                    #expect(try value(slopes, level.intercept, emissions) < best)
                }
                for state in 0..<2 {
                    var moved = emissions
                    moved[state] = moved[state].moved(by: step)
                    #expect(try value(level.coefficients, level.intercept, moved) < best)
                    var wider = emissions
                    switch wider[state] {
                    case .gaussian(let mean, let variance):
                        wider[state] = .gaussian(mean: mean, variance: variance * (1 + 10 * step))
                    case .studentT(let location, let scale, let degrees):
                        wider[state] = .studentT(
                            location: location,
                            scale: scale * (1 + 10 * step),
                            degreesOfFreedom: degrees
                        )
                    }
                    #expect(try value(level.coefficients, level.intercept, wider) < best)
                }
            }
        }
    }

    @Test("one Gaussian regime is least squares: same slopes, same variance but for the degrees of freedom")
    func oneRegimeIsLeastSquares() throws {
        let series = try Self.series(count: 500, seed: 4, missing: 0.1)
        let level = try HeterogeneousAutoregression(fitting: series)
        let joint = try AutoregressiveRegimes(fitting: series, states: 1, options: Self.options(1))
        #expect(zip(joint.autoregression.coefficients, level.coefficients).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(joint.autoregression.intercept - level.intercept) < 1e-9)
        #expect(abs(joint.autoregression.residualVariance / level.residualVariance - 1) < 1e-9)
        let rows = Double(HeterogeneousAutoregression.rows(series).count)
        #expect(abs(joint.residuals.variances[0] / (level.residualVariance * (rows - 4) / rows) - 1) < 1e-9)
    }

    @Test("the fit is the same on any number of threads, bit for bit")
    func isThreadIndependent() throws {
        let series = try Self.series(count: 300, seed: 5, missing: 0.05)
        var options = Self.options(8)
        options.threads = 1
        let alone = try AutoregressiveRegimes.fit(series, states: 3, options: options)
        for threads in [2, 7, nil] {
            options.threads = threads
            #expect(try AutoregressiveRegimes.fit(series, states: 3, options: options) == alone)
        }
    }

    @Test("the default belief holds the slopes to least squares, the more the stronger; its climb loses nothing")
    func defaultPriorHoldsSlopes() throws {
        let series = try Self.series(count: 300, seed: 7)
        let level = try HeterogeneousAutoregression(fitting: series)
        func distance(_ prior: RegimePrior?) throws -> Double {
            var options = Self.options(3)
            options.prior = prior
            let report = try AutoregressiveRegimes.fit(series, states: 2, options: options)
            #expect(report.convergence.largestLoss < 1e-10)
            return zip(report.model.autoregression.coefficients, level.coefficients).reduce(0) {
                $0 + abs($1.0 - $1.1)
            }
        }
        var strong = RegimePrior.besideAutoregression
        strong.slopeStrength = 1e6
        let (free, usual, held) = (try distance(.flat), try distance(nil), try distance(strong))
        #expect(free > 2 * usual && usual > 10 * held && held < 1e-4)
        #expect(try distance(.besideAutoregression) == usual)
    }

    @Test("gaps of any pattern are fitted: holes, long gaps, a late start")
    func acceptsGaps() throws {
        var series = try Self.series(count: 500, seed: 6, missing: 0.3)
        for bar in 100..<160 { series[bar] = nil }
        for bar in 0..<40 { series[bar] = nil }
        let report = try AutoregressiveRegimes.fit(series, states: 2, options: Self.options(3))
        #expect(report.convergence.largestLoss < 1e-10)
        #expect(report.observedCount == HeterogeneousAutoregression.rows(series).count)
        let shifted = try AutoregressiveRegimes.fit(
            series.map { $0.map { $0 + 1_000 } },
            states: 2,
            options: Self.options(3)
        )
        #expect(abs(shifted.logLikelihood - report.logLikelihood) < 1e-6 * abs(report.logLikelihood))
    }

    @Test("series that cannot be fitted are refused, each by its name")
    func refusesUnusableSeries() {
        func fit(_ series: [Double?], _ states: Int = 2) throws(FitError) {
            _ = try AutoregressiveRegimes.fit(series, states: states)
        }
        #expect(throws: FitError.constantSeries(value: 0.5)) { try fit([Double?](repeating: 0.5, count: 100)) }
        #expect(throws: FitError.tooFewObservations(got: 0, expected: 30, states: 1)) { try fit([0.1, 0.2]) }
        #expect(throws: FitError.tooFewObservations(got: 0, expected: 30, states: 1)) { try fit([]) }
        #expect(throws: FitError.allMissing(bars: 90)) { try fit([Double?](repeating: nil, count: 90)) }
        #expect(throws: FitError.observation(.notFinite(index: 1, got: .infinity))) { try fit([1, .infinity, 2]) }
        #expect(throws: FitError.stateCount(got: 1_000_000, allowed: 1...6)) { try fit([1, 2], 1_000_000) }
        #expect(throws: FitError.stateCount(got: 0, allowed: 1...6)) { try fit([1, 2], 0) }
        #expect(throws: FitError.varianceOverflow) { try fit((0..<90).map { $0 % 2 == 0 ? 1e300 : -1e300 }) }
        #expect(throws: FitError.undeterminedAutoregression(bars: 78)) { try fit((0..<100).map { Double($0) }) }
        #expect(throws: FitError.undeterminedAutoregression(bars: 78)) {
            try fit((0..<100).map { $0 % 2 == 0 ? 1 : -1 })
        }
        // What an autoregression without noise makes of 22 arbitrary numbers.
        let level = HeterogeneousAutoregression(intercept: 0, coefficients: [0.2, -0.9, 0.6], residualVariance: 1)
        var exact = (0..<22).map { Double?.some(Double($0 * $0 % 17)) }
        for _ in 0..<50 { exact.append(level.forecast(after: exact)) }
        #expect(throws: FitError.nothingLeftOver(bars: 50)) { try fit(exact) }
        var options = BaumWelch.Options()
        options.restarts = 0
        #expect(throws: FitError.restarts(got: 0)) {
            try AutoregressiveRegimes.fit([1, 2], states: 2, options: options)
        }
    }

    @Test("prints the fits of the reference series", .enabled(if: Fixtures.isMeasuring))
    func measuresReferenceSeries() throws {
        guard Fixtures.shared != nil else { return }
        let clock = ContinuousClock()
        for name in ["series_btc_logrv.csv", "series_eth_logparkinson.csv"] {
            let series = try Fixtures.series(name)
            for family in EmissionFamily.allCases {
                for states in 2...3 {
                    var options = BaumWelch.Options()
                    options.restarts = 8
                    options.emission = family
                    var report: AutoregressiveFitReport?
                    let time = try clock.measure {
                        report = try AutoregressiveRegimes.fit(series, states: states, options: options)
                    }
                    guard let report else { continue }
                    print(
                        "har-hmm/\(name)/\(family.rawValue)/\(states): \(time)\n\(report.convergence.text)",
                        report.model
                    )
                }
            }
        }
        let rows = try Fixtures.rows((Fixtures.shared ?? "") + "/vectors/regimes/series_btc_eth_logrv.csv")
        let vectors = rows.map { row in ["y", "y2"].map { row[$0].flatMap(Double.init) } }
        for states in 2...3 {
            var report: MultivariateFitReport?
            let time = try clock.measure { report = try BaumWelch.fit(vectors: vectors, states: states) }
            print("vectors/btc-eth/\(states): \(time)\n\(report?.convergence.text ?? "")")
        }
    }
}
