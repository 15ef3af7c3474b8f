extension PolicyOutline {
    /// Every value, or name of one, that a sealed policy shows wherever it stands: all but targets and bands, of which a `secret`
    /// statement says what they are.
    ///
    /// A name stands for one number. If the same name stands for a secret one too, the number would be read off the open place.
    var openOperands: [Spanned<Operand>] {
        var operands: [Spanned<Operand>] = []
        for line in requirements.first?.lines ?? [] { operands += line.operands }
        for line in limits.first?.lines ?? [] { operands += line.operands }
        for line in rebalance.first?.lines ?? [] { operands += line.operands }
        for line in regimes.first?.rules.lines ?? [] { operands.append(line.probability) }
        for line in oracles.first?.lines ?? [] { operands += line.operands }
        for line in breakers.first?.lines ?? [] { operands += line.operands }
        for line in executions.first?.lines ?? [] { operands += line.operands }
        operands += attests.prefix(1)
        for range in secrets.first?.ranges ?? [] { operands += [range.low, range.high] }
        return operands
    }
}

extension PolicyOutline.Requirement {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        guard case .figure(let figure) = subject.value else { return [bound] }
        return figure.arguments + [bound]
    }
}

extension PolicyOutline.Limit {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        switch self {
        case .turnoverPerDay(_, let amount), .turnoverPerRebalance(_, let amount), .trade(_, let amount),
            .smallestTrade(_, let amount), .cost(_, let amount):
            [amount]
        case .turnoverPerWindow(_, let amount, let time), .slippageBucket(_, let amount, let time): [amount, time]
        case .positions: []
        }
    }
}

extension PolicyOutline.Rule {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        switch self {
        case .every(let interval), .cooldown(_, let interval): [interval]
        case .condition(let condition): condition.value.operands
        case .noTradeTest(let test): [test.cost, test.window, test.horizon, test.riskAversion].compactMap { $0 }
        case .drift, .daily, .weekly, .monthly: []
        }
    }
}

extension PolicyOutline.Condition {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        let bound: [Spanned<PolicyOutline.Operand>] =
            switch yardstick {
            case .operand(let operand)?, .multiple(let operand, _)?: [operand]
            case .figure?, nil: []
            }
        return figures.flatMap(\.arguments) + bound
    }
}

extension PolicyOutline.OracleSetting {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        switch self {
        case .maximumAge(let operand), .maximumAhead(let operand), .maximumSpread(let operand),
            .afterOutage(let operand):
            [operand]
        case .sources, .quorum, .median: []
        }
    }
}

extension PolicyOutline.Breaker {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        guard case .halt(let time?) = action else { return condition.value.operands }
        return condition.value.operands + [time]
    }
}

extension PolicyOutline.ExecutionSetting {
    fileprivate var operands: [Spanned<PolicyOutline.Operand>] {
        switch self {
        case .childSize(.amount(let operand), _), .settlement(let operand, _): [operand]
        case .venues, .protection, .childSize(.sandwichSafe, _): []
        }
    }
}
