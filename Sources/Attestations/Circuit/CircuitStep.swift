import BigIntegers
import MarketData
import Rebalancing

/// One gadget of a circuit template: what is constrained, with public coefficients left as polynomials in the prices.
///
/// A template is a list of steps. Its text, its cost and its constraints are three readings of the same list, so they
/// cannot drift apart.
enum CircuitStep: Sendable, Hashable {
    /// The committed quantity after lies in exactly [0, 2⁶⁴).
    case quantityRange(asset: Int)
    /// Every quantity moves in one direction, up or down, or stays: direction is a hidden bit, and (1 − 2·direction)·Δ ≥ 0
    /// for every asset.
    ///
    /// |Δ| < 2⁶⁴ by the exact checks of both quantities, so that a Δ of the other sign is a residue that no check of 64 bits
    /// takes.
    case oneDirection
    /// The carried value after is 0.
    case carriedIsZero
    /// The carried value after equals a form, and lies in exactly [0, 2¹³⁶).
    case carriedIs(LinearForm)
    /// Δ = bought − sold with a hidden side bit: nothing bought if 1, nothing sold if 0, and bought + sold in [0, 2⁶⁴).
    ///
    /// The side bit makes bought·sold = 0, so that no prover can inflate turnover and with it the cost ceiling. One of the two
    /// is 0 and the other is ±Δ, so their sum is the size of the trade and one check tells the sign of both. |Δ| < 2⁶⁴ by the
    /// exact checks of the quantities, so that the check need not be sharp at its upper end.
    case tradeSplit(asset: Int)
    /// (2·side − 1)·before ≥ 0 and (2·side − 1)·after + tolerance ≥ 0.
    case side(SideObligation, beforeBits: Int, afterBits: Int)
    /// v = ⌊value ÷ 2^shift⌋ of every asset, and the squares of the vs and of their sum.
    case scaledSquares(ConcentrationForm.Moment, shift: Int, bits: Int)
    /// The squares of Mᵀv, one a column, for the scaled values v of a moment and the matrix M of a measure, whose entries are public
    /// inputs.
    case riskSquares(ConcentrationForm.Moment, RiskMeasure)
    /// δ = ⌊(10⁶·value − target·V) ÷ 2^shift⌋ of every asset, W = ⌊10⁶·V ÷ 2^shift⌋, and the square of W.
    case scaledDeviations(ConcentrationForm.Moment, RiskForm.Deviations, bits: Int, totalBits: Int)
    /// A hidden bit of every asset: 1 if its quantity is above 0 at a moment, and 0 if it is 0.
    case heldAssets(ConcentrationForm.Moment)
    /// An obligation holds.
    case obligation(Obligation, bits: Int)
    /// At least one of these held: hidden one-hot selectors, one range check in all.
    case someOf([Obligation], bits: Int)
    /// These hold, or (hidden) one of the excuses does; with no excuse they simply hold.
    case unlessExcused([Claim], excuses: [Obligation], excuseBits: Int)
    /// The same under `unless cost > benefit`: some of the conditions may also be left where no trade pays.
    case unlessNotWorthIt(NoTradeHold)
    /// The product of a secret parameter, which is committed to, and V at a moment: one multiplier, which every form that
    /// reads it shares.
    ///
    /// Both inputs are constrained to be what they are called, so that the output is the product in the field. The parameter is a
    /// whole number of its range by the seal's proof over the same commitment, and V is below 2¹³⁴ by the exact checks of the
    /// quantities; the product is one over the integers, within the interval that ``FormBounds`` takes it to have.
    case secretShare(parameter: Int, ConcentrationForm.Moment)

    /// A claim that may be excused, checked in its own width: the widest claim of a policy is half as wide again as most.
    struct Claim: Sendable, Hashable {
        let claim: Waivable
        let bits: Int
    }

    /// The slippage bucket after is empty.
    case bucketIsZero
    /// The slippage bucket after lies in exactly [0, 2¹³⁶).
    case bucketRange
    /// The product of V before and the milliseconds since the last rebalance, cut off at the time in which the bucket drains: one
    /// multiplier, which every form that reads it shares.
    ///
    /// V must stand on a wire of its own, because a coefficient takes one public number and a price is one. The time is the
    /// verifier's to compute, from two times that the statement names and the chain fixes.
    case elapsedShare

    /// What an exhausted limit may excuse.
    enum Waivable: Sendable, Hashable {
        /// The destination of one asset's ``CircuitStep/side(_:beforeBits:afterBits:)``.
        case destination(SideObligation)
        /// Any other obligation.
        case obligation(Obligation)
    }
}

/// The largest values of a vault's variables, from which every check's width follows.
struct FormBounds: Sendable {
    let values: [BigInteger]
    /// The upper ends of the secret parameters' ranges.
    private let parameters: [BigInteger]
    /// The time in which the slippage bucket drains.
    private let refill: BigInteger
    /// Width of the carried turnover.
    static let carriedBits = 136

    init(mandate: Mandate) {
        // Prices and quantities are at most 2⁶⁴ − 1 each.
        let largest = BigInteger(UInt64.max) * BigInteger(UInt64.max)
        values = mandate.assets.indices.map { mandate.valueScale($0) * largest }
        refill = BigInteger(Int(mandate.limits.slippageBucket?.refill ?? 0))
        parameters = (mandate.secrets?.parameters ?? []).map { BigInteger(Int($0.range.upperBound)) }
    }

    /// The smallest and largest value of a form.
    func interval(_ form: LinearForm) -> (least: BigInteger, most: BigInteger) {
        var least = form.constant
        var most = form.constant
        for (variable, coefficient) in form.coefficients {
            let reach = coefficient * bound(variable)
            if reach < 0 { least += reach } else { most += reach }
        }
        return (least, most)
    }

    /// Bits that hold the form's magnitude.
    func bits(_ form: LinearForm) -> Int {
        let (least, most) = interval(form)
        return max(1, least.bitWidth, most.bitWidth)
    }

    /// Bits of the integer that an obligation checks to be non-negative.
    func bits(_ obligation: Obligation) -> Int {
        switch obligation.claim {
        case .nonNegative(let form): bits(form)
        case .zeroOrAtLeast(let amount, let minimum): bits(amount - minimum)
        case .concentration(let form):
            // limit·V² and 10⁶·Σ v² are both at most 10⁶·(Σ v)²; the "above" sense subtracts one more.
            (1_000_000 * scaledTotal(form.shift) * scaledTotal(form.shift) + 1).bitWidth
        case .risk(let form):
            riskBits(form)
        case .positions(let form):
            // |limit − count| is at most this, and the "above" sense subtracts one more.
            (BigInteger(values.count) + BigInteger(form.limit).magnitude + 1).bitWidth
        }
    }

    func scaledTotal(_ shift: Int) -> BigInteger {
        values.reduce(0) { $0 + ($1 >> shift) }
    }

    /// Bits of the scaled value of the asset with the widest values.
    func scaledBits(shift: Int) -> Int {
        values.map { ($0 >> shift).bitWidth }.max() ?? 1
    }

    private func bound(_ variable: FormVariable) -> BigInteger {
        switch variable {
        case .valueBefore(let asset), .valueAfter(let asset), .bought(let asset), .sold(let asset): values[asset]
        case .elapsedShare: refill * values.reduce(0, +)
        case .carriedBefore, .carriedAfter, .bucketBefore, .bucketAfter: (BigInteger(1) << Self.carriedBits) - 1
        case .secretShareBefore(let parameter), .secretShareAfter(let parameter):
            parameters[parameter] * values.reduce(0, +)
        }
    }
}
