import MarketData
import Rebalancing

/// `unless cost > benefit`, which leaves what is due where no trade pays.
extension PolicyOutline {
    /// What the line says; what it leaves out has a default.
    struct NoTradeTest: Sendable, Hashable {
        var place: SourceSpanOnly
        /// What a trade is expected to cost; the policy's ceiling on cost if it is left out.
        var cost: Spanned<Operand>?
        var window: Spanned<Operand>?
        var horizon: Spanned<Operand>?
        var riskAversion: Spanned<Operand>?
    }
}

extension OutlineReader {
    /// What follows `unless`: `cost 12bps > benefit(60d) over 30d at risk aversion 3`, of which most may be left out.
    static func noTradeTest(
        _ reader: inout StatementReader,
        _ statement: SyntaxStatement
    ) throws(Issue) -> PolicyOutline.NoTradeTest {
        reader = reader.with(form: "unless cost > benefit(60d) over 30d at risk aversion 3")
        var test = PolicyOutline.NoTradeTest(place: .init(statement.headSpan))
        try reader.word("cost")
        if !reader.isMark(">") { test.cost = try reader.operand("`>` or a fraction such as `12bps`") }
        try reader.mark(">")
        try reader.word("benefit")
        if reader.acceptMark("(") {
            test.window = try reader.operand("a duration such as `60d`")
            try reader.mark(")")
        }
        if reader.accept("over") { test.horizon = try reader.operand("a duration such as `30d`") }
        if reader.accept("at") {
            try reader.word("risk")
            try reader.word("aversion")
            test.riskAversion = try reader.operand("a plain number such as `3`")
        }
        try reader.end()
        return test
    }
}

extension PolicyChecker {
    /// Takes the line's figures; the limits are checked before.
    mutating func check(_ test: PolicyOutline.NoTradeTest) {
        let known = issues.count
        let day = Timestamp.millisecondsPerDay
        let windows = Int64(RiskMeasure.leastDays) * day...Int64(RiskMeasure.mostDays) * day
        let horizons = Int64(NoTradeRule.horizons.lowerBound) * day...Int64(NoTradeRule.horizons.upperBound) * day
        let window = test.window.flatMap { days($0, "the window of `benefit`", in: windows) }
        let horizon = test.horizon.flatMap { days($0, "the horizon of `benefit`", in: horizons) }
        let aversion = test.riskAversion.flatMap { thousandths($0) }
        var cost = limits.cost
        if let expected = test.cost, let parts = fraction(expected, "the expected cost", in: 1...1_000_000) {
            if let ceiling = limits.cost, parts > ceiling {
                let most = spelled(ceiling, .fraction)
                let message =
                    "the expected cost must be at most the ceiling of \(most), got \(spelled(parts, .fraction))"
                report(.outOfRange, expected.span, message, help: "leave it out: the ceiling itself is the default")
            }
            cost = parts
        }
        guard !issues[known...].contains(where: { $0.code.severity == .error }), let cost else { return }
        noTrade = NoTradeRule(
            windowDays: window ?? NoTradeRule.defaultWindowDays,
            horizonDays: horizon ?? NoTradeRule.defaultHorizonDays,
            riskAversion: aversion ?? NoTradeRule.defaultRiskAversion,
            cost: PartsPerMillion(cost)
        )
    }

    /// A duration of whole days.
    private mutating func days(
        _ operand: Spanned<PolicyOutline.Operand>,
        _ what: String,
        in range: ClosedRange<Int64>
    ) -> Int? {
        guard let length = duration(operand, what, in: range) else { return nil }
        let (days, rest) = length.quotientAndRemainder(dividingBy: Timestamp.millisecondsPerDay)
        guard rest == 0 else {
            let message = "\(what) is of whole days, got `\(operand.value)`"
            report(.outOfRange, operand.span, message, help: "write `\(days)d` or `\(days + 1)d`")
            return nil
        }
        return Int(days)
    }

    /// A plain number of thousandths.
    private mutating func thousandths(_ operand: Spanned<PolicyOutline.Operand>) -> Int? {
        let what = "risk aversion"
        let range =
            1_000 * Int64(NoTradeRule.riskAversions.lowerBound)...1_000
            * Int64(NoTradeRule.riskAversions.upperBound)
        guard let value = resolve(operand), let parts = partsPerMillion(value, .number, what, in: range) else {
            return nil
        }
        guard parts % 1_000 == 0 else {
            report(.outOfRange, operand.span, "\(what) is of whole thousandths, got `\(operand.value)`")
            return nil
        }
        return Int(parts / 1_000)
    }
}

extension NoTradeRule {
    /// Whether it excuses nothing that another does not: the same estimate, at no greater cost.
    func isNoLooser(than other: NoTradeRule) -> Bool {
        let alike = NoTradeRule(
            windowDays: windowDays,
            horizonDays: horizonDays,
            riskAversion: riskAversion,
            cost: other.cost
        )
        return alike == other && cost <= other.cost
    }
}

extension ExplanationWriter {
    /// The words for `unless cost > benefit`.
    var noTradeRules: [PolicyExplanation.Rule] {
        guard let test = mandate.noTrade else { return [] }
        let sentence =
            "What is due is left where no exchange of assets saves more risk over \(test.horizonDays) days than it costs, reckoned at "
            + "\(test.cost) of what moves; a broken requirement is mended all the same. The proof does not say why a vault held."
        return [
            rule(
                "rebalance: unless cost > benefit",
                sentence,
                [
                    "max G − min G ≤ \(test.cost.value)·10⁹·V, G_i = Σ_j S_ij·(1000000·value_j − target_j·V)",
                    "S_ij = \(test.riskAversion)/1000·\(test.horizonDays)/365·Σ_ij in 10⁻⁹, rounded to nearest",
                    "Σ is the covariance of \(test.windowDays) daily returns a year, recomputed from candles",
                ],
                .private,
                .proved
            )
        ]
    }
}
