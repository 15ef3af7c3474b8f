public import Ristretto

/// A sum of wires with public coefficients; as a constraint, the claim that it is zero.
///
/// Terms stay in the order in which they were written, and equal variables are not merged, so that a circuit's bytes are a
/// plain function of the code that built it.
public struct LinearCombination: Sendable, Hashable {
    /// One wire with its coefficient.
    public struct Term: Sendable, Hashable {
        /// The wire.
        public let variable: Variable
        /// What it is multiplied with.
        public let coefficient: Scalar

        /// A wire with its coefficient.
        public init(_ variable: Variable, _ coefficient: Scalar) {
            self.variable = variable
            self.coefficient = coefficient
        }
    }

    /// The terms, in order.
    public private(set) var terms: [Term]

    /// The sum of `terms`; none gives zero.
    public init(terms: [Term] = []) {
        self.terms = terms
    }

    /// One wire.
    public init(_ variable: Variable) {
        terms = [Term(variable, .one)]
    }

    /// A constant.
    public init(constant: Scalar) {
        terms = [Term(.one, constant)]
    }

    /// Adds `coefficient`·`variable`.
    public mutating func add(_ variable: Variable, times coefficient: Scalar = .one) {
        terms.append(Term(variable, coefficient))
    }

    /// The sum.
    public static func + (left: LinearCombination, right: LinearCombination) -> LinearCombination {
        LinearCombination(terms: left.terms + right.terms)
    }

    /// The difference.
    public static func - (left: LinearCombination, right: LinearCombination) -> LinearCombination {
        left + -right
    }

    /// Adds in place.
    public static func += (left: inout LinearCombination, right: LinearCombination) {
        left.terms += right.terms
    }

    /// Subtracts in place.
    public static func -= (left: inout LinearCombination, right: LinearCombination) {
        left.terms += (-right).terms
    }

    /// The negative.
    public static prefix func - (operand: LinearCombination) -> LinearCombination {
        LinearCombination(terms: operand.terms.map { Term($0.variable, -$0.coefficient) })
    }

    /// The multiple.
    public static func * (left: LinearCombination, right: Scalar) -> LinearCombination {
        LinearCombination(terms: left.terms.map { Term($0.variable, $0.coefficient * right) })
    }

    /// The multiple.
    public static func * (left: Scalar, right: LinearCombination) -> LinearCombination {
        right * left
    }
}

extension Variable {
    /// The multiple.
    public static func * (left: Variable, right: Scalar) -> LinearCombination {
        LinearCombination(terms: [LinearCombination.Term(left, right)])
    }

    /// The multiple.
    public static func * (left: Scalar, right: Variable) -> LinearCombination {
        right * left
    }
}
