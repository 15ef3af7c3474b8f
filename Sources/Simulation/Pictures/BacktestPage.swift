import MarketData
import Rebalancing

/// A report as one self-contained page: pictures first, then figures, the ledger, and every rebalance with its why.
///
/// No script and nothing from a network; light or dark as the reader's system is.
public struct BacktestPage: Sendable {
    /// The page.
    public let html: String

    /// Draws a report.
    public init(_ report: BacktestReport) {
        let sections = [
            BacktestPage.head(report), BacktestPage.equity(report), BacktestPage.difference(report),
            BacktestPage.drawdown(report), BacktestPage.weights(report), BacktestPage.costs(report),
            BacktestPage.figures(report),
            BacktestPage.ledger(report), BacktestPage.controls(report), BacktestPage.decisions(report),
            BacktestPage.notes(report),
        ]
        html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(ChartCanvas.escaped(report.name)): backtest</title>
            <style>
            \(PageStyle.text)
            </style>
            </head>
            <body>
            <main>
            \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    /// Classes of the lines: the policy, then the rules, which repeat after the sixth.
    static func lineStyle(_ row: Int) -> String { row == 0 ? "line policy" : "line rule\((row - 1) % 6 + 1)" }

    /// Classes of the regimes' shades, calmest first.
    static func regimeStyles(_ count: Int) -> [String] {
        (0..<count).map { index in
            switch count {
            case 1: "regime0"
            default: "regime\(index * 3 / (count - 1))"
            }
        }
    }

    /// The regimes that occur, and whether there is more than one.
    static func regimes(_ report: BacktestReport) -> (styles: [String], isVaried: Bool) {
        (regimeStyles(report.market.labels.count), Set(report.market.regimes).count > 1)
    }

    private static func head(_ report: BacktestReport) -> String {
        let market = report.market
        let figures = report.rows[0].performance
        let years = Double(market.times[market.times.count - 1].milliseconds(since: market.times[0])) / 365 / 86_400_000
        let tiles = [
            ("return", BacktestReport.percent(figures.totalReturn)),
            ("a year", BacktestReport.percent(figures.annualizedReturn)),
            ("volatility a year", BacktestReport.percent(figures.annualizedVolatility)),
            ("Sharpe", BacktestReport.rounded(figures.sharpe, 2)),
            ("largest drawdown", BacktestReport.percent(-figures.maximumDrawdown)),
            ("tracking error a year", BacktestReport.percent(figures.trackingError, 2)),
            ("turnover a year", BacktestReport.percent(report.rows[0].turnoverPerYear, 0)),
            ("cost, \(market.quote)", BacktestReport.rounded(report.rows[0].cost, report.rows[0].cost < 100 ? 2 : 0)),
        ].map { "<div class=\"tile\"><b>\(ChartCanvas.escaped($0.1))</b><span>\($0.0)</span></div>" }
        let blocked =
            report.run.blocked > 0
            ? "<p class=\"warning\">At \(report.run.blocked) closes a rebalance was due and no plan satisfied the policy. "
                + "A vault in service stops there for its operator; here it held.</p>" : ""
        return """
            <header>
            <h1>\(ChartCanvas.escaped(report.name))</h1>
            <p>\(market.times[0].civilDate) to \(market.times[market.times.count - 1].civilDate), \
            \(BacktestReport.rounded(years, 1)) years, \(market.times.count) closes\
            \(market.skipped > 0 ? " (\(market.skipped) more without a price of every asset)" : ""), in \(market.quote). \
            \(ChartCanvas.escaped(capitalized(report.costText))). The past, replayed; no promise of anything.</p>
            <div class="tiles">\(tiles.joined())</div>
            \(blocked)
            </header>
            """
    }

    static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    static func section(_ title: String, _ words: String, _ body: String) -> String {
        "<section><h2>\(ChartCanvas.escaped(title))</h2><p>\(ChartCanvas.escaped(words))</p>\(body)</section>"
    }

    /// Names beside swatches of their lines, then whatever else the drawing has.
    static func lineLegend(_ report: BacktestReport, and others: String = "") -> String {
        let items = report.rows.enumerated().map { index, row in
            "<li><svg class=\"swatch\" viewBox=\"0 0 22 8\"><line class=\"\(lineStyle(index))\" x1=\"1\" y1=\"4\" x2=\"21\" "
                + "y2=\"4\"/></svg>\(ChartCanvas.escaped(row.name))</li>"
        }
        return "<ul class=\"legend\">\(items.joined())\(others)</ul>"
    }

    /// Labels beside swatches of their shades; nothing where there is one regime.
    static func regimeItems(_ report: BacktestReport) -> String {
        let (styles, isVaried) = regimes(report)
        guard isVaried else { return "" }
        return zip(styles, report.market.labels).map { style, label in
            "<li><svg class=\"swatch\" viewBox=\"0 0 22 12\"><rect class=\"\(style)\" width=\"22\" height=\"12\"/></svg>"
                + "\(ChartCanvas.escaped(label))</li>"
        }.joined()
    }
}
