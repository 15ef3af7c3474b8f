import BigIntegers
import MarketData
import Rebalancing

extension BacktestReport {
    /// The report for a terminal, line by line.
    public var lines: [String] {
        var lines = [
            "\(name), \(market.times[0]) to \(market.times[market.times.count - 1]), in \(market.quote)",
            "  \(market.times.count) closes"
                + (market.skipped > 0 ? ", \(market.skipped) more without a price of every asset" : "")
                + ", \(costText)",
        ]
        lines += restraintLines.map { "  \($0)" } + [""]
        lines += Self.table(
            [
                "", "return", "a year", "volatility", "Sharpe", "Sortino", "drawdown", "tracking", "turnover", "trades",
                "cost", "cost a year",
            ],
            rows.map { row in
                let figures = row.performance
                return [
                    row.name, Self.percent(figures.totalReturn), Self.percent(figures.annualizedReturn),
                    Self.percent(figures.annualizedVolatility), Self.rounded(figures.sharpe, 2),
                    Self.rounded(figures.sortino, 2), Self.percent(-figures.maximumDrawdown),
                    Self.percent(figures.trackingError, 2), Self.percent(row.turnoverPerYear, 0), "\(row.trades)",
                    Self.rounded(row.cost, 2), Self.basisPoints(row.costPerYear),
                ]
            }
        )
        let figures = rows[0].performance
        lines += [
            "",
            "largest drawdown from \(figures.drawdownPeak.civilDate) to \(figures.drawdownTrough.civilDate), "
                + (figures.drawdownRecovery.map { "made up on \($0.civilDate)" } ?? "not made up"),
            "rebalancing premium of the targets, before costs: \(Self.percent(book.rebalancingPremium, 2)) a year",
            "", "where the change in value came from",
        ]
        lines += ledgerLines + decisionLines + controlLines
        return lines
    }

    /// The cost model in words.
    var costText: String {
        switch costModel {
        case .flat: "a side costs \(share)"
        case .volatility, .variance:
            "a side costs \(share) on average and grows with \(costModel.rawValue): "
                + "\(costRange.least) to \(costRange.most)"
        }
    }

    /// What else bounds decisions, in words.
    var restraintLines: [String] {
        var lines: [String] = []
        if let rule = mandates.first?.noTrade {
            lines.append("holds where no exchange saves what it costs: \(rule)")
        }
        if let points = restraints.bandPointsPerDay {
            lines.append(
                "no band's width changes by more than \(Self.rounded(Double(points.value) / 1e4, 4)) points a day"
            )
        }
        return lines
    }

    private var ledgerLines: [String] {
        let ledger = run.ledger
        var rows = [["value at the first close", "", Self.money(ledger.amount(ledger.opening))]]
        for (asset, moved) in zip(ledger.assets, ledger.market) where moved != 0 {
            rows.append(["  price of \(asset)", "", Self.money(ledger.amount(moved))])
        }
        for (side, legs) in [("bought", ledger.purchases), ("sold", ledger.sales)] {
            for (asset, leg) in zip(ledger.assets, legs) where leg.count > 0 {
                rows.append([
                    "  \(side) \(asset)", "\(leg.count)×, \(Self.money(ledger.amount(leg.value)))",
                    Self.money(-ledger.amount(leg.fee + leg.rounding)),
                ])
            }
        }
        if ledger.unspent != 0 {
            rows.append(["  sales left unspent", "", Self.money(-ledger.amount(ledger.unspent))])
        }
        rows.append(["value at the last close", "", Self.money(ledger.amount(ledger.closing))])
        return Self.table(nil, rows)
    }

    private var decisionLines: [String] {
        var lines = ["", "\(run.rebalances) rebalances, \(run.tradeCount) trades"]
        if run.limited > 0 { lines[1] += ", \(run.limited) stopped short of a destination by a limit" }
        for hold in run.holds.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  held: \(hold.key), \(hold.value)×")
        }
        if let first = run.decisions.first(where: \.isBlocked), let refusal = first.refusal {
            lines.append(
                "  blocked: \(run.blocked) closes at which a rebalance was due and none admissible; the first, \(first.time): "
                    + refusal
            )
            if let conflict = run.conflict { lines.append("    \(conflict.explanation)") }
        }
        if let (time, why) = run.firstSpared { lines.append("  the first not worth its cost, \(time): \(why)") }
        let shown = run.decisions.filter { !$0.isBlocked }
        for decision in shown.prefix(3) + shown.dropFirst(max(3, shown.count - 3)) {
            lines.append("  \(decision.time) in `\(decision.regime)` because \(decision.why.joined(separator: "; "))")
        }
        if shown.count > 6 { lines.insert("  …", at: lines.count - 3) }
        return lines
    }

    private var controlLines: [String] {
        guard let controls else { return [] }
        var rows = [Self.controlRow("this policy", trial)]
        if let flat = controls.flatCost { rows.append(Self.controlRow("the same at a constant cost", flat)) }
        if let constant = controls.constantBand {
            rows.append(
                Self.controlRow(
                    "one band, \(Self.rounded(controls.constantScale, 2))× that of the first regime",
                    constant
                )
            )
        }
        if !controls.shuffles.isEmpty {
            let costs = controls.shuffles.map(\.cost).sorted()
            let shares = controls.shuffles.map(\.costPerYear).sorted()
            let errors = controls.shuffles.map(\.trackingError).sorted()
            rows.append([
                "labels shuffled, median of \(costs.count)", Self.money(costs[costs.count / 2]),
                Self.basisPoints(shares[shares.count / 2]),
                Self.percent(errors[errors.count / 2], 2), "",
            ])
        }
        var lines =
            ["", "what the regimes are worth"]
            + Self.table(["", "cost", "cost a year", "tracking", "rebalances"], rows)
        if let constant = controls.constantBand, constant.costPerYear > 0 {
            lines.append(
                "  cost against one band that tracks as well: \(Self.percent(trial.costPerYear / constant.costPerYear - 1)) "
                    + "(tracking error \(Self.percent(constant.trackingError, 3)) against "
                    + "\(Self.percent(trial.trackingError, 3)))"
            )
        }
        if let rank = controls.rank(of: trial) {
            lines.append("  label-shuffle null, by cost × tracking error: p = \(Self.rounded(rank, 3))")
        }
        return lines
    }

    private static func controlRow(_ name: String, _ trial: RegimeControls.Trial) -> [String] {
        [
            name, money(trial.cost), basisPoints(trial.costPerYear), percent(trial.trackingError, 2),
            "\(trial.rebalances)",
        ]
    }

    /// Columns under each other: the first to the left, the others to the right.
    package static func table(_ head: [String]?, _ rows: [[String]]) -> [String] {
        let all = (head.map { [$0] } ?? []) + rows
        let widths = (all.first ?? []).indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).enumerated().reduce("  ") { line, cell in
                let padding = String(repeating: " ", count: cell.element.1 - cell.element.0.count)
                return line + (cell.offset == 0 ? cell.element.0 + padding : "  " + padding + cell.element.0)
            }
        }
    }

    /// A share in percent.
    package static func percent(_ value: Double, _ places: Int = 1) -> String { rounded(100 * value, places) + "%" }

    /// A share in basis points.
    package static func basisPoints(_ value: Double) -> String { rounded(10_000 * value, 2) + " bp" }

    /// An amount with two decimals.
    static func money(_ value: Double) -> String { rounded(value, 2) }

    /// A number with so many decimals, whatever the locale.
    package static func rounded(_ value: Double, _ places: Int) -> String {
        let scale = power(10, Double(places))
        let units = (abs(value) * scale).rounded()
        guard units < 9e18 else { return "\(value)" }
        let (whole, fraction) = Int64(units).quotientAndRemainder(dividingBy: Int64(scale))
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let digits = String(fraction)
        return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
    }
}
