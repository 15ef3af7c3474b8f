/// The label in force, one bar after another: hysteresis as a state machine over filtered probabilities.
///
/// At the first bar the label is the most probable regime. At each later bar, with *c* the label in force, the first of
/// these that applies decides; <doc:Labels> explains them:
///
/// 1. Some regime other than *c* that a policy rule names has fulfilled its enter rule: the most probable such regime.
/// 2. A policy rule names *c*: if its leave rule is fulfilled, the most probable regime among those that no rule names (if
///    rules name all regimes: among all but *c*); else *c*.
/// 3. No rule names *c*: if *c* has been in force for the model's minimum dwell, the most probable regime among the others
///    that no rule names and that have fulfilled the model's enter rule, if there is any; else *c*.
///
/// Equal probabilities go to the lower index. A rule over *n* bars counts bars in a row up to and including the present one,
/// the first bar of the series included, whatever the label was meanwhile. Nothing but probabilities up to the bar enters.
public struct LabelState: Sendable {
    /// The label in force after the last bar; nil before the first.
    public private(set) var label: Int?
    /// For how many bars it has been in force, the last one included.
    public private(set) var dwell = 0

    private let hysteresis: Hysteresis
    private let rules: [HysteresisRule?]
    private var enterRuns: [Int]
    private var leaveRuns: [Int]

    /// Creates the state before the first bar.
    ///
    /// - Parameters:
    ///   - stateCount: *K*, the number of regimes.
    ///   - hysteresis: The model's rule.
    ///   - rules: The policy's, at most one for each regime.
    /// - Throws: ``RegimeModelError`` for a rule outside its domain, of an unknown regime, or for a second one of a regime.
    public init(stateCount: Int, hysteresis: Hysteresis, rules: [HysteresisRule]) throws(RegimeModelError) {
        var byRegime = [HysteresisRule?](repeating: nil, count: stateCount)
        for rule in rules {
            try rule.check(stateCount: stateCount)
            guard byRegime[rule.label] == nil else { throw .rule("two hysteresis rules name regime \(rule.label)") }
            byRegime[rule.label] = rule
        }
        self.hysteresis = hysteresis
        self.rules = byRegime
        enterRuns = [Int](repeating: 0, count: stateCount)
        leaveRuns = enterRuns
    }

    /// Takes in the filtered probabilities of the next bar, `[K]`, and returns the label then in force.
    public mutating func update(_ probabilities: [Double]) -> Int {
        precondition(probabilities.count == rules.count, "one probability for each regime")
        for (regime, probability) in probabilities.enumerated() {
            let enterAt = rules[regime]?.enterAt ?? hysteresis.enterAt
            enterRuns[regime] = probability >= enterAt ? enterRuns[regime] + 1 : 0
            let leaveBelow = rules[regime]?.leaveBelow ?? 0
            leaveRuns[regime] = probability < leaveBelow ? leaveRuns[regime] + 1 : 0
        }
        let next = nextLabel(probabilities)
        dwell = next == label ? dwell + 1 : 1
        label = next
        return next
    }

    private func nextLabel(_ probabilities: [Double]) -> Int {
        let regimes = probabilities.indices
        guard let current = label else { return mostProbable(regimes, probabilities) ?? 0 }
        let entered = regimes.filter { regime in
            guard regime != current, let rule = rules[regime] else { return false }
            return enterRuns[regime] >= rule.enterBars
        }
        if let named = mostProbable(entered, probabilities) { return named }
        let unnamed = regimes.filter { $0 != current && rules[$0] == nil }
        if let rule = rules[current] {
            guard leaveRuns[current] >= rule.leaveBars else { return current }
            let others = unnamed.isEmpty ? regimes.filter { $0 != current } : unnamed
            return mostProbable(others, probabilities) ?? current
        }
        guard dwell >= hysteresis.minimumDwell else { return current }
        let candidates = unnamed.filter { enterRuns[$0] >= hysteresis.enterBars }
        return mostProbable(candidates, probabilities) ?? current
    }

    private func mostProbable(_ regimes: some Sequence<Int>, _ probabilities: [Double]) -> Int? {
        var best: Int?
        for regime in regimes {
            guard let found = best else {
                best = regime
                continue
            }
            if probabilities[regime] > probabilities[found] { best = regime }
        }
        return best
    }
}
