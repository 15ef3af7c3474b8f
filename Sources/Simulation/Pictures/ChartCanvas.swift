/// Collects the elements of one drawing inside a page; colours are classes, so that the page's style decides on light and dark.
struct ChartCanvas {
    private var elements: [String] = []

    mutating func text(_ text: String, x: Double, y: Double, anchor: String = "start", style: String = "label") {
        elements.append(
            "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor)\">"
                + "\(Self.escaped(text))</text>"
        )
    }

    mutating func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) {
        elements.append(
            "<line class=\"\(style)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
                + "y2=\"\(Self.number(y2))\"/>"
        )
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], style: String) {
        guard points.count > 1 else { return }
        elements.append("<polyline class=\"\(style)\" points=\"\(Self.list(points))\"/>")
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], style: String) {
        guard points.count > 2 else { return }
        elements.append("<polygon class=\"\(style)\" points=\"\(Self.list(points))\"/>")
    }

    /// Many rectangles of one style as one element.
    mutating func rectangles(_ boxes: [(x: Double, y: Double, width: Double, height: Double)], style: String) {
        guard !boxes.isEmpty else { return }
        let path = boxes.map { box in
            "M\(Self.number(box.x)) \(Self.number(box.y))h\(Self.number(box.width))v\(Self.number(box.height))"
                + "h\(Self.number(-box.width))z"
        }
        elements.append("<path class=\"\(style)\" d=\"\(path.joined())\"/>")
    }

    /// A dot that tells what it is when pointed at.
    mutating func dot(x: Double, y: Double, radius: Double, style: String, title: String) {
        elements.append(
            "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\">"
                + "<title>\(Self.escaped(title))</title></circle>"
        )
    }

    /// The drawing, for readers who see it and readers who hear its title.
    func drawing(width: Double, height: Double, title: String) -> String {
        "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" aria-label=\"\(Self.escaped(title))\">"
            + elements.joined(separator: "\n") + "</svg>"
    }

    private static func list(_ points: [(x: Double, y: Double)]) -> String {
        points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }

    /// Tenths of a pixel, whatever the locale.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }

    /// Text that cannot end its element.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
