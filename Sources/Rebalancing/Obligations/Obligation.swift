public import BigIntegers
public import MarketData

/// A named claim about a decision's exact values: the unit that evaluator, circuit and analysis share.
public struct Obligation: Sendable, Hashable {
    /// What the claim is called in reports, in the policy's words.
    public let name: String
    /// What must hold.
    public let claim: Claim

    /// How many units of the claim's form one unit of value counts: only reports of how far off a claim is read it.
    public let unitsPerValue: BigInteger

    /// Names a claim.
    public init(_ name: String, _ claim: Claim, unitsPerValue: BigInteger = 1_000_000) {
        self.name = name
        self.claim = claim
        self.unitsPerValue = unitsPerValue
    }

    /// What an obligation can claim.
    public enum Claim: Sendable, Hashable {
        /// The form is at least 0.
        case nonNegative(LinearForm)
        /// The Herfindahl index of scaled values compares with a limit.
        case concentration(ConcentrationForm)
        /// `amount` is 0, or `amount` − `minimum` ≥ 0.
        case zeroOrAtLeast(amount: LinearForm, minimum: LinearForm)
        /// Volatility or tracking error of scaled values compares with a limit.
        case risk(RiskForm)
        /// The number of assets held compares with a limit.
        case positions(PositionsForm)
    }
}

/// The concentration rule over scaled values: vᵢ = ⌊valueᵢ ÷ 2^shift⌋ and V = Σ vᵢ.
///
/// The floor **is** the meaning, for every reader and in both directions (attestation page, section 3).
public struct ConcentrationForm: Sendable, Hashable {
    /// Which state it speaks of.
    public let moment: Moment
    /// Upper limit of the index.
    public let limit: PartsPerMillion
    /// Whether the index must be at most the limit, or strictly above it (the trigger that a broken rule is).
    public let sense: Sense
    /// s of the scaling, a constant of the number of assets and never of the portfolio.
    public let shift: Int

    /// Creates the rule for a portfolio of `assetCount` assets, scaled by `shift` where the policy has finer or coarser rules.
    public init(moment: Moment, limit: PartsPerMillion, sense: Sense, assetCount: Int, shift: Int? = nil) {
        self.moment = moment
        self.limit = limit
        self.sense = sense
        self.shift = shift ?? Self.shift(assetCount: assetCount)
    }

    /// Before or after the decision.
    public enum Moment: Sendable, Hashable { case before, after }

    /// The direction of the comparison.
    public enum Sense: Sendable, Hashable { case atMost, above }

    /// The scaled values of this many assets, squared and weighted, stay below 2²³⁶ when each value is below 2¹²⁸.
    ///
    /// limit·V² < 2²⁰·(n·2^(128 − s))², so 20 + 2·(128 − s + ⌈log₂ n⌉) ≤ 236 gives s ≥ 20 + ⌈log₂ n⌉. Rounded up to 24,
    /// a multiple of every digit size in use, for up to 16 assets.
    package static func shift(assetCount: Int) -> Int {
        let logarithm = assetCount <= 1 ? 0 : Int.bitWidth - (assetCount - 1).leadingZeroBitCount
        return max(24, 20 + logarithm)
    }

    /// limit·V² − 10⁶·Σ vᵢ² for ``Sense/atMost``, its negative minus 1 for ``Sense/above``: at least 0 iff the rule holds.
    public func margin(values: [BigInteger]) -> BigInteger {
        let scaled = values.map { $0 >> shift }
        let total = scaled.reduce(0, +)
        let margin = BigInteger(Int(limit.value)) * total * total - 1_000_000 * scaled.reduce(0) { $0 + $1 * $1 }
        return sense == .atMost ? margin : -margin - 1
    }
}
