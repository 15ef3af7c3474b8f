import CanonicalJSON
import MarketData
@testable import Regimes
import TestSupport
import Testing

@Suite("The filter in whole numbers")
struct FixedPointFilterTests {
    /// A case of the exact ones that fixed point can hold.
    private static func filter(_ exact: ExactCase) throws -> FixedPointFilter? {
        do throws(RegimeModelError) {
            return FixedPointFilter(try FixedPointRegimes(exact.model))
        } catch {
            guard case .notRepresentable = error else { throw error }
            return nil
        }
    }

    @Test("all exact cases but one of variance 10⁻³⁰⁰ can be held")
    func casesAreRepresentable() throws {
        let held = try ExactCase.all.filter { try Self.filter($0) != nil }
        #expect(held.count >= 17, "\(Set(ExactCase.all.map(\.name)).subtracting(held.map(\.name)))")
    }

    @Test("probabilities of the exact cases are within the stated bound", arguments: ExactCase.all)
    func isWithinBoundOfExactCases(exact: ExactCase) throws {
        guard var filter = try Self.filter(exact) else { return }
        let expected = try #require(exact.expected("filtered"))
        for (bar, observation) in exact.observations.enumerated() {
            filter.update(try observation.map { try #require(FixedPoint($0)) })
            // Large only where a regime is 10⁻⁹ wide, or an outlier 10⁵ widths away: there Doubles hold no more digits.
            #expect(filter.errorBound < 1e-3, "\(exact.name)")
            for (state, probability) in filter.filteredProbabilities.enumerated() {
                let distance = abs(probability - expected[bar * exact.model.stateCount + state])
                // The expected digits are 25; the Double that holds them adds half an ulp.
                #expect(distance <= filter.errorBound + 0x1p-53, "bar \(bar), regime \(state)")
            }
        }
    }

    @Test("an outlier under Student t regimes is within the stated bound")
    func isWithinBoundForStudents() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [0.3, 0.7],
            transitionMatrix: [[0.9, 0.1], [0.2, 0.8]],
            emissions: [
                .studentT(location: -1, scale: 0.2, degreesOfFreedom: 3.5),
                .studentT(location: 0.5, scale: 0.4, degreesOfFreedom: 11),
            ]
        )
        var exact = ForwardFilter(model)
        var filter = FixedPointFilter(try FixedPointRegimes(model))
        for observation in [-1.1, 0.2, nil, 4_000, -3, 0.5, nil] {
            try exact.update(observation)
            filter.update(try observation.map { try #require(FixedPoint($0)) })
            for (got, wanted) in zip(filter.filteredProbabilities, exact.filteredProbabilities) {
                #expect(abs(got - wanted) <= filter.errorBound + 1e-12)
            }
        }
        #expect(filter.errorBound < 1e-9)
    }

    @Test(
        "agrees with the filter of Doubles on random models",
        arguments: UInt64(0)..<20
    )
    func agreesWithDoubles(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...6, using: &random)
        let model = try HiddenMarkovModel(
            initialDistribution: Self.distribution(count, &random),
            transitionMatrix: (0..<count).map { _ in Self.distribution(count, &random) },
            means: (0..<count).map { _ in Double.random(in: -2...1, using: &random) },
            variances: (0..<count).map { _ in Double.random(in: 0.01...0.3, using: &random) }
        )
        let observations = (0..<300).map { _ in
            Int.random(in: 0..<9, using: &random) == 0 ? nil : Double.random(in: -2.5...1.5, using: &random)
        }
        var filter = FixedPointFilter(try FixedPointRegimes(model))
        var exact = ForwardFilter(model)
        for observation in observations {
            try exact.update(observation)
            filter.update(observation.flatMap { FixedPoint($0) })
            for (got, wanted) in zip(filter.filteredProbabilities, exact.filteredProbabilities) {
                // The Doubles' own error is not bounded; it was never above 10⁻¹¹ here.
                #expect(abs(got - wanted) <= filter.errorBound + 1e-11)
            }
        }
        #expect(filter.errorBound < 1e-9)
    }

    private static func distribution(_ count: Int, _ random: inout SplitMix64) -> [Double] {
        let weights = (0..<count).map { _ in Double.random(in: 0.02...1, using: &random) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    @Test("no observation traps, and none makes the probabilities stop being some")
    func isTotal() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [1, 0],
            transitionMatrix: [[1, 0], [0.5, 0.5]],
            means: [-1, 1],
            variances: [1e-20, 1e20]
        )
        var filter = FixedPointFilter(try FixedPointRegimes(model))
        for observation in [FixedPoint.lowest, .highest, .zero, nil, FixedPoint(units: 1), .highest, .lowest] {
            filter.update(observation)
            #expect(filter.filteredProbabilities.reduce(0, +) == 1)
        }
    }

    @Test("labels are those of the filter of Doubles wherever no probability is nearer to the threshold than the bound")
    func labelsAgree() throws {
        let candles = try SampleMarket.hourly(days: 400, seed: 21, missing: [500, 3_000])
        let model = try RegimeModel.train(on: candles, bar: SampleMarket.day, states: 3, forecast: .none).model
        let regimes = try model.filteredRegimes(of: candles)
        var doubles = ForwardFilter(model.parameters)
        var labels = try LabelState(stateCount: 3, hysteresis: model.hysteresis, rules: [])
        var (near, different) = (0, 0)
        for (bar, regime) in zip(try model.volatility(of: candles).bars, regimes) {
            try doubles.update(bar.observation)
            let label = labels.update(doubles.filteredProbabilities)
            let distance = doubles.filteredProbabilities.map { abs($0 - model.hysteresis.enterAt) }.min() ?? 0
            // The bound was below 10⁻¹² for daily bars; measuring the volatility in Doubles adds up to 10⁻⁹.
            if distance < 1e-8 { near += 1 }
            if label != regime.label { different += 1 }
        }
        #expect(regimes.count == 400)
        #expect(zip(regimes, regimes.dropFirst()).count { $0.label != $1.label } > 5)
        // On this market no day is that near, hence none differs.
        #expect(near == 0 && different == 0)
    }

    @Test("the estimators are those of Doubles to 10⁻⁹", arguments: VolatilityEstimator.allCases)
    func estimatorsAgree(estimator: VolatilityEstimator) throws {
        let candles = try SampleMarket.hourly(days: 90, seed: 9, missing: [100, 700, 701])
        let doubles = try VolatilitySeries(of: candles, bar: SampleMarket.day, estimator: estimator)
        let exact = try FixedPointVolatility(of: candles, bar: SampleMarket.day, estimator: estimator)
        #expect(doubles.bars.count == exact.bars.count)
        #expect(doubles.observedCount > 50)
        for (left, right) in zip(doubles.bars, exact.bars) {
            #expect(left.closeTime == right.closeTime)
            #expect(left.missingReason == right.missingReason)
            if let left = left.observation, let right = right.value { #expect(abs(left - right.double) <= 1e-9) }
        }
    }

    @Test("a number beyond the range is refused by name")
    func refusesWhatCannotBeHeld() throws {
        let model = try HiddenMarkovModel(
            initialDistribution: [1],
            transitionMatrix: [[1]],
            means: [0],
            variances: [1e-300]
        )
        #expect(throws: RegimeModelError.self) { try FixedPointRegimes(model) }
        do {
            _ = try FixedPointRegimes(model)
        } catch {
            #expect(error.description.contains("scale is 8.4"))
        }
    }
}
