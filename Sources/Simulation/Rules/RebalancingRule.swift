/// A rule of thumb for rebalancing, as textbooks and other backtesters have them: when to trade, and where to.
///
/// A rule fires where any of its triggers does and its cooldown is over. Every rule buys its target on the first bar, unless
/// the backtest opens with holdings.
public struct RebalancingRule: Sendable, Hashable {
    /// What makes it fire; none for buy and hold.
    public let triggers: [Trigger]
    /// Where it trades to.
    public let destination: Destination
    /// Milliseconds that must pass after one rebalance, or the opening, before the next; 0 for none.
    public let cooldown: Int64

    /// What makes a rule fire.
    public enum Trigger: Sendable, Hashable {
        /// Some |weight − target| is more than this share of the portfolio: 0.05 is five points.
        case absoluteBand(Double)
        /// Some |weight − target| is more than this share of its target; assets without a target never fire.
        case relativeBand(Double)
        /// The first bar of a new period; neither the first bar of all nor the last.
        case calendar(Period)
        /// The tracking error √((w − t)ᵀΣ(w − t)) a year is more than this; see ``CovarianceEstimate`` for Σ.
        case trackingError(Double)
    }

    /// Periods of the calendar, in UTC.
    public enum Period: String, Sendable, Hashable, CaseIterable {
        /// From midnight to midnight.
        case daily
        /// From Monday to Monday.
        case weekly
        /// From the first to the first.
        case monthly
    }

    /// Where a rule trades to.
    public enum Destination: Sendable, Hashable {
        /// The target weights.
        case target
        /// The nearest weights inside the bands: the Euclidean projection onto the band box and the simplex.
        case edge
        /// Midway between ``edge`` and ``target``.
        case half
        /// As ``edge``, for a box of its own: this share of the portfolio on both sides of each target.
        case width(Double)
    }

    /// Creates a rule.
    ///
    /// - Throws: ``BacktestError/rule(text:reason:)`` for a width, limit or cooldown that is none, or for an edge without a band.
    public init(
        triggers: [Trigger],
        destination: Destination = .target,
        cooldown: Int64 = 0
    ) throws(BacktestError) {
        self.init(unchecked: triggers, destination, cooldown)
        var widths = triggers.compactMap { trigger in
            switch trigger {
            case .absoluteBand(let width), .relativeBand(let width), .trackingError(let width): width
            case .calendar: nil
            }
        }
        if case .width(let width) = destination { widths.append(width) }
        for width in widths where !(width > 0 && width.isFinite) {
            throw .rule(text: description, reason: "a width or limit must be above zero")
        }
        guard cooldown >= 0 else { throw .rule(text: description, reason: "a cooldown must not be negative") }
        guard destination == .target || !needsBand || hasBand else {
            throw .rule(text: description, reason: "`edge` and `half` need a band: write `band:5pp:edge`")
        }
    }

    /// Buys the target and never trades again.
    public static let hold = RebalancingRule(unchecked: [], .target, 0)

    private init(unchecked triggers: [Trigger], _ destination: Destination, _ cooldown: Int64) {
        self.triggers = triggers
        self.destination = destination
        self.cooldown = cooldown
    }

    private var needsBand: Bool { destination == .edge || destination == .half }

    private var hasBand: Bool {
        triggers.contains { trigger in
            switch trigger {
            case .absoluteBand, .relativeBand: true
            case .calendar, .trackingError: false
            }
        }
    }

    /// Half the width of asset's band at a target of `target`, the narrowest where there are several; infinite without one.
    func bandWidth(target: Double) -> Double {
        triggers.reduce(.infinity) { narrowest, trigger in
            switch trigger {
            case .absoluteBand(let width): min(narrowest, width)
            case .relativeBand(let share): target > 0 ? min(narrowest, share * target) : narrowest
            case .calendar, .trackingError: narrowest
            }
        }
    }

    /// Half the width of the box that the destination lies in; 0 for the target.
    func destinationWidth(target: Double) -> Double {
        switch destination {
        case .target: 0
        case .edge, .half: bandWidth(target: target)
        case .width(let width): width
        }
    }
}
