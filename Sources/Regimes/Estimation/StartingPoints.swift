/// The starting points of a fit: three that read the data, then random ones, each fixed by the seed and its index.
struct StartingPoints: Sendable {
    private let sample: Sample
    private let states: Int
    private let seed: UInt64

    init(sample: Sample, states: Int, seed: UInt64) {
        self.sample = sample
        self.states = states
        self.seed = seed
    }

    /// Starting point `index`, whatever the number of restarts and the order in which they run.
    subscript(index: Int) -> (FitReport.Start, HiddenMarkovModel) {
        switch index {
        case 0: (.quantiles, model(groups: quantileGroups(), stay: 0.95))
        case 1: (.clusters, model(groups: clusters(), stay: 0.95))
        case 2: (.movingAverage, model(groups: movingAverageGroups(), stay: 0.97))
        default: (.random, randomModel(index))
        }
    }

    /// Equal shares of the sorted observations.
    private func quantileGroups() -> [[Double]] {
        let sorted = sample.sorted
        return (0..<states).map { state in
            Array(sorted[state * sorted.count / states..<(state + 1) * sorted.count / states])
        }
    }

    /// Lloyd's algorithm in one dimension: on sorted data a cluster is an interval.
    private func clusters() -> [[Double]] {
        var groups = quantileGroups()
        for _ in 0..<100 {
            let centers = groups.map { $0.isEmpty ? sample.mean : $0.reduce(0, +) / Double($0.count) }.sorted()
            var next = [[Double]](repeating: [], count: states)
            var nearest = 0
            for value in sample.sorted {
                while nearest + 1 < states, value - centers[nearest] > centers[nearest + 1] - value { nearest += 1 }
                next[nearest].append(value)
            }
            if next == groups { break }
            groups = next
        }
        return groups
    }

    /// Equal shares of the observations in the order of their moving average over eleven bars.
    private func movingAverageGroups() -> [[Double]] {
        let flat = sample.flat
        var averages: [(average: Double, value: Double)] = []
        for bar in flat.indices where !flat[bar].isNaN {
            let window = flat[max(0, bar - 5)...min(flat.count - 1, bar + 5)].filter { !$0.isNaN }
            averages.append((window.reduce(0, +) / Double(window.count), flat[bar]))
        }
        averages.sort { $0 < $1 }
        return (0..<states).map { state in
            averages[state * averages.count / states..<(state + 1) * averages.count / states].map(\.value)
        }
    }

    private func model(groups: [[Double]], stay: Double) -> HiddenMarkovModel {
        let emissions = groups.enumerated().map { state, group -> EmissionDistribution in
            guard group.count >= 2 else {
                let quantile = sample.sorted[(2 * state + 1) * sample.sorted.count / (2 * states)]
                return .gaussian(mean: group.first ?? quantile, variance: sample.variance)
            }
            let mean = group.reduce(0, +) / Double(group.count)
            let variance = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count)
            // A group cut out of the sorted data is narrower than the regime it stands for.
            return .gaussian(mean: mean, variance: max(variance, 0.05 * sample.variance))
        }
        return model(emissions, stay: [Double](repeating: stay, count: states))
    }

    private func model(_ emissions: [EmissionDistribution], stay: [Double]) -> HiddenMarkovModel {
        let uniform = [Double](repeating: 1 / Double(states), count: states)
        var transitions = [Double](repeating: 1, count: states * states)
        if states > 1 {
            for from in 0..<states {
                let leave = (1 - stay[from]) / Double(states - 1)
                for to in 0..<states { transitions[from * states + to] = from == to ? stay[from] : leave }
            }
        }
        return HiddenMarkovModel(uncheckedInitial: uniform, transitions: transitions, emissions: emissions)
    }

    /// Means at random observations, variances a random share of the whole, persistence from 0.7 to 0.99.
    private func randomModel(_ index: Int) -> HiddenMarkovModel {
        var random = SeededGenerator(seed: seed, stream: UInt64(index))
        let means = (0..<states).map { _ in
            sample.sorted[min(sample.sorted.count - 1, Int(random.unit() * Double(sample.sorted.count)))]
        }
        let emissions = means.map { mean in
            EmissionDistribution.gaussian(mean: mean, variance: sample.variance * (0.1 + 0.9 * random.unit()))
        }
        return model(emissions, stay: (0..<states).map { _ in 0.7 + 0.29 * random.unit() })
    }
}

/// SplitMix64: the same numbers on every machine, and an independent stream for each restart.
///
/// - Note: Source: Steele, Lea, Flood (2014), *Fast Splittable Pseudorandom Number Generators*, figure 16.
private struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = seed
        state = next() ^ (stream &* 0xD134_2543_DE82_EF95)
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in [0, 1), uniform on multiples of 2⁻⁵³.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
