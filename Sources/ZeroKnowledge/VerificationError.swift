/// The check that a proof failed.
public enum VerificationError: Error, Sendable, Equatable {
    /// The proof is no whole number of 32-byte elements, or has too few of them.
    case length(got: Int)
    /// The version byte of an R1CS proof is neither 0 nor 1.
    case version(got: UInt8)
    /// A version-1 proof whose three second-phase points are identities: a one-phase proof must be written as version 0.
    case secondEncoding
    /// A scalar is not reduced modulo the group's order.
    case nonCanonicalScalar(String)
    /// 32 bytes are not the encoding of a group element.
    case undecodablePoint(String)
    /// A point that hides something is the identity.
    case identityPoint(String)
    /// The inner-product argument has another number of rounds than the statement's size asks for.
    case rounds(got: Int, expected: Int)
    /// A range proof over a width that is not 8, 16, 32 or 64.
    case bitSize(got: Int)
    /// Not the number of commitments that the circuit, or an aggregated proof, speaks about.
    case commitmentCount(got: Int, expected: Int)
    /// An aggregated range proof over a number of values that is no power of two, or over too many.
    case partyCount(got: Int)
    /// More multipliers than there are generators.
    case multiplierCount(got: Int, limit: Int)
    /// The circuit itself is malformed.
    case circuit(CircuitError)
    /// Everything is well formed, and the verification equation does not hold.
    case equation
}

extension VerificationError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .length(let got):
            "proof length: got \(got) bytes, expected a whole number of 32-byte elements, enough of them"
        case .version(let got): "proof version: got \(got), expected 0 or 1"
        case .secondEncoding: "proof version: a one-phase proof written as version 1"
        case .nonCanonicalScalar(let name): "scalar `\(name)` is not reduced modulo the group's order"
        case .undecodablePoint(let name): "point `\(name)` is not the encoding of a group element"
        case .identityPoint(let name): "point `\(name)` is the identity"
        case .rounds(let got, let expected): "inner-product argument: got \(got) rounds, expected \(expected)"
        case .bitSize(let got): "bit size: got \(got), expected 8, 16, 32 or 64"
        case .commitmentCount(let got, let expected): "commitments: got \(got), expected \(expected)"
        case .partyCount(let got): "aggregated values: got \(got), expected a power of two within the generators"
        case .multiplierCount(let got, let limit): "multipliers: got \(got), expected at most \(limit)"
        case .circuit(let error): "circuit: \(error)"
        case .equation: "the verification equation does not hold"
        }
    }
}
