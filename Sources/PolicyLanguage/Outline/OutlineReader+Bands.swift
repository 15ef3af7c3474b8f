extension OutlineReader {
    /// `each trigger 4pp to edge`, `SOL trigger 25% of target to target in storm` or `in storm x 2.5`.
    static func band(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.Band {
        try noBlock(statement)
        if statement.keyword == "in" {
            var reader = StatementReader(statement, form: "in storm x 2.5")
            try reader.word("in")
            let regime = try reader.name("a regime")
            try multiplicationSign(&reader)
            let factor = try reader.operand("a plain number such as `2.5`")
            try reader.end()
            return .multiplier(regime: regime, factor: factor)
        }
        var reader = StatementReader(statement, form: "BTC trigger 4pp to edge")
        let subject = try reader.name("an asset, `each` or `in`")
        try reader.word("trigger")
        let trigger = try width(&reader, "a width such as `4pp` or `25% of target`")
        let start = reader.index
        try reader.word("to")
        let destination = try destination(&reader)
        let span = reader.span(from: start)
        if subject.value == "each", reader.isWord("in") {
            let help = "write `in storm x 2` on a line of its own to change all bands, or name one asset"
            throw Issue(.unexpected, reader.here, "only a single asset's band can be replaced in a regime", help: help)
        }
        let regime = reader.accept("in") ? try reader.name("a regime") : nil
        try reader.end()
        return .band(
            .init(
                asset: subject.value == "each" ? nil : subject,
                subject: subject.span,
                trigger: trigger,
                destination: Spanned(destination, span),
                regime: regime
            )
        )
    }

    private static func multiplicationSign(_ reader: inout StatementReader) throws(Issue) {
        // `x1.5` is one word for the lexer up to its point, and `*` a habit from elsewhere.
        if let token = reader.current, token.text != "x", token.text == "*" || token.text.hasPrefix("x") {
            throw Issue(
                .unexpected,
                token.span,
                "expected `x` and a number, got `\(token.text)`",
                help: "write `x 2.5`"
            )
        }
        try reader.word("x")
    }

    private static func width(_ reader: inout StatementReader, _ what: String) throws(Issue) -> PolicyOutline.Width {
        let amount = try reader.operand(what)
        guard reader.isWord("of") else { return .init(amount: amount, isOfTarget: false) }
        _ = reader.accept("of")
        if let token = reader.current, token.text == "portfolio" || token.text == "value" {
            throw Issue(
                .ambiguousPercent,
                token.span,
                "a width is in points of portfolio value, or `of target`",
                help: "write `pp`"
            )
        }
        try reader.word("target")
        return .init(amount: amount, isOfTarget: true)
    }

    private static func destination(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Destination {
        if reader.accept("target") { return .target }
        if reader.accept("edge") { return .edge }
        if reader.accept("halfway") { return .halfway }
        let what = "`target`, `edge`, `halfway` or a width such as `1pp`"
        if let token = reader.current, token.kind == .word,
            Suggestion.nearest(to: token.text, among: ["target", "edge", "halfway"]) != nil
        {
            throw reader.unexpected(what, near: ["target", "edge", "halfway"])
        }
        return .width(try width(&reader, what))
    }
}
