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
                Self.form(measure, ">", value(bound.value)),
                .private,
                .proved
            )
        }
    }

    /// The rule in mathematics, and where its matrix comes from.
    static func form(_ measure: RiskMeasure, _ sign: String, _ bound: Literal) -> [String] {
        let columns = measure.kind == .volatility ? "M = L" : "M_ik = L_ik − Σ target_j·L_jk"
        return [
            "Σ_k (Σ_i M_ik·v_i)² \(sign) (\(bound.partsPerMillion ?? 0)·Σv)², v = ⌊value ÷ 2^s⌋, \(columns)",
            "L·Lᵀ is the covariance of \(measure.days) daily returns a year, recomputed from candles",
        ]
    }
}
