import Ristretto

extension Circuit {
    /// Refuses an assignment that breaks a multiplier or a constraint.
    ///
    /// Stops at the first broken one; for an honest prover none is, and all are evaluated.
    func checkSatisfied(
        by assignment: Assignment,
        _ second: PhaseWitness,
        secondConstraints: [LinearCombination]
    ) throws(ProvingError) {
        let wires = WireValues(assignment, second)
        for index in assignment.left.values.indices
        where assignment.left.values[index] * assignment.right.values[index] != assignment.output.values[index] {
            throw .unsatisfiedMultiplier(index)
        }
        var index = 0
        for constraints in [firstPhase.constraints, secondConstraints] {
            for constraint in constraints {
                guard wires.value(of: constraint) == .zero else { throw .unsatisfied(constraint: index) }
                index += 1
            }
        }
    }
}

/// The values of all wires, both phases.
private struct WireValues {
    let left: SecretScalars
    let right: SecretScalars
    let output: SecretScalars
    let committed: SecretScalars

    init(_ assignment: Assignment, _ second: PhaseWitness) {
        left = SecretScalars(assignment.left.values + second.left.values)
        right = SecretScalars(assignment.right.values + second.right.values)
        output = SecretScalars(assignment.output.values + second.output.values)
        committed = assignment.committed
    }

    func value(of combination: LinearCombination) -> Scalar {
        var sum = Scalar.zero
        for term in combination.terms {
            let wire: Scalar =
                switch term.variable {
                case .left(let index): left.values[index]
                case .right(let index): right.values[index]
                case .output(let index): output.values[index]
                case .committed(let index): committed.values[index]
                case .one: .one
                }
            sum += term.coefficient * wire
        }
        return sum
    }
}
