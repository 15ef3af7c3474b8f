import TestSupport
import Testing

@testable import Regimes

@Suite("The scaled pass")
struct ScaledPassTests {
    private static let seeds = UInt64(0)..<60

    private func instance(_ seed: UInt64) throws -> (HiddenMarkovModel, [Double?]) {
        let model = try Simulated.model(states: 1 + Int(seed % 6), seed: seed)
        return (model, Simulated.series(model, count: 40 + Int(seed) * 7, seed: seed &+ 1_000, missing: 0.1))
    }

    @Test("the scaled pass and its rescue in log space agree", arguments: seeds)
    func rescueAgrees(seed: UInt64) throws {
        let (model, series) = try instance(seed)
        let flat = try ForwardBackward.flatten(series)
        var fast = ScaledPass(barCount: flat.count, stateCount: model.stateCount)
        var exact = LogSpacePass()
        let result = fast.run(model, flat)
        let scaled = try #require(result)
        let logarithmic = try exact.run(model, flat)
        #expect(agree(scaled.transitions, logarithmic.transitions, absolute: 1e-10))
        #expect(agree(scaled.squaredDeviation, logarithmic.squaredDeviation, absolute: 1e-10))
        #expect(agree([scaled.logLikelihood], [logarithmic.logLikelihood]))
    }

    @Test("series of every length around the ends of blocks agree with the textbook", arguments: 1...6)
    func lengthsAgree(states: Int) throws {
        for count in Array(1...70) + [127, 128, 129, 257] {
            let model = try Simulated.model(states: states, seed: UInt64(count))
            let series = Simulated.series(model, count: count, seed: UInt64(states), missing: 0.2)
            let reference = LogSpaceReference(model, series)
            let flat = try ForwardBackward.flatten(series)
            var pass = ScaledPass(barCount: count, stateCount: states)
            // Such series are tame: the scaled pass must not leave them to its rescue.
            let result = pass.run(model, flat)
            let statistics = try #require(result, "of \(count) bars")
            #expect(agree([statistics.logLikelihood], [reference.logLikelihood]))
            #expect(agree(pass.posteriors(stateCount: states), reference.smoothed, absolute: 1e-11))
            #expect(agree(statistics.transitions, reference.expectedTransitions, absolute: 1e-11))
        }
    }

    @Test("a Student t's statistics are those of the pass in log space", arguments: seeds)
    func studentStatisticsAgree(seed: UInt64) throws {
        let (gaussian, series) = try instance(seed)
        var flat = try ForwardBackward.flatten(series)
        for bar in stride(from: 3, to: flat.count, by: 29) { flat[bar] = 1e4 }
        // One regime stays normal, to mix the kinds.
        let student = gaussian.with(.studentT)
        let model = HiddenMarkovModel(
            uncheckedInitial: student.initialDistribution,
            transitions: student.transitionMatrix,
            emissions: student.emissions.dropLast() + (seed % 2 == 0 ? student : gaussian).emissions.suffix(1)
        )
        var fast = ScaledPass(barCount: flat.count, stateCount: model.stateCount)
        var exact = LogSpacePass()
        guard let scaled = fast.run(model, flat) else {
            // A single normal regime, 10⁴ from which the pass may well refuse an outlier.
            #expect(seed % 2 == 1)
            return
        }
        let logarithmic = try exact.run(model, flat)
        #expect(agree([scaled.logLikelihood], [logarithmic.logLikelihood]))
        #expect(agree(scaled.occupancy, logarithmic.occupancy, absolute: 1e-10))
        #expect(agree(scaled.precision, logarithmic.precision, absolute: 1e-10))
        #expect(agree(scaled.logPrecision, logarithmic.logPrecision, absolute: 1e-10))
        #expect(agree(scaled.deviation, logarithmic.deviation, absolute: 1e-10))
        #expect(agree(scaled.squaredDeviation, logarithmic.squaredDeviation, absolute: 1e-9))
    }

    @Test("where the scaled pass trusts itself it is right, however wild the model", arguments: UInt64(0)..<200)
    func trustIsEarned(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func magnitude(_ exponents: ClosedRange<Double>) -> Double {
            exponential(Double.random(in: exponents, using: &random) * naturalLogarithm(10))
        }
        let states = Int.random(in: 1...6, using: &random)
        let smallest = [-1.0, -12, -90, -300][Int(seed % 4)]
        func distribution() -> [Double] {
            let weights = (0..<states).map { _ in Bool.random(using: &random) ? magnitude(smallest...0) : 1 }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let model = try HiddenMarkovModel(
            initialDistribution: distribution(),
            transitionMatrix: (0..<states).map { _ in distribution() },
            means: (0..<states).map { _ in Double.random(in: -3...3, using: &random) },
            variances: (0..<states).map { _ in magnitude(-6...1) }
        )
        let series = (0..<Int.random(in: 1...300, using: &random)).map { _ -> Double in
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .nan
            case 1: magnitude(0...3)
            default: Double.random(in: -3...3, using: &random)
            }
        }
        var pass = ScaledPass(barCount: series.count, stateCount: states)
        var exact = LogSpacePass()
        let expected = try exact.run(model, series)
        guard let got = pass.run(model, series) else {
            // Transitions of a tenth at least leave nothing to lose.
            #expect(seed % 4 != 0)
            return
        }
        #expect(agree([got.logLikelihood], [expected.logLikelihood]))
        #expect(agree(pass.posteriors(stateCount: states), exact.posteriors, absolute: 1e-10))
        #expect(agree(got.transitions, expected.transitions, absolute: 1e-9))
        #expect(agree(got.occupancy, expected.occupancy, absolute: 1e-9))
    }

    @Test("the scaled pass refuses what it would lose: a regime of 10⁻⁴⁰⁰ to which the data come back")
    func refusesWhatItWouldLose() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [0.5, 0.5],
            transitionMatrix: [[1, 0], [0, 1]],
            means: [0, 10],
            variances: [1, 1]
        )
        let series = [Double](repeating: 0, count: 50) + [Double](repeating: 10, count: 50)
        var pass = ScaledPass(barCount: 100, stateCount: 2)
        let lost = pass.run(model, series)
        #expect(lost?.logLikelihood == nil)
        var tame = ScaledPass(barCount: 50, stateCount: 2)
        let kept = tame.run(model, Array(series[..<50]))
        #expect(kept?.logLikelihood != nil)
    }

    @Test("two dimensions by the scaled pass agree with the pass in log space", arguments: UInt64(0)..<12)
    func vectorsAgree(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let states = 1 + Int(seed % 6)
        let chain = try Simulated.model(states: states, seed: seed)
        let model = try MultivariateHiddenMarkovModel(
            initialDistribution: chain.initialDistribution,
            transitionMatrix: (0..<states).map { chain.transitionRow($0) },
            means: chain.means.map { [$0, 0.5 * $0] },
            covariances: chain.variances.map { [[$0, 0.5 * $0], [0.5 * $0, $0]] }
        )
        let vectors = (0..<100).map { _ in
            (0..<2).map { _ in
                Int.random(in: 0..<5, using: &random) == 0 ? Double.nan : Double.random(in: -2...2, using: &random)
            }
        }
        var pass = VectorForwardBackward()
        let got = try pass.run(model, vectors)
        // Densities one vector at a time, by the factorization that the M-step uses.
        let densities = vectors.flatMap { vector in
            model.emissions.map { Conditioned($0, on: vector)?.logDensity ?? -.infinity }
        }
        var exact = LogSpacePass()
        let expected = try exact.run(
            initial: model.initialDistribution,
            transitions: model.transitionMatrix,
            densities
        ) { _ in .nan }
        #expect(agree([got.logLikelihood], [expected.logLikelihood]))
        #expect(agree(pass.posteriors, exact.posteriors, absolute: 1e-11))
        #expect(agree(got.transitions, expected.transitions, absolute: 1e-10))
    }

    @Test("the vector exponential is within two units in the last place")
    func exponentialIsAccurate() {
        for step in -70_000...70_000 {
            let exponent = -0.01 * Double(step)
            let got = SIMD4(repeating: exponent).boundedExponential[2]
            let expected = exponential(exponent)
            #expect(abs(got - expected) <= 2 * expected.ulp, "at \(exponent)")
        }
    }

    @Test("the vector logarithm is within two units in the last place, near 1 too")
    func logarithmIsAccurate() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<100_000 {
            let argument = exponential(Double.random(in: -700...700, using: &random))
            let near = 1 + Double.random(in: 0..<0.5, using: &random)
            let got = SIMD4(argument, near, 1, .infinity).normalLogarithm
            #expect(abs(got[0] - naturalLogarithm(argument)) <= 2 * naturalLogarithm(argument).ulp, "of \(argument)")
            #expect(abs(got[1] - naturalLogarithm(near)) <= 2 * naturalLogarithm(near).ulp, "of \(near)")
            #expect(got[2] == 0 && got[3] == .infinity)
        }
    }
}
