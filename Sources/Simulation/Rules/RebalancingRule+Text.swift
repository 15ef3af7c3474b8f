import MarketData

extension RebalancingRule: CustomStringConvertible {
    /// Reads a rule: `TRIGGER[+TRIGGER…][:DESTINATION][:cooldown=7d]`.
    ///
    /// Triggers are `hold`, `daily`, `weekly`, `monthly`, `band:5pp` (of the portfolio), `band:20%` (of the target) and `te:4%`
    /// (a year); destinations are `target`, which is assumed, `edge`, `half` and a width such as `2pp`.
    ///
    /// - Throws: ``BacktestError/rule(text:reason:)``.
    public init(_ text: String) throws(BacktestError) {
        var triggers: [Trigger] = []
        var destination: Destination?
        var cooldown: Int64?
        for (place, part) in text.split(separator: "+", omittingEmptySubsequences: false).enumerated() {
            var words = part.split(separator: ":", omittingEmptySubsequences: false).map(String.init)[...]
            guard let name = words.popFirst(), !name.isEmpty else { throw .rule(text: text, reason: Self.grammar) }
            switch name {
            case "hold" where place == 0 && !text.contains("+"): break
            case "band":
                guard let width = words.popFirst() else { throw .rule(text: text, reason: "a band needs a width") }
                triggers.append(try Self.band(width, in: text))
            case "te":
                guard let limit = words.popFirst().flatMap({ Self.share($0, suffix: "%", parts: 100) }) else {
                    throw .rule(text: text, reason: "a tracking error needs a limit such as `4%`")
                }
                triggers.append(.trackingError(limit))
            default:
                guard let period = Period(rawValue: name) else { throw .rule(text: text, reason: Self.grammar) }
                triggers.append(.calendar(period))
            }
            for word in words {
                if word.hasPrefix("cooldown=") {
                    guard cooldown == nil, let length = Self.milliseconds(String(word.dropFirst(9))) else {
                        throw .rule(text: text, reason: "a cooldown is a length of time such as `7d` or `12h`")
                    }
                    cooldown = length
                } else {
                    guard destination == nil, let place = Self.destination(word) else {
                        throw .rule(text: text, reason: "`\(word)` is no destination: \(Self.grammar)")
                    }
                    destination = place
                }
            }
        }
        try self.init(triggers: triggers, destination: destination ?? .target, cooldown: cooldown ?? 0)
    }

    /// The rule as it is written.
    public var description: String {
        guard !triggers.isEmpty else { return "hold" }
        let names = triggers.map { trigger in
            switch trigger {
            case .absoluteBand(let width): "band:\(Self.number(100 * width))pp"
            case .relativeBand(let share): "band:\(Self.number(100 * share))%"
            case .calendar(let period): period.rawValue
            case .trackingError(let limit): "te:\(Self.number(100 * limit))%"
            }
        }
        let place =
            switch destination {
            case .target: ":target"
            case .edge: ":edge"
            case .half: ":half"
            case .width(let width): ":\(Self.number(100 * width))pp"
            }
        let isCalendar = triggers.allSatisfy { if case .calendar = $0 { true } else { false } }
        return names.joined(separator: "+") + (isCalendar && destination == .target ? "" : place)
            + (cooldown > 0 ? ":cooldown=\(cooldown / 1_000)s" : "")
    }

    private static let grammar =
        "expected hold, daily, weekly, monthly, band:5pp, band:20% or te:4%, joined by `+`, then :target, :edge, :half or :2pp"

    private static func band(_ width: String, in text: String) throws(BacktestError) -> Trigger {
        if let points = share(width, suffix: "pp", parts: 100) { return .absoluteBand(points) }
        if let relative = share(width, suffix: "%", parts: 100) { return .relativeBand(relative) }
        throw .rule(text: text, reason: "`\(width)` is no width: write `5pp` of the portfolio or `20%` of the target")
    }

    private static func destination(_ word: String) -> Destination? {
        switch word {
        case "target": .target
        case "edge": .edge
        case "half": .half
        default: share(word, suffix: "pp", parts: 100).map { .width($0) }
        }
    }

    private static func share(_ text: String, suffix: String, parts: Double) -> Double? {
        guard text.hasSuffix(suffix), let decimal = try? ExactDecimal(String(text.dropLast(suffix.count))) else {
            return nil
        }
        return Double(decimal) / parts
    }

    private static func milliseconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0 else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }

    /// Few digits for widths that were written with few, whatever a hundredfold made of the last bit.
    private static func number(_ value: Double) -> String {
        let rounded = (value * 1e9).rounded() / 1e9
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }
}
