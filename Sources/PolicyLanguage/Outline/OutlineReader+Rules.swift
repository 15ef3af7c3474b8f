extension OutlineReader {
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    // MARK: rebalance

    /// One line of `rebalance`.
    static func rule(_ statement: SyntaxStatement, hasTrigger: Bool) throws(Issue) -> PolicyOutline.Rule {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "when any drift > band")
        let words = ["when", "or", "unless", "cooldown"]
        let keyword = try reader.choice(words, "`when`, `or`, `unless` or `cooldown`")
        switch keyword.value {
        case "cooldown":
            reader = reader.with(form: "cooldown 6h")
            let duration = try reader.operand("a duration")
            try reader.end()
            return .cooldown(keyword: .init(keyword.span), duration)
        case "unless":
            return .noTradeTest(try noTradeTest(&reader, statement))
        case "or" where !hasTrigger:
            throw Issue(
                .unexpected,
                keyword.span,
                "the first trigger begins with `when`",
                help: "write `when` instead of `or`",
                replacement: "when"
            )
        case "when" where hasTrigger:
            throw Issue(
                .unexpected,
                keyword.span,
                "further triggers begin with `or`",
                help: "write `or` instead of `when`",
                replacement: "or"
            )
        default:
            break
        }
        if reader.accept("every") { return try schedule(&reader) }
        if reader.accept("any") {
            try reader.word("drift")
            _ = try reader.comparison([.above])
            try reader.word("band")
            try reader.end()
            return .drift(.init(statement.headSpan))
        }
        guard let token = reader.current, token.kind == .word, Measure.firstWords.contains(base(token.text)) else {
            throw reader.unexpected(
                "a trigger: `any drift > band`, `every …` or a condition",
                near: ["any", "every"] + Measure.firstWords.sorted()
            )
        }
        let condition = try condition(&reader)
        try reader.end()
        return .condition(condition)
    }

    private static func schedule(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Rule {
        if reader.accept("day") {
            reader = reader.with(form: "every day at 00:00 UTC")
            let minute = try time(&reader)
            try reader.end()
            return .daily(minute)
        }
        if reader.accept("week") {
            reader = reader.with(form: "every week on monday at 00:00 UTC")
            try reader.word("on")
            let day = try reader.choice(weekdays, "a day of the week")
            let minute = try time(&reader)
            try reader.end()
            return .weekly(weekday: (weekdays.firstIndex(of: day.value) ?? 0) + 1, minute)
        }
        if reader.accept("month") {
            reader = reader.with(form: "every month on day 1 at 00:00 UTC")
            try reader.word("on")
            try reader.word("day")
            let day = try reader.count("the day of the month", in: 1...28)
            let minute = try time(&reader)
            try reader.end()
            return .monthly(day: day.value, minute)
        }
        reader = reader.with(form: "every 30d")
        if let token = reader.current, token.kind == .word,
            Suggestion.nearest(to: token.text, among: ["day", "week", "month"]) != nil
        {
            throw reader.unexpected("`day`, `week`, `month` or a duration", near: ["day", "week", "month"])
        }
        let duration = try reader.operand("`day`, `week`, `month` or a duration")
        try reader.end()
        return .every(duration)
    }

    /// `at 00:00 UTC`, as minutes of the day.
    private static func time(_ reader: inout StatementReader) throws(Issue) -> Spanned<Int> {
        try reader.word("at")
        let start = reader.index
        let hour = try reader.count("the hour", in: 0...23)
        try reader.mark(":")
        let minute = try reader.count("the minute", in: 0...59)
        let span = reader.span(from: start)
        try reader.word("UTC")
        return Spanned(hour.value * 60 + minute.value, span)
    }

    // MARK: limits

    /// One line of `limits`.
    static func limit(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.Limit {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "turnover <= 20% per day")
        let words = ["turnover", "trade", "smallest", "cost", "slippage", "positions"]
        let keyword = try reader.choice(words, "a limit: `turnover`, `cost`, `trade(…)` or `smallest trade`")
        let place = PolicyOutline.SourceSpanOnly(keyword.span)
        switch keyword.value {
        case "turnover":
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("a fraction such as `20%`")
            try reader.word("per")
            if reader.current?.kind == .number {
                let window = try reader.operand("`day`, `rebalance` or a duration")
                try reader.end()
                return .turnoverPerWindow(.init(statement.headSpan), amount, window: window)
            }
            let window = try reader.choice(["day", "rebalance"], "`day`, `rebalance` or a duration")
            try reader.end()
            return window.value == "day"
                ? .turnoverPerDay(keyword: place, amount) : .turnoverPerRebalance(keyword: place, amount)
        case "cost":
            reader = reader.with(form: "cost <= 35bps per rebalance")
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("a fraction such as `35bps`")
            try reader.word("per")
            try reader.word("rebalance")
            try reader.end()
            return .cost(keyword: place, amount)
        case "trade":
            reader = reader.with(form: "trade(BTC) <= 50_000 USD")
            try reader.mark("(")
            let asset = try reader.name("an asset")
            try reader.mark(")")
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("an amount such as `50_000 USD`")
            try reader.end()
            return .trade(asset, amount)
        case "smallest":
            reader = reader.with(form: "smallest trade 250 USD")
            try reader.word("trade")
            let amount = try reader.operand("an amount such as `250 USD`")
            try reader.end()
            return .smallestTrade(keyword: place, amount)
        case "slippage":
            reader = reader.with(form: "slippage bucket 1% refilled over 7d")
            try reader.word("bucket")
            let amount = try reader.operand("a fraction such as `1%`")
            try reader.word("refilled")
            try reader.word("over")
            let refill = try reader.operand("a duration such as `7d`")
            try reader.end()
            return .slippageBucket(.init(statement.headSpan), amount, refill: refill)
        default:
            reader = reader.with(form: "positions <= 5")
            _ = try reader.comparison([.atMost])
            let count = try reader.count("the number of positions", in: 1...64)
            try reader.end()
            return .positions(.init(statement.headSpan), count)
        }
    }

    // MARK: require

    /// One line of `require`.
    static func requirement(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.Requirement {
        try noBlock(statement)
        let form = "\"cash floor\" weight(USD) >= 5%"
        var reader = StatementReader(statement, form: form)
        let name = try reader.text("the rule's name in quotes")
        guard let token = reader.current, token.kind == .word else {
            throw reader.unexpected("`weight(…)` or `concentration`")
        }
        let subject: Spanned<PolicyOutline.Requirement.Subject>
        let allowed: [PolicyOutline.Requirement.Comparison]
        let what: String
        switch token.text {
        case "weight":
            let start = reader.index
            _ = reader.accept("weight")
            try reader.mark("(")
            let of = try reader.name("an asset or a group")
            try reader.mark(")")
            subject = Spanned(.weight(of), reader.span(from: start))
            allowed = [.atMost, .atLeast, .below, .above]
            what = "a fraction such as `5%`"
        case "concentration":
            reader = reader.with(form: "\"diversified\" concentration <= 0.40")
            _ = reader.accept("concentration")
            subject = Spanned(.concentration, token.span)
            allowed = [.atMost]
            what = "a plain number such as `0.40`"
        case _ where Measure.firstWords.contains(base(token.text)):
            reader = reader.with(form: "\"risk budget\" volatility(60d) <= 70%/yr")
            let figure = try figure(&reader)
            subject = Spanned(.figure(figure.value), figure.span)
            allowed = [.atMost, .atLeast, .below, .above]
            what = "\(figure.value.measure.value.kind.phrase)"
        default:
            throw reader.unexpected("`weight(…)`, `concentration` or another figure", near: Measure.firstWords.sorted())
        }
        let comparison = try reader.comparison(allowed)
        let bound = try reader.operand(what)
        let regime = reader.accept("in") ? try reader.name("a regime") : nil
        try reader.end()
        return .init(name: name, subject: subject, comparison: comparison, bound: bound, regime: regime)
    }

    /// A word without the `before.` or `after.` that chooses a state.
    static func base(_ word: String) -> String {
        for prefix in ["before.", "after."] where word.hasPrefix(prefix) { return String(word.dropFirst(prefix.count)) }
        return word
    }
}

extension StatementReader {
    /// The same reader with another form for its help.
    func with(form: String) -> StatementReader { StatementReader(self, form: form) }
}
