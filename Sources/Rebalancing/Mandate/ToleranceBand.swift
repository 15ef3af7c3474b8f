import BigIntegers

/// How far one asset's weight may stray from its target, and how far a rebalance brings it back.
///
/// Widths are in parts per million of portfolio value, after the regime's multiplier.
public struct ToleranceBand: Sendable, Hashable {
    /// A drift strictly wider than this triggers; `nil` if drift of this asset never does.
    public let trigger: ExactFraction?
    /// After a rebalance the drift is at most this (inclusive), apart from one smallest trade.
    public let destination: ExactFraction

    /// Creates a band; widths are clamped by the language, not here.
    ///
    /// - Precondition: Both widths are non-negative.
    public init(trigger: ExactFraction?, destination: ExactFraction) {
        precondition(destination.numerator >= 0 && (trigger?.numerator ?? 0) >= 0, "a band has no negative width")
        self.trigger = trigger
        self.destination = destination
    }
}
