/// A policy's rule for one regime: when its label is taken, and when it is given up.
///
/// Replaces the model's own ``Hysteresis`` for that regime; <doc:Labels> has the exact order of rules.
public struct HysteresisRule: Sendable, Hashable {
    /// The index of the regime in the model's labels.
    public let label: Int
    /// The label is taken when its probability was at least this …
    public let enterAt: Double
    /// … at this many bars in a row, the last one included.
    public let enterBars: Int
    /// The label is given up when its probability was below this …
    public let leaveBelow: Double
    /// … at this many bars in a row, the last one included.
    public let leaveBars: Int

    /// Creates a rule. It is checked where it meets a model, in ``RegimeModel/filteredRegimes(of:rules:)``.
    public init(label: Int, enterAt: Double, enterBars: Int = 1, leaveBelow: Double, leaveBars: Int = 1) {
        self.label = label
        self.enterAt = enterAt
        self.enterBars = enterBars
        self.leaveBelow = leaveBelow
        self.leaveBars = leaveBars
    }

    /// Checks the rule against a model of `stateCount` regimes.
    func check(stateCount: Int) throws(RegimeModelError) {
        guard (0..<stateCount).contains(label) else {
            throw .rule("a hysteresis rule names regime \(label), the model has regimes 0 to \(stateCount - 1)")
        }
        guard enterAt > 0, enterAt <= 1 else {
            throw .hysteresis(setting: "enter probability", got: "\(enterAt)", expected: "above 0 and at most 1")
        }
        guard leaveBelow >= 0, leaveBelow <= enterAt else {
            throw .hysteresis(
                setting: "leave probability",
                got: "\(leaveBelow)",
                expected: "at least 0 and at most the enter probability \(enterAt)"
            )
        }
        guard enterBars >= 1, leaveBars >= 1 else {
            throw .hysteresis(
                setting: "number of bars",
                got: "\(min(enterBars, leaveBars))",
                expected: "at least 1"
            )
        }
    }
}

/// The model's own rule against flickering labels, for every regime that no policy rule names.
public struct Hysteresis: Sendable, Hashable {
    /// Another regime's label is taken when that regime's probability was at least this …
    public let enterAt: Double
    /// … at this many bars in a row, the last one included …
    public let enterBars: Int
    /// … and the present label has been in force for at least this many bars.
    public let minimumDwell: Int

    /// Enter at 0.8, at once, with no minimum dwell.
    public static let standard = Hysteresis(uncheckedEnterAt: 0.8, enterBars: 1, minimumDwell: 1)

    /// Creates a rule.
    ///
    /// - Throws: ``RegimeModelError/hysteresis(setting:got:expected:)`` unless 0 < `enterAt` ≤ 1 and both counts are ≥ 1.
    public init(enterAt: Double, enterBars: Int = 1, minimumDwell: Int = 1) throws(RegimeModelError) {
        guard enterAt > 0, enterAt <= 1 else {
            throw .hysteresis(setting: "enter probability", got: "\(enterAt)", expected: "above 0 and at most 1")
        }
        guard enterBars >= 1 else {
            throw .hysteresis(setting: "number of bars to enter", got: "\(enterBars)", expected: "at least 1")
        }
        guard minimumDwell >= 1 else {
            throw .hysteresis(setting: "minimum dwell", got: "\(minimumDwell)", expected: "at least 1 bar")
        }
        self.init(uncheckedEnterAt: enterAt, enterBars: enterBars, minimumDwell: minimumDwell)
    }

    private init(uncheckedEnterAt: Double, enterBars: Int, minimumDwell: Int) {
        enterAt = uncheckedEnterAt
        self.enterBars = enterBars
        self.minimumDwell = minimumDwell
    }
}
