import MarketData
import Rebalancing

/// What a test says of the market's risk over one window: what it does not say stands still, or moves apart from all else.
struct GivenRisk: Sendable, Hashable {
    /// One an asset, a year; 0 where the test gives none.
    var volatilities: [PartsPerMillion]
    /// By pair of assets, the smaller index first; 0 where the test gives none.
    var correlations: [Pair: PartsPerMillion] = [:]

    /// Two assets.
    struct Pair: Sendable, Hashable {
        let first: Int
        let second: Int

        init(_ one: Int, _ other: Int) {
            (first, second) = (min(one, other), max(one, other))
        }
    }

    /// The covariance that it makes.
    ///
    /// - Throws: `RiskError` if no market has such volatilities and correlations.
    func covariance(days: Int) throws(RiskError) -> ExactCovariance {
        let rows = volatilities.indices.map { row in
            volatilities.indices.map { column in
                row == column ? .whole : correlations[Pair(row, column)] ?? .zero
            }
        }
        return try ExactCovariance(days: days, volatilities: volatilities, correlations: rows)
    }
}

extension PolicyOutline.Figure {
    /// Whether it is an asset's volatility or a correlation of two, from which a test makes a covariance.
    var isMarketRisk: Bool { [.realizedVolatility, .correlation].contains(measure.value) }
}

extension PolicyChecker {
    /// Takes `realized volatility(A, w)` or `correlation(A, B, w)` into the risk over w.
    mutating func take(
        _ figure: Spanned<PolicyOutline.Figure>,
        _ value: Spanned<PolicyOutline.Operand>,
        into risks: inout [Int: GivenRisk]
    ) {
        guard let days = figure.value.windowDays, riskWindows.contains(days) else {
            let windows = riskWindows.sorted().map { "`\($0)d`" }.joined(separator: " or ")
            let help = windows.isEmpty ? "remove it" : "a rule looks back \(windows)"
            return report(
                .impossibleState,
                figure.span,
                "no rule looks back over the window of `\(figure.value)`, so it says nothing",
                help: help
            )
        }
        let places = figure.value.arguments.dropLast().compactMap { argument -> Int? in
            guard case .name(let symbol) = argument.value else { return nil }
            return assetIndices[symbol]
        }
        guard let parts = resolve(value)?.literal.partsPerMillion else { return }
        var risk = risks[days] ?? GivenRisk(volatilities: assets.map { _ in .zero })
        if figure.value.measure.value == .correlation {
            guard places.count == 2, places[0] != places[1] else { return }
            risk.correlations[.init(places[0], places[1])] = PartsPerMillion(parts)
        } else if let place = places.first {
            if parts > Int64(ExactCovariance.mostVolatility) * 1_000_000 {
                let message =
                    "`\(value.value)` is beyond the \(100 * ExactCovariance.mostVolatility)%/yr that rules have room for"
                return report(.impossibleState, value.span, message)
            }
            risk.volatilities[place] = PartsPerMillion(parts)
        }
        risks[days] = risk
    }

    /// The trigger over a figure that a test names as a reason.
    mutating func trigger(over figure: Spanned<PolicyOutline.Figure>) -> PolicyTest.Reason? {
        check(figure, in: nil)
        let found = furtherTriggers.first { trigger in
            if case .risk(let measure, _) = trigger.predicate {
                measure.words == figure.value.riskMeasure?.words
            } else {
                false
            }
        }
        if let found { return .condition(found.name) }
        let message = "no trigger of `rebalance` reads `\(figure.value)`"
        report(.unknownValue, figure.span, message, help: "name a trigger, or a requirement in quotes")
        return nil
    }
}
