import MarketData

extension RegimePicture {
    /// Each regime's density of the observation, lying on its side along the axis of the volatility panel.
    ///
    /// Areas are the shares of time that the chain spends in each regime, where it has one long-run distribution.
    static func densities(
        _ model: RegimeModel,
        _ colors: [String],
        from x: Double,
        _ axis: Axis,
        _ canvas: inout SVGCanvas
    ) {
        let count = model.stateCount
        let shares =
            model.parameters.stationaryDistribution() ?? [Double](repeating: 1 / Double(count), count: count)
        let grid = (0...120).map { axis.lower + (axis.upper - axis.lower) * Double($0) / 120 }
        let heights = model.parameters.emissions.enumerated().map { state, emission in
            grid.map { shares[state] * exponential(emission.logDensity($0)) }
        }
        guard let tallest = heights.compactMap({ $0.max() }).max(), tallest > 0 else { return }
        for (state, curve) in heights.enumerated() {
            let outline = zip(grid, curve).map { (x: x + 100 * $1 / tallest, y: axis.position($0)) }
            canvas.polygon(
                [(x, axis.position(axis.lower))] + outline + [(x, axis.position(axis.upper))],
                fill: colors[state],
                opacity: 0.35
            )
            canvas.polyline(outline, stroke: colors[state], width: 1.5)
        }
    }

    /// The width of each asset's band over time, under the label in force.
    static func draw(
        _ bands: [Band],
        _ spans: [Span],
        _ colors: [String],
        _ time: Axis,
        _ panel: Panel,
        _ canvas: inout SVGCanvas
    ) {
        let widest = bands.flatMap { $0.widths.compactMap(\.self) }.max() ?? 0
        let axis = Axis(from: 0, to: max(1.15 * widest, 1e-6), start: panel.bottom, end: panel.top)
        for span in spans {
            canvas.rectangle(
                x: time.position(span.from),
                y: panel.top,
                width: time.position(span.to) - time.position(span.from),
                height: panel.bottom - panel.top,
                fill: colors[span.label],
                opacity: 0.12
            )
        }
        for tick in Ticks.linear(from: 0, to: axis.upper).filter({ $0 >= 0 }) {
            canvas.gridLine(y: axis.position(tick), from: time.start, to: time.end)
            canvas.axisLabel(
                "\(Ticks.text((1e4 * tick).rounded() / 100)) pp",
                x: time.start - 8,
                y: axis.position(tick) + 4
            )
        }
        // Assets whose bands are the same share a line and a name.
        var lines: [(names: [String], widths: [Double?])] = []
        for band in bands {
            if let index = lines.firstIndex(where: { $0.widths == band.widths }) {
                lines[index].names.append(band.asset.symbol)
            } else {
                lines.append(([band.asset.symbol], band.widths))
            }
        }
        let dashes: [String?] = [nil, "6 3", "2 3", "9 3 2 3"]
        var floor = panel.top
        let ordered = lines.sorted { ($0.widths.last ?? nil) ?? 0 > ($1.widths.last ?? nil) ?? 0 }
        for (index, line) in ordered.enumerated() {
            let dash = dashes[index % dashes.count]
            let points = spans.flatMap { span -> [(x: Double, y: Double)?] in
                guard span.label < line.widths.count, let width = line.widths[span.label] else { return [nil] }
                return [
                    (time.position(span.from), axis.position(width)), (time.position(span.to), axis.position(width)),
                ]
            }
            canvas.polyline(points, stroke: "#1f2933", width: 1.6, dash: dash)
            guard let end = points.last ?? nil else { continue }
            let y = max(end.y + 4, floor)
            floor = y + 14
            var name = line.names.prefix(3).joined(separator: ", ")
            if line.names.count > 3 { name += ", …" }
            canvas.text(name, x: time.end + 8, y: y, size: 12)
        }
        canvas.text(
            "Band: how far a weight may stray from its target before it is traded, points of portfolio value",
            x: time.start,
            y: panel.top - 8,
            size: 12,
            weight: "600"
        )
    }
}
