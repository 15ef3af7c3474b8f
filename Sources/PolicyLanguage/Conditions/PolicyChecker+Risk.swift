import MarketData
import Rebalancing

/// Rules over volatility and tracking error, which are acted on.
extension PolicyChecker {
    /// The requirement that a line over volatility or tracking error makes; `nil` if this version does not act on it.
    ///
    /// - Parameter line: A line whose figure and bound were checked.
    mutating func riskRequirement(
        _ line: PolicyOutline.Requirement,
        _ figure: PolicyOutline.Figure
    ) -> Requirement? {
        guard line.isActedOnRisk, let measure = measured(figure), let limit = riskLimit(line.bound) else {
            return nil
        }
        return Requirement(name: line.name.value, predicate: .risk(measure, atMost: limit))
    }

    /// The trigger that a condition over volatility or tracking error makes; `nil` if this version does not act on it.
    mutating func riskTrigger(_ condition: PolicyOutline.Condition) -> Requirement? {
        guard condition.isActedOnRisk, let measure = measured(condition.figure.value),
            case .operand(let bound)? = condition.yardstick, let limit = riskLimit(bound)
        else { return nil }
        let name = "\(measure.words) > \(spelled(limit.value, .rate))"
        return Requirement(name: name, predicate: .risk(measure, atMost: limit))
    }

    /// The measure that a figure is here: of deviations where targets are secret, because they would show in a matrix.
    private func measured(_ figure: PolicyOutline.Figure) -> RiskMeasure? {
        figure.riskMeasure.map { measure in
            measure.kind == .trackingError && outline.hidesTargets
                ? RiskMeasure(.deviationTrackingError, days: measure.days) : measure
        }
    }

    private mutating func riskLimit(_ bound: Spanned<PolicyOutline.Operand>) -> PartsPerMillion? {
        resolve(bound)?.literal.partsPerMillion.map { PartsPerMillion($0) }
    }

    /// Daily returns make a window, so that it is of whole days.
    mutating func checkWindow(of figure: PolicyOutline.Figure) {
        guard let window = figure.arguments.first else { return }
        let day = Timestamp.millisecondsPerDay
        let range = Int64(RiskMeasure.leastDays) * day...Int64(RiskMeasure.mostDays) * day
        let what = "the window of `\(figure.measure.value.rawValue)`"
        guard let length = duration(window, what, in: range), length % day != 0 else { return }
        let help = "write `\(length / day)d` or `\(length / day + 1)d`"
        report(.outOfRange, window.span, "\(what) is of whole days, got `\(window.value)`", help: help)
    }

    /// The windows in days that rules look back over.
    var riskWindows: Set<Int> {
        var windows = Set([noTrade?.windowDays].compactMap { $0 })
        for rule in requirements.map(\.requirement) + furtherTriggers {
            if case .risk(let measure, _) = rule.predicate { windows.insert(measure.days) }
        }
        return windows
    }
}

extension PolicyOutline.Figure {
    /// The measure that the figure is, over a window of whole days.
    var riskMeasure: RiskMeasure? {
        let kind: RiskMeasure.Kind
        switch measure.value {
        case .volatility: kind = .volatility
        case .trackingError: kind = .trackingError
        default: return nil
        }
        guard let days = windowDays, (RiskMeasure.leastDays...RiskMeasure.mostDays).contains(days) else { return nil }
        return RiskMeasure(kind, days: days)
    }

    /// The whole days of the window that stands last between its parentheses.
    var windowDays: Int? {
        guard case .literal(let literal)? = arguments.last?.value, let length = literal.milliseconds,
            length % Timestamp.millisecondsPerDay == 0
        else { return nil }
        return Int(exactly: length / Timestamp.millisecondsPerDay)
    }
}

extension PolicyOutline.Requirement {
    /// Whether it says that volatility or tracking error is at most something after a rebalance.
    var isActedOnRisk: Bool {
        guard case .figure(let figure) = subject.value, figure.riskMeasure != nil else { return false }
        return comparison.value == .atMost && figure.moment != .before
    }
}

extension PolicyOutline.Condition {
    /// Whether it says that volatility or tracking error is above something before a rebalance.
    var isActedOnRisk: Bool {
        guard figure.value.riskMeasure != nil, case .operand? = yardstick else { return false }
        return comparison == .above && figure.value.moment != .after
    }
}

extension Policy {
    /// The windows in days that rules over risk and `unless cost > benefit` look back over, in any regime, ascending.
    public var riskWindows: [Int] { Set(mandates.flatMap(\.riskWindows)).sorted() }
}
