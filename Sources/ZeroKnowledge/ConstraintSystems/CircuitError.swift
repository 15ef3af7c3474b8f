/// What is wrong with a circuit, whoever made it. Constraints are counted through both phases, the first phase first.
public enum CircuitError: Error, Sendable, Equatable {
    /// A count of multipliers or commitments is negative or overflows.
    case count
    /// A constraint names a wire that does not exist in its phase.
    case variable(constraint: Int)
    /// A coefficient names more challenges than the second phase draws.
    case challenge(constraint: Int)
    /// A coefficient's denominator is zero at the challenges drawn.
    case zeroDenominator(constraint: Int)
    /// A digit size for range checks outside ``DigitSize/supported``.
    case digitSize(got: Int)
    /// A width that cannot be checked soundly with this digit size: 2^w + 2^(k⌈w/k⌉) must stay below the group's order.
    case width(bits: Int, digitBits: Int)
    /// The prover's own value does not fit the range check of this index.
    case valueOutOfRange(check: Int)
}

extension CircuitError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .count: "impossible number of multipliers or commitments"
        case .variable(let constraint): "constraint \(constraint) names a wire that does not exist in its phase"
        case .challenge(let constraint): "constraint \(constraint) names a challenge that is not drawn"
        case .zeroDenominator(let constraint): "constraint \(constraint) has a coefficient with denominator zero"
        case .digitSize(let got): "digit size: got \(got) bits, expected 1 to \(DigitSize.supported.upperBound)"
        case .width(let bits, let digitBits):
            "a range check of \(bits) bits in digits of \(digitBits) would wrap around the group's order"
        case .valueOutOfRange(let check): "the value of range check \(check) is out of range"
        }
    }
}
