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

        /// The public facts about a moment that decide which obligations apply.
        private struct Moment {
            /// The last rebalance was on the same day, so that its turnover still counts.
            let sameDay: Bool
            /// A schedule is due, where the mandate has one.
            let isDue: Bool
        }

        /// A state that shows it, at the first kind of moment that has one.
        func answer(_ relation: PolicyDifference.Relation) -> PolicyDifference.Answer {
            let hasSchedules = !allowing.schedules.isEmpty || !forbidding.schedules.isEmpty
            for isDue in hasSchedules ? [false, true] : [false] {
                for sameDay in carriesTurnover ? [false, true] : [false] {
                    let answer = self.answer(relation, Moment(sameDay: sameDay, isDue: isDue))
                    if answer != .nothing { return answer }
                }
            }
            return .nothing
        }

        private var carriesTurnover: Bool { allowing.carriesTurnover || forbidding.carriesTurnover }

        private func answer(_ relation: PolicyDifference.Relation, _ moment: Moment) -> PolicyDifference.Answer {
            let context = SolverContext()
            let solver = Solver(context, milliseconds: timeLimit)
            // The same names on purpose: both read one decision.
            let bucket: MandateReading.Bucket =
                allowing.carriesBucket || forbidding.carriesBucket ? .free : .empty
            let reading = MandateReading(context, allowing, bucket: bucket)
            let other = MandateReading(context, forbidding, bucket: bucket)
            solver.add(context.all([reading.isState, other.isState]))
            if !moment.sameDay { solver.add(reading.carriedBefore == 0) }
            switch relation {
            case .hold:
                solver.add(holds(reading, moment))
                solver.add(!holds(other, moment))
            case .rebalance:
                solver.add(context.all([reading.isOutcome, other.isOutcome]))
                solver.add(rebalances(reading, moment))
                solver.add(!rebalances(other, moment))
            }
            let search = StateSearch(
                reading: reading,
                solver: solver,
                includesOutcome: relation == .rebalance,
                timeLimit: timeLimit,
                carriesTurnover: carriesTurnover
            )
            switch search.smallest() {
            case .none: return .nothing
            case .undecided: return .undecided("no answer within \(timeLimit) ms")
            case .found(let example):
                let isConfirmed =
                    allows(allowing, relation, example, moment) && !allows(forbidding, relation, example, moment)
                return isConfirmed ? .example(example) : .undecided(doubt)
            }
        }

        /// Why the evaluator need not confirm what the solver found.
        private var doubt: String {
            [allowing, forbidding].contains { $0.noTrade != nil }
                ? "whether a trade pays depends on the covariance of the market"
                : "the evaluator does not confirm the solver's state"
        }

        private func isDue(_ mandate: Mandate, _ moment: Moment) -> Bool { moment.isDue && !mandate.schedules.isEmpty }

        private func holds(_ reading: MandateReading, _ moment: Moment) -> Term {
            let isDue = isDue(reading.mandate, moment)
            return reading.isAllowed(reading.mandate.holdObligations(sameDay: moment.sameDay, scheduleDue: isDue))
        }

        private func rebalances(_ reading: MandateReading, _ moment: Moment) -> Term {
            let obligations = reading.mandate.rebalanceObligations(sameDay: moment.sameDay)
            if isDue(reading.mandate, moment) { return reading.isAdmissible(obligations) }
            return reading.context.all([
                reading.context.any(obligations.triggers.map { reading.holds($0) }), reading.isAdmissible(obligations),
            ])
        }

        /// The exact evaluator's word on an example.
        private func allows(
            _ mandate: Mandate,
            _ relation: PolicyDifference.Relation,
            _ example: ExampleState,
            _ moment: Moment
        ) -> Bool {
            let (sameDay, isDue) = (moment.sameDay, isDue(mandate, moment))
            switch relation {
            case .hold:
                return mandate.failures(ofHold: example.values, sameDay: sameDay, scheduleDue: isDue).isEmpty
            case .rebalance:
                let carried = mandate.rebalanceObligations(sameDay: sameDay).carriedAfter
                let complete = example.rebalanced(under: mandate, carrying: carried)
                return mandate.failures(ofRebalance: complete, sameDay: sameDay, scheduleDue: isDue).isEmpty
            }
        }
    }
#endif
