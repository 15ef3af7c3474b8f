import MarketData

extension PolicyChecker {
    /// A value of an operand with the place to complain at, or nothing (then it was complained of).
    struct Resolved {
        let literal: Literal
        let span: SourceSpan
        /// Where `let` defines it.
        let definition: SourceSpan?

        var related: Issue.Related? {
            definition.map { Issue.Related(span: $0, note: "defined here") }
        }
    }

    mutating func resolve(_ operand: Spanned<PolicyOutline.Operand>) -> Resolved? {
        switch operand.value {
        case .literal(let literal):
            return Resolved(literal: literal, span: operand.span, definition: nil)
        case .name(let name):
            guard let definition = definitions[name] else {
                let isKnowable = !outline.lacksHouse && (!outline.isPartial || !definitions.isEmpty)
                if isKnowable, isNewlyLost(name, .unknownValue) {
                    let names = definitionNames
                    let help =
                        names.isEmpty
                        ? "no `let` defines a value here; write the value itself"
                        : Suggestion.help(for: name, among: names, declared: "`let` defines")
                    report(
                        .unknownValue,
                        operand.span,
                        "unknown value `\(Literal.shortened(name))`",
                        help: help,
                        replacement: Suggestion.nearest(to: name, among: names)
                    )
                }
                return nil
            }
            guard let value = definition.value else { return nil }
            return Resolved(
                literal: value.value,
                span: operand.span,
                definition: definition.name.span.union(value.span)
            )
        }
    }

    /// A fraction in parts per million.
    mutating func fraction(
        _ operand: Spanned<PolicyOutline.Operand>,
        _ what: String,
        in range: ClosedRange<Int64>
    ) -> Int64? {
        guard let value = resolve(operand) else { return nil }
        return partsPerMillion(value, .fraction, what, in: range)
    }

    /// A value of the given kind in parts per million.
    mutating func partsPerMillion(
        _ value: Resolved,
        _ kind: Literal.Kind,
        _ what: String,
        in range: ClosedRange<Int64>
    ) -> Int64? {
        guard value.literal.kind == kind else {
            wrongKind(value, expected: kind, what)
            return nil
        }
        guard let parts = value.literal.partsPerMillion else {
            let message = "`\(value.literal)` is not a whole number of parts per million"
            let nearest = nearestExact(value.literal)
            let help = nearest.map { "the nearest exact value is `\($0)`" }
            report(.notExact, value.span, message, help: help, related: value.related, replacement: nearest)
            return nil
        }
        guard range.contains(parts) else {
            let least = spelled(range.lowerBound, kind)
            let most = spelled(range.upperBound, kind)
            let bound =
                range.lowerBound == 1
                ? (parts < 1 ? "above 0" : "at most \(most)")
                : (parts < range.lowerBound ? "at least \(least)" : "at most \(most)")
            report(.outOfRange, value.span, "\(what) must be \(bound), got `\(value.literal)`", related: value.related)
            return nil
        }
        return parts
    }

    /// A duration in milliseconds.
    mutating func duration(
        _ operand: Spanned<PolicyOutline.Operand>,
        _ what: String,
        in range: ClosedRange<Int64>
    ) -> Int64? {
        guard let value = resolve(operand) else { return nil }
        guard value.literal.kind == .duration else {
            wrongKind(value, expected: .duration, what)
            return nil
        }
        guard let milliseconds = value.literal.milliseconds else {
            let message = "`\(value.literal)` is not a whole number of milliseconds below the largest"
            report(.notExact, value.span, message, related: value.related)
            return nil
        }
        guard range.contains(milliseconds) else {
            let bound =
                milliseconds < range.lowerBound
                ? "at least \(DurationText.short(range.lowerBound))" : "at most \(DurationText.short(range.upperBound))"
            report(.outOfRange, value.span, "\(what) must be \(bound), got `\(value.literal)`", related: value.related)
            return nil
        }
        return milliseconds
    }

    /// A positive amount of the quote currency.
    mutating func money(_ operand: Spanned<PolicyOutline.Operand>, _ what: String) -> Money? {
        guard let value = resolve(operand) else { return nil }
        guard case .money(let currency) = value.literal.kind else {
            wrongKind(value, expected: .money(quote?.symbol ?? "the quote currency"), what)
            return nil
        }
        guard let quote else { return nil }
        guard currency == quote.symbol else {
            let message = "an amount in \(Literal.shortened(currency)), but the policy's quote is \(quote)"
            let help = "write the amount in \(quote)"
            report(.foreignCurrency, value.span, message, help: help, related: value.related)
            return nil
        }
        guard let money = value.literal.money else {
            let message = "`\(value.literal)` is finer than 0.00000001 \(quote)"
            report(.notExact, value.span, message, related: value.related)
            return nil
        }
        guard money > .zero else {
            report(.outOfRange, value.span, "\(what) must be above 0, got `\(value.literal)`", related: value.related)
            return nil
        }
        return money
    }

    mutating func wrongKind(_ value: Resolved, expected: Literal.Kind, _ what: String) {
        let message = "\(what) is \(expected.phrase), got \(value.literal.kind.phrase): `\(value.literal)`"
        let meant = conversion(value.literal, to: expected)
        let help = meant.isEmpty ? nil : "write " + meant.map { "`\($0)`" }.joined(separator: " or ")
        let replacement = meant.count == 1 ? meant.first : nil
        report(.wrongUnit, value.span, message, help: help, related: value.related, replacement: replacement)
    }

    // MARK: Help

    /// What the person may have meant, in the unit that the place demands.
    private func conversion(_ literal: Literal, to kind: Literal.Kind) -> [String] {
        switch (literal.kind, kind) {
        case (.number, .fraction):
            let percent = literal.partsPerMillion.flatMap { $0 <= 1_000_000 ? spelled($0, .fraction) : nil }
            return [percent ?? "\(literal)%"]
        case (.fraction, .number):
            return literal.partsPerMillion.map { [spelled($0, .number)] } ?? []
        case (.points, .fraction), (.rate, .fraction):
            return literal.partsPerMillion.map { [spelled($0, .fraction)] } ?? []
        case (.fraction, .rate): return literal.partsPerMillion.map { [spelled($0, .rate)] } ?? []
        case (.number, .duration): return ["\(literal)h", "\(literal)d"]
        case (.number, .money(let currency)): return ["\(literal) \(currency)"]
        default: return []
        }
    }

    /// Parts per million as a literal of a kind.
    func spelled(_ parts: Int64, _ kind: Literal.Kind) -> String {
        let exponent = kind == .number ? 6 : 4
        let decimal = ExactDecimal(significand: Int128(parts), exponent: -exponent) ?? .zero
        let unit =
            switch kind {
            case .fraction: "%"
            case .points: "pp"
            case .rate: "%/yr"
            default: ""
            }
        return "\(decimal)\(unit)"
    }

    private func nearestExact(_ literal: Literal) -> String? {
        let places =
            switch literal.unit {
            case .none: 6
            case .basisPoints: 2
            default: 4
            }
        guard literal.places > places else { return nil }
        var significand = literal.significand
        for _ in 0..<(literal.places - places - 1) { significand /= 10 }
        return Literal(significand: (significand + 5) / 10, places: places, unit: literal.unit).description
    }
}
