import Rebalancing

/// The words for rules over volatility and tracking error.
extension ExplanationWriter {
    var riskTriggerRules: [PolicyExplanation.Rule] {
        (policy.outline.rebalance.first?.lines ?? []).compactMap { line in
            guard case .condition(let condition) = line, condition.value.isActedOnRisk,
                let measure = condition.value.figure.value.riskMeasure,
                case .operand(let bound)? = condition.value.yardstick
            else { return nil }
            let sentence =
                "A rebalance is due while \(condition.value); where it ends, bands and requirements say. The proof does not say "
                + "which trigger held."
            return rule(
                "rebalance: \(condition.value)",
                sentence,
                form(measure, ">", value(bound.value)),
                .private,
                .proved
            )
        }
    }

    /// The rule in mathematics, and where its matrix comes from.
    func form(_ measure: RiskMeasure, _ sign: String, _ bound: Literal) -> [String] {
        let source = "L·Lᵀ is the covariance of \(measure.days) daily returns a year, recomputed from candles"
        let limit = bound.partsPerMillion ?? 0
        if measure.kind == .trackingError, policy.outline.hidesTargets {
            return [
                "Σ_k (Σ_i L_ik·δ_i)² \(sign) (\(limit)·W)², δ = ⌊(10⁶·value − target·V) ÷ 2^s⌋, W = ⌊10⁶·V ÷ 2^s⌋",
                source,
            ]
        }
        let columns = measure.kind == .volatility ? "M = L" : "M_ik = L_ik − Σ target_j·L_jk"
        return [
            "Σ_k (Σ_i M_ik·v_i)² \(sign) (\(limit)·Σv)², v = ⌊value ÷ 2^s⌋, \(columns)", source,
        ]
    }
}
