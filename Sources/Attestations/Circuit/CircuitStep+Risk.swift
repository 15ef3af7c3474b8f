import BigIntegers
import Rebalancing

extension FormBounds {
    /// Bits of (limit·V)² − ‖Mᵀv‖² and of its negative minus 1.
    ///
    /// ‖Mᵀv‖ ≤ Σ vᵢ·‖Mᵢ‖ ≤ 2²⁷·V, because no row of a ``RiskMatrix`` is longer than 2²⁷, and no limit is larger either.
    ///
    /// Of deviations, ‖Lᵀδ‖ ≤ 2²⁷·(W + 1 + n/2): ``RiskForm/Deviations``.
    func riskBits(_ form: RiskForm) -> Int {
        if let deviations = form.deviations {
            let total = interval(deviations.total).most >> deviations.shift
            let most = (total + BigInteger(values.count) + 2) << RiskMatrix.lengthBits
            return (most * most + 1).bitWidth
        }
        let most = scaledTotal(form.shift) << RiskMatrix.lengthBits
        return (most * most + 1).bitWidth
    }

    /// The step that deviations are floored in: a deviation in bits of its magnitude, the total in bits of its own.
    fileprivate func step(_ deviations: RiskForm.Deviations, _ moment: ConcentrationForm.Moment) -> CircuitStep {
        let reach = deviations.ofAssets.map { form in
            let (least, most) = interval(form)
            return max((least >> deviations.shift).bitWidth, (most >> deviations.shift).bitWidth)
        }
        return .scaledDeviations(
            moment,
            deviations,
            bits: reach.max() ?? 1,
            totalBits: (interval(deviations.total).most >> deviations.shift).bitWidth
        )
    }
}

extension CircuitTemplate {
    /// The steps that rules about counts and squares among `obligations` read: the assets held, then values scaled once a moment
    /// and each measure's squares.
    static func squares(_ obligations: [Obligation], _ bounds: FormBounds) -> [CircuitStep] {
        var shifts: [ConcentrationForm.Moment: Int] = [:]
        var counted: Set<ConcentrationForm.Moment> = []
        var deviations: [ConcentrationForm.Moment: RiskForm.Deviations] = [:]
        var measures: [ConcentrationForm.Moment: Set<RiskMeasure>] = [:]
        for obligation in obligations {
            switch obligation.claim {
            case .concentration(let form): shifts[form.moment] = form.shift
            case .risk(let form):
                if let measured = form.deviations {
                    deviations[form.moment] = measured
                } else {
                    shifts[form.moment] = form.shift
                }
                measures[form.moment, default: []].insert(form.measure)
            case .positions(let form): counted.insert(form.moment)
            case .nonNegative, .zeroOrAtLeast: break
            }
        }
        return [.before, .after].flatMap { (moment: ConcentrationForm.Moment) -> [CircuitStep] in
            let held = counted.contains(moment) ? [CircuitStep.heldAssets(moment)] : []
            let scaled = shifts[moment].map { shift in
                CircuitStep.scaledSquares(moment, shift: shift, bits: bounds.scaledBits(shift: shift))
            }
            return held + [scaled, deviations[moment].map { bounds.step($0, moment) }].compactMap { $0 }
                + (measures[moment] ?? []).sorted().map { .riskSquares(moment, $0) }
        }
    }
}
