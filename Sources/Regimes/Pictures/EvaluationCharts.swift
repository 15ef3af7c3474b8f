import MarketData

/// The drawings of an ``EvaluationPage``, in the colours that its style sheet names.
struct EvaluationCharts {
    let report: WalkForwardReport
    let volatility: VolatilitySeries

    static let width = 1_080.0
    private static let left = 70.0
    private static let right = 190.0

    /// The bars walked over.
    private var bars: [VolatilitySeries.Bar] { Array(volatility.bars[report.firstBar...]) }

    private var time: Axis {
        Axis(
            from: Double((bars.first?.closeTime.milliseconds ?? 0) - volatility.bar),
            to: Double(bars.last?.closeTime.milliseconds ?? 1),
            start: Self.left,
            end: Self.width - Self.right
        )
    }

    /// How a forecaster's line looks: one colour a family, dashes for Student t.
    static func style(_ forecaster: Forecaster) -> (color: String, dash: String?, width: Double) {
        switch forecaster {
        case .rollingGaussian: ("var(--soft)", nil, 1.4)
        case .garch: ("var(--amber)", nil, 1.4)
        case .garchStudent: ("var(--amber)", "5 4", 1.4)
        case .autoregression: ("var(--ink)", nil, 1.4)
        case .autoregressionGARCH: ("var(--blue)", nil, 1.4)
        case .autoregressionGARCHStudent: ("var(--blue)", "5 4", 1.4)
        case .regimes: ("var(--red)", nil, 1.8)
        case .autoregressiveRegimes: ("var(--green)", nil, 2.4)
        case .averagedRegimes: ("var(--green)", "7 4", 2.4)
        }
    }

    /// The closing price, shaded by the label in force as it was known then.
    func price() -> String {
        var canvas = SVGCanvas()
        let panel = RegimePicture.Panel(top: 34, bottom: 274)
        let logs = bars.map { $0.close.map { naturalLogarithm(Double($0)) } }
        let axis = Axis.covering(logs.compactMap(\.self), panel)
        // The chain of the level is what a model file labels by.
        let record = report[LabelRule.regimes] ?? report[LabelRule.level]
        let labels = record?.labels ?? []
        let names = RegimeLabels.standard(count: record?.count ?? 1)
        let colors = RegimePalette.colors(count: names.count)
        var start = 0
        for bar in labels.indices where bar + 1 == labels.count || labels[bar + 1] != labels[bar] {
            defer { start = bar + 1 }
            guard let label = labels[bar] else { continue }
            let from = time.position(Double(bars[start].closeTime.milliseconds - volatility.bar))
            canvas.rectangle(
                x: from,
                y: panel.top,
                width: time.position(Double(bars[bar].closeTime.milliseconds)) - from,
                height: panel.bottom - panel.top,
                fill: colors[label],
                opacity: 0.28
            )
        }
        for tick in Ticks.logarithmic(from: exponential(axis.lower), to: exponential(axis.upper)) {
            canvas.gridLine(y: axis.position(naturalLogarithm(tick)), from: time.start, to: time.end)
            canvas.axisLabel(Ticks.text(tick), x: Self.left - 8, y: axis.position(naturalLogarithm(tick)) + 4)
        }
        canvas.polyline(points(logs, axis), stroke: "var(--ink)", width: 1.3)
        title("Close of \(volatility.asset.symbol), quote currency, logarithmic scale", &canvas)
        canvas.text("label in force", x: time.end + 14, y: panel.top + 12, size: 12, weight: "600")
        for (index, name) in names.enumerated() {
            let y = panel.top + 22 + 20 * Double(index)
            canvas.rectangle(x: time.end + 14, y: y, width: 13, height: 13, fill: colors[index], opacity: 0.6)
            let share = Double(labels.count { $0 == index }) / Double(max(1, labels.count))
            canvas.text(
                "\(name), \(ModelCard.rounded(100 * share, places: 0))% of bars",
                x: time.end + 33,
                y: y + 11,
                size: 12
            )
        }
        if let record {
            canvas.text(
                "\(ModelCard.rounded(record.changesPerYear, places: 1)) changes a year",
                x: time.end + 14,
                y: panel.top + 40 + 20 * Double(names.count),
                size: 12
            )
        }
        frame(panel, &canvas)
        return canvas.fragment(width: Self.width, height: 306, title: "Price shaded by label")
    }

    /// Each forecaster's log score less the baseline's, summed over time.
    func scores() -> String {
        var canvas = SVGCanvas()
        let panel = RegimePicture.Panel(top: 34, bottom: 394)
        var curves: [(forecaster: Forecaster, sums: [Double], color: String, dash: String?, width: Double)] = []
        for record in report.records where record.forecaster != report.baseline {
            var sum = 0.0
            let sums = (report.differences(record.forecaster, from: report.baseline) ?? []).map { difference in
                sum += difference ?? 0
                return sum
            }
            let style = Self.style(record.forecaster)
            curves.append((record.forecaster, sums, style.color, style.dash, style.width))
        }
        let axis = Axis.covering(curves.flatMap(\.sums) + [0], panel)
        for tick in Ticks.linear(from: axis.lower, to: axis.upper) {
            canvas.gridLine(y: axis.position(tick), from: time.start, to: time.end)
            canvas.axisLabel(Self.signed(tick, places: 0), x: Self.left - 8, y: axis.position(tick) + 4)
        }
        canvas.segment(
            from: (time.start, axis.position(0)),
            to: (time.end, axis.position(0)),
            stroke: "var(--soft)",
            width: 1.6
        )
        for curve in curves {
            canvas.polyline(points(curve.sums, axis), stroke: curve.color, width: curve.width, dash: curve.dash)
        }
        // Names at the ends of the lines, moved apart where they would cover each other.
        var ends = curves.map { (y: axis.position($0.sums.last ?? 0), curve: $0) }
        ends.append((axis.position(0), (report.baseline, [0], "var(--soft)", nil, 1.6)))
        ends.sort { $0.y < $1.y }
        var floor = panel.top
        var places = ends.map { end in
            let y = max(end.y, floor)
            floor = y + 15
            return y
        }
        var ceiling = panel.bottom
        for index in places.indices.reversed() {
            places[index] = min(places[index], ceiling)
            ceiling = places[index] - 15
        }
        for (end, y) in zip(ends, places) {
            canvas.segment(
                from: (time.end + 2, end.y),
                to: (time.end + 14, y),
                stroke: end.curve.color,
                width: 1
            )
            canvas.text(
                end.curve.forecaster.rawValue,
                x: time.end + 18,
                y: y + 4,
                size: 12,
                weight: end.curve.width > 2 ? "700" : "400",
                fill: end.curve.color
            )
        }
        title(
            "Log score gained on \(report.baseline.rawValue), summed, in nats: up is better, below 0 is worse",
            &canvas
        )
        frame(panel, &canvas)
        return canvas.fragment(width: Self.width, height: 426, title: "Score differences over time")
    }

    /// A histogram of probability integral transforms for each forecaster.
    func calibration() -> String {
        var canvas = SVGCanvas()
        title(
            "Where outcomes fell in their forecast distribution: flat is right, a hump means forecasts too wide, horns too narrow",
            &canvas
        )
        let columns = 5
        let (cellWidth, cellHeight) = (Self.width / Double(columns), 150.0)
        for (index, record) in report.records.enumerated() {
            let x = 34 + cellWidth * Double(index % columns)
            let top = 58 + (cellHeight + 34) * Double(index / columns)
            let transforms = record.transforms.compactMap(\.self)
            var counts = [Double](repeating: 0, count: 10)
            for transform in transforms { counts[min(9, Int(transform * 10))] += 1 }
            let expected = Double(transforms.count) / 10
            let tallest = max(counts.max() ?? 1, 1.8 * expected, 1)
            let (width, height) = (cellWidth - 54, cellHeight - 36)
            let axis = Axis(from: 0, to: tallest, start: top + height, end: top)
            // 95% of bins of a right forecaster lie within 1.96 binomial standard deviations.
            let spread = 1.96 * (0.09 * Double(transforms.count)).squareRoot()
            canvas.rectangle(
                x: x,
                y: axis.position(expected + spread),
                width: width,
                height: axis.position(max(0, expected - spread)) - axis.position(expected + spread),
                fill: "var(--soft)",
                opacity: 0.25
            )
            for (bin, count) in counts.enumerated() {
                canvas.rectangle(
                    x: x + width * Double(bin) / 10 + 1,
                    y: axis.position(count),
                    width: width / 10 - 2,
                    height: axis.position(0) - axis.position(count),
                    fill: Self.style(record.forecaster).color,
                    opacity: 0.8
                )
            }
            let mean = axis.position(expected)
            canvas.segment(from: (x, mean), to: (x + width, mean), stroke: "var(--ink)", width: 1, dash: "3 3")
            canvas.text(record.forecaster.rawValue, x: x, y: top - 8, size: 12, weight: "600")
            canvas.axisLabel("10%", x: x - 4, y: mean + 4)
            for (place, label) in [(0.0, "0"), (0.5, "½"), (1.0, "1")] {
                canvas.text(label, x: x + width * place, y: top + height + 14, size: 11, anchor: "middle")
            }
        }
        let rows = (report.records.count + columns - 1) / columns
        let bottom = 58 + (cellHeight + 34) * Double(rows)
        canvas.text(
            "across: probability that was given to less than what came; up: share of bars; dashed: what is right, grey: chance",
            x: 34,
            y: bottom - 22,
            size: 12
        )
        return canvas.fragment(width: Self.width, height: bottom - 8, title: "Calibration")
    }

    /// A number with its sign.
    static func signed(_ value: Double, places: Int) -> String {
        let text = ModelCard.rounded(value, places: places)
        return value > 0 ? "+" + text : text
    }

    private func points(_ values: [Double?], _ axis: Axis) -> [(x: Double, y: Double)?] {
        zip(bars, values).map { bar, value in
            value.map { (time.position(Double(bar.closeTime.milliseconds)), axis.position($0)) }
        }
    }

    private func title(_ text: String, _ canvas: inout SVGCanvas) {
        canvas.text(text, x: Self.left - 36, y: 20, size: 14, weight: "600")
    }

    private func frame(_ panel: RegimePicture.Panel, _ canvas: inout SVGCanvas) {
        canvas.frame(x: time.start, y: panel.top, width: time.end - time.start, height: panel.bottom - panel.top)
        guard let first = bars.first, let last = bars.last else { return }
        for tick in Ticks.calendar(from: first.closeTime, to: last.closeTime) {
            let x = time.position(Double(tick.time.milliseconds))
            canvas.tickMark(x: x, y: panel.bottom)
            canvas.text(tick.label, x: x, y: panel.bottom + 18, size: 11, anchor: "middle")
        }
    }
}
