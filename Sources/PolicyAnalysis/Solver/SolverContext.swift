#if Z3
    import BigIntegers
    import CZ3

    /// A world of Z3 terms: made for one question, and gone with everything in it when the last term goes.
    ///
    /// It is of the kind that owns its terms, so that no term is counted by hand; a question is short, and its memory with it.
    /// A term that could not be made marks the context instead of ending the process; every query after it is undecided.
    final class SolverContext {
        // SAFETY: freed in `deinit` alone, and every term, solver and model holds the context. Terms of a context without counted
        // references (`Z3_mk_context`, not `_rc`) live as long as it does; solvers and models are counted by their classes.
        let pointer: Z3_context
        /// What free numbers range over.
        let numbers: Numbers

        /// Whole numbers are what values are; over the reals linear questions with quantifiers are quick.
        enum Numbers {
            case whole, real
        }

        init(_ numbers: Numbers = .whole) {
            self.numbers = numbers
            let configuration = Z3_mk_config()
            defer { Z3_del_config(configuration) }
            pointer = Z3_mk_context(configuration)
            // Without a handler of ours the library's own prints a message and exits.
            Z3_set_error_handler(pointer) { _, _ in }
        }

        deinit { Z3_del_context(pointer) }

        /// Whether a term could not be made: kept here, because the library forgets its error at the next call.
        private(set) var hasFailed = false

        /// The syntax, or a mark and a stand-in that no answer rests on.
        fileprivate func checked(_ syntax: Z3_ast?) -> Z3_ast {
            if let syntax { return syntax }
            hasFailed = true
            return Z3_mk_true(pointer)
        }

        private var sort: Z3_sort? { numbers == .whole ? Z3_mk_int_sort(pointer) : Z3_mk_real_sort(pointer) }

        /// A free number.
        func number(_ name: String) -> Term {
            Term(self, Z3_mk_const(pointer, Z3_mk_string_symbol(pointer, name), sort))
        }

        /// A free truth value.
        func proposition(_ name: String) -> Term {
            Term(self, Z3_mk_const(pointer, Z3_mk_string_symbol(pointer, name), Z3_mk_bool_sort(pointer)))
        }

        /// A known whole number.
        func constant(_ value: BigInteger) -> Term {
            Term(self, Z3_mk_numeral(pointer, value.description, sort))
        }

        /// The sum; 0 of nothing.
        func sum(_ terms: [Term]) -> Term {
            terms.isEmpty ? constant(0) : Term(self, Z3_mk_add(pointer, UInt32(terms.count), terms.map { $0.syntax }))
        }

        /// All of these; true of nothing.
        func all(_ terms: [Term]) -> Term {
            Term(self, Z3_mk_and(pointer, UInt32(terms.count), terms.map { $0.syntax }))
        }

        /// At least one of these; false of nothing.
        func any(_ terms: [Term]) -> Term {
            Term(self, Z3_mk_or(pointer, UInt32(terms.count), terms.map { $0.syntax }))
        }

        /// The body for all values of these free numbers.
        func forAll(_ bound: [Term], _ body: Term) -> Term {
            let names = bound.map { Z3_to_app(pointer, $0.syntax) }
            return Term(
                self,
                Z3_mk_forall_const(pointer, 0, UInt32(names.count), names, 0, nil, body.syntax)
            )
        }
    }

    /// A number or a truth value of one context, which it keeps alive.
    struct Term {
        let context: SolverContext
        let syntax: Z3_ast

        init(_ context: SolverContext, _ syntax: Z3_ast?) {
            self.context = context
            self.syntax = context.checked(syntax)
        }

        static func + (left: Term, right: Term) -> Term { left.context.sum([left, right]) }

        static func - (left: Term, right: Term) -> Term {
            Term(left.context, Z3_mk_sub(left.context.pointer, 2, [left.syntax, right.syntax]))
        }

        static func * (left: Term, right: Term) -> Term {
            Term(left.context, Z3_mk_mul(left.context.pointer, 2, [left.syntax, right.syntax]))
        }

        static func * (factor: BigInteger, term: Term) -> Term { term.context.constant(factor) * term }

        static func >= (left: Term, right: Term) -> Term {
            Term(left.context, Z3_mk_ge(left.context.pointer, left.syntax, right.syntax))
        }

        static func >= (left: Term, right: BigInteger) -> Term { left >= left.context.constant(right) }

        static func <= (left: Term, right: Term) -> Term { right >= left }

        static func <= (left: Term, right: BigInteger) -> Term { left <= left.context.constant(right) }

        static func == (left: Term, right: Term) -> Term {
            Term(left.context, Z3_mk_eq(left.context.pointer, left.syntax, right.syntax))
        }

        static func == (left: Term, right: BigInteger) -> Term { left == left.context.constant(right) }

        static prefix func ! (term: Term) -> Term {
            Term(term.context, Z3_mk_not(term.context.pointer, term.syntax))
        }

        /// The larger of two numbers.
        static func max(_ left: Term, _ right: Term) -> Term {
            Term(left.context, Z3_mk_ite(left.context.pointer, (left >= right).syntax, left.syntax, right.syntax))
        }

        /// If this, then that.
        func implies(_ consequence: Term) -> Term {
            Term(context, Z3_mk_implies(context.pointer, syntax, consequence.syntax))
        }
    }
#endif
