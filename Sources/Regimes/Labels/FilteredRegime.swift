public import MarketData

/// What was known about the regime when a bar closed: probabilities given the past alone, and the label in force.
///
/// The only regime type that decisions accept: ``SmoothedRegimes`` and ``Viterbi`` have seen the future.
public struct FilteredRegime: Sendable, Hashable {
    /// When the bar closed.
    public let time: Timestamp
    /// P(Sₜ = i | y₁…yₜ), `[K]`, in the order of the model's labels.
    public let probabilities: [Double]
    /// The index of the label in force after this bar, hysteresis applied.
    public let label: Int
    /// Why the bar has no observation; nil if it has one.
    public let missing: VolatilitySeries.MissingReason?

    /// Creates one bar's regime. Within the package only: outside it, an instance is proof of a causal filter.
    package init(
        time: Timestamp,
        probabilities: [Double],
        label: Int,
        missing: VolatilitySeries.MissingReason? = nil
    ) {
        self.time = time
        self.probabilities = probabilities
        self.label = label
        self.missing = missing
    }
}
