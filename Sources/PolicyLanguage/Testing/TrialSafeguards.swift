import BigIntegers
import MarketData
import Rebalancing

/// What a policy's breakers and oracle say of the figures that a test gives.
///
/// A figure that a test does not give trips nothing, and the oracle is good unless the test says otherwise: a test is of
/// what it names.
struct TrialSafeguards: Sendable, Hashable {
    /// Every breaker with whether its condition holds.
    let conditions: [(breaker: CircuitBreaker, holds: Bool)]
    /// Whether the oracle is bad.
    let isOracleBad: Bool

    init(_ test: PolicyTest, _ safeguards: Safeguards, regime: String) {
        var figures = test.figures
        figures[.elapsed] = FigureValue(given: BigInteger(test.elapsed), for: .elapsed)
        let isBad = test.isOracleBad || Self.isBad(figures, safeguards.oracle)
        isOracleBad = isBad
        conditions = safeguards.breakers.map { breaker in
            (breaker, breaker.condition.holds({ figures[$0] }, isOracleBad: isBad, regime: regime) ?? false)
        }
    }

    /// Whether the given figures break the oracle's own rule.
    private static func isBad(_ figures: [MarketFigure: FigureValue], _ rule: OracleRule?) -> Bool {
        guard let rule else { return false }
        let bounds: [(MarketFigure, MarketCondition.Comparison, BigInteger?)] = [
            (.oracleAge, .above, BigInteger(rule.maximumAge)), (.oracleAhead, .above, BigInteger(rule.maximumAhead)),
            (.oracleSpread, .above, rule.maximumSpread.map { BigInteger($0) }),
            (.oracleSources, .below, 1_000_000 * BigInteger(rule.quorum)),
        ]
        return bounds.contains { figure, comparison, bound in
            guard let bound else { return false }
            return MarketCondition.compared(figure, comparison, .value(bound))
                .holds({ figures[$0] }, isOracleBad: nil) ?? false
        }
    }

    /// The names of the breakers that halt.
    var halts: [String] {
        conditions.compactMap { breaker, holds in
            if case .slow = breaker.action { return nil }
            return holds ? breaker.name : nil
        }
    }

    /// The names of the breakers that slow.
    var slows: [String] {
        conditions.compactMap { breaker, holds in
            guard case .slow = breaker.action, holds else { return nil }
            return breaker.name
        }
    }

    /// The same for the engine.
    var verdict: SafeguardVerdict {
        var factor: Int64 = 1
        for (breaker, holds) in conditions {
            guard case .slow(let times) = breaker.action, holds else { continue }
            let (product, overflow) = factor.multipliedReportingOverflow(by: times)
            factor = overflow ? .max : product
        }
        return SafeguardVerdict(
            halts: halts,
            outage: isOracleBad ? "it breaks a rule of the `oracle` block" : nil,
            isOracleBad: isOracleBad,
            cooldownFactor: factor
        )
    }

    static func == (left: TrialSafeguards, right: TrialSafeguards) -> Bool {
        left.isOracleBad == right.isOracleBad
            && left.conditions.elementsEqual(right.conditions) { $0.breaker == $1.breaker && $0.holds == $1.holds }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(isOracleBad)
        for (breaker, holds) in conditions {
            hasher.combine(breaker)
            hasher.combine(holds)
        }
    }
}
