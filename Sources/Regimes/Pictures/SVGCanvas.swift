/// Collects the elements of an SVG drawing.
struct SVGCanvas {
    private var elements: [String] = []

    mutating func text(
        _ text: String,
        x: Double,
        y: Double,
        size: Int,
        weight: String = "400",
        anchor: String = "start",
        fill: String? = nil
    ) {
        elements.append(
            "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
                + "text-anchor=\"\(anchor)\"\(fill.map { " fill=\"\($0)\"" } ?? "")>\(Self.escaped(text))</text>"
        )
    }

    mutating func axisLabel(_ label: String, x: Double, y: Double) {
        text(label, x: x, y: y, size: 11, anchor: "end")
    }

    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, fill: String, opacity: Double) {
        elements.append(
            "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
                + "fill=\"\(fill)\" fill-opacity=\"\(number(opacity))\"/>"
        )
    }

    mutating func frame(x: Double, y: Double, width: Double, height: Double) {
        elements.append(
            "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
                + "fill=\"none\" stroke=\"#9aa5b1\"/>"
        )
    }

    mutating func gridLine(y: Double, from: Double, to: Double) {
        line(x1: from, y1: y, x2: to, y2: y, style: "stroke=\"#7b8794\" stroke-opacity=\"0.25\"")
    }

    mutating func dashedLine(y: Double, from: Double, to: Double, stroke: String) {
        line(
            x1: from,
            y1: y,
            x2: to,
            y2: y,
            style: "stroke=\"\(stroke)\" stroke-width=\"1.8\" stroke-dasharray=\"7 4\""
        )
    }

    /// A straight line.
    mutating func segment(
        from start: (x: Double, y: Double),
        to end: (x: Double, y: Double),
        stroke: String,
        width: Double,
        dash: String? = nil
    ) {
        line(
            x1: start.x,
            y1: start.y,
            x2: end.x,
            y2: end.y,
            style: "stroke=\"\(stroke)\" stroke-width=\"\(number(width))\""
                + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "")
        )
    }

    mutating func dot(x: Double, y: Double, radius: Double, fill: String) {
        elements.append(
            "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"\(fill)\"/>"
        )
    }

    mutating func tickMark(x: Double, y: Double) {
        line(x1: x, y1: y, x2: x, y2: y + 5, style: "stroke=\"#9aa5b1\"")
    }

    /// A line through the points; nil breaks it, and a point alone between two breaks becomes a dot.
    mutating func polyline(
        _ points: [(x: Double, y: Double)?],
        stroke: String,
        width: Double,
        dash: String? = nil
    ) {
        for run in points.split(whereSeparator: { $0 == nil }).map({ $0.compactMap(\.self) }) {
            if run.count == 1 {
                elements.append(
                    "<circle cx=\"\(number(run[0].x))\" cy=\"\(number(run[0].y))\" r=\"1\" fill=\"\(stroke)\"/>"
                )
            } else {
                elements.append(
                    "<polyline points=\"\(list(run))\" fill=\"none\" stroke=\"\(stroke)\" "
                        + "stroke-width=\"\(number(width))\" stroke-linejoin=\"round\""
                        + (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>"
                )
            }
        }
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], fill: String, opacity: Double) {
        elements.append("<polygon points=\"\(list(points))\" fill=\"\(fill)\" fill-opacity=\"\(number(opacity))\"/>")
    }

    /// The whole document.
    func document(width: Double, height: Double, title: String) -> String {
        let size =
            "width=\"\(number(width))\" height=\"\(number(height))\" viewBox=\"0 0 \(number(width)) \(number(height))\""
        return """
            <svg xmlns="http://www.w3.org/2000/svg" \(size) role="img" font-family="system-ui, sans-serif" fill="#1f2933">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(elements.joined(separator: "\n"))
            </svg>

            """
    }

    /// The drawing as a part of a page, which gives paper and ink.
    func fragment(width: Double, height: Double, title: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" role="img" \
        font-family="system-ui, sans-serif" fill="var(--ink)">
        <title>\(Self.escaped(title))</title>
        \(elements.joined(separator: "\n"))
        </svg>
        """
    }

    private mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) {
        elements.append(
            "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" \(style)/>"
        )
    }

    private func list(_ points: [(x: Double, y: Double)]) -> String {
        points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }

    /// Hundredths of a pixel, whatever the locale.
    private func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    /// Text with what XML and HTML read as markup written out.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
