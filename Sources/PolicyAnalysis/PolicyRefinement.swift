public import CanonicalJSON
public import Rebalancing

/// Whether a policy is nowhere looser than the house policy that it extends: one clause in one regime.
///
/// "Permits nothing new" is no order, because a narrower band makes rebalances due that were not. What is asked instead:
/// every rebalance that the policy permits keeps the house's requirements and limits; it ends inside the house's destinations
/// unless a limit of the policy is used up; and whatever the house holds due is due.
public struct PolicyRefinement: Sendable, Hashable {
    /// The regime's label.
    public let regime: String
    /// What is asked.
    public let clause: Clause
    /// A state that the policy allows and the house forbids, that there is none, or why it was not decided.
    public let answer: PolicyDifference.Answer

    /// The parts of "never looser".
    public enum Clause: String, Sendable, Hashable, CaseIterable {
        /// Requirements, limits and cost of the house hold after every rebalance that is permitted.
        case rules
        /// Destinations of the house are reached by every permitted rebalance, unless a limit of the policy is used up.
        case destinations
        /// Whatever the house holds due is due.
        case triggers
    }

    /// Whether it is proved.
    public var isProved: Bool { answer == .nothing }

    /// Whether a state shows that the policy is looser.
    public var isBroken: Bool { if case .example = answer { true } else { false } }

    /// The clause in one sentence, with the state that breaks it.
    public var text: String {
        switch (answer, clause) {
        case (.undecided(let why), _): return "\(what): not decided: \(why)"
        case (.nothing, _): return "\(what): proved"
        case (.example(let example), .triggers):
            return "looser than the house: due by the house's rules, and not by these" + Finding.line(example)
        case (.example(let example), .rules):
            return "looser than the house: a rebalance that breaks a rule of the house" + Finding.line(example)
        case (.example(let example), .destinations):
            return "looser than the house: a rebalance that ends outside a destination of the house"
                + Finding.line(example)
        }
    }

    private var what: String {
        switch clause {
        case .rules: "every rebalance keeps the house's requirements and limits"
        case .destinations: "every rebalance reaches the house's destinations, unless a limit is used up"
        case .triggers: "whatever the house holds due is due"
        }
    }

    /// For programs.
    public var json: JSONValue {
        var members = [
            JSONMember("regime", .string(regime)), JSONMember("question", .string("never looser: \(clause.rawValue)")),
        ]
        switch answer {
        case .nothing: members.append(JSONMember("answer", .string("proved")))
        case .example(let example):
            members += [JSONMember("answer", .string("violated")), JSONMember("example", example.json)]
        case .undecided(let why):
            members += [JSONMember("answer", .string("not decided")), JSONMember("reason", .string(why))]
        }
        return .object(members)
    }
}

extension PolicyAnalyzer {
    /// Whether mandates are nowhere looser than those of the house they extend.
    ///
    /// Calendar, cooldown and grid need no search: the language compares them.
    ///
    /// - Parameters:
    ///   - mandates: The policy's, one a regime.
    ///   - house: The house's over the same assets and targets, in the same order of regimes.
    /// - Precondition: Both hold the same assets, in the same order and units.
    public func refinement(of mandates: [Mandate], extending house: [Mandate]) -> [PolicyRefinement] {
        precondition(zip(mandates, house).allSatisfy { $0.assets == $1.assets && $0.units == $1.units })
        return zip(mandates, house).flatMap { mandate, house in
            PolicyRefinement.Clause.allCases.map { clause in
                #if Z3
                    let answer = RefinementQuestion(mandate, house: house, timeLimit).answer(clause)
                #else
                    let answer = PolicyDifference.Answer.undecided(Self.absence)
                #endif
                return PolicyRefinement(regime: mandate.regime, clause: clause, answer: answer)
            }
        }
    }
}
