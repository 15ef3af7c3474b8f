public import Ristretto

/// A polynomial in the second-phase challenges: Σ coefficient · Π challengeᵢ^eᵢ.
public struct ChallengePolynomial: Sendable, Hashable {
    /// One monomial.
    public struct Term: Sendable, Hashable {
        /// What the monomial is multiplied with.
        public let coefficient: Scalar
        /// The exponent of each challenge, in order of drawing; those left out are 0.
        public let exponents: [UInt32]

        /// A monomial.
        public init(_ coefficient: Scalar, exponents: [UInt32]) {
            self.coefficient = coefficient
            self.exponents = exponents
        }
    }

    /// The monomials, in order.
    public let terms: [Term]

    /// The sum of `terms`; none gives zero.
    public init(_ terms: [Term]) {
        self.terms = terms
    }

    /// The value at `challenges`, or `nil` where a term names more challenges than there are.
    func value(at challenges: [Scalar]) -> Scalar? {
        var sum = Scalar.zero
        for term in terms {
            guard term.exponents.count <= challenges.count else { return nil }
            var product = term.coefficient
            for (challenge, exponent) in zip(challenges, term.exponents) {
                product = product * power(challenge, exponent)
            }
            sum = sum + product
        }
        return sum
    }

    private func power(_ base: Scalar, _ exponent: UInt32) -> Scalar {
        if exponent == 0 { return .one }
        var (result, square, rest) = (Scalar.one, base, exponent)
        while rest > 1 {
            if rest & 1 == 1 { result = result * square }
            square = square.squared()
            rest >>= 1
        }
        return result * square
    }
}

/// A coefficient of a second-phase constraint, known once the challenges are drawn.
public enum ChallengeCoefficient: Sendable, Hashable {
    /// The same for every challenge.
    case constant(Scalar)
    /// A polynomial in the challenges.
    case polynomial(ChallengePolynomial)
    /// A quotient of polynomials, refused where the denominator is zero.
    case quotient(numerator: ChallengePolynomial, denominator: ChallengePolynomial)

    /// The value at `challenges`; `nil` where it names others, or a denominator is zero.
    func value(at challenges: [Scalar]) -> Scalar? {
        switch self {
        case .constant(let constant): return constant
        case .polynomial(let polynomial): return polynomial.value(at: challenges)
        case .quotient(let numerator, let denominator):
            guard let top = numerator.value(at: challenges), let bottom = denominator.value(at: challenges),
                bottom != .zero
            else { return nil }
            return top * bottom.invertedVartime()
        }
    }
}

/// A sum of wires whose coefficients depend on challenges; as a constraint, the claim that it is zero.
public struct ChallengeCombination: Sendable, Hashable {
    /// One wire with its coefficient.
    public struct Term: Sendable, Hashable {
        /// The wire.
        public let variable: Variable
        /// What it is multiplied with.
        public let coefficient: ChallengeCoefficient

        /// A wire with its coefficient.
        public init(_ variable: Variable, _ coefficient: ChallengeCoefficient) {
            self.variable = variable
            self.coefficient = coefficient
        }
    }

    /// The terms, in order.
    public var terms: [Term]

    /// The sum of `terms`.
    public init(terms: [Term] = []) {
        self.terms = terms
    }
}
