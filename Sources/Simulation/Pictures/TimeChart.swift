import MarketData

/// A panel over time: lines, bands and shaded regimes on one pair of axes.
struct TimeChart {
    let times: [Timestamp]
    let width: Double
    let height: Double
    let value: ChartAxis
    private let time: ChartAxis
    private let left: Double
    private let compact: Bool
    private(set) var canvas = ChartCanvas()

    private static let top = 12.0
    private static let bottom = 26.0
    private static let right = 12.0

    /// How much room there is.
    enum Size {
        /// The width of the page.
        case full(height: Double)
        /// A third of it.
        case small
    }

    init(times: [Timestamp], lower: Double, upper: Double, scale: ChartAxis.Scale = .linear, size: Size) {
        self.times = times
        switch size {
        case .full(let height): (width, self.height, left, compact) = (1_080, height, 62, false)
        case .small: (width, height, left, compact) = (350, 150, 44, true)
        }
        value = ChartAxis(from: lower, to: upper, start: height - Self.bottom, end: Self.top, scale: scale)
        time = ChartAxis(
            from: Double(times[0].milliseconds),
            to: Double(times[times.count - 1].milliseconds),
            start: left,
            end: width - Self.right
        )
    }

    func x(_ bar: Int) -> Double { time.position(Double(times[bar].milliseconds)) }

    /// Columns of about one pixel: the bars that fall into each.
    private var columns: [Range<Int>] {
        let count = Int(time.end - time.start)
        guard times.count > count else { return times.indices.map { $0..<$0 + 1 } }
        return (0..<count).compactMap { column in
            let range = times.count * column / count..<times.count * (column + 1) / count
            return range.isEmpty ? nil : range
        }
    }

    /// A line through all values; where many share a pixel, through their first, lowest, highest and last.
    mutating func line(_ values: [Double], style: String) {
        var points: [(x: Double, y: Double)] = []
        for column in columns {
            guard column.count > 4 else {
                points += column.map { (x($0), value.position(values[$0])) }
                continue
            }
            var lowest = column.lowerBound
            var highest = column.lowerBound
            for bar in column {
                if values[bar] < values[lowest] { lowest = bar }
                if values[bar] > values[highest] { highest = bar }
            }
            let kept = Set([column.lowerBound, lowest, highest, column.upperBound - 1])
            points += kept.sorted().map { (x($0), value.position(values[$0])) }
        }
        canvas.polyline(points, style: style)
    }

    /// The area between a line and a level.
    mutating func area(_ values: [Double], above level: Double, style: String) {
        let bars = columns.compactMap { column in column.max { abs(values[$0] - level) < abs(values[$1] - level) } }
        guard let first = bars.first, let last = bars.last else { return }
        let base = value.position(level)
        canvas.polygon(
            [(x(first), base)] + bars.map { (x($0), value.position(values[$0])) } + [(x(last), base)],
            style: style
        )
    }

    /// The whole height, shaded by label.
    mutating func shade(_ labels: [Int], styles: [String]) {
        for (label, style) in styles.enumerated() {
            canvas.rectangles(
                spans(labels).filter { $0.label == label }.map { span in
                    (span.from, value.end, max(span.to - span.from, 0.2), value.start - value.end)
                },
                style: style
            )
        }
    }

    /// A band whose lower and upper edges depend on the label.
    mutating func band(_ labels: [Int], edges: [(lower: Double, upper: Double)], style: String) {
        canvas.rectangles(
            spans(labels).map { span in
                let top = value.position(min(edges[span.label].upper, value.upper))
                let bottom = value.position(max(edges[span.label].lower, value.lower))
                return (span.from, top, max(span.to - span.from, 0.2), max(bottom - top, 0.2))
            },
            style: style
        )
    }

    mutating func level(_ level: Double, style: String) {
        canvas.line(
            x1: time.start,
            y1: value.position(level),
            x2: time.end,
            y2: value.position(level),
            style: style
        )
    }

    /// Axes, grid and marks; to be drawn before the lines.
    mutating func axes(text: (Double) -> String) {
        for tick in value.ticks(compact ? 4 : 5) {
            let y = value.position(tick)
            canvas.line(x1: time.start, y1: y, x2: time.end, y2: y, style: "grid")
            canvas.text(text(tick), x: left - 6, y: y + 3.5, anchor: "end", style: "tick")
        }
        canvas.line(x1: time.start, y1: value.start, x2: time.end, y2: value.start, style: "axis")
        let marks = ChartAxis.calendar(from: times[0], to: times[times.count - 1], count: compact ? 4 : 11)
        for mark in marks {
            let x = time.position(Double(mark.time.milliseconds))
            canvas.line(x1: x, y1: value.start, x2: x, y2: value.start + 4, style: "axis")
            // A label at either end would be cut off.
            let room = compact ? 18.0 : 22.0
            let anchor = x > time.end - room ? "end" : x < time.start + room ? "start" : "middle"
            canvas.text(mark.label, x: x, y: value.start + 17, anchor: anchor, style: "tick")
        }
    }

    func drawing(title: String) -> String { canvas.drawing(width: width, height: height, title: title) }

    /// Neighbouring columns of one label, joined; each column takes the label of its last bar.
    private func spans(_ labels: [Int]) -> [(label: Int, from: Double, to: Double)] {
        var spans: [(label: Int, from: Double, to: Double)] = []
        for column in columns {
            let label = labels[column.upperBound - 1]
            let to = column.upperBound < times.count ? x(column.upperBound) : time.end
            if let last = spans.last, last.label == label {
                spans[spans.count - 1].to = to
            } else {
                spans.append((label, spans.last?.to ?? time.start, to))
            }
        }
        return spans
    }
}
