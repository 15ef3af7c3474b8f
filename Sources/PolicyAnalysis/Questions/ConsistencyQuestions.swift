#if Z3
    import BigIntegers
    import MarketData
    import Rebalancing

    /// Whether a mandate's requirements fit together, and whether its triggers say anything.
    struct ConsistencyQuestions {
        private let mandate: Mandate
        private let timeLimit: Int

        init(_ mandate: Mandate, _ timeLimit: Int) {
            self.mandate = mandate
            self.timeLimit = timeLimit
        }

        /// A portfolio that keeps every requirement; else the fewest requirements that no portfolio keeps together.
        func contradiction() -> Finding.Answer {
            let target = ExampleState(mandate, before: targetValues, after: nil, carriedTurnover: 0)
            if mandate.requirements.allSatisfy({ mandate.kept($0, .before).margin(target.values) >= 0 }) {
                return .sound(target)
            }
            let (reading, solver) = begin()
            let marks = mandate.requirements.map { requirement in
                let mark = reading.context.proposition("keeps \(requirement.name)")
                solver.add(mark.implies(reading.holds(mandate.kept(requirement, .before))))
                return mark
            }
            switch solver.check(marks) {
            case .undecided: return undecided
            case .unsatisfiable(let core):
                return .flawed(rules: minimal(core, marks, solver).map(named), example: nil)
            case .satisfiable:
                for mark in marks { solver.add(mark) }
                guard case .found(let example) = search(reading, solver).smallest() else { return .sound(nil) }
                let isKept = mandate.requirements.allSatisfy {
                    mandate.kept($0, .before).margin(example.values) >= 0
                }
                return isKept ? .sound(example) : undecided
            }
        }

        /// Requirements that hold of every portfolio that keeps the others, each with the fewest others that imply it.
        func redundancies() -> [Finding.Answer] {
            guard mandate.requirements.count > 0 else { return [.sound(nil)] }
            var answers: [Finding.Answer] = []
            for (index, requirement) in mandate.requirements.enumerated() {
                let (reading, solver) = begin()
                solver.add(!reading.holds(mandate.kept(requirement, .before)))
                let others = mandate.requirements.indices.filter { $0 != index }
                let marks = others.map { other in
                    let mark = reading.context.proposition("keeps \(mandate.requirements[other].name)")
                    solver.add(mark.implies(reading.holds(mandate.kept(mandate.requirements[other], .before))))
                    return mark
                }
                switch solver.check(marks) {
                case .satisfiable: continue
                case .undecided: answers.append(.undecided("\(named(index)): \(reason)"))
                case .unsatisfiable(let core):
                    let implying = minimal(core, marks, solver).map { named(others[$0]) }
                    answers.append(.flawed(rules: [named(index)] + implying, example: nil))
                }
            }
            return answers.isEmpty ? [.sound(nil)] : answers
        }

        /// Triggers that fire at no portfolio at all.
        func unreachable() -> [Finding.Answer] {
            var idle: [String] = []
            var open: [Finding.Answer] = []
            for trigger in mandate.rebalanceObligations(sameDay: false).triggers {
                let (reading, solver) = begin()
                solver.add(reading.holds(trigger))
                switch solver.check() {
                case .satisfiable: continue
                case .unsatisfiable: idle.append(trigger.name)
                case .undecided: open.append(.undecided("\(trigger.name): \(reason)"))
                }
            }
            if !idle.isEmpty { open.insert(.flawed(rules: idle, example: nil), at: 0) }
            return open.isEmpty ? [.sound(nil)] : open
        }

        // MARK: Parts

        /// The target itself, worth 10 000 of the quote currency (more, where value is counted in units coarser than 10⁻⁶ of it).
        private var targetValues: [BigInteger] {
            let part = BigInteger(10_000) * BigInteger(10).raised(to: max(0, mandate.valueExponent - 6))
            return mandate.targets.weights.map { part * BigInteger(Int($0.value)) }
        }

        private func begin() -> (reading: MandateReading, solver: Solver) {
            let context = SolverContext()
            let reading = MandateReading(context, mandate)
            let solver = Solver(context, milliseconds: timeLimit)
            solver.add(reading.isState)
            // A portfolio worth nothing keeps every rule about weights.
            solver.add(context.sum(reading.before) >= 1)
            return (reading, solver)
        }

        private func search(_ reading: MandateReading, _ solver: Solver) -> StateSearch {
            StateSearch(
                reading: reading,
                solver: solver,
                includesOutcome: false,
                timeLimit: timeLimit,
                carriesTurnover: false
            )
        }

        /// Drops members of a core as long as the rest still cannot hold together: the core is then minimal.
        private func minimal(_ core: [Int], _ marks: [Term], _ solver: Solver) -> [Int] {
            var core = core
            for member in core {
                let rest = core.filter { $0 != member }
                if case .unsatisfiable(let smaller) = solver.check(rest.map { marks[$0] }) {
                    core = smaller.map { rest[$0] }
                }
            }
            return core
        }

        private func named(_ index: Int) -> String { "\"\(mandate.requirements[index].name)\"" }

        private var reason: String { "no answer within \(timeLimit) ms" }

        private var undecided: Finding.Answer { .undecided(reason) }
    }
#endif
