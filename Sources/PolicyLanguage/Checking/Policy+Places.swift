import MarketData
import Rebalancing

extension Policy {
    /// Where the text makes a rule, by the rule's name in decisions, findings and proofs.
    ///
    /// - Parameter name: Such as `drift(BTC) above its band`, `turnover per day used up`, `trade(BTC)` or `a schedule due`; a
    ///   requirement's name alone, in quotes or in backticks, with `broken` behind it or without.
    /// - Returns: The place in the policy that says it, which may be the house policy that this one extends; `nil` for a name
    ///   that no statement makes.
    public func place(ofRule name: String) -> RulePlace? {
        if let span = span(ofRule: name) {
            let place = LineTable(source.text).place(span)
            // What is inherited stands at the words that name the house: there the house says where.
            guard let house = houses.first, span == outline.extends?.span else {
                return RulePlace(file: source.path, line: place.line, column: place.column, span: span)
            }
            return house.place(ofRule: name)
        }
        return nil
    }

    private func span(ofRule name: String) -> SourceSpan? {
        var word = Substring(name)
        if word.hasSuffix(" broken") { word = word.dropLast(" broken".count) }
        if word.hasSuffix(" used up") { word = word.dropLast(" used up".count) }
        if let first = word.first, first == "`" || first == "\"", word.last == first, word.count > 1 {
            word = word.dropFirst().dropLast()
        }
        if let line = outline.requirements.first?.lines.first(where: { $0.name.value == word }) {
            return line.name.span
        }
        if let span = triggerSpan(word.hasPrefix("not ") ? word.dropFirst("not ".count) : word) { return span }
        if word.hasPrefix("drift("), let end = word.firstIndex(of: ")") {
            return bandSpan(of: String(word.dropFirst("drift(".count)[..<end]))
        }
        if word.hasPrefix("smallest trade") { word = "smallest trade" }
        if let line = outline.limits.first?.lines.first(where: { PolicyOutline.key($0) == word }) { return line.span }
        guard word == "a schedule due" else { return nil }
        return outline.rebalance.first?.keyword
    }

    /// A trigger over volatility or tracking error, by its measure.
    private func triggerSpan(_ name: Substring) -> SourceSpan? {
        (outline.rebalance.first?.lines ?? []).lazy.compactMap { line -> SourceSpan? in
            guard case .condition(let condition) = line, condition.value.isActedOnRisk,
                let measure = condition.value.figure.value.riskMeasure, name.hasPrefix("\(measure) > ")
            else { return nil }
            return condition.span
        }.first
    }

    private func bandSpan(of asset: String) -> SourceSpan? {
        let lines = (outline.bands.first?.lines ?? []).compactMap { line -> PolicyOutline.BandLine? in
            if case .band(let line) = line, line.regime == nil { line } else { nil }
        }
        return (lines.first { $0.asset?.value == asset } ?? lines.first { $0.asset == nil })?.subject
    }
}

/// The place of a rule in a policy's text.
public struct RulePlace: Sendable, Hashable, CustomStringConvertible {
    /// Path of the file.
    public let file: String
    /// Line, from 1.
    public let line: Int
    /// Column, from 1, in Unicode scalars.
    public let column: Int
    /// The bytes of the file.
    public let span: SourceSpan

    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}
