#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Labels by the slow level of log volatility: its class between thresholds, with a margin against flicker.
///
/// The level after bar *t* is Lₜ = ½ (mean of the last 5 observations + mean of the last 22), the slow part of what a
/// ``HeterogeneousAutoregression`` forecasts from, with weights that no refit moves. The label rises past a threshold θ when
/// L > θ + m and falls past it when L < θ − m. <doc:WalkingForward> has why the level and not the residuals' regime, which tells
/// uneven from even days, not wild from calm ones.
public struct LevelLabels: Sendable, Hashable {
    /// The windows whose means are averaged, in bars.
    public static let windows = [5, 22]
    /// The margin that <doc:WalkingForward> measured: a tenth in log volatility.
    public static let standardMargin = 0.1
    /// The share of bars at which refits must agree.
    public static let requiredAgreement = 0.95

    /// θ, `[K − 1]`, ascending, in log annualized volatility.
    public let thresholds: [Double]
    /// m, in log volatility.
    public let margin: Double

    init(thresholds: [Double], margin: Double) {
        self.thresholds = thresholds
        self.margin = margin
    }

    /// Thresholds at the i/K quantiles of the levels of `observations`: each label as frequent as any other.
    ///
    /// - Parameters:
    ///   - observations: One entry a bar, nil = missing.
    ///   - states: *K*, the number of labels.
    ///   - margin: m.
    /// - Throws: ``FitError`` where fewer than ten bars a label have a level.
    public init(
        fitting observations: [Double?],
        states: Int,
        margin: Double = LevelLabels.standardMargin
    ) throws(FitError) {
        guard (1...HiddenMarkovModel.maximumStateCount).contains(states) else {
            throw .stateCount(got: states, allowed: 1...HiddenMarkovModel.maximumStateCount)
        }
        let sorted = Self.levels(of: observations).compactMap(\.self).sorted()
        guard sorted.count >= BaumWelch.minimumObservations(states: states) else {
            throw .tooFewObservations(
                got: sorted.count,
                expected: BaumWelch.minimumObservations(states: states),
                states: states
            )
        }
        thresholds = (1..<max(1, states)).map { index in
            let position = Double(sorted.count - 1) * Double(index) / Double(states)
            let lower = Int(position)
            let upper = min(lower + 1, sorted.count - 1)
            return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
        }
        self.margin = margin
    }

    /// Lₜ, `[T]`; nil before 22 bars, and where none of the last 22 is observed.
    ///
    /// Means are over the observed bars of a window; where the shorter one has none, the longer one's mean stands for both.
    public static func levels(of observations: [Double?]) -> [Double?] {
        observations.indices.map { bar in
            guard bar + 1 >= 22 else { return nil }
            let means = windows.map { window in
                let observed = observations[(bar + 1 - window)...bar].compactMap(\.self)
                return observed.isEmpty ? nil : observed.reduce(0, +) / Double(observed.count)
            }
            guard let long = means[1] else { return nil }
            return ((means[0] ?? long) + long) / 2
        }
    }

    /// The label in force after each bar, `[T]`, 0 the calmest; nil before the first level. A bar without a level keeps it.
    public func labels(of observations: [Double?]) -> [Int?] {
        var label: Int?
        return Self.levels(of: observations).map { level in
            guard let level else { return label }
            guard var current = label else {
                label = thresholds.count { level > $0 }
                return label
            }
            while current < thresholds.count, level > thresholds[current] + margin { current += 1 }
            while current > 0, level < thresholds[current - 1] - margin { current -= 1 }
            label = current
            return current
        }
    }

    /// These thresholds moved back towards `predecessor`'s, by as little as makes the labels agree on 95% of `observations`.
    ///
    /// θ = λ θ(new) + (1 − λ) θ(old), with the largest λ of 1, 0.8, … 0 that does. λ = 0 agrees everywhere.
    ///
    /// - Returns: The labels, and λ.
    public func anchored(
        to predecessor: LevelLabels,
        on observations: [Double?]
    ) -> (labels: LevelLabels, share: Double) {
        let before = predecessor.labels(of: observations)
        for step in stride(from: 5, to: 0, by: -1) where predecessor.thresholds.count == thresholds.count {
            let share = Double(step) / 5
            let candidate = LevelLabels(
                thresholds: zip(thresholds, predecessor.thresholds).map { share * $0 + (1 - share) * $1 },
                margin: margin
            )
            if let agreement = Self.agreement(before, candidate.labels(of: observations)),
                agreement >= Self.requiredAgreement
            {
                return (candidate, share)
            }
        }
        return (predecessor, 0)
    }

    /// The share of bars, of those that both label, at which two labellings agree; nil without one.
    static func agreement(_ first: some Sequence<Int?>, _ second: some Sequence<Int?>) -> Double? {
        var (both, same) = (0, 0)
        for case (let one?, let other?) in zip(first, second) {
            both += 1
            same += one == other ? 1 : 0
        }
        return both == 0 ? nil : Double(same) / Double(both)
    }
}
