import BigIntegers
import MarketData
import Rebalancing
import Ristretto
import ZeroKnowledge

/// Lays a template's steps out as constraints over commitments, with prices filled in.
///
/// With committed values it also carries the assignment, computed in constant time: every hidden bit is a mask over the
/// scalars, never a branch.
struct CircuitSynthesis {
    var system: ConstraintSystem
    let layout: CommittedLayout
    let mandate: Mandate
    /// The value of one quantity unit of each asset, in value units.
    private let valuePerUnit: [Scalar]
    private var trades: [Int: (bought: Variable, sold: Variable, side: Variable)] = [:]
    private var signedAfter: [Int: LinearCombination] = [:]
    private var secretShares: [FormVariable: Variable] = [:]
    private var squares: [ConcentrationForm.Moment: (ofSum: Variable, sum: LinearCombination)] = [:]
    private var scaled: [ConcentrationForm.Moment: [Variable]] = [:]
    /// How many assets are held.
    var positions: [ConcentrationForm.Moment: LinearCombination] = [:]
    /// What measures of deviations are of.
    var deviations: [ConcentrationForm.Moment: ScaledDeviations] = [:]
    private var riskSquares: [RiskClaim: LinearCombination] = [:]
    /// The matrices of the measures that the steps read.
    let matrices: CircuitMatrices

    /// Which squares a claim about risk reads.
    private struct RiskClaim: Hashable {
        let moment: ConcentrationForm.Moment
        let measure: RiskMeasure
    }

    private init(
        system: ConstraintSystem,
        layout: CommittedLayout,
        mandate: Mandate,
        prices: [Price],
        matrices: CircuitMatrices
    ) {
        self.system = system
        self.layout = layout
        self.mandate = mandate
        self.matrices = matrices
        valuePerUnit = mandate.assets.indices.map { Scalar(prices[$0].units) * Scalar(mandate.valueScale($0)) }
    }

    /// Digit size and size of the steps' circuit, whatever the prices.
    static func cost(
        of steps: [CircuitStep],
        layout: CommittedLayout,
        mandate: Mandate
    ) throws(AttestationError) -> (digitBits: Int, multiplierCount: Int) {
        let prices = mandate.assets.map { _ in Price.one }
        var synthesis = CircuitSynthesis(
            system: ConstraintSystem(committedCount: layout.count),
            layout: layout,
            mandate: mandate,
            prices: prices,
            matrices: .uniform(mandate)
        )
        for step in steps { try synthesis.lay(step) }
        let system = synthesis.system
        guard
            let digitBits = DigitSize.cheapest(
                forChecks: system.rangeChecks,
                otherMultipliers: system.multiplierCount
            )
        else { throw .unprovable(reason: "a sum of values is wider than the group's order allows") }
        // Counted, not laid out: a stranger's sealed policy is compiled before anything of it is believed.
        let count =
            system.multiplierCount + DigitSize.multiplierCount(forChecks: system.rangeChecks, digitBits: digitBits)
        let most = BulletproofGenerators.maximumChainLength
        guard count <= most else {
            throw .unprovable(reason: "a circuit of \(count) multipliers, and one proof has at most \(most)")
        }
        return (digitBits, count)
    }

    /// The instantiated circuit, with its assignment if `committed` values are given.
    static func build(
        _ template: CircuitTemplate,
        prices: [Price],
        matrices: CircuitMatrices = .none,
        committed: [Scalar]?
    ) throws(AttestationError) -> (circuit: Circuit, assignment: Assignment?) {
        let system = try layOut(template, prices: prices, matrices: matrices, committed: committed)
        do {
            return try system.finish(digitBits: template.digitBits)
        } catch .valueOutOfRange {
            throw .notSatisfied(kind: template.kind, reason: "one of its claims does not hold")
        } catch {
            throw .unprovable(reason: "\(error)")
        }
    }

    /// The template's constraints and range checks, whose digits are not laid out yet.
    static func layOut(
        _ template: CircuitTemplate,
        prices: [Price],
        matrices: CircuitMatrices = .none,
        committed: [Scalar]?
    ) throws(AttestationError) -> ConstraintSystem {
        let expected = template.kind.isDecision ? template.mandate.assets.count : 0
        guard prices.count == expected else {
            throw .wrongLength(field: "prices", got: prices.count, expected: expected)
        }
        // A flow weighs nothing, so that its steps read no price.
        let prices = template.kind.isDecision ? prices : template.mandate.assets.map { _ in Price.one }
        var synthesis = CircuitSynthesis(
            system: committed.map { ConstraintSystem(committedValues: $0) }
                ?? ConstraintSystem(committedCount: template.layout.count),
            layout: template.layout,
            mandate: template.mandate,
            prices: prices,
            matrices: matrices
        )
        for step in template.steps { try synthesis.lay(step) }
        return synthesis.system
    }

    // MARK: Steps

    private mutating func lay(_ step: CircuitStep) throws(AttestationError) {
        switch step {
        case .quantityRange(let asset):
            check(LinearCombination(.committed(layout.after(asset))), bits: 64, .exact)
        case .oneDirection:
            keepOneDirection()
        case .carriedIsZero:
            system.constrain(LinearCombination(.committed(layout.carriedAfter)))
        case .carriedIs(let form):
            let carried = LinearCombination(.committed(layout.carriedAfter))
            system.constrain(carried - combination(form))
            check(carried, bits: FormBounds.carriedBits, .exact)
        case .bucketIsZero:
            system.constrain(LinearCombination(.committed(layout.bucketAfter)))
        case .bucketRange:
            check(LinearCombination(.committed(layout.bucketAfter)), bits: FormBounds.carriedBits, .exact)
        case .elapsedShare:
            secretShares[.elapsedShare] =
                system.multiply(
                    combination(mandate.total(.before)),
                    LinearCombination(constant: matrices.elapsed ?? .zero)
                ).output
        case .tradeSplit(let asset):
            try split(asset)
        case .side(let side, let beforeBits, let afterBits):
            try sign(side, beforeBits, afterBits)
        case .scaledSquares(let moment, let shift, let bits):
            try scale(moment, shift: shift, bits: bits)
        case .riskSquares(let moment, let measure):
            try squareRisk(moment, measure)
        case .scaledDeviations(let moment, let deviations, let bits, let totalBits):
            scale(deviations, moment, bits: bits, totalBits: totalBits)
        case .heldAssets(let moment):
            countPositions(moment)
        case .obligation(let obligation, let bits):
            check(margin(obligation), bits: bits)
        case .someOf(let obligations, let bits):
            let margins = obligations.map { margin($0) }
            check(select(among: margins, whether: LinearCombination(.one)), bits: bits)
        case .unlessExcused(let claims, let excuses, let excuseBits):
            try waive(claims, excuses: excuses, excuseBits: excuseBits)
        case .unlessNotWorthIt(let hold):
            try keepUnlessNotWorthIt(hold)
        case .secretShare(let parameter, let moment):
            let share = system.multiply(
                LinearCombination(.committed(layout.parameter(parameter))),
                combination(mandate.total(moment))
            )
            secretShares[moment == .before ? .secretShareBefore(parameter) : .secretShareAfter(parameter)] =
                share.output
        }
    }

    private mutating func keepOneDirection() {
        let changes = mandate.assets.indices.map {
            LinearCombination(.committed(layout.after($0))) - LinearCombination(.committed(layout.before($0)))
        }
        var isWithdrawal: ConstantTimeMask? = ConstantTimeMask(bit: 0)
        for change in changes {
            let isNegative = system.evaluate(change).map(\.isNegative)
            isWithdrawal = isWithdrawal.flatMap { any in isNegative.map { any | $0 } }
        }
        let direction = boolean(isWithdrawal.map { Scalar(bit: $0) })
        let sign = LinearCombination(.one) - LinearCombination(direction) * Scalar(UInt64(2))
        for change in changes {
            check(LinearCombination(system.multiply(sign, change).output), bits: 64)
        }
    }

    private mutating func split(_ asset: Int) throws(AttestationError) {
        let change =
            LinearCombination(.committed(layout.after(asset))) - LinearCombination(.committed(layout.before(asset)))
        let deviation = system.evaluate(combination(mandate.deviation(asset, .before)))
        let assignment = system.evaluate(change).map { change in
            let isSale = change.isNegative
            let amount = Scalar.select(isSale, -change, change)
            let bought = Scalar.select(isSale, .zero, amount)
            let deviation = deviation ?? .zero
            // At the target exactly either side is true, and the trade decides which one is provable.
            let isOver = ~deviation.isNegative & ~(deviation.isZero & ~bought.isZero)
            return (bought: bought, sold: Scalar.select(isSale, amount, .zero), side: Scalar(bit: isOver))
        }
        let purchase = system.allocateMultiplier(assignment.map { ($0.bought, $0.side) })
        let sale = system.allocateMultiplier(assignment.map { ($0.sold, Scalar.one - $0.side) })
        let side = boolean(assignment.map { $0.side })
        let sideCombination = LinearCombination(side)
        system.constrain(LinearCombination(purchase.right) - sideCombination)
        system.constrain(LinearCombination(purchase.output))
        system.constrain(LinearCombination(sale.right) + sideCombination - LinearCombination(.one))
        system.constrain(LinearCombination(sale.output))
        system.constrain(change - LinearCombination(purchase.left) + LinearCombination(sale.left))
        check(LinearCombination(purchase.left) + LinearCombination(sale.left), bits: 64)
        trades[asset] = (purchase.left, sale.left, side)
    }

    private mutating func sign(_ side: SideObligation, _ beforeBits: Int, _ afterBits: Int) throws(AttestationError) {
        let bit = try trade(side.asset).side
        let sign = LinearCombination(bit) * Scalar(UInt64(2)) - LinearCombination(.one)
        let before = system.multiply(sign, combination(side.before))
        check(LinearCombination(before.output), bits: beforeBits)
        let after = system.multiply(sign, combination(side.after))
        check(LinearCombination(after.output) + combination(side.tolerance), bits: afterBits)
        signedAfter[side.asset] = LinearCombination(after.output)
    }

    private mutating func scale(_ moment: ConcentrationForm.Moment, shift: Int, bits: Int) throws(AttestationError) {
        var sum = LinearCombination()
        var sumOfSquares = LinearCombination()
        var values: [Variable] = []
        let unit = Scalar(BigInteger(1) << shift)
        for asset in mandate.assets.indices {
            let value = combination(LinearForm(moment == .before ? .valueBefore(asset) : .valueAfter(asset)))
            let scaled = system.evaluate(value).map { $0.shiftedRight(by: shift) }
            let square = system.allocateMultiplier(scaled.map { ($0, $0) })
            system.constrain(LinearCombination(square.left) - LinearCombination(square.right))
            check(LinearCombination(square.left), bits: bits)
            check(value - LinearCombination(square.left) * unit, bits: shift, .exact)
            values.append(square.left)
            sum = sum + LinearCombination(square.left)
            sumOfSquares = sumOfSquares + LinearCombination(square.output)
        }
        scaled[moment] = values
        let squareOfSum = system.multiply(sum, sum)
        squares[moment] = (squareOfSum.output, sumOfSquares)
    }

    /// One gate a column: both inputs are the column's product with the scaled values.
    ///
    /// The scaled values are fixed by the commitments, so that nothing here is the prover's to choose; that the matrix is the
    /// market's is the verifier's to compute.
    private mutating func squareRisk(
        _ moment: ConcentrationForm.Moment,
        _ measure: RiskMeasure
    ) throws(AttestationError) {
        let scaled = measure.kind == .deviationTrackingError ? deviations[moment]?.ofAssets : scaled[moment]
        guard let matrix = matrices.rows[measure], let scaled, matrix.count == scaled.count else {
            throw .unprovable(reason: "no matrix of \(measure) for the circuit")
        }
        var sum = LinearCombination()
        for column in scaled.indices {
            var product = LinearCombination()
            for (row, variable) in zip(matrix, scaled) { product.add(variable, times: row[column]) }
            sum += LinearCombination(system.multiply(product, product).output)
        }
        riskSquares[RiskClaim(moment: moment, measure: measure)] = sum
    }

    // MARK: Forms

    /// The integer that the obligation wants to be at least 0.
    mutating func margin(_ obligation: Obligation) -> LinearCombination {
        switch obligation.claim {
        case .nonNegative(let form):
            return combination(form)
        case .concentration(let form):
            guard let squares = squares[form.moment] else { return LinearCombination(constant: -Scalar.one) }
            let margin =
                LinearCombination(squares.ofSum) * Scalar(BigInteger(Int(form.limit.value)))
                - squares.sum * Scalar(UInt64(1_000_000))
            return form.sense == .atMost ? margin : margin * -Scalar.one - LinearCombination(.one)
        case .risk(let form):
            let claim = RiskClaim(moment: form.moment, measure: form.measure)
            let total = form.deviations == nil ? squares[form.moment]?.ofSum : deviations[form.moment]?.squareOfTotal
            guard let total, let risk = riskSquares[claim] else { return LinearCombination(constant: -Scalar.one) }
            let limit = BigInteger(form.limit.value)
            let margin = LinearCombination(total) * Scalar(limit * limit) - risk
            return form.sense == .atMost ? margin : margin * -Scalar.one - LinearCombination(.one)
        case .positions(let form):
            return margin(form)
        case .zeroOrAtLeast(let amount, let minimum):
            let amount = combination(amount)
            // amount·(1 − traded) = 0 forces traded = 1 where anything was traded; where nothing was, the claim holds and
            // `traded` may be anything, so that it need not be a bit.
            let value = system.evaluate(amount)
            let absent = system.allocateMultiplier(value.map { ($0, Scalar(bit: $0.isZero)) })
            system.constrain(LinearCombination(absent.left) - amount)
            system.constrain(LinearCombination(absent.output))
            let traded = LinearCombination(.one) - LinearCombination(absent.right)
            return LinearCombination(system.multiply(amount - combination(minimum), traded).output)
        }
    }

    func combination(_ form: LinearForm) -> LinearCombination {
        form.terms.reduce(LinearCombination(constant: Scalar(form.constant))) { sum, term in
            let (variable, unit) = wire(term.variable)
            return sum + LinearCombination(variable) * (Scalar(term.coefficient) * unit)
        }
    }

    private func wire(_ variable: FormVariable) -> (variable: Variable, unit: Scalar) {
        switch variable {
        case .valueBefore(let asset): (.committed(layout.before(asset)), valuePerUnit[asset])
        case .valueAfter(let asset): (.committed(layout.after(asset)), valuePerUnit[asset])
        case .bought(let asset): (trades[asset]?.bought ?? .one, valuePerUnit[asset])
        case .sold(let asset): (trades[asset]?.sold ?? .one, valuePerUnit[asset])
        case .carriedBefore: (.committed(layout.carriedBefore), .one)
        case .carriedAfter: (.committed(layout.carriedAfter), .one)
        case .bucketBefore: (.committed(layout.bucketBefore), .one)
        case .bucketAfter: (.committed(layout.bucketAfter), .one)
        case .secretShareBefore, .secretShareAfter, .elapsedShare: (secretShares[variable] ?? .one, .one)
        }
    }

    private func trade(_ asset: Int) throws(AttestationError) -> (bought: Variable, sold: Variable, side: Variable) {
        guard let trade = trades[asset] else {
            throw .unprovable(reason: "asset \(asset) is traded before it is split")
        }
        return trade
    }

    func signed(_ asset: Int) throws(AttestationError) -> LinearCombination {
        guard let after = signedAfter[asset] else { throw .unprovable(reason: "asset \(asset) has no side") }
        return after
    }

    mutating func check(
        _ combination: LinearCombination,
        bits: Int,
        _ upperBound: RangeCheck.UpperBound = .atLeast
    ) {
        system.checkRange(combination, bits: bits, upperBound: upperBound)
    }
}
