public import CanonicalJSON

/// The answer to one question about a policy, in one regime.
public struct Finding: Sendable, Hashable {
    /// The regime's label.
    public let regime: String
    /// What was asked.
    public let question: Question
    /// What came out.
    public let answer: Answer

    /// What can be asked of a policy.
    public enum Question: String, Sendable, Hashable, CaseIterable {
        /// Is there a portfolio that keeps every requirement?
        case contradiction
        /// Does a requirement follow from the others?
        case redundancy
        /// Is there a portfolio at which this trigger fires?
        case reachability
        /// Is there, for every portfolio at which a rebalance is due, one that the policy admits?
        case deadlock
        /// Can the owner withdraw in every state?
        case redemption
    }

    /// What a finding means for a claim that the question's answer is good.
    public enum Verdict: String, Sendable, Hashable {
        /// It holds in every state.
        case proved
        /// A state or a set of rules shows that it does not.
        case violated
        /// It was not decided within the time.
        case undecided = "not decided"
    }

    /// Whether things are as they should be.
    public var verdict: Verdict {
        switch answer {
        case .sound: .proved
        case .flawed, .stuck: .violated
        case .undecided: .undecided
        }
    }

    /// The rules that the answer names: those that conflict, follow, never fire, or make a rebalance due.
    public var rules: [String] {
        switch answer {
        case .sound, .undecided: []
        case .flawed(let rules, _), .stuck(_, let rules, _): rules
        }
    }

    /// What came of a question.
    public enum Answer: Sendable, Hashable {
        /// As it should be, and proved; with an example where one shows it.
        case sound(ExampleState?)
        /// Not as it should be: the rules concerned, and a state that shows it where there is one.
        case flawed(rules: [String], example: ExampleState?)
        /// A rebalance is due and none is admissible, at a portfolio whose weights are up to so many points from their targets: the
        /// reasons why it is due, and the state that shows it.
        case stuck(points: Int, rules: [String], example: ExampleState)
        /// Not decided, and why.
        case undecided(String)
    }

    /// Markets move weights by so many points within days: a deadlock this near to the target is grave.
    public static let graveDistance = 10

    /// Whether money comes to a standstill by it: a contradiction, or a deadlock near the target. Idle rules are not grave.
    public var isGrave: Bool {
        switch answer {
        case .flawed: question == .contradiction
        case .stuck(let points, _, _): points < Self.graveDistance
        case .sound, .undecided: false
        }
    }

    /// The finding in one sentence, with its example on a line of its own.
    public var text: String {
        switch (question, answer) {
        case (_, .undecided(let why)): return "\(question.rawValue): not decided: \(why)"
        case (.contradiction, .sound(let example)):
            return "no contradiction: some portfolio keeps every requirement" + Self.line(example)
        case (.contradiction, .flawed(let rules, _)):
            return "contradiction: no portfolio keeps \(Self.list(rules)) together"
        case (.redundancy, .sound):
            return "no redundancy: no requirement follows from the others"
        case (.redundancy, .flawed(let rules, _)):
            let others = rules.dropFirst()
            let reason = others.isEmpty ? "holds of every portfolio" : "follows from \(Self.list(Array(others)))"
            return "redundant: \(Self.list(Array(rules.prefix(1)))) \(reason)"
        case (.reachability, .sound):
            return "every trigger can fire"
        case (.reachability, .flawed(let rules, _)):
            return "never fires: \(Self.list(rules))"
        case (.deadlock, .sound):
            return "no deadlock: wherever a rebalance is due, some trade is admissible (over real values)"
        case (_, .stuck(let points, let rules, let example)):
            return "deadlock \(points) points from the target: \(Self.list(rules)), and no rebalance is admissible"
                + Self.line(example)
        case (.redemption, .sound):
            return "redemption: always allowed, for no rule of a policy speaks of what the owner withdraws"
        case (.redemption, .flawed(let rules, let example)):
            return "redemption: not always allowed: \(Self.list(rules))" + Self.line(example)
        case (.deadlock, .flawed(let rules, let example)):
            return "deadlock: \(Self.list(rules)), and no rebalance is admissible" + Self.line(example)
        }
    }

    /// The finding for programs.
    public var json: JSONValue {
        var members = [
            JSONMember("regime", .string(regime)), JSONMember("question", .string(question.rawValue)),
        ]
        switch answer {
        case .sound(let example):
            members += [JSONMember("answer", .string("sound")), JSONMember("example", example?.json ?? .null)]
        case .flawed(let rules, let example):
            members += [
                JSONMember("answer", .string("flawed")), JSONMember("rules", .array(rules.map { .string($0) })),
                JSONMember("example", example?.json ?? .null),
            ]
        case .stuck(let points, let rules, let example):
            members += [
                JSONMember("answer", .string("flawed")), JSONMember("points", .integer(points)),
                JSONMember("rules", .array(rules.map { .string($0) })), JSONMember("example", example.json),
            ]
        case .undecided(let why):
            members += [JSONMember("answer", .string("not decided")), JSONMember("reason", .string(why))]
        }
        return .object(members)
    }

    static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    static func line(_ example: ExampleState?) -> String {
        example.map { "\n    for example \($0.text)" } ?? ""
    }
}
