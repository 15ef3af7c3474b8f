public import Ristretto

/// Builds a ``Circuit``, and for a prover the assignment with it.
///
/// The same code builds for both sides: a verifier starts from the number of commitments, a prover from the committed values.
/// Nothing that is built depends on the values.
///
/// ```swift
/// var system = ConstraintSystem(committedValues: [Scalar(6), Scalar(7)])
/// let (_, _, product) = system.multiply(LinearCombination(.committed(0)), LinearCombination(.committed(1)))
/// system.constrain(LinearCombination(product) - LinearCombination(constant: Scalar(42)))
/// let (circuit, assignment) = try system.finish(digitBits: 8)
/// ```
public struct ConstraintSystem: Sendable {
    /// Number of commitments that the system speaks about.
    public let committedCount: Int
    /// Number of multipliers so far; range checks add theirs when the system is finished.
    public private(set) var multiplierCount = 0
    /// The range checks registered so far.
    public private(set) var rangeChecks: [RangeCheck] = []

    private(set) var constraints: [LinearCombination] = []
    private(set) var checkedForms: [LinearCombination] = []
    /// Values of all wires; `nil` for a verifier.
    private var witness: WireWitness?

    /// Starts a verifier's system over `committedCount` commitments.
    public init(committedCount: Int) {
        self.committedCount = committedCount
    }

    /// Starts a prover's system over the values of its commitments.
    public init(committedValues: [Scalar]) {
        committedCount = committedValues.count
        witness = WireWitness(committed: committedValues)
    }

    /// The multiplier of two linear forms.
    ///
    /// Allocates it, then constrains `left` − L = 0 and `right` − R = 0, in this order.
    public mutating func multiply(
        _ left: LinearCombination,
        _ right: LinearCombination
    ) -> (left: Variable, right: Variable, output: Variable) {
        let values = evaluate(left).flatMap { l in evaluate(right).map { r in (l, r) } }
        let wires = allocateMultiplier(values)
        constrain(left - LinearCombination(wires.left))
        constrain(right - LinearCombination(wires.right))
        return wires
    }

    /// A multiplier whose inputs nothing constrains yet.
    ///
    /// - Parameter values: A prover's values of both inputs; a verifier gives `nil`. A prover that gives `nil` gets zeros.
    public mutating func allocateMultiplier(
        _ values: (Scalar, Scalar)?
    ) -> (left: Variable, right: Variable, output: Variable) {
        let index = multiplierCount
        multiplierCount += 1
        witness?.append(values ?? (.zero, .zero))
        return (.left(index), .right(index), .output(index))
    }

    /// Claims that `form` is zero.
    public mutating func constrain(_ form: LinearCombination) {
        constraints.append(form)
    }

    /// The value of `form`; `nil` for a verifier, and where a wire does not exist.
    public func evaluate(_ form: LinearCombination) -> Scalar? {
        witness?.value(of: form)
    }

    /// Claims that `form` lies in [0, 2^`bits`); the digits are laid out when the system is finished.
    ///
    /// - Parameters:
    ///   - form: A form of which the other constraints and checks ensure |form| < 2^`bits` or that it is arbitrary: the check
    ///     itself refuses everything outside the range.
    ///   - bits: The width w, at least 1.
    ///   - upperBound: Whether 2^w itself must be sharp.
    public mutating func checkRange(_ form: LinearCombination, bits: Int, upperBound: RangeCheck.UpperBound) {
        rangeChecks.append(RangeCheck(bits: bits, upperBound: upperBound))
        checkedForms.append(form)
    }

    /// Takes over everything that another system claims, about this system's commitments.
    ///
    /// Multipliers, constraints and range checks are put after those that are here. One table of digits then serves the checks
    /// of both, and one proof shows both.
    ///
    /// - Parameters:
    ///   - other: A prover's system if this is a prover's, else a verifier's.
    ///   - places: For each of the other's commitments its index among this system's.
    /// - Precondition: One place a commitment, each of them here.
    public mutating func append(_ other: ConstraintSystem, committedAt places: [Int]) {
        precondition(places.count == other.committedCount && places.allSatisfy((0..<committedCount).contains))
        precondition((witness == nil) == (other.witness == nil), "prover's and verifier's systems do not mix")
        let offset = multiplierCount
        func moved(_ form: LinearCombination) -> LinearCombination {
            LinearCombination(
                terms: form.terms.map { .init($0.variable.moved(by: offset, committedAt: places), $0.coefficient) }
            )
        }
        multiplierCount += other.multiplierCount
        constraints += other.constraints.map(moved)
        rangeChecks += other.rangeChecks
        checkedForms += other.checkedForms.map(moved)
        if let wires = other.witness { witness?.append(wires) }
    }

    /// Lays out the range checks in digits of `digitBits` bits, and returns the circuit, with the assignment for a prover.
    ///
    /// - Throws: ``CircuitError/digitSize(got:)`` and ``CircuitError/width(bits:digitBits:)`` where the checks are not sound
    ///   with this digit size; ``CircuitError/valueOutOfRange(check:)`` where a prover's own value breaks a check.
    public consuming func finish(digitBits: Int) throws(CircuitError) -> (circuit: Circuit, assignment: Assignment?) {
        try finish(digitBits: digitBits, falseWitness: .refused)
    }

    /// As the public function; for tests of the verifier, a value out of range may keep its lowest digits.
    package consuming func finish(
        digitBits: Int,
        falseWitness: Prover.FalseWitness
    ) throws(CircuitError) -> (circuit: Circuit, assignment: Assignment?) {
        let secondPhase = try layOutRangeChecks(digitBits: digitBits, falseWitness: falseWitness)
        let circuit = Circuit(
            committedCount: committedCount,
            firstPhase: Circuit.FirstPhase(multiplierCount: multiplierCount, constraints: constraints),
            secondPhase: secondPhase?.phase
        )
        let rule = secondPhase?.rule
        // A prover who lies about a digit may exceed the bound.
        let short = falseWitness == .refused ? secondPhase?.short : nil
        let assignment = witness?.assignment(short: short) { left, right in
            guard let rule else { return { _ in ([], []) } }
            return { rule.wires(left: left.values, right: right.values, challenges: $0) }
        }
        return (circuit, assignment)
    }
}

/// The prover's values while a system is built.
private struct WireWitness: Sendable, CustomStringConvertible, CustomReflectable {
    private var committed: [Scalar]
    private var left: [Scalar] = []
    private var right: [Scalar] = []
    private var output: [Scalar] = []

    init(committed: [Scalar]) {
        self.committed = committed
    }

    mutating func append(_ inputs: (left: Scalar, right: Scalar)) {
        left.append(inputs.left)
        right.append(inputs.right)
        output.append(inputs.left * inputs.right)
    }

    mutating func append(_ other: WireWitness) {
        left += other.left
        right += other.right
        output += other.output
    }

    func value(of form: LinearCombination) -> Scalar? {
        var sum = Scalar.zero
        for term in form.terms {
            let (wires, index): ([Scalar], Int) =
                switch term.variable {
                case .left(let index): (left, index)
                case .right(let index): (right, index)
                case .output(let index): (output, index)
                case .committed(let index): (committed, index)
                case .one: ([.one], 0)
                }
            guard wires.indices.contains(index) else { return nil }
            sum += term.coefficient * wires[index]
        }
        return sum
    }

    /// Hands everything over.
    consuming func assignment(
        short: ShortWires?,
        secondPhase: (_ left: SecretScalars, _ right: SecretScalars) -> Assignment.SecondPhaseWires
    ) -> Assignment {
        let (left, right) = (SecretScalars(left), SecretScalars(right))
        return Assignment(
            committed: SecretScalars(committed),
            left: left,
            right: right,
            output: SecretScalars(output),
            short: short,
            secondPhase: secondPhase(left, right)
        )
    }

    var description: String { "<hidden>" }
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension ConstraintSystem: CustomStringConvertible, CustomReflectable {
    /// Counts, never values.
    public var description: String {
        "constraint system of \(multiplierCount) multipliers, \(constraints.count) constraints, "
            + "\(rangeChecks.count) range checks"
    }

    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
