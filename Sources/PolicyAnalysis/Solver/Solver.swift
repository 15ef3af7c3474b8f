#if Z3
    import BigIntegers
    import CZ3
    import Dispatch

    /// Looks for values that satisfy what was asserted, for at most so long a query.
    final class Solver {
        private let context: SolverContext
        private let pointer: Z3_solver?

        /// What kind of formulas are asserted.
        enum Kind {
            /// Without quantifiers.
            case plain
            /// Linear, with quantifiers: decided by games between both sides, see `qsat` (Bjørner, Janota 2015).
            case quantified
        }

        /// Creates a solver.
        ///
        /// - Parameters:
        ///   - context: Where its terms live.
        ///   - kind: What is asserted.
        ///   - milliseconds: How long one query may take.
        init(_ context: SolverContext, _ kind: Kind = .plain, milliseconds: Int) {
            self.context = context
            let world = context.pointer
            switch kind {
            case .plain:
                pointer = Z3_mk_solver(world)
            case .quantified:
                let tactic = Z3_mk_tactic(world, "qsat")
                Z3_tactic_inc_ref(world, tactic)
                pointer = Z3_mk_solver_from_tactic(world, tactic)
                Z3_tactic_dec_ref(world, tactic)
            }
            Z3_solver_inc_ref(world, pointer)
            limit(milliseconds: milliseconds)
        }

        /// How long one query may take from now on.
        func limit(milliseconds: Int) {
            let world = context.pointer
            let parameters = Z3_mk_params(world)
            Z3_params_inc_ref(world, parameters)
            let name = Z3_mk_string_symbol(world, "timeout")
            Z3_params_set_uint(world, parameters, name, UInt32(clamping: milliseconds))
            Z3_solver_set_params(world, pointer, parameters)
            Z3_params_dec_ref(world, parameters)
        }

        deinit { Z3_solver_dec_ref(context.pointer, pointer) }

        /// Asserts a term for good, or until the scope ends.
        func add(_ term: Term) {
            Z3_solver_assert(context.pointer, pointer, term.syntax)
        }

        /// Runs `body` and takes back what it asserted.
        func scoped<Result>(_ body: () -> Result) -> Result {
            Z3_solver_push(context.pointer, pointer)
            defer { Z3_solver_pop(context.pointer, pointer, 1) }
            return body()
        }

        /// One query at a time in the process: Z3 4.8.12 shares the threads of its timers among all contexts, and two queries
        /// at once were seen to wait for each other's for ever.
        private static let turn = DispatchSemaphore(value: 1)

        /// The answer to a query.
        enum Answer {
            /// There are such values: the model gives them.
            case satisfiable(SolverModel)
            /// There are none; the indices of assumptions that cannot hold together.
            case unsatisfiable(core: [Int])
            /// Not decided within the time.
            case undecided
        }

        /// Whether everything asserted can hold together with the assumptions, which are propositions.
        func check(_ assumptions: [Term] = []) -> Answer {
            guard !context.hasFailed else { return .undecided }
            let world = context.pointer
            let syntax: [Z3_ast?] = assumptions.map { $0.syntax }
            Self.turn.wait()
            let verdict = Z3_solver_check_assumptions(world, pointer, UInt32(syntax.count), syntax)
            Self.turn.signal()
            guard Z3_get_error_code(world) == Z3_OK else { return .undecided }
            switch verdict {
            case Z3_L_TRUE:
                guard let model = SolverModel(context, Z3_solver_get_model(world, pointer)) else { return .undecided }
                return .satisfiable(model)
            case Z3_L_FALSE:
                let vector = Z3_solver_get_unsat_core(world, pointer)
                Z3_ast_vector_inc_ref(world, vector)
                defer { Z3_ast_vector_dec_ref(world, vector) }
                let members = (0..<Z3_ast_vector_size(world, vector)).map { Z3_ast_vector_get(world, vector, $0) }
                return .unsatisfiable(
                    core: assumptions.indices.filter { index in
                        members.contains { Z3_is_eq_ast(world, $0, assumptions[index].syntax) }
                    }
                )
            default:
                return .undecided
            }
        }
    }

    /// Values that satisfy a query.
    final class SolverModel {
        private let context: SolverContext
        private let pointer: Z3_model

        init?(_ context: SolverContext, _ pointer: Z3_model?) {
            guard let pointer else { return nil }
            self.context = context
            self.pointer = pointer
            Z3_model_inc_ref(context.pointer, pointer)
        }

        deinit { Z3_model_dec_ref(context.pointer, pointer) }

        /// The value of a number, rounded down; `nil` if the model gives none.
        func value(of term: Term) -> BigInteger? {
            var value: Z3_ast?
            guard Z3_model_eval(context.pointer, pointer, term.syntax, true, &value), let value,
                Z3_is_numeral_ast(context.pointer, value),
                let digits = Z3_get_numeral_string(context.pointer, value)
            else { return nil }
            let parts = String(cString: digits).split(separator: "/").map { BigInteger(String($0)) }
            guard let numerator = parts.first ?? nil else { return nil }
            guard parts.count > 1 else { return numerator }
            return parts[1].map { numerator.floorDivided(by: $0) }
        }
    }
#endif
