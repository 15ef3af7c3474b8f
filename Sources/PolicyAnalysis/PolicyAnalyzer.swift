public import Rebalancing

/// Asks Z3 what a policy implies, regime by regime.
///
/// Every answer is sound: "proved" comes from an exhausted search alone, and a state that is shown was read again by the exact
/// evaluator. What is not decided within the time is said to be so.
public struct PolicyAnalyzer: Sendable {
    /// How long one query may take, in milliseconds.
    public let timeLimit: Int

    /// Creates an analyser.
    public init(timeLimit: Int = 2_000) {
        self.timeLimit = timeLimit
    }

    /// Whether this build has the solver: the package's trait `Z3` leaves it out.
    public static var isAvailable: Bool {
        #if Z3
            true
        #else
            false
        #endif
    }

    /// Why a question stays open in a build without the solver.
    static let absence = "this build has no solver (the package's trait Z3 is off)"

    /// What a policy's mandates imply, each regime in its order: contradiction, redundancy, reachability,
    /// deadlock, redemption.
    ///
    /// - Parameters:
    ///   - mandates: One a regime.
    ///   - questions: Which to ask.
    public func findings(
        of mandates: [Mandate],
        asking questions: [Finding.Question] = Finding.Question.allCases
    ) -> [Finding] {
        mandates.flatMap { mandate in
            questions.flatMap { question in
                answers(to: question, of: mandate).map {
                    Finding(regime: mandate.regime, question: question, answer: $0)
                }
            }
        }
    }

    private func answers(to question: Finding.Question, of mandate: Mandate) -> [Finding.Answer] {
        // A flow is proved by a circuit of its own, which follows from the assets alone: a mandate has no obligation that could
        // forbid one, so that there is nothing to search.
        if question == .redemption { return [.sound(nil)] }
        if !mandate.riskMeasures.isEmpty { return answersAboutTheRest(to: question, of: mandate) }
        #if Z3
            return switch question {
            case .contradiction: [ConsistencyQuestions(mandate, timeLimit).contradiction()]
            case .redundancy: ConsistencyQuestions(mandate, timeLimit).redundancies()
            case .reachability: ConsistencyQuestions(mandate, timeLimit).unreachable()
            case .deadlock: [DeadlockQuestion(mandate, timeLimit).answer()]
            case .redemption: []
            }
        #else
            return [.undecided(Self.absence)]
        #endif
    }
}
