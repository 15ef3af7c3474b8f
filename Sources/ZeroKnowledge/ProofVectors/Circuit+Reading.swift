import Foundation
import Ristretto

extension Circuit {
    /// Reads the `circuit` of a zkvec/1 item. Counts are only claims here; the verifier compares them with the proof.
    init(_ item: JSONItem) throws(ProofVectorRefusal) {
        let first = try item.object("phase1")
        var firstConstraints: [LinearCombination] = []
        for constraint in try first.array("constraints") {
            firstConstraints.append(try Circuit.firstPhaseConstraint(constraint))
        }
        self.init(
            committedCount: try item.count("committed"),
            firstPhase: FirstPhase(multiplierCount: try first.count("multipliers"), constraints: firstConstraints)
        )
        guard item.has("phase2") else { return }
        let second = try item.object("phase2")
        var labels: [String] = []
        for label in try second.array("challenges") { labels.append(try JSONItem.string(label, "challenges")) }
        var constraints: [ChallengeCombination] = []
        for constraint in try second.array("constraints") {
            var combination = ChallengeCombination()
            for value in try Circuit.terms(constraint) {
                let (variable, coefficient) = try Circuit.term(value)
                combination.terms.append(ChallengeCombination.Term(variable, coefficient))
            }
            constraints.append(combination)
        }
        secondPhase = SecondPhase(
            challengeLabels: labels,
            multiplierCount: try second.count("multipliers"),
            constraints: constraints
        )
    }

    /// A first-phase constraint; a coefficient that is written as a polynomial can only be a constant.
    private static func firstPhaseConstraint(_ value: Any) throws(ProofVectorRefusal) -> LinearCombination {
        var combination = LinearCombination()
        for value in try terms(value) {
            let (variable, coefficient) = try term(value)
            guard let constant = coefficient.value(at: []) else {
                throw .malformed("a first-phase coefficient depends on a challenge or has denominator zero")
            }
            combination.add(variable, times: constant)
        }
        return combination
    }

    private static func terms(_ value: Any) throws(ProofVectorRefusal) -> [Any] {
        guard let terms = value as? [Any] else { throw .malformed("a constraint is no list") }
        return terms
    }

    /// [kind, index, coefficient].
    private static func term(
        _ value: Any
    ) throws(ProofVectorRefusal) -> (variable: Variable, coefficient: ChallengeCoefficient) {
        guard let parts = value as? [Any], parts.count == 3, let kind = parts[0] as? String else {
            throw .malformed("a term is no list of kind, index and coefficient")
        }
        guard let index = Int(exactly: try JSONItem.unsigned(parts[1], "index")) else {
            throw .malformed("the index of a term is too large")
        }
        let variable: Variable
        switch kind {
        case "L": variable = .left(index)
        case "R": variable = .right(index)
        case "O": variable = .output(index)
        case "V": variable = .committed(index)
        case "1" where index == 0: variable = .one
        default: throw .malformed("no variable `\(kind)` with index \(index)")
        }
        return (variable, try coefficient(parts[2]))
    }

    private static func coefficient(_ value: Any) throws(ProofVectorRefusal) -> ChallengeCoefficient {
        if let text = value as? String { return .constant(try scalar(text)) }
        if let terms = value as? [Any] { return .polynomial(try polynomial(terms)) }
        let quotient = try JSONItem(value, "coefficient")
        return .quotient(
            numerator: try polynomial(quotient.array("num")),
            denominator: try polynomial(quotient.array("den"))
        )
    }

    /// [[coefficient, [exponent, …]], …].
    private static func polynomial(_ terms: [Any]) throws(ProofVectorRefusal) -> ChallengePolynomial {
        var monomials: [ChallengePolynomial.Term] = []
        for term in terms {
            guard let pair = term as? [Any], pair.count == 2, let text = pair[0] as? String,
                let list = pair[1] as? [Any]
            else {
                throw .malformed("a polynomial is no list of coefficients with exponents")
            }
            var exponents: [UInt32] = []
            for exponent in list {
                guard let exponent = UInt32(exactly: try JSONItem.unsigned(exponent, "exponent")) else {
                    throw .malformed("an exponent is too large")
                }
                exponents.append(exponent)
            }
            monomials.append(ChallengePolynomial.Term(try scalar(text), exponents: exponents))
        }
        return ChallengePolynomial(monomials)
    }

    /// "hex" or "-hex": 1 to 32 bytes, least significant first, below the group's order.
    private static func scalar(_ text: String) throws(ProofVectorRefusal) -> Scalar {
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        guard let bytes = Hexadecimal.bytes(String(isNegative ? text.dropFirst() : text[...])),
            (1...32).contains(bytes.count),
            let scalar = Scalar(canonical: bytes + Array(repeating: 0, count: 32 - bytes.count))
        else {
            throw .malformed("a coefficient is no hex of a canonical scalar")
        }
        return isNegative ? -scalar : scalar
    }
}
