import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// Each constraint is needed: without it there are witnesses that keep all the others and break it.
///
/// At an honest witness the gradients of all constraints, products of multipliers included, are linearly independent. So without
/// one of them the witnesses near that point form a smooth family of one dimension more, along which the missing constraint
/// does not stay 0. Hidden bits that must sum to 1 stand alone and have no such family: for them the test finds bits of
/// -1, 0, 1 or 2 that break the one constraint and no other. Checks of ranges are left out: they hold their forms to integers, not to equations; ``CheckRemovalTests``
/// removes those.
@Suite("Gadgets")
struct GadgetTests {
    static let cases: [(kind: AttestationKind, sameDay: Bool)] = [
        (.genesis, false), (.rebalance, false), (.rebalance, true), (.hold, true), (.flow, false),
    ]

    @Test("need every one of their constraints", arguments: cases)
    func everyConstraintIsNeeded(kind: AttestationKind, sameDay: Bool) throws {
        let mandate = try MaliciousScenario.mandate()
        let prices = kind.isDecision ? MaliciousScenario.prices : []
        let trial = try CircuitTrial(kind, mandate, sameDay: sameDay, prices: prices)
        let states = MaliciousScenario.honestStates(kind, mandate, sameDay: sameDay)
        try expectEveryConstraintIsNeeded(trial, states)
    }

    @Test(
        "need every one of their constraints where risk is measured too",
        arguments: [AttestationKind.rebalance, .hold]
    )
    func everyRiskConstraintIsNeeded(kind: AttestationKind) throws {
        try everyRiskConstraintIsNeeded(kind, by: .trackingError)
    }

    @Test(
        "need every one of their constraints where deviations are measured",
        arguments: [AttestationKind.rebalance, .hold]
    )
    func everyConstraintOverDeviationsIsNeeded(kind: AttestationKind) throws {
        try everyRiskConstraintIsNeeded(kind, by: .deviationTrackingError)
    }

    private func everyRiskConstraintIsNeeded(_ kind: AttestationKind, by straying: RiskMeasure.Kind) throws {
        let mandate = try RiskScenario.mandate(by: straying)
        let trial = try CircuitTrial(kind, mandate, prices: RiskScenario.prices, risk: RiskScenario.risk())
        try expectEveryConstraintIsNeeded(trial, RiskScenario.honestStates(kind))
    }

    @Test(
        "need every one of their constraints where positions are counted too",
        arguments: [AttestationKind.rebalance, .hold]
    )
    func everyConstraintOfACountIsNeeded(kind: AttestationKind) throws {
        let trial = try CircuitTrial(kind, try PositionsScenario.openMandate(), prices: PositionsScenario.prices)
        try expectEveryConstraintIsNeeded(trial, PositionsScenario.openStates(kind))
    }

    @Test(
        "need every one of their constraints where a slippage bucket is carried too",
        arguments: [AttestationKind.genesis, .rebalance, .hold]
    )
    func everyBucketConstraintIsNeeded(kind: AttestationKind) throws {
        let trial = try BucketScenario.trial(kind)
        try expectEveryConstraintIsNeeded(trial, BucketScenario.honestStates(kind))
    }

    @Test("need every one of their constraints where a hold may be not worth its cost", arguments: [false, true])
    func everyConstraintOfAnExcuseIsNeeded(sameDay: Bool) throws {
        let mandate = try NoTradeScenario.mandate()
        let trial = try CircuitTrial(
            .hold,
            mandate,
            sameDay: sameDay,
            prices: NoTradeScenario.prices,
            risk: RiskScenario.risk()
        )
        let states = [NoTradeScenario.inOrder, NoTradeScenario.spared] + (sameDay ? [NoTradeScenario.exhausted] : [])
        try expectEveryConstraintIsNeeded(trial, states)
    }

    private func expectEveryConstraintIsNeeded(_ trial: CircuitTrial, _ states: [RandomDecision.Move]) throws {
        let (kind, mandate) = (trial.template.kind, trial.template.mandate)
        try expectEveryConstraintIsNeeded(trial, states) { $0.committed(kind, mandate) }
    }

    private func expectEveryConstraintIsNeeded(
        _ trial: CircuitTrial,
        _ states: [RandomDecision.Move],
        committing commit: (RandomDecision.Move) -> [Scalar]
    ) throws {
        var neverFreed: Set<Int>?
        for state in states {
            let committed = commit(state)
            #expect(try trial.accepts(committed))
            let built = try CircuitSynthesis.build(
                trial.template,
                prices: trial.prices,
                matrices: trial.matrices,
                committed: committed
            )
            guard let assignment = built.assignment else { continue }
            let wires = CircuitTrial.Wires(assignment)
            let dependent = Gradients(built.circuit, wires).dependentRows()
            neverFreed = (neverFreed ?? dependent).intersection(dependent)
            if neverFreed == [] { break }
            neverFreed?.subtract(FalseBits(built.circuit, wires).constraintsBrokenAlone())
        }
        #expect(neverFreed == [], "of \(trial.template.kind): constraints that the others imply")
    }

    @Test("with secret parameters need every one of their constraints", arguments: [AttestationKind.rebalance, .hold])
    func everyConstraintOverSecretsIsNeeded(kind: AttestationKind) throws {
        let secret = try SecretMandate.scenario(try MaliciousScenario.mandate())
        let trial = try CircuitTrial(kind, secret.sealed, sameDay: true, prices: MaliciousScenario.prices)
        let states = MaliciousScenario.honestStates(kind, secret.opened, sameDay: true)
        try expectEveryConstraintIsNeeded(trial, states) { secret.committed($0, kind) }
    }

    @Test(
        "with secret parameters need every one of their constraints where risk is measured too",
        arguments: [AttestationKind.rebalance, .hold]
    )
    func everyRiskConstraintOverSecretsIsNeeded(kind: AttestationKind) throws {
        let secret = try SecretMandate.scenario(try RiskScenario.mandate(by: .deviationTrackingError))
        let trial = try CircuitTrial(kind, secret.sealed, prices: RiskScenario.prices, risk: RiskScenario.risk())
        try expectEveryConstraintIsNeeded(trial, RiskScenario.honestStates(kind)) { secret.committed($0, kind) }
    }

    @Test(
        "with secret parameters need every one of their constraints where a slippage bucket is carried too",
        arguments: [AttestationKind.rebalance, .hold]
    )
    func everyBucketConstraintOverSecretsIsNeeded(kind: AttestationKind) throws {
        let secret = try SecretMandate.scenario(try BucketScenario.mandate())
        let trial = try CircuitTrial(
            kind,
            secret.sealed,
            prices: MaliciousScenario.prices,
            elapsed: BucketScenario.elapsed
        )
        try expectEveryConstraintIsNeeded(trial, BucketScenario.honestStates(kind)) { secret.committed($0, kind) }
    }
}

/// The gradients of the gadgets' own constraints over the committed values and both inputs of every multiplier.
private struct Gradients {
    private var rows: [[Scalar]]

    init(_ circuit: Circuit, _ wires: CircuitTrial.Wires) {
        let digits = CircuitTrial.firstDigitGate(circuit)
        let width = 2 * digits + circuit.committedCount
        let own = circuit.firstPhase.constraints.filter { constraint in
            constraint.terms.allSatisfy { term in
                switch term.variable {
                case .left(let gate), .right(let gate), .output(let gate): gate < digits
                case .committed, .one: true
                }
            }
        }
        rows = own.map { constraint in
            var row = Array(repeating: Scalar.zero, count: width)
            for term in constraint.terms {
                switch term.variable {
                case .left(let gate): row[gate] += term.coefficient
                case .right(let gate): row[digits + gate] += term.coefficient
                case .output(let gate):
                    row[gate] += term.coefficient * wires.right[gate]
                    row[digits + gate] += term.coefficient * wires.left[gate]
                case .committed(let index): row[2 * digits + index] += term.coefficient
                case .one: break
                }
            }
            return row
        }
    }

    /// Rows that take part in a linear dependency: no direction breaks one of them alone.
    func dependentRows() -> Set<Int> {
        var (rows, origins) = (rows, self.rows.indices.map { [$0: Scalar.one] })
        var pivots: [(row: Int, column: Int)] = []
        var dependent: Set<Int> = []
        for index in rows.indices {
            for pivot in pivots where rows[index][pivot.column] != .zero {
                let factor = rows[index][pivot.column]
                for column in rows[index].indices where rows[pivot.row][column] != .zero {
                    rows[index][column] -= factor * rows[pivot.row][column]
                }
                for (origin, weight) in origins[pivot.row] { origins[index][origin, default: .zero] -= factor * weight }
            }
            guard let column = rows[index].firstIndex(where: { $0 != .zero }) else {
                dependent.formUnion(origins[index].filter { $0.value != .zero }.keys)
                continue
            }
            let inverse = rows[index][column].invertedVartime()
            rows[index] = rows[index].map { $0 * inverse }
            origins[index] = origins[index].mapValues { $0 * inverse }
            pivots.append((index, column))
        }
        return dependent
    }
}

/// Witnesses whose hidden bits are no bits, or do not sum to what they should.
private struct FalseBits {
    private let circuit: Circuit
    private let honest: CircuitTrial.Wires
    private let own: [LinearCombination]
    /// Multipliers with left + right = 1 and output = 0.
    private var bits: [Int] = []

    init(_ circuit: Circuit, _ wires: CircuitTrial.Wires) {
        let digits = CircuitTrial.firstDigitGate(circuit)
        self.circuit = circuit
        honest = wires
        own = circuit.firstPhase.constraints.filter { constraint in
            constraint.terms.allSatisfy { term in
                switch term.variable {
                case .left(let gate), .right(let gate), .output(let gate): gate < digits
                case .committed, .one: true
                }
            }
        }
        for constraint in own where constraint.terms.count == 3 {
            if case .left(let gate) = constraint.terms[0].variable, constraint.terms[1].variable == .right(gate),
                constraint.terms[2].variable == .one
            {
                bits.append(gate)
            }
        }
    }

    /// Constraints that some choice of up to three neighbouring bits breaks without breaking another.
    func constraintsBrokenAlone() -> Set<Int> {
        let values = [-1, 0, 1, 2].map { Scalar(BigInteger($0)) }
        var found: Set<Int> = []
        for first in bits.indices {
            for second in bits[first...].indices.dropFirst() {
                for third in bits[second...].indices.prefix(9) {
                    for choice in 0..<64 {
                        var wires = honest
                        for (bit, value) in [(first, choice & 3), (second, choice >> 2 & 3), (third, choice >> 4)] {
                            wires.left[bits[bit]] = values[value]
                            wires.right[bits[bit]] = Scalar.one - values[value]
                        }
                        repair(&wires)
                        let broken = own.indices.lazy.filter { wires.value(own[$0]) != .zero }.prefix(2)
                        if let only = broken.first, broken.count == 1 { found.insert(only) }
                    }
                }
            }
        }
        return found
    }

    /// Follows a multiplier's inputs from what they must equal, as a prover would.
    private func repair(_ wires: inout CircuitTrial.Wires) {
        for constraint in own {
            guard let last = constraint.terms.last, last.coefficient == -Scalar.one else { continue }
            switch last.variable {
            case .left(let gate) where !bits.contains(gate): wires.left[gate] += wires.value(constraint)
            case .right(let gate) where !bits.contains(gate): wires.right[gate] += wires.value(constraint)
            default: break
            }
        }
    }
}
