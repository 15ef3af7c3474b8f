public import CanonicalJSON
import MarketData
public import Rebalancing

/// What one policy permits and another forbids.
public struct PolicyDifference: Sendable, Hashable {
    /// Differences that public figures show: assets, calendar, cooldown, grid. One sentence each.
    public let plain: [String]
    /// Changes of what is allowed, in order of regimes.
    public let changes: [Change]

    /// One relation in one regime, compared in one direction.
    public struct Change: Sendable, Hashable {
        /// The regime's label.
        public let regime: String
        /// What is compared.
        public let relation: Relation
        /// Newly permitted, or newly forbidden.
        public let direction: Direction
        /// A state that shows it, that there is none, or why it was not decided.
        public let answer: Answer
    }

    /// What a policy allows.
    public enum Relation: String, Sendable, Hashable, CaseIterable {
        /// To leave the portfolio as it is.
        case hold
        /// To trade it from one state to another.
        case rebalance
    }

    /// The two directions of a comparison.
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        /// The second policy allows it, the first does not.
        case permits
        /// The first policy allows it, the second does not.
        case forbids
    }

    /// What came of a comparison.
    public enum Answer: Sendable, Hashable {
        /// Proved: nothing.
        case nothing
        /// This, for example.
        case example(ExampleState)
        /// Not decided, and why.
        case undecided(String)
    }

    /// Whether both policies are proved to allow the same.
    public var isNone: Bool { plain.isEmpty && changes.allSatisfy { $0.answer == .nothing } }

    /// For a person: what changed, each with its example.
    public var text: String {
        guard !isNone else { return "nothing changed: both allow the same holds and rebalances, which is proved" }
        let lines = changes.compactMap { change -> String? in
            let what = change.relation == .hold ? "holding" : "a rebalance"
            let head = "in \(change.regime), newly \(change.direction == .permits ? "permitted" : "forbidden")"
            switch change.answer {
            case .nothing: return nil
            case .example(let example): return "\(head): \(what)\(Finding.line(example))"
            case .undecided(let why): return "\(head), \(what): not decided: \(why)"
            }
        }
        return (plain + lines).joined(separator: "\n")
    }

    /// For programs.
    public var json: JSONValue {
        .object([
            JSONMember("same", .bool(isNone)), JSONMember("plain", .array(plain.map { .string($0) })),
            JSONMember("changes", .array(changes.map(Self.json))),
        ])
    }

    private static func json(_ change: Change) -> JSONValue {
        var members = [
            JSONMember("regime", .string(change.regime)), JSONMember("relation", .string(change.relation.rawValue)),
            JSONMember("direction", .string(change.direction.rawValue)),
        ]
        switch change.answer {
        case .nothing: members.append(JSONMember("answer", .string("nothing")))
        case .example(let example):
            members += [JSONMember("answer", .string("example")), JSONMember("example", example.json)]
        case .undecided(let why):
            members += [JSONMember("answer", .string("not decided")), JSONMember("reason", .string(why))]
        }
        return .object(members)
    }
}

extension PolicyAnalyzer {
    /// What `second` permits and forbids that `first` does not.
    ///
    /// Regimes are matched by label; those that only one policy has are plain differences. Holds and rebalances are compared
    /// over all states before and after, on the first rebalance of a day and on a later one, with a schedule due and without.
    ///
    /// - Parameters:
    ///   - first: The mandates as they were, one a regime.
    ///   - second: The mandates as they are to be.
    ///   - known: What the caller found to differ outside the mandates: they say nothing of grid, model and regime rules.
    public func difference(
        from first: [Mandate],
        to second: [Mandate],
        besides known: [String]
    ) -> PolicyDifference {
        var plain = known
        var changes: [PolicyDifference.Change] = []
        let labels = second.map(\.regime)
        for mandate in first where !labels.contains(mandate.regime) { plain.append("regime \(mandate.regime) is gone") }
        for mandate in second {
            guard let old = first.first(where: { $0.regime == mandate.regime }) else {
                plain.append("regime \(mandate.regime) is new")
                continue
            }
            let differences = old.plainDifferences(to: mandate)
            plain += differences.map { "in \(mandate.regime), \($0)" }
            guard old.assets == mandate.assets, old.units == mandate.units, old.quote == mandate.quote else { continue }
            for relation in PolicyDifference.Relation.allCases {
                for direction in PolicyDifference.Direction.allCases {
                    let (allowing, forbidding) = direction == .permits ? (mandate, old) : (old, mandate)
                    let answer = allowed(relation, by: allowing, notBy: forbidding)
                    changes.append(
                        .init(regime: mandate.regime, relation: relation, direction: direction, answer: answer)
                    )
                }
            }
        }
        return PolicyDifference(plain: plain, changes: changes)
    }

    private func allowed(
        _ relation: PolicyDifference.Relation,
        by allowing: Mandate,
        notBy forbidding: Mandate
    ) -> PolicyDifference.Answer {
        #if Z3
            DifferenceQuestion(allowing: allowing, forbidding: forbidding, timeLimit).answer(relation)
        #else
            .undecided(Self.absence)
        #endif
    }
}

extension Mandate {
    /// Differences that need no search.
    fileprivate func plainDifferences(to other: Mandate) -> [String] {
        var differences: [String] = []
        if assets != other.assets {
            let names = { (assets: [Asset]) in assets.map(\.symbol).joined(separator: ", ") }
            differences.append(
                "the assets are \(names(other.assets)), and were \(names(assets)): no state can be compared"
            )
        }
        if quote != other.quote { differences.append("prices count \(other.quote), and counted \(quote)") }
        if cooldown != other.cooldown {
            differences.append("the cooldown is \(other.cooldown / 1_000) s, and was \(cooldown / 1_000) s")
        }
        if roundingTolerance != other.roundingTolerance { differences.append("the rounding tolerance is another") }
        if units != other.units {
            differences.append("quantities are counted in other units: no state can be compared")
        }
        if schedules != other.schedules { differences.append("the calendar is another") }
        // Questions ask of what a bucket holds, at any time; how fast it drains is in none of them.
        if let old = limits.slippageBucket, let new = other.limits.slippageBucket, old.refill != new.refill {
            differences.append(
                "the slippage bucket drains in \(new.refill / 1_000) s, and drained in \(old.refill / 1_000) s"
            )
        }
        return differences
    }
}
