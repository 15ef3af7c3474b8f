import BigIntegers
import MarketData
import Rebalancing
import Ristretto

@testable import Attestations
@testable import ZeroKnowledge

/// One circuit at fixed prices, asked whether values satisfy it: as strict as a proof and a thousand times faster.
struct CircuitTrial {
    let template: CircuitTemplate
    let prices: [Price]
    let matrices: CircuitMatrices

    init(
        _ kind: AttestationKind,
        _ mandate: Mandate,
        sameDay: Bool = false,
        scheduleDue: Bool = false,
        prices: [Price],
        risk: MarketRisk = .none,
        elapsed: Int64 = 0
    ) throws {
        template = try CircuitTemplate(
            kind: kind,
            mandate: mandate,
            variant: .init(sameDay: sameDay, scheduleDue: scheduleDue)
        )
        self.prices = prices
        matrices = CircuitMatrices(mandate, of: risk, elapsed: elapsed)
    }

    /// Commitments' values in the circuit's order, negative ones as residues.
    static func scalars(_ values: [BigInteger]) -> [Scalar] { values.map { Scalar($0) } }

    /// Whether the honest witness of these committed values satisfies every constraint.
    func accepts(_ committed: [Scalar]) throws -> Bool {
        do {
            let (circuit, assignment) = try CircuitSynthesis.build(
                template,
                prices: prices,
                matrices: matrices,
                committed: committed
            )
            guard let assignment else { return false }
            return try Self.broken(circuit, Wires(assignment)).isEmpty && Self.secondPhaseHolds(circuit, assignment)
        } catch AttestationError.notSatisfied {
            return false
        }
    }

    /// The wires of a first phase, honest or altered.
    struct Wires {
        var committed: [Scalar]
        var left: [Scalar]
        var right: [Scalar]

        init(_ assignment: Assignment) {
            committed = assignment.committed.values
            left = assignment.left.values
            right = assignment.right.values
        }

        func value(_ variable: Variable) -> Scalar {
            switch variable {
            case .left(let index): left[index]
            case .right(let index): right[index]
            case .output(let index): left[index] * right[index]
            case .committed(let index): committed[index]
            case .one: .one
            }
        }

        func value(_ form: LinearCombination) -> Scalar {
            form.terms.reduce(Scalar.zero) { $0 + $1.coefficient * value($1.variable) }
        }
    }

    /// Indices of the first phase's constraints that the wires break.
    static func broken(_ circuit: Circuit, _ wires: Wires) -> [Int] {
        circuit.firstPhase.constraints.indices.filter { wires.value(circuit.firstPhase.constraints[$0]) != .zero }
    }

    /// The first multiplier that holds digits: constraints over lower ones alone are the gadgets' own.
    static func firstDigitGate(_ circuit: Circuit) -> Int {
        for case .left(let gate) in circuit.secondPhase?.constraints.first?.terms.map(\.variable) ?? [] { return gate }
        return circuit.firstPhase.multiplierCount
    }

    private static func secondPhaseHolds(_ circuit: Circuit, _ assignment: Assignment) throws -> Bool {
        guard circuit.secondPhase != nil else { return true }
        let challenges = [Scalar(0x1234_5678_9abc_def1 as UInt64) * Scalar(0xfedc_ba98_7654_3211 as UInt64)]
        guard let (left, right) = assignment.secondPhase(challenges) else { return false }
        var wires = Wires(assignment)
        wires.left += left
        wires.right += right
        return try circuit.secondPhaseConstraints(at: challenges).allSatisfy { wires.value($0) == .zero }
    }
}
