/// Estimates with their intervals around nought, one a line, in groups.
package struct IntervalChart: Sendable {
    /// One estimate.
    package struct Row: Sendable {
        /// What it is of.
        let name: String
        /// Where it is.
        let estimate: Double
        /// Where it may be.
        let interval: ClosedRange<Double>
        /// A colour, or a variable of the page's.
        let color: String

        /// Creates a row.
        package init(name: String, estimate: Double, interval: ClosedRange<Double>, color: String = "var(--blue)") {
            self.name = name
            self.estimate = estimate
            self.interval = interval
            self.color = color
        }
    }

    private let title: String
    private let lower: String
    private let upper: String
    private let groups: [(name: String, rows: [Row])]
    private let format: @Sendable (Double) -> String

    /// Creates a chart.
    ///
    /// - Parameters:
    ///   - title: What is estimated, with its unit.
    ///   - lower: What lies left of nought.
    ///   - upper: What lies right of it.
    ///   - groups: From the top; a group without a name has no heading.
    ///   - format: A value as text.
    package init(
        title: String,
        lower: String,
        upper: String,
        groups: [(name: String, rows: [Row])],
        format: @escaping @Sendable (Double) -> String
    ) {
        self.title = title
        self.lower = lower
        self.upper = upper
        self.groups = groups
        self.format = format
    }

    /// The drawing, as a part of a page.
    var svg: String {
        var canvas = SVGCanvas()
        let (left, end, width) = (210.0, 840.0, EvaluationCharts.width)
        let rows = groups.flatMap(\.rows)
        let values: [Double] =
            rows.flatMap { row -> [Double] in [row.interval.lowerBound, row.interval.upperBound] } + [0]
        let margin = 0.06 * max((values.max() ?? 0) - (values.min() ?? 0), 1e-9)
        let axis = Axis(
            from: (values.min() ?? 0) - margin,
            to: (values.max() ?? 0) + margin,
            start: left,
            end: end
        )
        canvas.text(title, x: 34, y: 20, size: 14, weight: "600")
        let zero = axis.position(0)
        canvas.text("← \(lower)", x: zero - 8, y: 44, size: 12, anchor: "end", fill: "var(--soft)")
        canvas.text("\(upper) →", x: zero + 8, y: 44, size: 12, fill: "var(--soft)")
        var y = 64.0
        for group in groups {
            if !group.name.isEmpty {
                canvas.text(group.name, x: 34, y: y + 5, size: 12, weight: "600")
                y += 22
            }
            for row in group.rows {
                canvas.text(row.name, x: left - 12, y: y + 4, size: 12, anchor: "end")
                canvas.gridLine(y: y, from: left, to: end)
                canvas.segment(
                    from: (axis.position(row.interval.lowerBound), y),
                    to: (axis.position(row.interval.upperBound), y),
                    stroke: row.color,
                    width: 2.4
                )
                canvas.dot(x: axis.position(row.estimate), y: y, radius: 5, fill: row.color)
                canvas.text(
                    "\(format(row.estimate)) [\(format(row.interval.lowerBound)), \(format(row.interval.upperBound))]",
                    x: end + 14,
                    y: y + 4,
                    size: 12
                )
                y += 24
            }
            y += 8
        }
        let bottom = y - 8
        canvas.segment(from: (zero, 52), to: (zero, bottom), stroke: "var(--ink)", width: 1.2)
        for tick in Ticks.linear(from: axis.lower, to: axis.upper) {
            canvas.tickMark(x: axis.position(tick), y: bottom)
            canvas.text(format(tick), x: axis.position(tick), y: bottom + 18, size: 11, anchor: "middle")
        }
        return canvas.fragment(width: width, height: bottom + 30, title: title)
    }
}
