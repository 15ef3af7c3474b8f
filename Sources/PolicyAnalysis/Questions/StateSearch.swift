#if Z3
    import BigIntegers
    import MarketData
    import Rebalancing

    /// Looks for the roundest and smallest state that satisfies a query, so that a person can follow it on paper.
    struct StateSearch {
        let reading: MandateReading
        let solver: Solver
        /// Whether the query speaks of trades too.
        let includesOutcome: Bool
        let timeLimit: Int
        /// Whether the turnover carried into the decision is part of the state.
        let carriesTurnover: Bool

        /// A state, or that there is none, or that time ran out.
        enum Outcome {
            case found(ExampleState)
            case none
            case undecided
        }

        /// The query's state with the fewest assets at the roundest figures that it has.
        func smallest() -> Outcome {
            let model: SolverModel
            switch solver.check() {
            case .satisfiable(let found): model = found
            case .unsatisfiable: return .none
            case .undecided: return .undecided
            }
            // Rounding is a courtesy, and must not cost more than the question itself.
            solver.limit(milliseconds: max(20, timeLimit / 10))
            // A state with an empty bucket is the easier one to follow, where there is one.
            let found = solver.scoped {
                solver.add(reading.bucketBefore == 0)
                guard case .satisfiable(let model) = solver.check() else { return ExampleState?.none }
                return round() ?? state(model)
            }
            return (found ?? round() ?? state(model)).map { .found($0) } ?? .undecided
        }

        /// The query's state at the roundest figures that it has.
        private func round() -> ExampleState? {
            for (value, parts) in Self.grains {
                if let found = rounded(value: value, parts: parts) { return found }
            }
            return nil
        }

        /// Totals in the quote currency, and the number of equal parts that weights are made of.
        private static let grains: [(value: Int, parts: Int)] = [
            (10_000, 100), (1_000_000, 100), (10_000, 1_000), (1_000_000, 1_000), (1_000_000, 10_000),
        ]

        private func rounded(value: Int, parts: Int) -> ExampleState? {
            let context = reading.context
            let total = BigInteger(value) * BigInteger(10).raised(to: reading.mandate.valueExponent)
            let grain = total.floorDivided(by: BigInteger(parts))
            return solver.scoped {
                solver.add(context.sum(reading.before) == total)
                for (index, number) in reading.before.enumerated() {
                    let steps = context.number("steps \(index)")
                    solver.add(number == grain * steps)
                }
                guard case .satisfiable(let model) = solver.check() else { return nil }
                // Fewer assets are easier to follow; of the states with as few, any will do.
                for absent in stride(from: reading.before.count - 1, through: 1, by: -1) {
                    let found: ExampleState? = solver.scoped {
                        let zeros = reading.before.enumerated().map { index, number in
                            let isZero = context.number("zero \(index)")
                            solver.add(context.any([isZero == 0, context.all([isZero == 1, number == 0])]))
                            return isZero
                        }
                        solver.add(context.sum(zeros) >= BigInteger(absent))
                        if case .satisfiable(let model) = solver.check() { return state(model) }
                        return nil
                    }
                    if let found { return found }
                }
                return state(model)
            }
        }

        private func state(_ model: SolverModel) -> ExampleState? {
            let before = reading.before.compactMap { model.value(of: $0) }
            let after = reading.after.compactMap { model.value(of: $0) }
            guard before.count == reading.before.count, let carried = model.value(of: reading.carriedBefore),
                let slippage = model.value(of: reading.bucketBefore)
            else {
                return nil
            }
            return ExampleState(
                reading.mandate,
                before: before,
                after: includesOutcome && after.count == before.count ? after : nil,
                carriedTurnover: carriesTurnover ? carried : 0,
                carriedSlippage: slippage
            )
        }
    }
#endif
