/// Why an attestation cannot be made or read.
public enum AttestationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A part has the wrong number of elements.
    case wrongLength(field: String, got: Int, expected: Int)
    /// A rule cannot be turned into a circuit.
    case unprovable(reason: String)
    /// The decision does not satisfy the circuit, so no proof of it exists.
    case notSatisfied(kind: AttestationKind, reason: String)
    /// A vault cannot pass from one policy to the other.
    case unamendable(reason: String)
    /// There is no report over a period of these steps.
    case unreportable(reason: String)
    /// A file is not what it should be, such as "an attestation", of a version that this build reads.
    case unreadable(file: String, reason: String)
    /// A part of something is not what it should be.
    case malformed(reason: String)
    /// An opening is not that of its commitment; `index` is the asset's place in the policy.
    case openingMismatch(index: Int)
    /// The stored openings cannot be read.
    case openingsUnreadable
    /// The commitments to a policy's secret parameters are not what they are proved to be.
    case sealBroken(reason: String)
    /// A sealed policy is to be run without the openings of its secret parameters, or with those of another.
    case otherParameters
    /// The signer gave no valid signature.
    case signerFailed(reason: String)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .wrongLength(let field, let got, let expected): "\(field): expected \(expected), got \(got)"
        case .unprovable(let reason): "a rule cannot be proved: \(reason)"
        case .notSatisfied(let kind, let reason): "no proof of this \(kind) exists: \(reason)"
        case .unamendable(let reason): "the vault cannot pass to this policy: \(reason)"
        case .unreportable(let reason): "no report over this period: \(reason)"
        case .unreadable(let file, let reason): "not \(file): \(reason)"
        case .malformed(let reason): reason
        case .openingMismatch(let index): "the opening of asset number \(index + 1) is not that of its commitment"
        case .openingsUnreadable: "the stored openings are damaged or of another version"
        case .sealBroken(let reason): "the seal of the secret parameters does not hold: \(reason)"
        case .otherParameters:
            "these openings are not of this sealed policy: give the file that `policy seal` wrote beside it"
        case .signerFailed(let reason): "the signer failed: \(reason)"
        }
    }
}
