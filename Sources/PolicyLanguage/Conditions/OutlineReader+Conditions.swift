/// Conditions and the figures in them.
extension OutlineReader {
    /// `fall(BTC, 1h) > 12%`, `depth(SOL, 2%) < 3 x smallest trade`, `oracle bad`.
    static func condition(_ reader: inout StatementReader) throws(Issue) -> Spanned<PolicyOutline.Condition> {
        let start = reader.index
        let figure = try figure(&reader)
        let kind = figure.value.measure.value.kind
        if kind == .truth {
            return Spanned(.init(figure: figure, comparison: nil, yardstick: nil), figure.span)
        }
        guard let token = reader.current, token.kind == .mark else {
            if reader.current == nil || reader.isWord("reset") {
                throw Issue(
                    .notBoolean,
                    figure.span,
                    "a condition is true or false, got \(kind.phrase)",
                    help: "compare it, such as `\(figure.value.measure.value.form) > …`"
                )
            }
            throw reader.unexpected("`<=`, `>=`, `<` or `>`")
        }
        let signs: [PolicyOutline.Condition.Sign] =
            kind == .regime ? [.equal] : [.atMost, .atLeast, .below, .above]
        guard let sign = PolicyOutline.Condition.Sign(rawValue: token.text), signs.contains(sign) else {
            throw reader.unexpected(signs.map { "`\($0.rawValue)`" }.joined(separator: " or "))
        }
        try reader.mark(token.text)
        let yardstick = try yardstick(&reader)
        return Spanned(
            .init(figure: figure, comparison: sign, yardstick: yardstick),
            reader.span(from: start)
        )
    }

    private static func yardstick(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Yardstick {
        if let token = reader.current, token.kind == .word, Measure.firstWords.contains(base(token.text)) {
            return .figure(try figure(&reader))
        }
        let operand = try reader.operand("a value or a figure")
        guard reader.accept("x") else { return .operand(operand) }
        return .multiple(operand, of: try figure(&reader))
    }

    /// A figure of the vocabulary with its arguments.
    static func figure(_ reader: inout StatementReader) throws(Issue) -> Spanned<PolicyOutline.Figure> {
        let start = reader.index
        guard let token = reader.current, token.kind == .word, Measure.firstWords.contains(base(token.text)) else {
            throw reader.unexpected("a figure such as `fall(BTC, 1h)`", near: Measure.firstWords.sorted())
        }
        let first = base(token.text)
        let moment =
            first == token.text ? nil : PolicyOutline.Figure.Moment(rawValue: String(token.text.prefix { $0 != "." }))
        _ = reader.accept(token.text)
        let candidates = Measure.allCases.filter { $0.words[0] == first }
        var measure = candidates.first { $0.words.count == 1 }
        if let next = reader.current, next.kind == .word,
            let longer = candidates.first(where: { $0.words.count == 2 && $0.words[1] == next.text })
        {
            _ = reader.accept(next.text)
            measure = longer
        }
        guard let measure else {
            let words = candidates.compactMap { $0.words.count == 2 ? $0.words[1] : nil }
            throw reader.unexpected(words.map { "`\($0)`" }.joined(separator: " or "), near: words)
        }
        let name = Spanned(measure, reader.span(from: start))
        var arguments: [Spanned<PolicyOutline.Operand>] = []
        if !measure.parameters.isEmpty {
            let form = reader.with(form: measure.form)
            reader = form
            try reader.mark("(")
            for (index, parameter) in measure.parameters.enumerated() {
                if index > 0 { try reader.mark(",") }
                arguments.append(try reader.operand(parameter.phrase))
            }
            try reader.mark(")")
        }
        return Spanned(.init(measure: name, arguments: arguments, moment: moment), reader.span(from: start))
    }
}

extension Measure.Parameter {
    /// With its article, for messages.
    var phrase: String {
        switch self {
        case .asset: "an asset"
        case .holding: "an asset or a group"
        case .window: "a duration such as `60d`"
        case .distance: "a fraction such as `2%`"
        case .regime: "a regime"
        }
    }
}
