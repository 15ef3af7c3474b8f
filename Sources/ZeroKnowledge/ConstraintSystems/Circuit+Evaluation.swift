import Ristretto

/// What the constraints, weighed with the powers of z, add up to on each wire.
struct CircuitWeights {
    var left: [Scalar]
    var right: [Scalar]
    var output: [Scalar]
    /// Already negated, as the protocol wants it.
    var committed: [Scalar]
    /// Already negated, as the protocol wants it.
    var constant = Scalar.zero
}

extension Circuit {
    /// Refuses counts that make no sense, and constraints over wires that do not exist in their phase.
    func check() throws(CircuitError) {
        guard let multiplierCount, committedCount >= 0 else { throw .count }
        var index = 0
        for constraint in firstPhase.constraints {
            for term in constraint.terms
            where !exists(term.variable, multipliers: firstPhase.multiplierCount) {
                throw .variable(constraint: index)
            }
            index += 1
        }
        for constraint in secondPhase?.constraints ?? [] {
            for term in constraint.terms where !exists(term.variable, multipliers: multiplierCount) {
                throw .variable(constraint: index)
            }
            index += 1
        }
    }

    private func exists(_ variable: Variable, multipliers: Int) -> Bool {
        switch variable {
        case .left(let index), .right(let index), .output(let index): (0..<multipliers).contains(index)
        case .committed(let index): (0..<committedCount).contains(index)
        case .one: true
        }
    }

    /// The second phase's constraints at the challenges drawn.
    ///
    /// All denominators are inverted together: a lookup table is a quotient an entry.
    func secondPhaseConstraints(at challenges: [Scalar]) throws(CircuitError) -> [LinearCombination] {
        guard let secondPhase else { return [] }
        var index = firstPhase.constraints.count
        var denominators: [Scalar] = []
        for constraint in secondPhase.constraints {
            for case .quotient(_, let denominator) in constraint.terms.lazy.map(\.coefficient) {
                guard let value = denominator.value(at: challenges) else { throw .challenge(constraint: index) }
                guard value != .zero else { throw .zeroDenominator(constraint: index) }
                denominators.append(value)
            }
            index += 1
        }
        Scalar.batchInvert(&denominators)

        index = firstPhase.constraints.count
        var inverses = denominators.makeIterator()
        var constraints: [LinearCombination] = []
        constraints.reserveCapacity(secondPhase.constraints.count)
        for constraint in secondPhase.constraints {
            var terms: [LinearCombination.Term] = []
            terms.reserveCapacity(constraint.terms.count)
            for term in constraint.terms {
                let value: Scalar? =
                    switch term.coefficient {
                    case .constant(let constant): constant
                    case .polynomial(let polynomial): polynomial.value(at: challenges)
                    case .quotient(let numerator, _):
                        numerator.value(at: challenges).flatMap { value in inverses.next().map { value * $0 } }
                    }
                guard let value else { throw .challenge(constraint: index) }
                terms.append(LinearCombination.Term(term.variable, value))
            }
            constraints.append(LinearCombination(terms: terms))
            index += 1
        }
        return constraints
    }

    /// The weights of all wires: constraint q counts z^(q+1).
    ///
    /// - Precondition: ``check()`` passed, and `secondConstraints` are this circuit's.
    func weights(z: Scalar, secondConstraints: [LinearCombination]) -> CircuitWeights {
        let zeros = Array(repeating: Scalar.zero, count: multiplierCount ?? 0)
        var weights = CircuitWeights(
            left: zeros,
            right: zeros,
            output: zeros,
            committed: Array(repeating: .zero, count: committedCount)
        )
        var power = Scalar.one
        for constraints in [firstPhase.constraints, secondConstraints] {
            for constraint in constraints {
                power = power * z
                for term in constraint.terms {
                    let weight = power * term.coefficient
                    switch term.variable {
                    case .left(let index): weights.left[index] += weight
                    case .right(let index): weights.right[index] += weight
                    case .output(let index): weights.output[index] += weight
                    case .committed(let index): weights.committed[index] -= weight
                    case .one: weights.constant -= weight
                    }
                }
            }
        }
        return weights
    }
}
