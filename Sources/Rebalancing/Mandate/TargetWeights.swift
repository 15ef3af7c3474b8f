public import MarketData

/// Target weights of a portfolio: parts per million in the order of the assets, summing to exactly 10⁶.
public struct TargetWeights: Sendable, Hashable {
    /// One weight per asset.
    public let weights: [PartsPerMillion]

    /// Checks that no weight is negative and that they sum to one million.
    ///
    /// - Throws: ``MandateError/targetsDoNotSumToOne(got:)`` or ``MandateError/negativeTarget(index:)``.
    public init(_ weights: [PartsPerMillion]) throws(MandateError) {
        var sum: Int64 = 0
        for (index, weight) in weights.enumerated() {
            guard weight.value >= 0 else { throw .negativeTarget(index: index) }
            let (partial, overflow) = sum.addingReportingOverflow(weight.value)
            guard !overflow else { throw .targetsDoNotSumToOne(got: .max) }
            sum = partial
        }
        guard sum == 1_000_000 else { throw .targetsDoNotSumToOne(got: sum) }
        self.weights = weights
    }
}
