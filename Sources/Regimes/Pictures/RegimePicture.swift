public import MarketData

/// A model at work on a market, as one SVG drawing: price shaded by regime, volatility with the regimes' means and densities,
/// the filtered probabilities, and the width of a policy's bands.
public struct RegimePicture: Sendable {
    /// The drawing, a complete SVG document that ends in a newline.
    public let svg: String

    private static let width = 1_120.0
    private static let left = 76.0
    private static let right = 132.0
    private static let panelHeights = [250.0, 190.0, 150.0, 120.0]
    private static let top = 74.0
    private static let gap = 46.0

    /// How wide one asset's band is in each regime.
    public struct Band: Sendable, Hashable {
        /// The asset.
        public let asset: Asset
        /// The trigger's half-width, `[K]`, as a share of portfolio value; nil where drift never triggers.
        public let widths: [Double?]

        /// Creates a band's widths.
        public init(asset: Asset, widths: [Double?]) {
            self.asset = asset
            self.widths = widths
        }
    }

    /// Draws the bars that `regimes` and `volatility` have in common.
    ///
    /// - Parameters:
    ///   - model: Gives labels and means.
    ///   - volatility: The measured bars.
    ///   - regimes: What ``RegimeModel/filteredRegimes(of:rules:)`` made of them.
    ///   - bands: A policy's, drawn over time in a panel of their own; without any the panel is left out.
    public init(
        model: RegimeModel,
        volatility: VolatilitySeries,
        regimes: [FilteredRegime],
        bands: [Band] = []
    ) {
        let byTime = Dictionary(volatility.bars.map { ($0.closeTime, $0) }) { first, _ in first }
        let bars = regimes.compactMap { regime in byTime[regime.time].map { (regime: regime, measured: $0) } }
        var canvas = SVGCanvas()
        let colors = RegimePalette.colors(count: model.stateCount)
        guard let first = bars.first, let last = bars.last else {
            canvas.text("no bar to draw", x: Self.left, y: Self.top, size: 14)
            svg = canvas.document(width: Self.width, height: 120, title: "Regimes of \(model.asset.symbol)")
            return
        }
        let time = Axis(
            from: Double(first.regime.time.milliseconds - model.bar),
            to: Double(last.regime.time.milliseconds),
            start: Self.left,
            end: Self.width - Self.right
        )
        let panels = Self.panels(count: bands.isEmpty ? 3 : 4)
        let height = panels[panels.count - 1].bottom + 40
        canvas.text(
            "\(model.asset.symbol): volatility regimes, \(Self.day(first.regime.time)) to \(Self.day(last.regime.time))",
            x: Self.left,
            y: 28,
            size: 17,
            weight: "600"
        )
        Self.legend(model, colors, &canvas)

        // 1. Price, on a logarithmic axis: equal distances are equal returns.
        let prices = bars.map { $0.measured.close.map { Double($0) } }
        let logs = prices.compactMap { $0.map(naturalLogarithm) }
        let price = Axis.covering(logs, panels[0])
        let spans = Self.spans(bars.map(\.regime), bar: model.bar)
        for panel in panels[0...1] {
            for span in spans {
                canvas.rectangle(
                    x: time.position(span.from),
                    y: panel.top,
                    width: time.position(span.to) - time.position(span.from),
                    height: panel.bottom - panel.top,
                    fill: colors[span.label],
                    opacity: 0.22
                )
            }
        }
        for tick in Ticks.logarithmic(from: exponential(price.lower), to: exponential(price.upper)) {
            canvas.gridLine(y: price.position(naturalLogarithm(tick)), from: time.start, to: time.end)
            canvas.axisLabel(Ticks.text(tick), x: Self.left - 8, y: price.position(naturalLogarithm(tick)) + 4)
        }
        canvas.polyline(
            Self.points(bars.map(\.regime.time), prices.map { $0.map(naturalLogarithm) }, time, price),
            stroke: "#1f2933",
            width: 1.2
        )
        canvas.text("Close, logarithmic scale", x: Self.left, y: panels[0].top - 8, size: 12, weight: "600")

        // 2. Volatility, annualized, on the scale of the model: the logarithm.
        let observations = bars.map(\.measured.observation)
        let volatilityAxis = Axis.covering(observations.compactMap(\.self) + model.parameters.means, panels[1])
        for tick in Ticks.logarithmic(from: exponential(volatilityAxis.lower), to: exponential(volatilityAxis.upper)) {
            let y = volatilityAxis.position(naturalLogarithm(tick))
            canvas.gridLine(y: y, from: time.start, to: time.end)
            canvas.axisLabel("\(Ticks.text(100 * tick))%", x: Self.left - 8, y: y + 4)
        }
        canvas.polyline(
            Self.points(bars.map(\.regime.time), observations, time, volatilityAxis),
            stroke: "#4b5563",
            width: 1
        )
        for (state, mean) in model.parameters.means.enumerated() {
            canvas.dashedLine(y: volatilityAxis.position(mean), from: time.start, to: time.end, stroke: colors[state])
        }
        Self.densities(model, colors, from: time.end + 8, volatilityAxis, &canvas)
        canvas.text(
            "Volatility a year; dashed: each regime's mean; right: each regime's density; holes: no observation",
            x: Self.left,
            y: panels[1].top - 8,
            size: 12,
            weight: "600"
        )

        // 3. Filtered probabilities, stacked: calm at the bottom.
        let share = Axis(from: 0, to: 1, start: panels[2].bottom, end: panels[2].top)
        Self.stack(bars.map(\.regime), colors, time, share, &canvas)
        for tick in [0.0, 0.25, 0.5, 0.75, 1] {
            canvas.gridLine(y: share.position(tick), from: time.start, to: time.end)
            canvas.axisLabel("\(Ticks.text(100 * tick))%", x: Self.left - 8, y: share.position(tick) + 4)
        }
        canvas.text(
            "Probability of each regime, from the past alone",
            x: Self.left,
            y: panels[2].top - 8,
            size: 12,
            weight: "600"
        )
        // 4. How far each asset may drift before it is traded.
        if !bands.isEmpty {
            Self.draw(bands, spans, colors, time, panels[3], &canvas)
        }
        for (index, panel) in panels.enumerated() {
            canvas.frame(x: time.start, y: panel.top, width: time.end - time.start, height: panel.bottom - panel.top)
            for tick in Ticks.calendar(from: first.regime.time, to: last.regime.time) {
                let x = time.position(Double(tick.time.milliseconds))
                canvas.tickMark(x: x, y: panel.bottom)
                if index == panels.count - 1 {
                    canvas.text(tick.label, x: x, y: panel.bottom + 18, size: 11, anchor: "middle")
                }
            }
        }
        svg = canvas.document(width: Self.width, height: height, title: "Regimes of \(model.asset.symbol)")
    }

    /// Where a panel begins and ends, from the top of the drawing.
    struct Panel {
        let top: Double
        let bottom: Double
    }

    struct Span {
        let from: Double
        let to: Double
        let label: Int
    }

    private static func panels(count: Int) -> [Panel] {
        var top = Self.top + 24
        return panelHeights.prefix(count).map { height in
            defer { top += height + gap }
            return Panel(top: top, bottom: top + height)
        }
    }

    private static func legend(_ model: RegimeModel, _ colors: [String], _ canvas: inout SVGCanvas) {
        var x = left
        for (state, label) in model.labels.enumerated() {
            let text = "\(label) (typically \(ModelCard.rounded(100 * model.typicalVolatilities[state], places: 0))%)"
            canvas.rectangle(x: x, y: 44, width: 14, height: 14, fill: colors[state], opacity: 0.75)
            canvas.text(text, x: x + 20, y: 56, size: 13)
            x += 44 + 7.4 * Double(text.count)
        }
    }

    /// Bars in a row with one label, joined.
    private static func spans(_ regimes: [FilteredRegime], bar: Int64) -> [Span] {
        var spans: [Span] = []
        for regime in regimes {
            let to = Double(regime.time.milliseconds)
            if let last = spans.last, last.label == regime.label {
                spans[spans.count - 1] = Span(from: last.from, to: to, label: last.label)
            } else {
                spans.append(Span(from: spans.last?.to ?? to - Double(bar), to: to, label: regime.label))
            }
        }
        return spans
    }

    private static func points(
        _ times: [Timestamp],
        _ values: [Double?],
        _ time: Axis,
        _ axis: Axis
    ) -> [(x: Double, y: Double)?] {
        zip(times, values).map { timestamp, value in
            value.map { (time.position(Double(timestamp.milliseconds)), axis.position($0)) }
        }
    }

    private static func stack(
        _ regimes: [FilteredRegime],
        _ colors: [String],
        _ time: Axis,
        _ share: Axis,
        _ canvas: inout SVGCanvas
    ) {
        var floor = [Double](repeating: 0, count: regimes.count)
        for state in colors.indices {
            let ceiling = zip(floor, regimes).map { min(1, $0 + $1.probabilities[state]) }
            let xs = regimes.map { time.position(Double($0.time.milliseconds)) }
            let upper = zip(xs, ceiling).map { (x: $0, y: share.position($1)) }
            let lower = zip(xs, floor).map { (x: $0, y: share.position($1)) }
            canvas.polygon(upper + lower.reversed(), fill: colors[state], opacity: 0.75)
            floor = ceiling
        }
    }

    private static func day(_ time: Timestamp) -> String { time.civilDate.description }
}
