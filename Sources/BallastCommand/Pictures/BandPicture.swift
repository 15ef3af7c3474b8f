import Rebalancing

/// The loss of a band against its width, as an SVG drawing.
struct BandPicture {
    let problem: BandProblem
    /// The strategist's own width.
    let own: Double?

    private static let (width, height) = (720.0, 420.0)
    private static let (left, right, top, bottom) = (80.0, 690.0, 60.0, 360.0)

    /// The document.
    var svg: String {
        let best = problem.optimum
        let widest = max(3 * best.trigger, (own ?? 0) * 1.2)
        let triggers = (1...240).map { widest * Double($0) / 240 }
        let highest = 4 * best.loss
        let x = { (trigger: Double) in Self.left + trigger / widest * (Self.right - Self.left) }
        let y = { (loss: Double) in Self.bottom - loss / highest * (Self.bottom - Self.top) }
        func curve(_ color: String, _ loss: (Double) -> Double) -> String {
            let points = triggers.map { ($0, loss($0)) }.filter { $0.1 <= highest }
                .map { "\(Self.number(x($0.0))),\(Self.number(y($0.1)))" }
            return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(color)\" "
                + "stroke-width=\"2\"/>"
        }
        var parts = [
            text("Loss of a band a year: risk of straying and cost of coming back", Self.left, 28, 15, "start"),
            text("target \(Figure.percent(problem.target))", Self.left, 46, 11, "start"),
        ]
        for step in 0...4 {
            let loss = highest * Double(step) / 4
            parts.append(line(Self.left, y(loss), Self.right, y(loss), "#d5dbe1", dashed: false))
            parts.append(text(Figure.decimal(loss * 100, 3) + "%", Self.left - 8, y(loss) + 4, 11, "end"))
        }
        for step in 0...6 {
            let trigger = widest * Double(step) / 6
            parts.append(text(Figure.points(trigger), x(trigger), Self.bottom + 18, 11, "middle"))
        }
        parts.append(text("trigger", (Self.left + Self.right) / 2, Self.bottom + 40, 12, "middle"))
        parts.append(curve("#2563a8") { problem.bestDestination(trigger: $0).loss })
        parts.append(curve("#b45309") { problem.loss(trigger: $0, destination: 0) })
        parts.append(text("to the best destination", Self.right, Self.top - 22, 12, "end", "#2563a8"))
        parts.append(text("always to the target", Self.right, Self.top - 6, 12, "end", "#b45309"))
        parts.append(
            "<circle cx=\"\(Self.number(x(best.trigger)))\" cy=\"\(Self.number(y(best.loss)))\" r=\"4\" fill=\"#2563a8\"/>"
        )
        let label = "best: \(Figure.points(best.trigger)) to \(Figure.points(best.destination))"
        parts.append(text(label, x(best.trigger), y(best.loss) + 20, 12, "middle"))
        if let own {
            parts.append(line(x(own), Self.top, x(own), Self.bottom, "#1f2933", dashed: true))
            parts.append(text("yours: \(Figure.points(own))", x(own) + 6, Self.top + 14, 12, "start"))
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
            font-family="system-ui, sans-serif" fill="#1f2933">
            <title>Loss of a band against its width</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private func text(
        _ text: String,
        _ x: Double,
        _ y: Double,
        _ size: Int,
        _ anchor: String,
        _ color: String = "#1f2933"
    ) -> String {
        "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" font-size=\"\(size)\" text-anchor=\"\(anchor)\" "
            + "fill=\"\(color)\">\(text)</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String, dashed: Bool) -> String {
        "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\" "
            + "stroke=\"\(color)\"\(dashed ? " stroke-dasharray=\"6 4\"" : "")/>"
    }

    /// Hundredths of a pixel.
    private static func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
