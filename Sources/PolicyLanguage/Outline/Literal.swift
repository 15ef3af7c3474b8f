import MarketData

/// A value with its place; two are equal if their values are, wherever they stand.
struct Spanned<Value: Sendable & Hashable>: Sendable, Hashable {
    let value: Value
    let span: SourceSpan

    init(_ value: Value, _ span: SourceSpan) {
        self.value = value
        self.span = span
    }

    static func == (left: Spanned, right: Spanned) -> Bool { left.value == right.value }

    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A number with its unit, exactly as written: `significand`·10^(−`places`).
struct Literal: Sendable, Hashable {
    let significand: Int64
    /// Digits after the point, without trailing zeros.
    let places: Int
    let unit: Unit

    /// Digits that a literal may have: every unit's conversion then fits 64 bits with room to spare, or is refused.
    static let mostDigits = 15

    /// What stands behind the digits.
    enum Unit: Sendable, Hashable {
        case none, percent, basisPoints, points, percentPerYear
        case seconds, minutes, hours, days, weeks
        case currency(String)
    }

    /// The types of the language, as messages name them.
    enum Kind: Sendable, Hashable {
        case number, fraction, points, rate, duration
        case money(String)

        /// With its article.
        var phrase: String {
            switch self {
            case .number: "a plain number"
            case .fraction: "a fraction (%)"
            case .points: "points of portfolio value (pp)"
            case .rate: "a yearly rate (%/yr)"
            case .duration: "a duration"
            case .money(let currency): "an amount of \(currency)"
            }
        }
    }

    var kind: Kind {
        switch unit {
        case .none: .number
        case .percent, .basisPoints: .fraction
        case .points: .points
        case .percentPerYear: .rate
        case .seconds, .minutes, .hours, .days, .weeks: .duration
        case .currency(let currency): .money(currency)
        }
    }

    /// Parts per million of a number, fraction or width; nothing if it is not whole.
    var partsPerMillion: Int64? {
        switch unit {
        case .none: scaled(6)
        case .percent, .points, .percentPerYear: scaled(4)
        case .basisPoints: scaled(2)
        default: nil
        }
    }

    /// Milliseconds of a duration; nothing if it is not whole.
    var milliseconds: Int64? {
        let unitMilliseconds: Int64? =
            switch unit {
            case .seconds: 1_000
            case .minutes: 60_000
            case .hours: 3_600_000
            case .days: 86_400_000
            case .weeks: 604_800_000
            default: nil
            }
        guard let unitMilliseconds else { return nil }
        let (product, overflow) = significand.multipliedReportingOverflow(by: unitMilliseconds)
        let divisor = Self.powerOfTen(places)
        return overflow || product % divisor != 0 ? nil : product / divisor
    }

    /// Money counts 10^(−8) of the quote currency.
    private static let moneyPlaces = 8

    /// The amount in units of 10^(−8); nothing if it is not whole.
    var money: Money? {
        guard case .currency = unit, places <= Self.moneyPlaces else { return nil }
        return Money(units: Int128(significand) * Int128(Self.powerOfTen(Self.moneyPlaces - places)))
    }

    /// The denominator of the number as a fraction.
    var denominator: Int64 { Self.powerOfTen(places) }

    private func scaled(_ exponent: Int) -> Int64? {
        guard places <= exponent else { return nil }
        let (product, overflow) = significand.multipliedReportingOverflow(by: Self.powerOfTen(exponent - places))
        // Too large for any range it could be checked against, and to be refused as that.
        return overflow ? .max : product
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 {
        (0..<max(0, min(18, exponent))).reduce(1) { power, _ in power * 10 }
    }
}

extension Literal: CustomStringConvertible {
    /// The literal in its one canonical spelling: no needless zeros, thousands of money grouped by `_`.
    var description: String {
        var digits = String(significand)
        if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
        var whole = String(digits.dropLast(places))
        if case .currency = unit, whole.count > 4 { whole = Self.grouped(whole) }
        return whole + (places == 0 ? "" : "." + digits.suffix(places)) + suffix
    }

    private var suffix: String {
        switch unit {
        case .none: ""
        case .percent: "%"
        case .basisPoints: "bps"
        case .points: "pp"
        case .percentPerYear: "%/yr"
        case .seconds: "s"
        case .minutes: "m"
        case .hours: "h"
        case .days: "d"
        case .weeks: "w"
        case .currency(let currency): " \(currency)"
        }
    }

    private static func grouped(_ digits: String) -> String {
        var groups: [Substring] = []
        var rest = digits[...]
        while !rest.isEmpty {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        return groups.joined(separator: "_")
    }
}

extension Literal {
    private static let units: [(suffix: String, unit: Unit)] = [
        ("", .none), ("%", .percent), ("bps", .basisPoints), ("bp", .basisPoints), ("pp", .points),
        ("%/yr", .percentPerYear), ("s", .seconds), ("m", .minutes), ("h", .hours), ("d", .days), ("w", .weeks),
    ]

    /// Reads a number token.
    static func read(_ token: SyntaxToken) throws(Issue) -> Literal {
        var digits = ""
        var places: Int?
        var rest = token.text[...]
        while let next = rest.first {
            if next.isNumber, next.isASCII {
                digits.append(next)
                if let count = places { places = count + 1 }
            } else if next == "." {
                places = 0
            } else if next != "_" {
                break
            }
            rest = rest.dropFirst()
        }
        let number = token.text.dropLast(rest.count)
        if number.hasSuffix("_") || number.contains("__") || number.contains("_.") {
            let message = "`_` stands between digits, not at the end of `\(shortened(String(number)))`"
            throw Issue(.badNumber, token.span, message)
        }
        var count = places ?? 0
        while count > 0, digits.last == "0" {
            digits.removeLast()
            count -= 1
        }
        digits = String(digits.drop { $0 == "0" })
        guard digits.count <= mostDigits, count <= mostDigits, let significand = Int64(digits.isEmpty ? "0" : digits)
        else {
            throw Issue(.badNumber, token.span, "a number has at most \(mostDigits) digits")
        }
        guard let unit = units.first(where: { $0.suffix == rest })?.unit else {
            throw unknownUnit(String(rest), number: String(number), token: token)
        }
        return Literal(significand: significand, places: count, unit: unit)
    }

    private static func unknownUnit(_ unit: String, number: String, token: SyntaxToken) -> Issue {
        let span = SourceSpan(token.span.lowerBound + number.utf8.count..<token.span.upperBound)
        let known = "the units are %, bps, pp, %/yr, s, m, h, d, w"
        let meant: [String: String] = [
            "min": "m", "mins": "m", "minutes": "m", "sec": "s", "hr": "h", "hrs": "h", "hours": "h", "day": "d",
            "days": "d",
            "weeks": "w", "percent": "%", "pct": "%", "pps": "pp", "bips": "bps", "y": "%/yr",
        ]
        let near =
            meant[unit.lowercased()] ?? units.first { !$0.suffix.isEmpty && $0.suffix == unit.lowercased() }?.suffix
        if let near {
            return Issue(
                .unknownUnit,
                span,
                "unknown unit `\(unit)`",
                help: "write `\(number)\(near)`; \(known)",
                replacement: near
            )
        }
        if unit.count >= 2, unit.allSatisfy({ $0.isUppercase }) {
            let help = "put a space before a currency: `\(number) \(shortened(unit))`"
            return Issue(.unknownUnit, span, "unknown unit `\(shortened(unit))`", help: help, replacement: " " + unit)
        }
        return Issue(.unknownUnit, span, "unknown unit `\(shortened(unit))`", help: known)
    }

    /// User text for a message, cut if it is long.
    static func shortened(_ text: String) -> String {
        text.count <= 40 ? text : text.prefix(39) + "…"
    }
}
