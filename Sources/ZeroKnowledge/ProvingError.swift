/// Why a prover produced no proof. No case carries a secret.
public enum ProvingError: Error, Sendable, Equatable {
    /// A value does not fit the claimed width.
    case valueOutOfRange(index: Int, bits: Int)
    /// A width that is not 8, 16, 32 or 64.
    case bitSize(got: Int)
    /// A number of values that is no power of two, or beyond the generators.
    case partyCount(got: Int)
    /// Not one blinding factor a value.
    case blindingCount(got: Int, expected: Int)
    /// The assignment belongs to another circuit.
    case assignmentCount(got: Int, expected: Int)
    /// More multipliers than there are generators.
    case multiplierCount(got: Int, limit: Int)
    /// The assignment breaks the constraint of this index, first phase first.
    case unsatisfied(constraint: Int)
    /// The product wire of this multiplier is not the product of its inputs.
    case unsatisfiedMultiplier(Int)
    /// A challenge hit an entry of the lookup table; run the prover again. Chance: below 2⁻²⁰⁰.
    case unusableChallenge
    /// The circuit itself is malformed.
    case circuit(CircuitError)
}

extension ProvingError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .valueOutOfRange(let index, let bits): "value \(index) does not fit \(bits) bits"
        case .bitSize(let got): "bit size: got \(got), expected 8, 16, 32 or 64"
        case .partyCount(let got): "aggregated values: got \(got), expected a power of two within the generators"
        case .blindingCount(let got, let expected): "blinding factors: got \(got), expected \(expected)"
        case .assignmentCount(let got, let expected): "assigned wires: got \(got), expected \(expected)"
        case .multiplierCount(let got, let limit): "multipliers: got \(got), expected at most \(limit)"
        case .unsatisfied(let constraint): "the assignment breaks constraint \(constraint)"
        case .unsatisfiedMultiplier(let index): "the assignment breaks multiplier \(index)"
        case .unusableChallenge: "a challenge hit the lookup table"
        case .circuit(let error): "circuit: \(error)"
        }
    }
}
