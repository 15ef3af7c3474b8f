import BigIntegers
import MarketData
import Rebalancing

extension BacktestPage {
    static func figures(_ report: BacktestReport) -> String {
        let head = [
            "", "return", "a year", "volatility", "Sharpe", "Sortino", "drawdown", "tracking error", "turnover a year",
            "rebalances", "trades", "cost", "cost a year",
        ]
        let rows = report.rows.map { row in
            let figures = row.performance
            return [
                row.name, BacktestReport.percent(figures.totalReturn), BacktestReport.percent(figures.annualizedReturn),
                BacktestReport.percent(figures.annualizedVolatility), BacktestReport.rounded(figures.sharpe, 2),
                BacktestReport.rounded(figures.sortino, 2), BacktestReport.percent(-figures.maximumDrawdown),
                BacktestReport.percent(figures.trackingError, 2), BacktestReport.percent(row.turnoverPerYear, 0),
                "\(row.rebalances)", "\(row.trades)", BacktestReport.money(row.cost),
                BacktestReport.basisPoints(row.costPerYear),
            ]
        }
        return section(
            "Figures",
            "Volatility, Sharpe, Sortino and tracking error a year of 365 days, no interest subtracted; tracking error against "
                + "the target book, rebalanced at every close at no cost. Rebalancing premium of the targets, before costs: "
                + "\(BacktestReport.percent(report.book.rebalancingPremium, 2)) a year.",
            "<div class=\"scroll\">\(table(head, rows))</div>"
        )
    }

    static func ledger(_ report: BacktestReport) -> String {
        let ledger = report.run.ledger
        var rows = [["Value at the first close", "", "", BacktestReport.money(ledger.amount(ledger.opening))]]
        for (asset, moved) in zip(ledger.assets, ledger.market) where moved != 0 {
            rows.append(["Price of \(asset)", "", "", BacktestReport.money(ledger.amount(moved))])
        }
        for (side, legs) in [("Bought", ledger.purchases), ("Sold", ledger.sales)] {
            for (asset, leg) in zip(ledger.assets, legs) where leg.count > 0 {
                rows.append([
                    "\(side) \(asset)", "\(leg.count)", BacktestReport.money(ledger.amount(leg.value)),
                    BacktestReport.money(-ledger.amount(leg.fee + leg.rounding)),
                ])
            }
        }
        if ledger.unspent != 0 {
            rows.append(["Sales left unspent", "", "", BacktestReport.money(-ledger.amount(ledger.unspent))])
        }
        rows.append(["Value at the last close", "", "", BacktestReport.money(ledger.amount(ledger.closing))])
        return section(
            "Where the change in value came from",
            "What price moves brought, and what each leg of trading cost, in \(report.market.quote). The exact parts sum to the "
                + "change in value to the last unit (residual \(ledger.text(ledger.residual))); shown to cents.",
            "<details><summary>\(rows.count) lines</summary><div class=\"scroll\">"
                + "\(table(["", "trades", "traded", "change in value"], rows))</div></details>"
        )
    }

    /// So many rebalances are listed; a page of a hundred thousand rows helps nobody.
    private static let mostDecisions = 500

    static func decisions(_ report: BacktestReport) -> String {
        let run = report.run
        let decisions = run.decisions
        let shown = decisions.suffix(mostDecisions).reversed()
        let rows = shown.map { decision -> [String] in
            if let refusal = decision.refusal { return ["\(decision.time)", "", "blocked: \(refusal)", "", ""] }
            let trades = decision.trades.map { trade in
                "\(trade.side == .buy ? "buy" : "sell") \(trade.asset) for \(BacktestReport.money(trade.value))"
            }
            let limit =
                decision.missed.isEmpty
                ? "" : "; a limit kept \(decision.missed.map(\.symbol).joined(separator: ", ")) outside"
            return [
                "\(decision.time)".replacing("T", with: " ").replacing(":00Z", with: ""), decision.regime,
                decision.why.joined(separator: "; "),
                (trades.isEmpty ? "nothing to trade" : trades.joined(separator: ", ")) + limit,
                BacktestReport.rounded(decision.trades.reduce(0) { $0 + $1.cost }, 2),
            ]
        }
        let holds = run.holds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)×" }
        return section(
            "Rebalances, and why",
            "\(run.rebalances) rebalances with \(run.tradeCount) trades"
                + (run.limited > 0 ? ", \(run.limited) stopped short by a limit" : "")
                + (holds.isEmpty ? "." : "; held \(holds.joined(separator: ", ")).")
                + (decisions.count > mostDecisions
                    ? " The last \(mostDecisions) are listed, latest first." : " Latest first."),
            rows.isEmpty
                ? ""
                : "<div class=\"scroll tall\">\(table(["time, UTC", "regime", "why", "trades", "cost"], rows, words: 4))</div>"
        )
    }

    static func notes(_ report: BacktestReport) -> String {
        section(
            "What is not modelled",
            "Every trade fills at the close it was decided on, whole, at the stated cost: no delay, no depth, no gas, no failed orders, "
                + "no deposits, no interest on cash, no taxes. Costs that grow with volatility are scaled so that their mean over this "
                + "very span is the stated one. Rules beside the policy open with the same holdings and pay the same costs, and know no "
                + "limits.",
            ""
        )
    }

    /// A table whose first `words` columns are text and whose others are figures.
    private static func table(_ head: [String], _ rows: [[String]], words: Int = 1) -> String {
        func cells(_ row: [String], _ tag: String) -> String {
            let cells = row.enumerated().map { column, text in
                "<\(tag)\(column < words ? "" : " class=\"figure\"")>\(ChartCanvas.escaped(text))</\(tag)>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return
            "<table><thead>\(cells(head, "th"))</thead><tbody>\(rows.map { cells($0, "td") }.joined(separator: "\n"))"
            + "</tbody></table>"
    }
}
