/// A figure of a portfolio's risk by the market's last days: which figure, and over how many days.
public struct RiskMeasure: Sendable, Hashable, Comparable {
    /// What is measured.
    public let kind: Kind
    /// How many daily returns it looks back over, at least ``leastDays``.
    public let days: Int

    /// Names a measure.
    ///
    /// - Precondition: `days` is one of ``leastDays``…``mostDays``.
    public init(_ kind: Kind, days: Int) {
        precondition((Self.leastDays...Self.mostDays).contains(days), "a window of so many days")
        (self.kind, self.days) = (kind, days)
    }

    /// What a measure measures.
    public enum Kind: String, Sendable, Hashable {
        /// The standard deviation of the portfolio's value with today's weights.
        case volatility
        /// The standard deviation of its return against the target's.
        case trackingError = "tracking error"
        /// The same, of each asset's deviation from its target: the form that a policy with secret targets has, because its matrix
        /// is the market's alone (``RiskForm/Deviations``).
        case deviationTrackingError = "tracking error of deviations"
    }

    /// A sample variance needs two returns.
    public static let leastDays = 2
    /// Ten years.
    public static let mostDays = 3_650

    /// By window, then by figure: the order in which circuits and digests take them.
    public static func < (left: RiskMeasure, right: RiskMeasure) -> Bool {
        (left.days, left.kind.rawValue) < (right.days, right.kind.rawValue)
    }
}

extension RiskMeasure: CustomStringConvertible {
    /// The name in circuits: `volatility(60d)`.
    public var description: String { "\(kind.rawValue)(\(days)d)" }

    /// As a policy writes it, whichever way it is measured.
    public var words: String { kind == .deviationTrackingError ? "tracking error(\(days)d)" : description }
}
