public import BigIntegers

/// Why a venue does not quote, or a venue cannot be built from the figures given.
public enum LiquidityError: Error, Hashable, Sendable {
    /// A figure that a venue is built from is outside its domain.
    case unusableParameter(name: String, got: String, expected: String)
    /// A token's position is outside the venue.
    case tokenOutOfRange(got: Int, count: Int)
    /// A trade of a token against itself.
    case sameToken(Int)
    /// An amount that is not positive, or not an unsigned number of 256 bits.
    case unusableAmount(got: BigInteger)
    /// An amount larger than the share of the balance that the venue trades at once.
    case exceedsShareOfBalance(got: BigInteger, limit: BigInteger)
    /// More is asked for than the venue holds.
    case insufficientLiquidity(got: BigInteger, available: BigInteger)
    /// A balance or an intermediate result that does not fit the word of the venue's arithmetic.
    case overflow(bits: Int)
    /// A logarithm or exponential outside the domain of the venue's fixed-point arithmetic.
    case outsideFixedPointDomain(got: BigInteger)
    /// An iteration of the venue's own arithmetic that does not settle.
    case noConvergence(iterations: Int)
    /// A price limit on the wrong side of the price, or outside the range of prices.
    case unusablePriceLimit(got: BigInteger)
}

extension LiquidityError: CustomStringConvertible {
    /// One line for the person at the prompt.
    public var description: String {
        switch self {
        case .unusableParameter(let name, let got, let expected): "\(name) is `\(got)`: expected \(expected)"
        case .tokenOutOfRange(let got, let count): "there is no token \(got): the venue has \(count)"
        case .sameToken(let token): "token \(token) cannot be traded against itself"
        case .unusableAmount(let got): "an amount of \(got) cannot be traded: expected 1 to 2^256 - 1 units"
        case .exceedsShareOfBalance(let got, let limit):
            "an amount of \(got) is more than the venue trades at once: at most \(limit)"
        case .insufficientLiquidity(let got, let available):
            "\(got) units are asked for, and the venue can give \(available)"
        case .overflow(let bits): "a balance or an intermediate result exceeds \(bits) bits"
        case .outsideFixedPointDomain(let got): "a power of \(got) is outside the venue's fixed-point arithmetic"
        case .noConvergence(let iterations): "the venue's arithmetic does not settle within \(iterations) iterations"
        case .unusablePriceLimit(let got): "a price limit of \(got) is out of range, or on the wrong side of the price"
        }
    }
}
