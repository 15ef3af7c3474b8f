import TestSupport
import Testing

@testable import Regimes

@Suite("Priors and start distributions")
struct PriorTests {
    private static func options(_ prior: RegimePrior, _ start: StartDistribution) -> BaumWelch.Options {
        var options = BaumWelch.Options()
        options.restarts = 4
        options.iterations = 60
        options.prior = prior
        options.start = start
        return options
    }

    private static var informative: RegimePrior {
        var prior = RegimePrior.sticky(20)
        prior.concentration = 1.5
        prior.variancePseudoCount = 10
        prior.slopeStrength = 2
        return prior
    }

    @Test(
        "no step of a penalized climb loses, for each kind of emissions, prior and start",
        arguments: [EmissionFamily.gaussian, .studentT],
        [StartDistribution.free, .stationary]
    )
    func climbsAreMonotone(family: EmissionFamily, start: StartDistribution) throws {
        for seed in UInt64(0)..<4 {
            let states = 1 + Int(seed)
            let series = Simulated.series(
                try Simulated.model(states: states, seed: seed),
                count: 300,
                seed: seed,
                missing: 0.1
            )
            for prior in [RegimePrior.flat, Self.informative] {
                var options = Self.options(prior, start)
                options.emission = family
                let report = try BaumWelch.fit(series, states: states, options: options)
                #expect(report.convergence.largestLoss < 1e-10, "plain, seed \(seed)")
                if start == .stationary {
                    let share = try #require(report.model.stationaryDistribution())
                    #expect(zip(share, report.model.initialDistribution).allSatisfy { abs($0 - $1) < 1e-9 })
                }
                let joint = try AutoregressiveRegimes.fit(series, states: states, options: options)
                #expect(joint.convergence.largestLoss < 1e-10, "with autoregression, seed \(seed)")
            }
        }
    }

    @Test("no step over vectors with holes loses under a prior", arguments: [StartDistribution.free, .stationary])
    func vectorClimbsAreMonotone(start: StartDistribution) throws {
        for seed in UInt64(0)..<3 {
            let vectors = Self.vectors(seed: seed)
            let report = try BaumWelch.fit(vectors: vectors, states: 2, options: Self.options(Self.informative, start))
            #expect(report.convergence.largestLoss < 1e-10)
            let flat = try BaumWelch.fit(vectors: vectors, states: 2, options: Self.options(.flat, start))
            #expect(flat.convergence.largestLoss < 1e-10)
            #expect(flat.logLikelihood >= report.logLikelihood - 1e-3)
        }
    }

    static func vectors(seed: UInt64) -> [[Double?]] {
        var random = SplitMix64(seed: seed)
        var state = 0
        return (0..<240).map { _ in
            if Double.random(in: 0..<1, using: &random) < 0.05 { state = 1 - state }
            let first = Double.random(in: -1..<1, using: &random) + Double(3 * state)
            let second = 0.5 * first + Double.random(in: -1..<1, using: &random)
            return [first, second].map { Double.random(in: 0..<1, using: &random) < 0.15 ? nil : $0 }
        }
    }

    @Test("the mode under a sticky Dirichlet prior is counts and pseudo-counts, normalized")
    func modeIsConjugate() {
        var prior = RegimePrior.sticky(3)
        prior.concentration = 2
        var options = BaumWelch.Options()
        options.prior = prior
        let objective = PenalizedObjective(options, variance: 1)
        var statistics = ExpectedStatistics(stateCount: 2)
        statistics.transitions = [6, 2, 1, 3]
        statistics.first = [0.25, 0.75]
        let (initial, transitions) = objective.chain(statistics, from: [0.5, 0.5, 0.5, 0.5])
        // Row 0: (6 + 1 + 3, 2 + 1) ÷ 13; row 1: (1 + 1, 3 + 1 + 3) ÷ 9; π: (0.25 + 1, 0.75 + 1) ÷ 3.
        let rows: [Double] = [10, 3, 2, 7]
        let totals: [Double] = [13, 13, 9, 9]
        #expect(agree(transitions, zip(rows, totals).map { $0 / $1 }))
        let starts: [Double] = [1.25, 1.75]
        #expect(agree(initial, starts.map { $0 / 3 }))
    }

    @Test("a variance under the prior is the mean of its squares and of the presumed ones")
    func varianceModeIsConjugate() {
        var options = BaumWelch.Options()
        options.prior = RegimePrior()
        options.prior?.variancePseudoCount = 10
        options.prior?.varianceShare = 0.5
        let objective = PenalizedObjective(options, variance: 4)
        #expect(agree([objective.squaredScale(squares: 30, weight: 20)], [(30 + 10 * 2) / 30.0]))
    }

    @Test("stickiness makes regimes last", arguments: UInt64(0)..<3)
    func stickinessPersists(seed: UInt64) throws {
        let truth = try HiddenMarkovModel(
            initialDistribution: [0.5, 0.5],
            transitionMatrix: [[0.8, 0.2], [0.3, 0.7]],
            means: [0, 0.6],
            variances: [0.2, 0.3]
        )
        let series = Simulated.series(truth, count: 400, seed: seed)
        let free = try BaumWelch.fit(series, states: 2, options: Self.options(.flat, .free)).model
        let sticky = try BaumWelch.fit(series, states: 2, options: Self.options(.sticky(500), .free)).model
        #expect(sticky.expectedDuration(0) > 2 * free.expectedDuration(0))
        #expect(sticky.expectedDuration(1) > 2 * free.expectedDuration(1))
    }

    @Test(
        "the stationary M-step ends where no direction gains, and above what the closed form reaches",
        arguments: UInt64(0)..<20
    )
    func stationaryStepIsAMaximum(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = 2 + Int(seed % 4)
        let counts = (0..<count * count).map { _ in Double.random(in: 0.2..<6, using: &random) }
        var first = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) }
        let total = first.reduce(0, +)
        first = first.map { $0 / total }
        func value(_ chain: [Double]) -> Double {
            let model = HiddenMarkovModel(
                uncheckedInitial: first,
                transitions: chain,
                emissions: first.map { _ in .gaussian(mean: 0, variance: 1) }
            )
            let share = model.stationaryDistribution() ?? []
            return zip(counts, chain).reduce(0) { $0 + $1.0 * naturalLogarithm($1.1) }
                + zip(first, share).reduce(0) { $0 + $1.0 * naturalLogarithm($1.1) }
        }
        func normalized(_ chain: [Double]) -> [Double] {
            (0..<count).flatMap { row -> [Double] in
                let entries = chain[row * count..<(row + 1) * count]
                return entries.map { $0 / entries.reduce(0, +) }
            }
        }
        let old = [Double](repeating: 1 / Double(count), count: count * count)
        let closed = normalized(counts)
        let (initial, best) = StationaryAscent(counts: counts, first: first).climb(from: old, or: closed)
        #expect(value(best) >= value(closed) && value(best) >= value(old))
        #expect(abs(initial.reduce(0, +) - 1) < 1e-12)
        for entry in best.indices {
            for direction in [1e-4, -1e-4] {
                var other = best
                other[entry] *= 1 + direction
                #expect(value(normalized(other)) <= value(best) + 1e-11)
            }
        }
    }

    @Test("settings outside their domain are refused by name")
    func refusesSettings() {
        let series = (0..<60).map { Double?.some(Double($0 % 7)) }
        var options = BaumWelch.Options()
        options.prior = RegimePrior()
        options.prior?.concentration = 0.5
        #expect(throws: FitError.setting("concentration of the prior", got: 0.5, expected: "1.0 to 1e+12")) {
            try BaumWelch.fit(series, states: 2, options: options)
        }
        options.prior = .sticky(-1)
        #expect(throws: FitError.setting("stickiness of the prior", got: -1, expected: "0.0 to 1e+12")) {
            try AutoregressiveRegimes.fit(series, states: 2, options: options)
        }
        options.prior = .sticky(.infinity)
        #expect(throws: FitError.setting("stickiness of the prior", got: .infinity, expected: "0.0 to 1e+12")) {
            try BaumWelch.fit(vectors: series.map { [$0] }, states: 2, options: options)
        }
    }
}
