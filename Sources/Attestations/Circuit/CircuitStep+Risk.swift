import BigIntegers
import Rebalancing

extension FormBounds {
    /// Bits of (limit·V)² − ‖Mᵀv‖² and of its negative minus 1.
    ///
    /// ‖Mᵀv‖ ≤ Σ vᵢ·‖Mᵢ‖ ≤ 2²⁷·V, because no row of a ``RiskMatrix`` is longer than 2²⁷, and no limit is larger either.
    func riskBits(_ form: RiskForm) -> Int {
        let most = scaledTotal(form.shift) << RiskMatrix.lengthBits
        return (most * most + 1).bitWidth
    }
}

extension CircuitTemplate {
    /// The steps that rules about counts and squares among `obligations` read: the assets held, then values scaled once a moment
    /// and each measure's squares.
    static func squares(_ obligations: [Obligation], _ bounds: FormBounds) -> [CircuitStep] {
        var shifts: [ConcentrationForm.Moment: Int] = [:]
        var counted: Set<ConcentrationForm.Moment> = []
        var measures: [ConcentrationForm.Moment: Set<RiskMeasure>] = [:]
        for obligation in obligations {
            switch obligation.claim {
            case .concentration(let form): shifts[form.moment] = form.shift
            case .risk(let form):
                shifts[form.moment] = form.shift
                measures[form.moment, default: []].insert(form.measure)
            case .positions(let form): counted.insert(form.moment)
            case .nonNegative, .zeroOrAtLeast: break
            }
        }
        return [.before, .after].flatMap { (moment: ConcentrationForm.Moment) -> [CircuitStep] in
            let held = counted.contains(moment) ? [CircuitStep.heldAssets(moment)] : []
            guard let shift = shifts[moment] else { return held }
            return held + [.scaledSquares(moment, shift: shift, bits: bounds.scaledBits(shift: shift))]
                + (measures[moment] ?? []).sorted().map { .riskSquares(moment, $0) }
        }
    }
}
