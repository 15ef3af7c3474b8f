#if Z3
    import BigIntegers
    import Rebalancing

    /// Whether a mandate is nowhere looser than another that it extends.
    ///
    /// Both read one decision over the same names, so that a model is one state and one trade under both.
    struct RefinementQuestion {
        private let mandate: Mandate
        private let house: Mandate
        private let timeLimit: Int

        init(_ mandate: Mandate, house: Mandate, _ timeLimit: Int) {
            self.mandate = mandate
            self.house = house
            self.timeLimit = timeLimit
        }

        /// A state that shows where the clause is broken, on the first rebalance of a day or on a later one.
        func answer(_ clause: PolicyRefinement.Clause) -> PolicyDifference.Answer {
            let carries = mandate.carriesTurnover || house.carriesTurnover
            for sameDay in carries && clause != .triggers ? [false, true] : [false] {
                let answer = self.answer(clause, sameDay: sameDay, carries: carries)
                if answer != .nothing { return answer }
            }
            return .nothing
        }

        private func answer(
            _ clause: PolicyRefinement.Clause,
            sameDay: Bool,
            carries: Bool
        ) -> PolicyDifference.Answer {
            let context = SolverContext()
            let solver = Solver(context, milliseconds: timeLimit)
            let bucket: MandateReading.Bucket = mandate.carriesBucket || house.carriesBucket ? .free : .empty
            let mine = MandateReading(context, mandate, bucket: bucket)
            let theirs = MandateReading(context, house, bucket: bucket)
            let obligations = mandate.rebalanceObligations(sameDay: sameDay)
            let rules = house.rebalanceObligations(sameDay: sameDay)
            solver.add(context.all([mine.isState, theirs.isState]))
            if !sameDay { solver.add(mine.carriedBefore == 0) }
            switch clause {
            case .rules:
                solver.add(context.all([mine.isOutcome, theirs.isOutcome, permits(mine, obligations)]))
                solver.add(!context.all(rules.conditions.map { theirs.holds($0, carried: rules.carriedAfter) }))
            case .destinations:
                solver.add(context.all([mine.isOutcome, theirs.isOutcome, permits(mine, obligations)]))
                let usedUp = obligations.exhaustions.map { mine.holds($0, carried: obligations.carriedAfter) }
                solver.add(!context.any(usedUp))
                solver.add(!theirs.keepsSides(of: rules))
            case .triggers:
                solver.add(context.any(rules.triggers.map { theirs.holds($0) }))
                solver.add(!context.any(obligations.triggers.map { mine.holds($0) }))
            }
            let search = StateSearch(
                reading: mine,
                solver: solver,
                includesOutcome: clause != .triggers,
                timeLimit: timeLimit,
                carriesTurnover: carries
            )
            switch search.smallest() {
            case .none: return .nothing
            case .undecided: return .undecided("no answer within \(timeLimit) ms")
            case .found(let example):
                guard isConfirmed(clause, example, obligations, rules, sameDay: sameDay) else {
                    return .undecided("the evaluator does not confirm the solver's state")
                }
                return .example(example)
            }
        }

        /// Whether a rebalance is permitted: admissible, and due, which under a schedule anything may be.
        private func permits(_ reading: MandateReading, _ obligations: RebalanceObligations) -> Term {
            let admissible = reading.isAdmissible(obligations)
            guard mandate.schedules.isEmpty else { return admissible }
            return reading.context.all([
                reading.context.any(obligations.triggers.map { reading.holds($0) }), admissible,
            ])
        }

        /// The exact evaluator's word on an example.
        private func isConfirmed(
            _ clause: PolicyRefinement.Clause,
            _ example: ExampleState,
            _ obligations: RebalanceObligations,
            _ rules: RebalanceObligations,
            sameDay: Bool
        ) -> Bool {
            let mine = example.rebalanced(under: mandate, carrying: obligations.carriedAfter)
            let theirs = example.rebalanced(under: house, carrying: rules.carriedAfter)
            switch clause {
            case .triggers:
                return rules.triggers.contains { $0.margin(theirs) >= 0 }
                    && !obligations.triggers.contains { $0.margin(mine) >= 0 }
            case .rules:
                return mandate.failures(
                    ofRebalance: mine,
                    sameDay: sameDay,
                    scheduleDue: !mandate.schedules.isEmpty
                ).isEmpty && rules.conditions.contains { $0.margin(theirs) < 0 }
            case .destinations:
                let failures = house.failures(ofRebalance: theirs, sameDay: sameDay, scheduleDue: true)
                return mandate.failures(
                    ofRebalance: mine,
                    sameDay: sameDay,
                    scheduleDue: !mandate.schedules.isEmpty
                ).isEmpty && !obligations.exhaustions.contains { $0.margin(mine) >= 0 } && !failures.isEmpty
            }
        }
    }
#endif
