import Rebalancing

/// The words for requirements over the number of positions.
extension ExplanationWriter {
    /// The rule in words and in mathematics; `nil` where this version does not act on it.
    func positionsRule(_ line: PolicyOutline.Requirement) -> PolicyExplanation.Rule? {
        guard line.isActedOnPositions, let parts = value(line.bound.value).partsPerMillion else { return nil }
        let place = line.regime.map { ", in \($0.value)" } ?? ""
        let bound = PositionsBound(line.comparison.value, Int(parts / 1_000_000))
        return rule(
            "require \"\(line.name.value)\"",
            "After every rebalance\(place), \(bound.words), \(policy.quote) included; a breach makes a rebalance due.",
            ["#{A : quantity(A) > 0} \(bound.sense == .atMost ? "≤" : ">") \(bound.limit)"],
            .private,
            .proved
        )
    }
}
