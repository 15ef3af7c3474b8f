extension OutlineReader {
    /// Words of the design's vocabulary that begin expressions this version does not act on.
    static let vocabulary: Set<String> = [
        "value", "drift", "positions", "trade", "turnover", "volatility", "tracking", "cost", "benefit", "regime", "p",
        "price",
        "fall", "rise", "realized", "correlation", "oracle", "depth", "gas", "elapsed", "weight", "concentration",
    ]

    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    // MARK: rebalance

    /// One line of `rebalance`; an issue beside it if it is understood but not acted on.
    static func rule(
        _ statement: SyntaxStatement,
        hasTrigger: Bool
    ) throws(Issue) -> (PolicyOutline.Rule, Issue?) {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "when any drift > band")
        let words = ["when", "or", "unless", "cooldown"]
        let keyword = try reader.choice(words, "`when`, `or`, `unless` or `cooldown`")
        switch keyword.value {
        case "cooldown":
            reader = reader.with(form: "cooldown 6h")
            let duration = try reader.operand("a duration")
            try reader.end()
            return (.cooldown(keyword: .init(keyword.span), duration), nil)
        case "unless":
            reader = reader.with(form: "unless cost > benefit")
            try reader.word("cost")
            try reader.mark(">")
            try reader.word("benefit")
            try reader.end()
            return (.unsupported, notActedOn(.noTradeTest, statement.headSpan, "the no-trade test is"))
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
        if reader.accept("every") { return (try schedule(&reader), nil) }
        if reader.accept("any") {
            try reader.word("drift")
            _ = try reader.comparison([.above])
            try reader.word("band")
            try reader.end()
            return (.drift(.init(statement.headSpan)), nil)
        }
        guard let token = reader.current, token.kind == .word, vocabulary.contains(base(token.text)) else {
            throw reader.unexpected(
                "a trigger: `any drift > band` or `every …`",
                near: ["any", "every"] + vocabulary.sorted()
            )
        }
        return (.unsupported, notActedOn(.furtherTrigger, statement.headSpan, "this trigger is"))
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

    /// One line of `limits`; an issue beside it if it is understood but not acted on.
    static func limit(_ statement: SyntaxStatement) throws(Issue) -> (PolicyOutline.Limit, Issue?) {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "turnover <= 20% per day")
        let words = ["turnover", "trade", "smallest", "cost", "slippage", "positions"]
        let keyword = try reader.choice(words, "a limit: `turnover`, `cost`, `trade(…)` or `smallest trade`")
        let place = PolicyOutline.SourceSpanOnly(keyword.span)
        let later = notActedOn(.furtherLimit, statement.headSpan, "this limit is")
        switch keyword.value {
        case "turnover":
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("a fraction such as `20%`")
            try reader.word("per")
            if reader.current?.kind == .number { return (.unsupported, later) }
            let window = try reader.choice(["day", "rebalance"], "`day` or `rebalance`")
            try reader.end()
            if window.value == "day" { return (.turnoverPerDay(keyword: place, amount), nil) }
            return (.turnoverPerRebalance(keyword: place, amount), nil)
        case "cost":
            reader = reader.with(form: "cost <= 35bps per rebalance")
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("a fraction such as `35bps`")
            try reader.word("per")
            try reader.word("rebalance")
            try reader.end()
            return (.cost(keyword: place, amount), nil)
        case "trade":
            reader = reader.with(form: "trade(BTC) <= 50_000 USD")
            try reader.mark("(")
            let asset = try reader.name("an asset")
            try reader.mark(")")
            _ = try reader.comparison([.atMost])
            let amount = try reader.operand("an amount such as `50_000 USD`")
            try reader.end()
            return (.trade(asset, amount), nil)
        case "smallest":
            reader = reader.with(form: "smallest trade 250 USD")
            try reader.word("trade")
            let amount = try reader.operand("an amount such as `250 USD`")
            try reader.end()
            return (.smallestTrade(keyword: place, amount), nil)
        default:
            return (.unsupported, later)
        }
    }

    // MARK: require

    /// One line of `require`, or the warning that it is understood but not acted on.
    static func requirement(
        _ statement: SyntaxStatement
    ) throws(Issue) -> Result<PolicyOutline.Requirement, Issue> {
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
        case _ where vocabulary.contains(base(token.text)):
            return .failure(notActedOn(.furtherRequirement, statement.headSpan, "this requirement is"))
        default:
            throw reader.unexpected("`weight(…)` or `concentration`", near: ["concentration"] + vocabulary.sorted())
        }
        let comparison = try reader.comparison(allowed)
        let bound = try reader.operand(what)
        let regime = reader.accept("in") ? try reader.name("a regime") : nil
        try reader.end()
        return .success(
            .init(name: name, subject: subject, comparison: comparison, bound: bound, regime: regime)
        )
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
