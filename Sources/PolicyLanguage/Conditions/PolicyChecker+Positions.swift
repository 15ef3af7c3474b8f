import Rebalancing

/// Requirements over the number of positions, which are acted on.
extension PolicyChecker {
    /// Lowers a requirement over the number of assets held; says whether this version acts on it.
    ///
    /// - Parameter line: A line whose figure and bound were checked.
    mutating func lowersPositions(_ line: PolicyOutline.Requirement, regime: Int?) -> Bool {
        guard line.isActedOnPositions, let bound = resolve(line.bound)?.literal,
            let parts = bound.partsPerMillion
        else { return false }
        guard parts % 1_000_000 == 0 else {
            let (least, most) = (parts / 1_000_000, parts / 1_000_000 + 1)
            report(
                .outOfRange,
                line.bound.span,
                "the number of positions is whole, got `\(bound)`",
                help: "write `\(least)` or `\(most)`"
            )
            return true
        }
        let rule = PositionsBound(line.comparison.value, Int(parts / 1_000_000))
        let isComplete = outline.targets.first?.isPartial == false && assets.allSatisfy { $0.weight != nil }
        if isComplete, !assets.isEmpty {
            let name = "`\(Literal.shortened(line.name.value))`"
            let counts = 1...assets.count
            guard counts.contains(where: rule.holds) else {
                let help = "of \(assets.count) assets, a portfolio holds 1 to \(assets.count)"
                report(.impossibleRequirement, line.name.span, "no portfolio meets \(name)", help: help)
                return true
            }
            if counts.allSatisfy(rule.holds) {
                report(.alwaysHolds, line.name.span, "every portfolio meets \(name)", help: "remove it")
            }
            let held = assets.count { ($0.weight ?? 0) > 0 }
            if held > 0, !rule.holds(held) {
                report(
                    .targetViolates,
                    line.name.span,
                    "the target violates \(name): it holds \(held) asset\(held == 1 ? "" : "s")",
                    help: "change the target or the requirement",
                    related: outline.targets.first.map { .init(span: $0.keyword, note: "the target") }
                )
            }
        }
        requirements.append(
            CheckedRequirement(
                requirement: Requirement(
                    name: line.name.value,
                    predicate: .positions(rule.sense, limit: rule.limit)
                ),
                regime: regime
            )
        )
        return true
    }
}

/// A bound on the number of assets held, in the two senses that mandates know: counts are whole, so that these are all.
struct PositionsBound {
    let sense: ConcentrationForm.Sense
    let limit: Int

    init(_ comparison: PolicyOutline.Requirement.Comparison, _ count: Int) {
        (sense, limit) =
            switch comparison {
            case .atMost: (.atMost, count)
            case .below: (.atMost, count - 1)
            case .atLeast: (.above, count - 1)
            case .above: (.above, count)
            }
    }

    func holds(_ count: Int) -> Bool { sense == .atMost ? count <= limit : count > limit }

    /// In words, as of a portfolio: `at most 5 assets are held`.
    var words: String {
        let count = sense == .atMost ? limit : limit + 1
        return "\(sense == .atMost ? "at most" : "at least") \(count) asset\(count == 1 ? " is" : "s are") held"
    }
}

extension PolicyOutline.Requirement {
    /// Whether it compares the number of positions after a rebalance with a number.
    var isActedOnPositions: Bool {
        guard case .figure(let figure) = subject.value else { return false }
        return figure.measure.value == .positions && figure.moment != .before
    }
}
