import Rebalancing

/// The words for rules that public data decide, and for those that are understood but not yet acted on.
struct SafeguardExplanation {
    private let outline: PolicyOutline
    private let isSealable: Bool
    /// The breakers that are acted on.
    private let followed: Set<String>

    init(_ policy: Policy) {
        outline = policy.outline
        isSealable = policy.secrets != nil
        followed = Set(policy.safeguards.breakers.filter { $0.obstacle == nil }.map(\.name))
    }

    var rules: [PolicyExplanation.Rule] {
        triggers + limits + requirements + oracle + breakers + execution + secrets
    }

    /// A rule that everybody can recompute.
    private func recomputed(
        _ title: String,
        _ sentence: String,
        reads figures: [PolicyOutline.Figure] = []
    ) -> PolicyExplanation.Rule {
        .init(
            title: title,
            sentence: sentence,
            obligations: sources(of: figures),
            widths: [],
            visibility: .public,
            evidence: .recomputed
        )
    }

    private func sources(of figures: [PolicyOutline.Figure]) -> [String] {
        figures.map {
            "\($0) is \($0.measure.value.visibility.rawValue), from \($0.measure.value.source.phrase)"
        }
    }

    /// None of these is enforced, which the sentence says of each.
    private func rule(
        _ title: String,
        _ sentence: String,
        reads figures: [PolicyOutline.Figure] = [],
        _ visibility: PolicyExplanation.Visibility
    ) -> PolicyExplanation.Rule {
        .init(
            title: title,
            sentence: sentence + " Not acted on yet: this version neither enforces nor proves it.",
            obligations: sources(of: figures),
            widths: [],
            visibility: visibility,
            evidence: .notProved
        )
    }

    private var triggers: [PolicyExplanation.Rule] {
        (outline.rebalance.first?.lines ?? []).compactMap { line in
            switch line {
            case .condition(let condition):
                guard !condition.value.isActedOnRisk else { return nil }
                return rule(
                    "rebalance: \(condition.value)",
                    "A rebalance is due while \(condition.value).",
                    reads: condition.value.figures,
                    condition.value.visibility
                )
            case .drift, .every, .daily, .weekly, .monthly, .cooldown, .noTradeTest: return nil
            }
        }
    }

    private var limits: [PolicyExplanation.Rule] {
        (outline.limits.first?.lines ?? []).compactMap { line in
            switch line {
            case .turnoverPerWindow(_, let amount, let window):
                let sentence =
                    "The rebalances of any \(window.value) turn over at most \(amount.value) of the portfolio's value."
                return rule("limits: turnover per \(window.value)", sentence, .private)
            case .positions(_, let count):
                return rule("limits: positions", "At most \(count.value) assets are held.", .private)
            case .turnoverPerDay, .turnoverPerRebalance, .trade, .smallestTrade, .cost, .slippageBucket: return nil
            }
        }
    }

    private var requirements: [PolicyExplanation.Rule] {
        (outline.requirements.first?.lines ?? []).compactMap { line in
            guard case .figure(let figure) = line.subject.value, !line.isActedOnRisk, !line.isActedOnPositions else {
                return nil
            }
            let place = line.regime.map { ", in \($0.value)" } ?? ""
            let words = ["<=": "at most", ">=": "at least", "<": "below", ">": "above"]
            let sign = words[line.comparison.value.rawValue] ?? line.comparison.value.rawValue
            return rule(
                "require \"\(line.name.value)\"",
                "After every rebalance\(place), \(figure) is \(sign) \(line.bound.value).",
                reads: [figure],
                figure.measure.value.visibility
            )
        }
    }

    private var oracle: [PolicyExplanation.Rule] {
        guard let section = outline.oracles.first else { return [] }
        let parts = section.lines.map { setting in
            switch setting {
            case .sources(let count): "\(count.value) sources sign prices"
            case .quorum(let count): "\(count.value) of them must agree to report"
            case .median: "their median counts"
            case .maximumAge(let operand): "a price is at most \(operand.value) old"
            case .maximumAhead(let operand): "it is at most \(operand.value) ahead of the vault's clock"
            case .maximumSpread(let operand): "the sources lie within \(operand.value)"
            case .afterOutage(let operand): "after an outage nothing is traded for \(operand.value)"
            }
        }
        return [recomputed("oracle", "\(parts.joined(separator: "; ")).".capitalizedFirst)]
    }

    private var breakers: [PolicyExplanation.Rule] {
        (outline.breakers.first?.lines ?? []).map { breaker in
            let action =
                switch breaker.action {
                case .halt(let time?): "Trading halts for \(time.value)"
                case .halt(nil): "Trading halts"
                case .slow(let factor): "The cooldown is \(factor.value) times as long"
                }
            let reset =
                breaker.guardians.map { ", until \($0.value) guardian\($0.value == 1 ? "" : "s") reset it" }
                ?? (breaker.action.isOpenEnded ? ", until the vault's guardians reset it" : "")
            let title = "breakers \"\(breaker.name.value)\""
            let sentence = "\(action) when \(breaker.condition.value)\(reset)."
            let figures = breaker.condition.value.figures
            return followed.contains(breaker.name.value)
                ? recomputed(title, sentence, reads: figures) : rule(title, sentence, reads: figures, .public)
        }
    }

    private var execution: [PolicyExplanation.Rule] {
        guard let section = outline.executions.first else { return [] }
        let parts = section.lines.map { setting in
            switch setting {
            case .venues(let names): "orders go to \(names.map(\.value).joined(separator: ", "))"
            case .protection(let mode): "they are sent by \(mode.value.rawValue)"
            case .childSize(.sandwichSafe, _): "children are too small to be worth a sandwich"
            case .childSize(.amount(let amount), _): "children are of \(amount.value)"
            case .settlement(let limit, let isWhole):
                "they settle within \(limit.value), \(isWhole ? "all or nothing" : "partly if need be")"
            }
        }
        return [rule("execute", "\(parts.joined(separator: "; ")).".capitalizedFirst, .public)]
    }

    private var secrets: [PolicyExplanation.Rule] {
        outline.secrets.prefix(1).flatMap(\.ranges).map { range in
            let isTarget = range.parameter.value == .target
            let bounds = "\(range.low.value)..\(range.high.value)"
            let title = "secret \(range.parameter.value.rawValue)"
            guard isSealable else {
                let what = isTarget ? "target" : "band"
                return rule(title, "Each \(what) stays hidden, and is proved to lie in \(bounds).", .private)
            }
            return .init(
                title: title,
                sentence: isTarget
                    ? "Each target stays hidden once the policy is sealed, and is proved to lie in \(bounds); all sum to 100%."
                    : "Each trigger, and each destination with a width of its own, stays hidden once the policy is sealed, and "
                        + "is proved to lie in \(bounds), before a regime's multiplier.",
                obligations: [],
                widths: [],
                visibility: .private,
                evidence: .proved
            )
        }
    }
}

extension String {
    /// With a capital at its beginning.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension PolicyOutline.Breaker.Action {
    /// Whether it lasts until somebody resets it.
    fileprivate var isOpenEnded: Bool {
        if case .halt(nil) = self { true } else { false }
    }
}
