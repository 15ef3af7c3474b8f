import TestSupport

@testable import PolicyLanguage

/// Draws outlines of policies that read without an error, and prints them.
struct RandomPolicy {
    private var random: SplitMix64
    private let nowhere = SourceSpan(0..<0)
    private static let names = ["BTC", "ETH", "SOL", "USD", "UNI-V3", "BRK.B", "A1"]

    init(_ random: SplitMix64) {
        self.random = random
    }

    private mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func chance() -> Bool { int(0...1) == 0 }
    private mutating func pick<T>(_ list: [T]) -> T { list[int(0...(list.count - 1))] }
    private func at<T>(_ value: T) -> Spanned<T> { Spanned(value, nowhere) }

    private mutating func literal(_ unit: Literal.Unit, places: Int = 2) -> Spanned<PolicyOutline.Operand> {
        if int(0...7) == 0 { return at(.name(pick(["floor", "cap", "usual_width"]))) }
        return at(.literal(number(unit, places: places)))
    }

    private mutating func number(_ unit: Literal.Unit, places: Int = 2) -> Literal {
        var significand = int(1...99_999)
        var places = int(0...places)
        while places > 0, significand % 10 == 0 {
            significand /= 10
            places -= 1
        }
        return Literal(significand: Int64(significand), places: places, unit: unit)
    }

    private mutating func width() -> PolicyOutline.Width {
        let isOfTarget = chance()
        return .init(amount: literal(isOfTarget ? .percent : .points), isOfTarget: isOfTarget)
    }

    private mutating func duration() -> Spanned<PolicyOutline.Operand> {
        literal(pick([.seconds, .minutes, .hours, .days, .weeks]), places: 0)
    }

    private mutating func regime() -> Spanned<String> { at(pick(["calm", "choppy", "storm"])) }

    /// A whole policy; its names need not be declared, for the reader does not ask.
    mutating func outline() -> PolicyOutline {
        var outline = PolicyOutline(
            name: at(pick(["P", "Core // crypto", "a { b } é", "x;y"])),
            version: at(int(1...999))
        )
        outline.quotes = [at("USD")]
        outline.targets = [section((0...int(0...5)).map { _ in target() })]
        for _ in 0..<int(0...2) {
            outline.groups.append(
                .init(name: at(pick(["majors", "minors"])), members: (0...int(0...3)).map { _ in asset() })
            )
        }
        for _ in 0..<int(0...2) {
            let unit: Literal.Unit = pick([.none, .percent, .points, .hours, .percentPerYear, .currency("USD")])
            outline.lets.append(.init(name: at(pick(["floor", "cap"])), value: at(number(unit))))
        }
        if chance() { outline.regimes = [regimes()] }
        outline.bands = [section((0...int(0...4)).map { _ in band() })]
        var rules = (0...int(0...2)).map { _ in trigger() }
        if chance() { rules.append(.cooldown(keyword: .init(nowhere), duration())) }
        outline.rebalance = [section(rules)]
        outline.limits = [section((0...int(0...4)).map { _ in limit() })]
        if chance() { outline.requirements = [section((0...int(0...3)).map { _ in requirement() })] }
        if chance() { outline.attests = [duration()] }
        return outline
    }

    private func section<Line>(_ lines: [Line]) -> PolicyOutline.Section<Line> { .init(keyword: nowhere, lines: lines) }
    private mutating func asset() -> Spanned<String> { at(pick(Self.names)) }
    private mutating func target() -> PolicyOutline.Target { .init(asset: asset(), weight: literal(.percent)) }

    private mutating func regimes() -> PolicyOutline.Regimes {
        var lines: [PolicyOutline.RegimeThreshold] = []
        for _ in 0..<int(0...2) {
            let label = regime()
            for edge in [PolicyOutline.RegimeThreshold.Edge.enter, .leave] {
                lines.append(
                    .init(
                        edge: edge,
                        label: label,
                        compared: label,
                        probability: literal(.percent),
                        bars: at(int(1...9))
                    )
                )
            }
        }
        let digest = chance() ? nil : at(String(repeating: pick(["1a", "b2"]), count: 32))
        return .init(
            labels: [at("calm"), at("storm")],
            model: at("../m.json"),
            digest: digest,
            rules: .init(keyword: nowhere, lines: lines)
        )
    }

    private mutating func band() -> PolicyOutline.Band {
        if int(0...3) == 0 { return .multiplier(regime: regime(), factor: literal(.none)) }
        let asset = chance() ? nil : asset()
        let destination: PolicyOutline.Destination = pick([.target, .edge, .halfway, .width(width())])
        return .band(
            .init(
                asset: asset,
                subject: nowhere,
                trigger: width(),
                destination: at(destination),
                regime: asset == nil || chance() ? nil : regime()
            )
        )
    }

    private mutating func trigger() -> PolicyOutline.Rule {
        let minute = at(int(0...1_439))
        let day = int(1...28)
        let every = duration()
        return pick([
            .drift(.init(nowhere)), .every(every), .daily(minute), .weekly(weekday: day % 7 + 1, minute),
            .monthly(day: day, minute), .condition(at(condition())), .condition(at(condition())),
        ])
    }

    private mutating func figure() -> Spanned<PolicyOutline.Figure> {
        let measure = pick(Measure.allCases.filter { $0.kind != .truth && $0.kind != .regime })
        let arguments = measure.parameters.map { parameter -> Spanned<PolicyOutline.Operand> in
            switch parameter {
            case .asset, .holding: at(PolicyOutline.Operand.name(asset().value))
            case .regime: at(.name(regime().value))
            case .window: duration()
            case .distance: literal(.percent)
            }
        }
        let moment: PolicyOutline.Figure.Moment? = pick([PolicyOutline.Figure.Moment?.none, nil, .before, .after])
        return at(.init(measure: at(measure), arguments: arguments, moment: moment))
    }

    private mutating func condition() -> PolicyOutline.Condition {
        if int(0...5) == 0 {
            let bad = PolicyOutline.Figure(measure: at(.oracleBad), arguments: [], moment: nil)
            return .init(figure: at(bad), comparison: nil, yardstick: nil)
        }
        let yardstick: PolicyOutline.Yardstick = pick([
            .operand(literal(.percent)), .figure(figure()), .multiple(literal(.none), of: figure()),
        ])
        return .init(
            figure: figure(),
            comparison: pick([.atMost, .atLeast, .below, .above]),
            yardstick: yardstick
        )
    }

    private mutating func limit() -> PolicyOutline.Limit {
        let place = PolicyOutline.SourceSpanOnly(nowhere)
        let share = literal(pick([.percent, .basisPoints]))
        let amount = literal(.currency("USD"))
        let asset = asset()
        return pick([
            .turnoverPerDay(keyword: place, share), .turnoverPerRebalance(keyword: place, share), .trade(asset, amount),
            .smallestTrade(keyword: place, amount), .cost(keyword: place, share),
            .turnoverPerWindow(place, share, window: at(.literal(number(.days, places: 0)))),
            .slippageBucket(place, share, refill: duration()), .positions(place, at(int(1...64))),
        ])
    }

    private mutating func requirement() -> PolicyOutline.Requirement {
        let name = at(pick(["cash floor", "cap", "it's // fine"]))
        let regime = chance() ? nil : regime()
        if chance() {
            return .init(
                name: name,
                subject: at(.concentration),
                comparison: at(.atMost),
                bound: literal(.none),
                regime: regime
            )
        }
        return .init(
            name: name,
            subject: at(.weight(at(pick(["BTC", "majors"])))),
            comparison: at(pick([.atMost, .atLeast, .below, .above])),
            bound: literal(.percent),
            regime: regime
        )
    }

    // MARK: Layout

    /// Prints an outline with random space, comments and line ends between its parts.
    mutating func text(of outline: PolicyOutline) -> String {
        var printer = OutlinePrinter()
        printer.policy(outline)
        var text = ""
        for piece in printer.pieces {
            switch piece {
            case "\n":
                text += pick(["\n", "\n\n", "  \n", " // note\n", "\r\n", "; \n", "\n  // a line of its own \n", ";"])
            case "{\n", "}\n": text += String(piece.dropLast()) + pick(["\n", "\n\n\n", " // brace\n", "\t\n"])
            default: text += pick(["", "  ", "\t"]) + piece + pick([" ", "  "])
            }
        }
        return text
    }
}

/// Prints an outline as words, braces and line ends.
private struct OutlinePrinter {
    var pieces: [String] = []

    private mutating func line(_ words: String?...) {
        pieces += words.compactMap { $0 }
        pieces.append("\n")
    }

    private mutating func block(_ head: [String], _ body: (inout OutlinePrinter) -> Void) {
        pieces += head + ["{\n"]
        body(&self)
        pieces.append("}\n")
    }

    private func operand(_ operand: Spanned<PolicyOutline.Operand>) -> String {
        switch operand.value {
        case .literal(let literal): literal.description
        case .name(let name): name
        }
    }

    private func width(_ width: PolicyOutline.Width) -> String {
        operand(width.amount) + (width.isOfTarget ? " of target" : "")
    }

    private func clock(_ minute: Spanned<Int>) -> String { "at \(minute.value / 60):\(minute.value % 60) UTC" }

    mutating func policy(_ outline: PolicyOutline) {
        block(["policy", "\"\(outline.name.value)\"", "version", "\(outline.version.value)"]) { printer in
            for quote in outline.quotes { printer.line("quote", quote.value) }
            for section in outline.targets {
                printer.block(["target"]) { printer in
                    for line in section.lines {
                        printer.line(line.asset.value, line.weight.map { printer.operand($0) })
                    }
                }
            }
            for group in outline.groups {
                printer.line("group", group.name.value, "= {", group.members.map(\.value).joined(separator: " , "), "}")
            }
            for definition in outline.lets {
                printer.line("let", definition.name.value, "=", definition.value?.value.description)
            }
            for regimes in outline.regimes { printer.regimes(regimes) }
            for section in outline.bands {
                printer.block(["bands"]) { printer in section.lines.forEach { printer.band($0) } }
            }
            for section in outline.rebalance {
                printer.block(["rebalance"]) { printer in
                    for (index, rule) in section.lines.enumerated() { printer.rule(rule, index == 0 ? "when" : "or") }
                }
            }
            for section in outline.limits {
                printer.block(["limits"]) { printer in section.lines.forEach { printer.limit($0) } }
            }
            for section in outline.requirements {
                printer.block(["require"]) { printer in section.lines.forEach { printer.requirement($0) } }
            }
            for attest in outline.attests { printer.line("attest every", printer.operand(attest)) }
        }
    }

    private mutating func regimes(_ regimes: PolicyOutline.Regimes) {
        let labels = regimes.labels.map(\.value).joined(separator: ",")
        let head = [
            "regimes", labels, "from", "\"\(regimes.model.value)\"", regimes.digest.map { "digest \($0.value)" } ?? "",
        ]
        block(head) { printer in
            for line in regimes.rules.lines {
                let sign = line.edge == .enter ? ">" : "<"
                let probability = printer.operand(line.probability)
                printer.line(
                    "\(line.edge.rawValue) \(line.label.value) when p ( \(line.compared.value)) \(sign) \(probability)",
                    "for \(line.bars.value) bars"
                )
            }
        }
    }

    private mutating func band(_ band: PolicyOutline.Band) {
        switch band {
        case .multiplier(let regime, let factor): line("in \(regime.value) x \(operand(factor))")
        case .band(let band):
            let destination =
                switch band.destination.value {
                case .target: "target"
                case .edge: "edge"
                case .halfway: "halfway"
                case .width(let width): self.width(width)
                }
            line(
                band.asset?.value ?? "each",
                "trigger \(width(band.trigger)) to \(destination)",
                band.regime.map { "in \($0.value)" }
            )
        }
    }

    private mutating func rule(_ rule: PolicyOutline.Rule, _ lead: String) {
        let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        switch rule {
        case .drift: line(lead, "any drift>band")
        case .every(let interval): line(lead, "every", operand(interval))
        case .daily(let minute): line(lead, "every day", clock(minute))
        case .weekly(let weekday, let minute): line(lead, "every week on \(weekdays[weekday - 1])", clock(minute))
        case .monthly(let day, let minute): line(lead, "every month on day \(day)", clock(minute))
        case .cooldown(_, let interval): line("cooldown", operand(interval))
        case .condition(let condition): line(lead, condition.value.description)
        case .noTradeTest(let test):
            line(
                "unless cost",
                test.cost.map { operand($0) },
                ">benefit",
                test.window.map { "(\(operand($0)))" },
                test.horizon.map { "over \(operand($0))" },
                test.riskAversion.map { "at risk aversion \(operand($0))" }
            )
        }
    }

    private mutating func limit(_ limit: PolicyOutline.Limit) {
        switch limit {
        case .turnoverPerDay(_, let share): line("turnover <=", operand(share), "per day")
        case .turnoverPerRebalance(_, let share): line("turnover <=", operand(share), "per rebalance")
        case .trade(let asset, let amount): line("trade( \(asset.value) )<=", operand(amount))
        case .smallestTrade(_, let amount): line("smallest trade", operand(amount))
        case .cost(_, let share): line("cost<=", operand(share), "per rebalance")
        case .turnoverPerWindow(_, let share, let window): line("turnover <=", operand(share), "per", operand(window))
        case .slippageBucket(_, let share, let refill):
            line("slippage bucket", operand(share), "refilled over", operand(refill))
        case .positions(_, let count): line("positions<=\(count.value)")
        }
    }

    private mutating func requirement(_ rule: PolicyOutline.Requirement) {
        let subject =
            switch rule.subject.value {
            case .weight(let name): "weight(\(name.value))"
            case .concentration: "concentration"
            case .figure(let figure): "\(figure)"
            }
        line(
            "\"\(rule.name.value)\"",
            subject,
            rule.comparison.value.rawValue,
            operand(rule.bound),
            rule.regime.map { "in \($0.value)" }
        )
    }
}
