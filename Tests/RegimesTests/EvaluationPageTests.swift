import Testing

@testable import Regimes

@Suite("The page of an evaluation")
struct EvaluationPageTests {
    private static func page(_ economic: EvaluationPage.Economics? = nil) throws -> (WalkForwardReport, String) {
        let candles = try SampleMarket.hourly(days: 160, seed: 3, missing: [700])
        let volatility = try VolatilitySeries(of: candles, bar: 86_400_000, estimator: .realizedVariance)
        var walk = WalkForward()
        walk.initialBars = 100
        walk.states = 2
        walk.options.restarts = 2
        walk.refitEvery = 30
        let report = try walk.evaluate(volatility.observations, barsPerYear: 365)
        return (report, EvaluationPage(report: report, volatility: volatility, economic: economic).html)
    }

    @Test("loads nothing, names every forecaster, and has no number that is none")
    func isSelfContained() throws {
        let (report, html) = try Self.page()
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
        let foreign = html.replacing("http://www.w3.org/2000/svg", with: "")
        for forbidden in ["http://", "https://", "<script", "src=", "url(", "@import", "NaN", "\"nan", "inf\""] {
            #expect(!foreign.contains(forbidden), "\(forbidden)")
        }
        for record in report.records { #expect(html.contains("<td>\(record.forecaster.rawValue)</td>")) }
        #expect(html.contains("prefers-color-scheme:dark"))
        #expect(!html.contains("Is it worth money"))
    }

    @Test("says that a forecaster loses as it says that one wins")
    func showsLosses() throws {
        let (report, html) = try Self.page()
        let differences = report.records.filter { $0.forecaster != report.baseline }
            .compactMap { report.compare($0.forecaster, with: report.baseline)?.meanDifference }
        let losses = html.split(separator: "<td>loses").count - 1
        let wins = html.split(separator: "<td>wins").count - 1
        #expect(losses == differences.count { $0 < 0 } && wins == differences.count { $0 >= 0 })
    }

    @Test("writes markup in names as text")
    func escapesText() throws {
        let chart = IntervalChart(
            title: "a < b & \"c\"",
            lower: "less",
            upper: "more",
            groups: [("<i>", [IntervalChart.Row(name: "<script>", estimate: 0.1, interval: 0...0.2)])],
            format: { "\($0)" }
        )
        let (_, html) = try Self.page(EvaluationPage.Economics(chart: chart, note: "<b>note</b>"))
        #expect(html.contains("Is it worth money") && html.contains("&lt;script&gt;") && html.contains("&lt;b&gt;note"))
        #expect(!html.contains("<script>") && !html.contains("<b>"))
    }
}
