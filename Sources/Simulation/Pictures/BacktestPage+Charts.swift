import BigIntegers
import MarketData
import Rebalancing

extension BacktestPage {
    static func equity(_ report: BacktestReport) -> String {
        let values = report.rows.map(\.equity)
        let lower = values.compactMap { $0.min() }.min() ?? 0
        let upper = values.compactMap { $0.max() }.max() ?? 1
        var chart = TimeChart(
            times: report.market.times,
            lower: lower / 1.03,
            upper: upper * 1.03,
            scale: .logarithmic,
            size: .full(height: 330)
        )
        let (styles, isVaried) = regimes(report)
        if isVaried { chart.shade(report.market.regimes, styles: styles) }
        chart.axes(text: ChartAxis.amount)
        for (index, row) in report.rows.enumerated().reversed() { chart.line(row.equity, style: lineStyle(index)) }
        return section(
            "Value",
            "In \(report.market.quote), after costs, on a logarithmic axis: equal distances are equal returns."
                + (isVaried ? " Shaded by the regime in force." : ""),
            lineLegend(report, and: regimeItems(report)) + chart.drawing(title: "Value of policy and rules over time")
        )
    }

    /// How far each path has come away from the target book: what rebalancing rules differ in, which the value alone hides.
    static func difference(_ report: BacktestReport) -> String {
        let paths = report.rows.map { row in
            zip(row.equity, report.book.equity).map { $0 / row.equity[0] / $1 - 1 }
        }
        let lower = paths.compactMap { $0.min() }.min() ?? 0
        let upper = paths.compactMap { $0.max() }.max() ?? 0
        let margin = max(0.05 * (upper - lower), 1e-5)
        var chart = TimeChart(
            times: report.market.times,
            lower: lower - margin,
            upper: upper + margin,
            size: .full(height: 210)
        )
        chart.axes { BacktestReport.percent($0, upper - lower < 0.05 ? 1 : 0) }
        chart.level(0, style: "target")
        for (index, path) in paths.enumerated().reversed() { chart.line(path, style: lineStyle(index)) }
        return section(
            "Against the target book",
            "How much more or less each portfolio is worth than one that is brought back to its targets at every close at no cost, in "
                + "percent.",
            chart.drawing(title: "Value of policy and rules against the target book over time")
        )
    }

    static func drawdown(_ report: BacktestReport) -> String {
        let paths = report.rows.map { BacktestReport.drawdown($0.equity).map { -$0 } }
        let lowest = paths.compactMap { $0.min() }.min() ?? -0.01
        var chart = TimeChart(
            times: report.market.times,
            lower: min(lowest * 1.05, -0.001),
            upper: 0,
            size: .full(height: 210)
        )
        chart.axes { BacktestReport.percent($0, $0 > -0.02 && $0 != 0 ? 1 : 0) }
        // Peak to trough of the policy, filled; the rules as lines.
        chart.area(paths[0], above: 0, style: "fill")
        for (index, path) in paths.enumerated().reversed() { chart.line(path, style: lineStyle(index)) }
        let figures = report.rows[0].performance
        return section(
            "Drawdown",
            "Loss from the highest value so far, in percent of it. The policy's largest: "
                + "\(BacktestReport.percent(figures.maximumDrawdown)), from \(figures.drawdownPeak.civilDate) to "
                + "\(figures.drawdownTrough.civilDate), "
                + (figures.drawdownRecovery.map { "made up on \($0.civilDate)." } ?? "not made up since."),
            chart.drawing(title: "Drawdown of policy and rules over time")
        )
    }

    /// One small panel an asset: its weight, its target, and the band of the regime in force.
    static func weights(_ report: BacktestReport) -> String {
        let count = report.market.assets.count
        let (styles, isVaried) = regimes(report)
        let panels = report.market.assets.enumerated().map { index, asset in
            let weights = stride(from: index, to: report.run.weights.count, by: count).map { report.run.weights[$0] }
            let edges = report.mandates.map { mandate -> (lower: Double, upper: Double) in
                let target = Double(mandate.targets.weights[index].value) / 1e6
                guard mandate.triggersOnDrift, let trigger = mandate.bands[index].trigger else { return (0, 1) }
                let width = Double(trigger.numerator) / Double(trigger.denominator) / 1e6
                return (max(0, target - width), min(1, target + width))
            }
            let present = Set(report.market.regimes)
            let shown = edges.indices.filter { present.contains($0) }.map { edges[$0] }.filter { $0 != (0, 1) }
            let lower = min(weights.min() ?? 0, shown.map(\.lower).min() ?? 1)
            let upper = max(weights.max() ?? 1, shown.map(\.upper).max() ?? 0)
            let margin = max(0.06 * (upper - lower), 1e-4)
            var chart = TimeChart(
                times: report.market.times,
                lower: max(0, lower - margin),
                upper: min(1, upper + margin),
                size: .small
            )
            if isVaried { chart.shade(report.market.regimes, styles: styles) }
            if !shown.isEmpty { chart.band(report.market.regimes, edges: edges, style: "band") }
            chart.axes { BacktestReport.percent($0, upper - lower < 0.03 ? 1 : 0) }
            for target in Set(report.mandates.map { $0.targets.weights[index].value }).sorted() {
                chart.level(Double(target) / 1e6, style: "target")
            }
            chart.line(weights, style: "line weight")
            return "<figure><figcaption>\(asset)</figcaption>"
                + chart.drawing(title: "Weight of \(asset) over time") + "</figure>"
        }
        return section(
            "Weights and bands",
            "Share of the portfolio after each decision. The lighter stripe is the band"
                + (isVaried ? " of the regime in force, which colours the ground" : "")
                + "; dashed, the target. Outside the band a rebalance is due."
                + (report.restraints.bandPointsPerDay == nil
                    ? "" : " A speed limit lets bands follow the regime more slowly than the stripe does."),
            "<ul class=\"legend\">\(regimeItems(report))</ul><div class=\"panels\">\(panels.joined())</div>"
        )
    }

    static func costs(_ report: BacktestReport) -> String {
        let most = report.rows.map(\.cost).max() ?? 0
        guard most > 0 else { return "" }
        var chart = TimeChart(
            times: report.market.times,
            lower: 0,
            upper: most * 1.05,
            size: .full(height: 210)
        )
        chart.axes(text: ChartAxis.amount)
        for (index, row) in report.rows.enumerated().reversed() {
            chart.line(row.cumulatedCost, style: lineStyle(index))
        }
        return section(
            "Costs so far",
            "Fees and rounding of all trades up to each close, in \(report.market.quote).",
            lineLegend(report) + chart.drawing(title: "Costs of policy and rules over time")
        )
    }

    /// Shuffles as dots on cost against tracking error, the policy and the constant band among them.
    static func controls(_ report: BacktestReport) -> String {
        guard let controls = report.controls else { return "" }
        var trials = controls.shuffles.map { (trial: $0, style: "null", name: "labels shuffled") }
        if let flat = controls.flatCost { trials.append((flat, "control2", "the same policy at a constant cost")) }
        if let constant = controls.constantBand {
            let scale = BacktestReport.rounded(controls.constantScale, 2)
            trials.append((constant, "control1", "one band, \(scale)× that of \(report.mandates[0].regime)"))
        }
        trials.append((report.trial, "policydot", report.name))
        let errors = trials.map(\.trial.trackingError)
        let costs = trials.map { 10_000 * $0.trial.costPerYear }
        let (width, height) = (1_080.0, 270.0)
        let across = ChartAxis(
            from: (errors.min() ?? 0) * 0.95,
            to: (errors.max() ?? 1) * 1.05,
            start: 70,
            end: width - 24
        )
        let up = ChartAxis(from: (costs.min() ?? 0) * 0.9, to: (costs.max() ?? 1) * 1.08, start: height - 44, end: 12)
        var canvas = ChartCanvas()
        for tick in up.ticks(5) {
            canvas.line(x1: across.start, y1: up.position(tick), x2: across.end, y2: up.position(tick), style: "grid")
            canvas.text(
                ChartAxis.short(tick) + " bp",
                x: across.start - 6,
                y: up.position(tick) + 3.5,
                anchor: "end",
                style: "tick"
            )
        }
        canvas.line(x1: across.start, y1: up.start, x2: across.end, y2: up.start, style: "axis")
        for tick in across.ticks(8) {
            let x = across.position(tick)
            canvas.line(x1: x, y1: up.start, x2: x, y2: up.start + 4, style: "axis")
            canvas.text(ChartAxis.short(100 * tick) + "%", x: x, y: up.start + 17, anchor: "middle", style: "tick")
        }
        canvas.text("tracking error a year", x: across.end, y: height - 6, anchor: "end", style: "tick")
        for item in trials {
            let words =
                "\(item.name): cost \(BacktestReport.basisPoints(item.trial.costPerYear)) a year, tracking error "
                + "\(BacktestReport.percent(item.trial.trackingError, 3)), \(item.trial.rebalances) rebalances"
            canvas.dot(
                x: across.position(item.trial.trackingError),
                y: up.position(10_000 * item.trial.costPerYear),
                radius: item.style == "null" ? 4 : 6,
                style: item.style,
                title: words
            )
        }
        var sentences: [String] = []
        if let constant = controls.constantBand, constant.costPerYear > 0 {
            sentences.append(
                "Against one band that tracks as well, the regimes' bands changed cost by "
                    + "\(BacktestReport.percent(report.trial.costPerYear / constant.costPerYear - 1))."
            )
        }
        if let flat = controls.flatCost {
            sentences.append(
                "At a constant cost of \(report.share) the same policy would have paid "
                    + "\(BacktestReport.basisPoints(flat.costPerYear)) a year."
            )
        }
        if let rank = controls.rank(of: report.trial) {
            sentences.append(
                "Of the policy and \(controls.shuffles.count) runs under shuffled labels, a share of "
                    + "\(BacktestReport.rounded(rank, 3)) did at least as well by cost × tracking error."
            )
        }
        var seen: Set<String> = []
        let legend = trials.reversed().filter { seen.insert($0.style).inserted }.map { item in
            "<li><svg class=\"swatch\" viewBox=\"0 0 22 12\"><circle class=\"\(item.style)\" cx=\"11\" cy=\"6\" r=\"5\"/></svg>"
                + "\(ChartCanvas.escaped(item.name))</li>"
        }
        return section(
            "What the regimes are worth",
            "Cost a year, in basis points of the value at the time, against tracking error: lower and further left is better. "
                + sentences.joined(separator: " "),
            "<ul class=\"legend\">\(legend.joined())</ul>"
                + canvas.drawing(
                    width: width,
                    height: height,
                    title: "Cost against tracking error of policy and controls"
                )
        )
    }
}
