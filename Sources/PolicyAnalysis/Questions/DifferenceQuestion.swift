#if Z3
    import BigIntegers
    import Rebalancing

    /// Whether one mandate allows what another forbids.
    struct DifferenceQuestion {
        private let allowing: Mandate
        private let forbidding: Mandate
        private let timeLimit: Int

        init(allowing: Mandate, forbidding: Mandate, _ timeLimit: Int) {
            self.allowing = allowing
            self.forbidding = forbidding
            self.timeLimit = timeLimit
        }

        /// A state that shows it, on the first rebalance of a day or else on a later one.
        func answer(_ relation: PolicyDifference.Relation) -> PolicyDifference.Answer {
            var answer = self.answer(relation, sameDay: false)
            if answer == .nothing, allowing.carriesTurnover || forbidding.carriesTurnover {
                answer = self.answer(relation, sameDay: true)
            }
            return answer
        }

        private func answer(_ relation: PolicyDifference.Relation, sameDay: Bool) -> PolicyDifference.Answer {
            let context = SolverContext()
            let solver = Solver(context, milliseconds: timeLimit)
            // The same names on purpose: both read one decision.
            let reading = MandateReading(context, allowing)
            let other = MandateReading(context, forbidding)
            solver.add(context.all([reading.isState, other.isState]))
            if !sameDay { solver.add(reading.carriedBefore == 0) }
            switch relation {
            case .hold:
                solver.add(reading.isAllowed(allowing.holdObligations(sameDay: sameDay, scheduleDue: false)))
                solver.add(!other.isAllowed(forbidding.holdObligations(sameDay: sameDay, scheduleDue: false)))
            case .rebalance:
                solver.add(context.all([reading.isOutcome, other.isOutcome]))
                solver.add(rebalances(reading, sameDay))
                solver.add(!rebalances(other, sameDay))
            }
            let search = StateSearch(
                reading: reading,
                solver: solver,
                includesOutcome: relation == .rebalance,
                timeLimit: timeLimit
            )
            switch search.smallest() {
            case .none: return .nothing
            case .undecided: return .undecided("no answer within \(timeLimit) ms")
            case .found(let example):
                let isConfirmed =
                    allows(allowing, relation, example, sameDay) && !allows(forbidding, relation, example, sameDay)
                return isConfirmed ? .example(example) : .undecided("the evaluator does not confirm the solver's state")
            }
        }

        private func rebalances(_ reading: MandateReading, _ sameDay: Bool) -> Term {
            let obligations = reading.mandate.rebalanceObligations(sameDay: sameDay)
            return reading.context.all([
                reading.context.any(obligations.triggers.map { reading.holds($0) }), reading.isAdmissible(obligations),
            ])
        }

        /// The exact evaluator's word on an example.
        private func allows(
            _ mandate: Mandate,
            _ relation: PolicyDifference.Relation,
            _ example: ExampleState,
            _ sameDay: Bool
        ) -> Bool {
            switch relation {
            case .hold:
                return mandate.failures(ofHold: example.values, sameDay: sameDay, scheduleDue: false).isEmpty
            case .rebalance:
                let values = example.values
                let carried = mandate.rebalanceObligations(sameDay: sameDay).carriedAfter.map { values.value(of: $0) }
                let complete = DecisionValues(
                    before: values.before,
                    after: values.after,
                    carriedBefore: values.carriedBefore,
                    carriedAfter: carried ?? 0
                )
                return mandate.failures(ofRebalance: complete, sameDay: sameDay, scheduleDue: false).isEmpty
            }
        }
    }
#endif
