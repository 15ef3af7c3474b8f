/// The claim that a linear form lies in [0, 2^bits).
public struct RangeCheck: Sendable, Hashable {
    /// How sharp the upper bound is.
    public enum UpperBound: Sendable, Hashable {
        /// The form is below 2^bits.
        case exact
        /// The form is below 2 to the next multiple of the digit size; enough where only the sign matters.
        case atLeast
    }

    /// The width w.
    public let bits: Int
    /// How sharp the upper bound is.
    public let upperBound: UpperBound

    /// A check of `bits` bits.
    public init(bits: Int, upperBound: UpperBound) {
        self.bits = bits
        self.upperBound = upperBound
    }

    /// ⌈w/k⌉ digits of k bits.
    func digitCount(digitBits: Int) -> Int {
        (bits - 1) / digitBits + 1
    }

    /// Bits of the top digit, 1 to k.
    func topDigitBits(digitBits: Int) -> Int {
        bits - (digitCount(digitBits: digitBits) - 1) * digitBits
    }

    /// Whether the top digit is looked up a second time, scaled to the full digit size.
    func looksUpTopDigitTwice(digitBits: Int) -> Bool {
        upperBound == .exact && topDigitBits(digitBits: digitBits) < digitBits
    }

    /// Table lookups that the check needs.
    func lookupCount(digitBits: Int) -> Int {
        digitCount(digitBits: digitBits) + (looksUpTopDigitTwice(digitBits: digitBits) ? 1 : 0)
    }

    /// Whether digits of `digitBits` bits cannot wrap around: 2^w + 2^(k⌈w/k⌉) < ℓ, where ℓ is 2²⁵² and a little.
    ///
    /// A form x with |x| < 2^w then has no representative −x + ℓ among the sums of digits.
    func isSound(digitBits: Int) -> Bool {
        // The little is more than 2¹²⁴ and less than 2¹²⁵.
        guard bits >= 1, bits <= 252 else { return false }
        let width = digitCount(digitBits: digitBits) * digitBits
        return width <= 251 || (width == 252 && bits <= 124)
    }
}

/// How many bits one table lookup covers.
///
/// Large digits need fewer lookups and a larger table. With D lookups of k bits a circuit pays ⌈D/2⌉ multipliers for the
/// digits, as many for the second phase, and 2^(k−1) for the table.
public enum DigitSize {
    /// The digit sizes that the gadget takes.
    public static let supported = 1...16

    /// Multipliers that `checks` cost with digits of `digitBits` bits.
    public static func multiplierCount(forChecks checks: [RangeCheck], digitBits: Int) -> Int {
        if checks.isEmpty { return 0 }
        let lookups = checks.reduce(0) { $0 + $1.lookupCount(digitBits: digitBits) }
        return 2 * ((lookups + 1) / 2) + 1 << (digitBits - 1)
    }

    /// The digit size with the smallest padded circuit; among equals the one with fewest multipliers, then the smallest.
    ///
    /// - Parameters:
    ///   - checks: The range checks of the circuit.
    ///   - otherMultipliers: What the circuit has besides them.
    /// - Returns: `nil` where no digit size is sound for every check.
    public static func cheapest(forChecks checks: [RangeCheck], otherMultipliers: Int = 0) -> Int? {
        supported
            .filter { digitBits in checks.allSatisfy { $0.isSound(digitBits: digitBits) } }
            .min { cost(checks, otherMultipliers, $0) < cost(checks, otherMultipliers, $1) }
    }

    private static func cost(_ checks: [RangeCheck], _ others: Int, _ digitBits: Int) -> (Int, Int, Int) {
        let count = others + multiplierCount(forChecks: checks, digitBits: digitBits)
        return (Circuit.paddedSize(count), count, digitBits)
    }
}
