/// A policy in plain sentences, and for each of its rules what is demanded, who can see it and whether it is proved.
public struct PolicyExplanation: Sendable, Hashable, CustomStringConvertible {
    /// The whole policy, one sentence an entry, in the order a person would tell it.
    public let summary: [String]
    /// Rule by rule, in the order of the sentences.
    public let rules: [Rule]

    /// One rule of a policy.
    public struct Rule: Sendable, Hashable {
        /// What the rule is called: the words of the policy that make it.
        public let title: String
        /// What it demands, as a sentence.
        public let sentence: String
        /// The same in mathematics: V is the portfolio's value, value(A) the value of asset A.
        public let obligations: [String]
        /// Effective widths by regime, for bands; empty otherwise.
        public let widths: [Width]
        /// Whether it reads holdings.
        public let visibility: Visibility
        /// How a verifier knows that it was kept.
        public let evidence: Evidence
    }

    /// An asset's band in one regime, after the regime's multiplier.
    public struct Width: Sendable, Hashable {
        /// The regime's label.
        public let regime: String
        /// A drift beyond this triggers, such as `6pp`.
        public let trigger: String
        /// After a rebalance the drift is at most this.
        public let destination: String
    }

    /// Who can see what a rule reads.
    public enum Visibility: String, Sendable, Hashable {
        /// It reads holdings, which stay hidden.
        case `private`
        /// It reads prices, regime or time.
        case `public`
    }

    /// How a verifier knows that a rule was kept.
    public enum Evidence: String, Sendable, Hashable {
        /// By the attestation's zero-knowledge proof.
        case proved = "proved"
        /// By computing it again from the model, the candles and the clock of the statement.
        case recomputed = "recomputed from public data"
        /// Not at all.
        case notProved = "not proved"
    }

    /// Explains a checked policy.
    public init(of policy: Policy) {
        let writer = ExplanationWriter(policy)
        rules = writer.rules
        summary = writer.summary
    }

    /// The sentences, then the rules with their details.
    public var description: String {
        var lines = summary + [""]
        for rule in rules {
            lines.append(rule.title)
            lines.append("  \(rule.sentence)")
            lines += rule.widths.map {
                "  in \($0.regime): trades beyond \($0.trigger), back to within \($0.destination)"
            }
            lines += rule.obligations.map { "  \($0)" }
            lines.append("  \(rule.visibility.rawValue); \(rule.evidence.rawValue)")
            lines.append("")
        }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }
}
