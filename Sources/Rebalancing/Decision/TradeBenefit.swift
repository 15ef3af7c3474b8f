import BigIntegers
public import MarketData

/// What exchanging a little of one asset for another saves and costs, per unit of value moved. **Secret.**
public struct TradeBenefit: Sendable, Hashable {
    /// What would be sold.
    public let sell: Asset
    /// What would be bought.
    public let buy: Asset
    /// gᵢ − gⱼ in parts per million of what moves.
    public let saving: ExactFraction
    /// c in parts per million of what moves.
    public let cost: PartsPerMillion

    /// Whether the saving exceeds the cost.
    public var isWorthIt: Bool { saving > ExactFraction(BigInteger(cost.value)) }

    /// Both figures, for the operator's eyes only.
    public var explanation: String {
        let saved = Points(millionths: saving.numerator.floorDivided(by: saving.denominator))
        let paid = Points(millionths: BigInteger(cost.value))
        return "\(sell.symbol) for \(buy.symbol) saves \(saved) of what moves and costs \(paid): "
            + (isWorthIt ? "worth it" : "not worth its cost")
    }
}

extension TradeBenefit: CustomStringConvertible, CustomReflectable {
    /// `<hidden>`, always.
    public var description: String { "<hidden>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension NoTradeForm {
    /// What the best exchange of a state would save and cost; nothing in an empty portfolio, or one of a single asset.
    func benefit(_ values: DecisionValues, by slopes: BenefitSlopes, under mandate: Mandate) -> TradeBenefit {
        let savings = savings(values, by: slopes)
        let total = values.totalBefore
        let all = savings.indices
        guard total > 0, let sell = all.max(by: { savings[$0] < savings[$1] }),
            let buy = all.min(by: { savings[$0] < savings[$1] })
        else { return TradeBenefit(sell: mandate.quote, buy: mandate.quote, saving: ExactFraction(0), cost: rule.cost) }
        return TradeBenefit(
            sell: mandate.assets[sell],
            buy: mandate.assets[buy],
            saving: ExactFraction(savings[sell] - savings[buy], over: BenefitSlopes.scale * total),
            cost: rule.cost
        )
    }
}
