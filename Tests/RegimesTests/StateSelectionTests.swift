import CanonicalJSON
import Synchronization
import TestSupport
import Testing

@testable import Regimes

@Suite("Choosing the number of regimes")
struct StateSelectionTests {
    private static func selection() -> StateSelection {
        var selection = StateSelection()
        selection.states = 1...3
        selection.initialBars = 300
        selection.refitEvery = 60
        selection.options.restarts = 3
        return selection
    }

    private static func series(count: Int, seed: UInt64) throws -> [Double?] {
        let truth = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[0.97, 0.03], [0.05, 0.95]],
            means: [-1, 0.5],
            variances: [0.1, 0.1]
        )
        return Simulated.series(truth, count: count, seed: seed, missing: 0.03)
    }

    @Test("two regimes drawn are two regimes found, whose refits agree and which last as long as they did")
    func findsTwo() throws {
        let report = try Self.selection().evaluate(try Self.series(count: 700, seed: 1))
        #expect(report.simplest.kind == .regimes && report.simplest.states == 2)
        #expect(report.preferred(.regimes, by: \.bic)?.states == 2)
        let two = try #require(report.candidates.first { $0.kind == .regimes && $0.states == 2 })
        #expect(two.meanRefitAgreement > 0.97 && two.refitAgreements.count == 6)
        #expect(two.expectedDurations.count == 2 && two.expectedDurations.allSatisfy { $0 > 8 && $0 < 100 })
        let one = try #require(report.candidates.first { $0.kind == .regimes && $0.states == 1 })
        #expect(one.differenceFromBest < -0.2 && one.tStatistic < -3 && one.meanRefitAgreement == 1)
        #expect(report.recommended.differenceFromBest == 0)
        #expect(report.candidates.allSatisfy { $0.differenceFromBest <= 0 })
        #expect(report.text.contains("recommended: ") && report.text.contains("hmm 2"))
        #expect(report.json["recommended"]?["states"] == .integer(report.recommended.states))
    }

    @Test("the report is the same on any number of threads, bit for bit, and progress counts every fit once")
    func isThreadIndependent() throws {
        let series = try Self.series(count: 420, seed: 2)
        var selection = Self.selection()
        selection.states = 1...2
        selection.options.threads = 1
        let alone = try selection.evaluate(series)
        for threads in [2, 7, nil] {
            selection.options.threads = threads
            let counts = Mutex<[Int]>([])
            let report = try selection.evaluate(series) { done, total in
                counts.withLock { $0.append(done) }
                #expect(total == 12)
            }
            #expect(report == alone)
            #expect(counts.withLock { $0 } == Array(1...12))
        }
    }

    @Test("no score changes when the future does")
    func isCausal() throws {
        let whole = try Self.series(count: 480, seed: 3)
        let known = try Self.selection().evaluate(Array(whole[..<420]))
        let later = try Self.selection().evaluate(whole)
        for (before, after) in zip(known.candidates, later.candidates) {
            #expect(before.logScores == Array(after.logScores.prefix(120)), "\(before.name)")
        }
    }

    @Test("criteria that disagree with the forecasts are named")
    func namesDisagreement() throws {
        func candidate(_ states: Int, score: Double, logLikelihood: Double, entropy: Double)
            -> StateSelectionReport.Candidate
        {
            var candidate = StateSelectionReport.Candidate(kind: .regimes, states: states)
            candidate.criteria = InformationCriteria(
                logLikelihood: logLikelihood,
                parameterCount: states * states + 2 * states - 1,
                observedCount: 100,
                entropy: entropy
            )
            candidate.logScores = (0..<40).map { score + Double($0 % 3) / 10 }
            candidate.expectedDurations = [Double](repeating: 5, count: states)
            candidate.refitAgreements = [0.9, 0.8]
            return candidate
        }
        var failed = StateSelectionReport.Candidate(kind: .autoregressiveRegimes, states: 1)
        failed.failure = .allMissing(bars: 3)
        let report = StateSelectionReport(
            [
                candidate(1, score: -1, logLikelihood: -140, entropy: 0),
                candidate(2, score: -0.8, logLikelihood: -100, entropy: 60),
                candidate(3, score: -0.9, logLikelihood: -60, entropy: 80), failed,
            ],
            forecastBars: 40
        )
        #expect(report.recommended.states == 2 && report.comparedBars == 40)
        #expect(report.findings.contains("BIC disagrees for hmm: it prefers 3, forecasts prefer 2"))
        #expect(report.findings.contains("ICL disagrees for hmm: it prefers 1, forecasts prefer 2"))
        #expect(report.findings.contains { $0.hasPrefix("its refits agree on 85.0% of bars only") })
        #expect(report.text.contains("har-hmm with 1 regime: all 3 observations of the series are missing"))
        #expect(abs(report.candidates[0].differenceFromBest + 0.2) < 1e-12)
    }

    @Test("unusable series and settings are refused, each by its name")
    func refusesUnusable() {
        #expect(throws: FitError.tooFewObservations(got: 2, expected: 301, states: 3)) {
            try Self.selection().evaluate([1, 2])
        }
        #expect(throws: FitError.constantSeries(value: 1)) {
            try Self.selection().evaluate([Double?](repeating: 1, count: 400))
        }
        #expect(throws: FitError.allMissing(bars: 400)) {
            try Self.selection().evaluate([Double?](repeating: nil, count: 400))
        }
        var selection = Self.selection()
        selection.states = 1...1_000_000
        #expect(throws: FitError.stateCount(got: 1_000_000, allowed: 1...6)) {
            try selection.evaluate([Double?](repeating: 1, count: 400))
        }
    }

    @Test("prints the selection of the reference series", .enabled(if: Fixtures.isMeasuring))
    func measuresReferenceSeries() throws {
        guard Fixtures.shared != nil else { return }
        let clock = ContinuousClock()
        let series = try Fixtures.series("series_btc_logrv.csv")
        var report: StateSelectionReport?
        let time = try clock.measure { report = try StateSelection().evaluate(series) }
        print("select/series_btc_logrv: \(time)\n\(report?.text ?? "")")
        let model = try AutoregressiveRegimes.fit(series, states: 3)
        print(try ResidualChecks(model.model, observations: series).text)
        print(try StandardErrors(model.model, observations: series), model.model)
        let plain = try BaumWelch.fit(series, states: 3)
        print(try ResidualChecks(plain.model, observations: series).text)
        print(try StandardErrors(plain.model, observations: series), plain.model)
    }
}
