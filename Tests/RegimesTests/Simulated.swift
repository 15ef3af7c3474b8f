import Regimes
import TestSupport

/// Series drawn from a model, for property tests.
enum Simulated {
    /// `count` observations drawn from `model`, each missing with probability `missing`.
    static func series(_ model: HiddenMarkovModel, count: Int, seed: UInt64, missing: Double = 0) -> [Double?] {
        var random = SplitMix64(seed: seed)
        var state = draw(model.initialDistribution, &random)
        return (0..<count).map { bar in
            if bar > 0 { state = draw(model.transitionRow(state), &random) }
            let value = model.means[state] + model.variances[state].squareRoot() * normal(&random)
            return Double.random(in: 0..<1, using: &random) < missing ? nil : value
        }
    }

    /// A model with random parameters; some transitions are exactly zero.
    static func model(states: Int, seed: UInt64) throws -> HiddenMarkovModel {
        var random = SplitMix64(seed: seed)
        func distribution(likely: Int?) -> [Double] {
            var weights = (0..<states).map { index in
                let weight = Double.random(in: 0..<1, using: &random)
                return index == likely ? 10 * weight + 1 : weight < 0.15 ? 0 : weight
            }
            if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
        return try HiddenMarkovModel(
            initialDistribution: distribution(likely: nil),
            transitionMatrix: (0..<states).map { distribution(likely: $0) },
            means: (0..<states).map { _ in Double.random(in: -2..<1, using: &random) },
            variances: (0..<states).map { _ in Double.random(in: 0.01..<0.5, using: &random) }
        )
    }

    private static func draw(_ distribution: [Double], _ random: inout SplitMix64) -> Int {
        var rest = Double.random(in: 0..<1, using: &random)
        for (index, probability) in distribution.enumerated() {
            rest -= probability
            if rest < 0 { return index }
        }
        return distribution.count - 1
    }

    /// The sum of twelve uniform numbers less six: normal enough, and without the C library.
    private static func normal(_ random: inout SplitMix64) -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
}
