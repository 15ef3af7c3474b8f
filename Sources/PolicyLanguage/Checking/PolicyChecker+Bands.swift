import BigIntegers
import MarketData
import Rebalancing

extension PolicyChecker {
    private struct BandTable {
        var each: PolicyOutline.BandLine?
        var own: [Int: PolicyOutline.BandLine] = [:]
        var replaced: [Int: [Int: PolicyOutline.BandLine]] = [:]
        var factors: [Int: ExactFraction] = [:]
        var complete = true
    }

    /// A band line's literals in parts per million, checked once however many assets and regimes it serves.
    private struct CheckedLine {
        let trigger: Int64
        /// For a destination that is a width.
        let destination: Int64?
    }

    mutating func checkBands() {
        let regimeCount = max(1, labels.count)
        bandsByRegime = Array(repeating: [], count: regimeCount)
        bandSources = Array(repeating: [], count: regimeCount)
        guard let section = single(outline.bands, "bands", \.keyword) else { return }
        let table = bandTable(section)
        // By what a line says and not by where it stands: inherited lines all stand at one place.
        var checked: [String: CheckedLine?] = [:]
        for line in section.lines {
            guard case .band(let line) = line else { continue }
            let widths = check(line)
            if checked[line.key] == nil { checked[line.key] = .some(widths) }
        }
        var silent: [String: (span: SourceSpan, never: Bool)] = [:]
        for index in assets.indices {
            guard let base = table.own[index] ?? table.each else {
                if table.complete { missingBand(index, section.keyword) }
                continue
            }
            for regime in 0..<regimeCount {
                let replacement = table.replaced[regime]?[index]
                let line = replacement ?? base
                guard let widths = checked[line.key] ?? nil, let target = assets[index].weight else { continue }
                let factor = replacement == nil ? table.factors[regime] ?? ExactFraction(1) : ExactFraction(1)
                let known = issues.count
                guard let band = band(line, widths, target, factor, asset: index, regime: regime) else {
                    // The same line in another regime would say the same again.
                    if issues.count > known { checked[line.key] = .some(nil) }
                    continue
                }
                bandsByRegime[regime].append(band)
                bandSources[regime].append(source(line, widths, target, factor, isOfRegime: replacement != nil))
                let reach = ExactFraction(BigInteger(Int(max(target, 1_000_000 - target))))
                let never = band.trigger.map { !($0 < reach) } ?? true
                silent[line.key] = (line.subject, (silent[line.key]?.never ?? true) && never)
            }
        }
        for line in silent.values.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) where line.never {
            report(.neverFires, line.span, "no portfolio can drift out of this band", help: "choose a narrower trigger")
        }
    }

    private mutating func bandTable(_ section: PolicyOutline.Section<PolicyOutline.Band>) -> BandTable {
        var table = BandTable(complete: !section.isPartial)
        var multipliers: [Int: SourceSpan] = [:]
        for line in section.lines {
            switch line {
            case .multiplier(let regime, let factor):
                let value = multiplier(factor)
                guard let label = index(ofRegime: regime) else { continue }
                if let earlier = multipliers[label] {
                    let related = Issue.Related(span: earlier, note: "the first one")
                    report(.repeatedSection, regime.span, "`in \(regime.value)` stands twice", related: related)
                    continue
                }
                multipliers[label] = regime.span
                table.factors[label] = value
            case .band(let band):
                guard let name = band.asset else {
                    if let earlier = table.each { repeatedBand(band, earlier, "each") } else { table.each = band }
                    continue
                }
                let label = band.regime.flatMap { index(ofRegime: $0) }
                guard let asset = index(of: name) else {
                    table.complete = false
                    continue
                }
                if band.regime == nil {
                    if let earlier = table.own[asset] {
                        repeatedBand(band, earlier, name.value)
                    } else {
                        table.own[asset] = band
                    }
                } else if let label {
                    if let earlier = table.replaced[label]?[asset] {
                        repeatedBand(band, earlier, name.value)
                    } else {
                        table.replaced[label, default: [:]][asset] = band
                    }
                }
            }
        }
        return table
    }

    private mutating func repeatedBand(
        _ band: PolicyOutline.BandLine,
        _ earlier: PolicyOutline.BandLine,
        _ name: String
    ) {
        let related = Issue.Related(span: earlier.subject, note: "the first one")
        report(.repeatedSection, band.subject, "the band of `\(name)` stands twice", related: related)
    }

    private mutating func missingBand(_ index: Int, _ keyword: SourceSpan) {
        let name = assets[index].symbol
        let help = "add `\(name.value) trigger 4pp to edge`, or `each trigger 4pp to edge` for all"
        report(
            .missingBand,
            name.span,
            "`\(Literal.shortened(name.value))` has no band",
            help: help,
            related: .init(span: keyword, note: "no line for it here")
        )
    }

    private mutating func multiplier(_ operand: Spanned<PolicyOutline.Operand>) -> ExactFraction? {
        guard let value = resolve(operand) else { return nil }
        guard value.literal.kind == .number else {
            wrongKind(value, expected: .number, "a multiplier")
            return nil
        }
        let literal = value.literal
        guard literal.significand > 0, literal.significand / literal.denominator < 1_000 else {
            report(
                .outOfRange,
                value.span,
                "a multiplier must be above 0 and below 1000, got `\(literal)`",
                related: value.related
            )
            return nil
        }
        if literal.significand == literal.denominator {
            report(.idleMultiplier, value.span, "a multiplier of 1 changes nothing", help: "remove the line")
        }
        return ExactFraction(BigInteger(Int(literal.significand)), over: BigInteger(Int(literal.denominator)))
    }

    // MARK: Widths

    private mutating func check(_ line: PolicyOutline.BandLine) -> CheckedLine? {
        let trigger = width(line.trigger, "a trigger")
        guard case .width(let destination) = line.destination.value else {
            return trigger.map { CheckedLine(trigger: $0, destination: nil) }
        }
        let inner = width(destination, "a destination")
        guard let trigger, let inner else { return nil }
        return CheckedLine(trigger: trigger, destination: inner)
    }

    private mutating func width(_ width: PolicyOutline.Width, _ what: String) -> Int64? {
        guard let value = resolve(width.amount) else { return nil }
        if !width.isOfTarget, value.literal.kind == .fraction {
            let message = "`\(value.literal)` does not say of what: a width is in points (pp) or a fraction `of target`"
            let points = value.literal.partsPerMillion.map { spelled($0, .points) }
            let help = points.map { "write `\($0)` or `\(value.literal) of target`" }
            report(.ambiguousPercent, value.span, message, help: help, related: value.related)
            return nil
        }
        let kind: Literal.Kind = width.isOfTarget ? .fraction : .points
        guard let parts = partsPerMillion(value, kind, what, in: 0...(width.isOfTarget ? 100_000_000 : 1_000_000))
        else {
            return nil
        }
        guard parts > 0 else {
            let help = what == "a trigger" ? "a band needs some width" : "write `to target`"
            report(.zeroWidth, value.span, "\(what) of width 0", help: help, related: value.related)
            return nil
        }
        return parts
    }

    /// The band of one asset in one regime, in exact parts per million of portfolio value.
    private mutating func band(
        _ line: PolicyOutline.BandLine,
        _ widths: CheckedLine,
        _ target: Int64,
        _ factor: ExactFraction,
        asset: Int,
        regime: Int
    ) -> ToleranceBand? {
        let trigger = Self.points(widths.trigger, isOfTarget: line.trigger.isOfTarget, target) * factor
        let destination: ExactFraction
        switch line.destination.value {
        case .target: destination = ExactFraction(BigInteger(Int(Mandate.defaultRoundingTolerance.value)))
        case .edge: destination = trigger
        case .halfway: destination = trigger * ExactFraction(1, over: 2)
        case .width(let width):
            destination = Self.points(widths.destination ?? 0, isOfTarget: width.isOfTarget, target) * factor
        }
        guard trigger.numerator > 0, destination.numerator > 0 else {
            let name = assets[asset].symbol
            report(
                .relativeToZero,
                line.trigger.amount.span,
                "the target of `\(name.value)` is 0%, so a fraction of it is no width",
                help: "write its band in pp",
                related: .init(span: name.span, note: "the target")
            )
            return nil
        }
        guard !(trigger < destination) else {
            let place = labels.isEmpty ? "" : " in \(labels[regime].value)"
            let name = assets[asset].symbol.value
            let message =
                "the destination of `\(name)`\(place) is wider than its trigger: "
                + "\(PolicyText.points(destination)) against \(PolicyText.points(trigger))"
            let isTarget = line.destination.value == .target
            let help = isTarget ? "`to target` means within 0.1pp; choose a wider trigger" : "write `to edge`"
            report(
                .wideDestination,
                line.destination.span,
                message,
                help: help,
                related: .init(span: line.trigger.amount.span, note: "the trigger")
            )
            return nil
        }
        return ToleranceBand(trigger: trigger, destination: destination)
    }

    /// The band's widths before the regime's multiplier.
    private func source(
        _ line: PolicyOutline.BandLine,
        _ widths: CheckedLine,
        _ target: Int64,
        _ factor: ExactFraction,
        isOfRegime: Bool
    ) -> BandSource {
        var destination: ExactFraction?
        var isOfTarget = line.trigger.isOfTarget
        if case .width(let width) = line.destination.value {
            destination = Self.points(widths.destination ?? 0, isOfTarget: width.isOfTarget, target)
            isOfTarget = isOfTarget || width.isOfTarget
        }
        return BandSource(
            trigger: Self.points(widths.trigger, isOfTarget: line.trigger.isOfTarget, target),
            destination: destination,
            kind: line.destination.value,
            factor: factor,
            isOfRegime: isOfRegime,
            isOfTarget: isOfTarget,
            span: line.trigger.amount.span
        )
    }

    private static func points(_ parts: Int64, isOfTarget: Bool, _ target: Int64) -> ExactFraction {
        guard isOfTarget else { return ExactFraction(BigInteger(Int(parts))) }
        return ExactFraction(BigInteger(Int(parts)) * BigInteger(Int(target)), over: 1_000_000)
    }
}
