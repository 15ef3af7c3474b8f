import MarketData

/// An evaluation as one page: drawings and tables in a single HTML file that loads nothing, in light and dark.
package struct EvaluationPage: Sendable {
    /// What the economic test adds to the page.
    package struct Economics: Sendable {
        let chart: IntervalChart
        let note: String

        /// Creates the part.
        ///
        /// - Parameters:
        ///   - chart: The effects.
        ///   - note: What was done, in a sentence or two.
        package init(chart: IntervalChart, note: String) {
            self.chart = chart
            self.note = note
        }
    }

    /// The file, ending in a newline.
    package let html: String

    /// Draws a report of `volatility`'s observations.
    package init(report: WalkForwardReport, volatility: VolatilitySeries, economic: Economics? = nil) {
        let charts = EvaluationCharts(report: report, volatility: volatility)
        let asset = SVGCanvas.escaped(volatility.asset.symbol)
        var sections: [(heading: String, body: String)] = [
            ("Price and label", "<figure>\(charts.price())</figure>"),
            (
                "Who forecast best",
                "<figure>\(charts.scores())</figure><figure>\(Self.intervals(report).svg)</figure>"
                    + Self.scoreTable(report)
            ),
            ("Were the forecasts honest", "<figure>\(charts.calibration())</figure>"),
            ("How steady the labels are", Self.labelTable(report)),
        ]
        if let economic {
            sections.append(
                (
                    "Is it worth money",
                    "<figure>\(economic.chart.svg)</figure><p>\(SVGCanvas.escaped(economic.note))</p>"
                )
            )
        }
        let body = sections.map { "<section><h2>\($0.heading)</h2>\n\($0.body)</section>" }.joined(separator: "\n")
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(asset): volatility forecasters out of sample</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(asset): volatility forecasters out of sample</h1>
            <p>\(report.comparedBars) bars forecast, each from what was known before it. A score is the log density of what \
            came, in nats a bar; a forecaster that gains 0.1 found what came 10% more probable, bar after bar.</p>
            \(body)
            </body>
            </html>

            """
    }

    private static func intervals(_ report: WalkForwardReport) -> IntervalChart {
        let rows = report.records.filter { $0.forecaster != report.baseline }
            .sorted { $0.meanLogScore > $1.meanLogScore }
            .compactMap { record -> IntervalChart.Row? in
                guard let comparison = report.compare(record.forecaster, with: report.baseline),
                    comparison.standardError.isFinite
                else { return nil }
                let reach = 1.96 * comparison.standardError
                return IntervalChart.Row(
                    name: record.forecaster.rawValue,
                    estimate: comparison.meanDifference,
                    interval: (comparison.meanDifference - reach)...(comparison.meanDifference + reach),
                    color: EvaluationCharts.style(record.forecaster).color
                )
            }
        return IntervalChart(
            title: "Mean gain on \(report.baseline.rawValue), nats a bar, with 95% intervals",
            lower: "loses",
            upper: "wins",
            groups: [("", rows)],
            format: { EvaluationCharts.signed($0, places: 3) }
        )
    }

    private static func scoreTable(_ report: WalkForwardReport) -> String {
        let rows = report.records.sorted { $0.meanLogScore > $1.meanLogScore }.map { record -> [String] in
            let comparison =
                record.forecaster == report.baseline ? nil : report.compare(record.forecaster, with: report.baseline)
            let verdict =
                comparison.map { comparison in
                    let side = comparison.meanDifference >= 0 ? "wins" : "loses"
                    return abs(comparison.tStatistic) >= 1.96 ? side : "\(side), may be chance"
                } ?? "baseline"
            return [
                record.forecaster.rawValue, ModelCard.rounded(record.meanLogScore, places: 4),
                comparison.map { EvaluationCharts.signed($0.meanDifference, places: 4) } ?? "",
                comparison.map { EvaluationCharts.signed($0.tStatistic, places: 2) } ?? "",
                verdict, ModelCard.rounded(record.rSquared, places: 3),
                ModelCard.rounded(record.strictRSquared, places: 3),
            ]
        }
        return table(
            ["forecaster", "nats a bar", "gain", "t", "against \(report.baseline.rawValue)", "R²", "strict R²"],
            rows,
            note:
                "R² is against the mean of the past; strict R² against the mean of the forecast bars, which nobody knew. "
                + "t allows for autocorrelation over ten bars."
        )
    }

    private static func labelTable(_ report: WalkForwardReport) -> String {
        func percent(_ share: Double) -> String { "\(ModelCard.rounded(100 * share, places: 1))%" }
        let rows = report.labels.map { record in
            [
                record.rule.rawValue, ModelCard.rounded(record.changesPerYear, places: 1),
                ModelCard.rounded(record.rSquared, places: 3), percent(record.hindsightAgreement),
                percent(record.medianRefitAgreement), percent(record.worstRefitAgreement),
            ]
        }
        return table(
            [
                "labels by", "changes a year", "R² of the label alone", "agrees with hindsight", "refits agree, median",
                "refits agree, worst",
            ],
            rows,
            note: "The label alone forecasts by the mean of the past bars that followed it."
        )
    }

    private static func table(_ head: [String], _ rows: [[String]], note: String) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\(SVGCanvas.escaped($0))</\(tag)>" }.joined() + "</tr>"
        }
        return "<table><thead>\(row(head, "th"))</thead><tbody>\n" + rows.map { row($0, "td") }.joined(separator: "\n")
            + "\n</tbody></table><p class=\"note\">\(SVGCanvas.escaped(note))</p>"
    }

    /// Colours of Okabe and Ito, lighter on dark paper.
    private static let style = """
        :root{color-scheme:light dark;--paper:#ffffff;--ink:#1f2933;--soft:#68737f;--line:#d5dbe1;--blue:#0072b2;\
        --green:#00805d;--red:#c45100;--amber:#a86f00}
        @media (prefers-color-scheme:dark){:root{--paper:#15191e;--ink:#e6eaee;--soft:#9aa5b1;--line:#38414a;\
        --blue:#56b4e9;--green:#2fc79a;--red:#ff8a4c;--amber:#e9b44c}}
        body{margin:0 auto;max-width:1100px;padding:1.5rem;background:var(--paper);color:var(--ink);\
        font:15px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
        figure{margin:0 0 1rem}svg{width:100%;height:auto;display:block}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right}
        th:first-child,td:first-child{text-align:left}th{font-weight:600;color:var(--soft)}
        .note{color:var(--soft);margin:.4rem 0 0;font-size:.9rem}
        """
}
