#if Z3
    import BigIntegers
    import MarketData
    import Rebalancing

    /// Whether some portfolio at which a rebalance is due has no admissible trade.
    ///
    /// Due is what fires a trigger; under a mandate with a schedule every portfolio, at the schedule's instant.
    ///
    /// First where one asset alone runs away from the target, which is where prices lead; then everywhere, as a game of two sides:
    /// a state that fires a trigger against every trade out of it. Of portfolios worth at least ``leastValue``: below a few smallest
    /// trades nothing can be traded at all, which is no fault of the rules. On the first rebalance of a day, over real values in the
    /// game, and with free trades: a deadlock found is one at any cost.
    struct DeadlockQuestion {
        private let mandate: Mandate
        private let timeLimit: Int
        private let obligations: RebalanceObligations

        init(_ mandate: Mandate, _ timeLimit: Int) {
            self.mandate = mandate
            self.timeLimit = timeLimit
            obligations = mandate.rebalanceObligations(sameDay: false)
        }

        /// A thousand smallest trades, or 10 000 of the quote currency where that is more.
        private var leastValue: BigInteger {
            let least = BigInteger(10_000) * BigInteger(10).raised(to: mandate.valueExponent)
            return max(least, mandate.limits.smallestTrade.map { 1_000 * mandate.valueUnits($0) } ?? 0)
        }

        func answer() -> Finding.Answer {
            if let example = nearestRun() { return stuck(example) }
            switch game() {
            case .none: return .sound(nil)
            case .undecided(let why): return .undecided("\(why); none was found where one asset alone runs")
            case .found(let state): return stuck(rounded(state) ?? state)
            }
        }

        private func stuck(_ example: ExampleState) -> Finding.Answer {
            let points = zip(mandate.targets.weights, example.before).map { target, value in
                let parts = (1_000_000 * value).floorDivided(by: example.total) - BigInteger(Int(target.value))
                return parts.magnitude.floorDivided(by: 10_000)
            }
            return .stuck(points: Int(exactly: points.max() ?? 0) ?? 100, rules: reasons(example), example: example)
        }

        // MARK: One asset runs

        /// The nearest deadlock where one asset gained or lost weight and the others share the rest as the target does.
        private func nearestRun() -> ExampleState? {
            let parts = 1_000
            let part = max(leastValue, 1_000).floorDivided(by: BigInteger(parts))
            let targets = mandate.targets.weights.map { Int($0.value) / 1_000 }
            // The target itself first: a schedule may be due there.
            for distance in [0] + Array(stride(from: 10, through: 200, by: 10))
                + Array(stride(from: 250, to: parts, by: 50))
            {
                for asset in targets.indices {
                    for weight in [targets[asset] + distance, targets[asset] - distance]
                    where (0...parts).contains(weight) {
                        var weights = targets
                        weights[asset] = weight
                        let others = parts - targets[asset]
                        for other in targets.indices where other != asset {
                            weights[other] = others > 0 ? targets[other] * (parts - weight) / others : 0
                        }
                        // What the divisions left over goes to the last of the others.
                        if let last = targets.indices.last(where: { $0 != asset }) {
                            weights[last] += parts - weights.reduce(0, +)
                        }
                        let state = ExampleState(
                            mandate,
                            before: weights.map { part * BigInteger($0) },
                            after: nil,
                            carriedTurnover: 0
                        )
                        if isDeadlock(state) { return state }
                    }
                }
            }
            return nil
        }

        // MARK: The game

        private enum Outcome {
            case found(ExampleState)
            case none
            case undecided(String)
        }

        private func game() -> Outcome {
            let context = SolverContext(.real)
            let reading = MandateReading(context, mandate, reach: .linear)
            let solver = Solver(context, .quantified, milliseconds: timeLimit)
            solver.add(reading.isState)
            solver.add(context.sum(reading.before) >= leastValue)
            if mandate.schedules.isEmpty { solver.add(context.any(obligations.triggers.map { reading.holds($0) })) }
            let admissible = context.all([reading.isOutcome, reading.isAdmissible(obligations)])
            solver.add(context.forAll(reading.outcomeNames, !admissible))
            switch solver.check() {
            case .unsatisfiable: return .none
            case .undecided: return .undecided("no answer within \(timeLimit) ms")
            case .satisfiable(let model):
                let before = reading.before.compactMap { model.value(of: $0) }
                guard before.count == mandate.assets.count else { return .undecided("the solver gave no state") }
                let state = ExampleState(mandate, before: before, after: nil, carriedTurnover: 0)
                if isDeadlock(state) { return .found(state) }
                return .undecided(
                    isSquared ? "squares are beyond this search" : "only the very edge of a rule is in doubt"
                )
            }
        }

        /// Why a rebalance is due at a state: its triggers, and a schedule where there is one. None where nothing is due.
        private func reasons(_ state: ExampleState) -> [String] {
            obligations.triggers.filter { $0.margin(state.values) >= 0 }.map(\.name)
                + (mandate.schedules.isEmpty ? [] : ["a schedule due"])
        }

        /// Reads a state again, in whole numbers and squares as they are: a rebalance is due, and no outcome is admissible.
        private func isDeadlock(_ state: ExampleState) -> Bool {
            guard state.total >= leastValue, !reasons(state).isEmpty else { return false }
            if hasOutcome(state, .linear) != false { return false }
            // Squares apart, the linear reading is the exact one; with them it asks too much, and the relaxed one too little.
            guard isSquared else { return true }
            return hasOutcome(state, .relaxed) == false || hasOutcome(state, .exact) == false
        }

        /// Whether some outcome of a state is admissible; `nil` if that was not decided.
        private func hasOutcome(_ state: ExampleState, _ reach: MandateReading.Reach) -> Bool? {
            let context = SolverContext()
            let reading = MandateReading(context, mandate, reach: reach)
            let solver = Solver(context, milliseconds: reach == .exact ? max(20, timeLimit / 20) : timeLimit)
            solver.add(reading.isState)
            for (number, value) in zip(reading.before, state.before) { solver.add(number == value) }
            solver.add(reading.carriedBefore == 0)
            solver.add(reading.isOutcome)
            solver.add(reading.isAdmissible(obligations))
            return switch solver.check() {
            case .satisfiable: true
            case .unsatisfiable: false
            case .undecided: nil
            }
        }

        private var isSquared: Bool {
            mandate.requirements.contains { requirement in
                if case .concentration = requirement.predicate { true } else { false }
            }
        }

        /// The same deadlock at round figures, if it is one there too.
        private func rounded(_ state: ExampleState) -> ExampleState? {
            for parts in [100, 1_000] {
                for value in [10_000, 100_000, 1_000_000, 10_000_000] {
                    let part = BigInteger(value / parts) * BigInteger(10).raised(to: mandate.valueExponent)
                    var weights = state.before.map {
                        (2 * BigInteger(parts) * $0 + state.total).floorDivided(by: 2 * state.total)
                    }
                    guard let largest = weights.indices.max(by: { weights[$0] < weights[$1] }) else { return nil }
                    weights[largest] += BigInteger(parts) - weights.reduce(0, +)
                    let candidate = ExampleState(
                        mandate,
                        before: weights.map { part * $0 },
                        after: nil,
                        carriedTurnover: 0
                    )
                    if isDeadlock(candidate) { return candidate }
                }
            }
            return nil
        }
    }
#endif
