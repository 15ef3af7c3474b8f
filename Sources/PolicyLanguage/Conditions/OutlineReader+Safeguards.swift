/// The blocks `oracle`, `breakers` and `execute`, and the statement `secret`.
extension OutlineReader {
    // MARK: oracle

    mutating func oracle(_ statement: SyntaxStatement) {
        var section = open(statement, as: PolicyOutline.OracleSetting.self, form: "oracle {")
        for line in lines(statement, in: &section) {
            do throws(Issue) {
                try Self.noBlock(line)
                var reader = StatementReader(line, form: "max age 3m, max spread 80bps")
                repeat { section.lines.append(try Self.oracleSetting(&reader)) } while reader.acceptMark(",")
                try reader.end()
            } catch {
                complain(error, about: line)
                section.isPartial = true
            }
        }
        outline?.oracles.append(section)
    }

    private static func oracleSetting(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.OracleSetting {
        let words = ["sources", "quorum", "median", "max", "after"]
        let keyword = try reader.choice(words, "`sources`, `quorum`, `median`, `max …` or `after outage hold …`")
        switch keyword.value {
        case "sources": return .sources(try reader.count("the number of sources", in: 1...16))
        case "quorum": return .quorum(try reader.count("the quorum", in: 1...16))
        case "median": return .median(.init(keyword.span))
        case "max":
            let what = try reader.choice(["age", "ahead", "spread"], "`age`, `ahead` or `spread`")
            switch what.value {
            case "age": return .maximumAge(try reader.operand("a duration such as `3m`"))
            case "ahead": return .maximumAhead(try reader.operand("a duration such as `60s`"))
            default: return .maximumSpread(try reader.operand("a fraction such as `80bps`"))
            }
        default:
            reader = reader.with(form: "after outage hold 1h")
            try reader.word("outage")
            try reader.word("hold")
            return .afterOutage(try reader.operand("a duration such as `1h`"))
        }
    }

    // MARK: breakers

    mutating func breakers(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "breakers {", Self.breaker)
        outline?.breakers.append(section)
    }

    private static func breaker(_ statement: SyntaxStatement) throws(Issue) -> PolicyOutline.Breaker {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "\"crash\" halt 24h when fall(BTC, 1h) > 12%")
        let name = try reader.text("the breaker's name in quotes")
        let keyword = try reader.choice(["halt", "slow"], "`halt` or `slow`")
        let action: PolicyOutline.Breaker.Action
        if keyword.value == "slow" {
            action = .slow(try factor(&reader))
        } else {
            action = .halt(reader.isWord("when") ? nil : try reader.operand("`when` or a duration such as `24h`"))
        }
        try reader.word("when")
        let condition = try condition(&reader)
        var guardians: Spanned<Int>?
        if reader.accept("reset") {
            reader = reader.with(form: "reset by 2 of guardians")
            try reader.word("by")
            guardians = try reader.count("the number of guardians", in: 1...16)
            try reader.word("of")
            try reader.word("guardians")
        }
        try reader.end()
        return .init(name: name, action: action, condition: condition, guardians: guardians)
    }

    /// `x4`, which is one word, or `x 4`.
    private static func factor(_ reader: inout StatementReader) throws(Issue) -> Spanned<Int> {
        guard let token = reader.current, token.kind == .word, token.text.hasPrefix("x") else {
            throw reader.unexpected("a factor such as `x4`")
        }
        _ = reader.accept(token.text)
        if token.text == "x" { return try reader.count("the factor", in: 2...1_000) }
        guard let factor = Int(token.text.dropFirst()), (2...1_000).contains(factor) else {
            let message = "the factor must be x2 to x1000, got `\(Literal.shortened(token.text))`"
            throw Issue(.outOfRange, token.span, message)
        }
        return Spanned(factor, token.span)
    }

    // MARK: execute

    mutating func execution(_ statement: SyntaxStatement) {
        let section = readLines(statement, form: "execute {", Self.executionSetting)
        outline?.executions.append(section)
    }

    private static func executionSetting(
        _ statement: SyntaxStatement
    ) throws(Issue) -> PolicyOutline.ExecutionSetting {
        try noBlock(statement)
        var reader = StatementReader(statement, form: "venues uniswap.v3, curve")
        let words = ["venues", "protect", "child", "settle"]
        let keyword = try reader.choice(words, "`venues`, `protect`, `child size` or `settle`")
        switch keyword.value {
        case "venues":
            var venues = [try reader.name("a venue")]
            while reader.acceptMark(",") { venues.append(try reader.name("a venue")) }
            try reader.end()
            return .venues(venues)
        case "protect":
            reader = reader.with(form: "protect batch auction")
            let start = reader.index
            let first = try reader.choice(
                ["public", "private", "batch"],
                "`public`, `private mempool` or `batch auction`"
            )
            if first.value == "private" { try reader.word("mempool") }
            if first.value == "batch" { try reader.word("auction") }
            let span = reader.span(from: start)
            try reader.end()
            let protection: PolicyOutline.ExecutionSetting.Protection =
                first.value == "public" ? .public : first.value == "private" ? .privateMempool : .batchAuction
            return .protection(Spanned(protection, span))
        case "child":
            reader = reader.with(form: "child size sandwich safe")
            try reader.word("size")
            if reader.accept("sandwich") {
                try reader.word("safe")
                try reader.end()
                return .childSize(.sandwichSafe, .init(keyword.span))
            }
            let amount = try reader.operand("`sandwich safe` or an amount such as `5_000 USD`")
            try reader.end()
            return .childSize(.amount(amount), .init(keyword.span))
        default:
            reader = reader.with(form: "settle within 2m, all or nothing")
            try reader.word("within")
            let limit = try reader.operand("a duration such as `2m`")
            try reader.mark(",")
            let isWhole = try reader.choice(["all", "partly"], "`all or nothing` or `partly`").value == "all"
            if isWhole {
                try reader.word("or")
                try reader.word("nothing")
            }
            try reader.end()
            return .settlement(limit, isWhole: isWhole)
        }
    }

    // MARK: secret

    mutating func secret(_ statement: SyntaxStatement) {
        line(statement, "secret target in 1%..60%, bands in 1pp..10pp") { reader, outline throws(Issue) in
            let place = PolicyOutline.SourceSpanOnly(statement.headSpan)
            try reader.word("secret")
            var ranges: [PolicyOutline.Secret.Range] = []
            repeat {
                let names = PolicyOutline.Secret.Parameter.allCases
                let word = try reader.choice(names.map(\.rawValue), "`target` or `bands`")
                let parameter = PolicyOutline.Secret.Parameter(rawValue: word.value) ?? .target
                try reader.word("in")
                let what = parameter == .target ? "a fraction such as `1%`" : "a width such as `1pp`"
                let low = try reader.operand(what)
                try reader.mark("..")
                let high = try reader.operand(what)
                ranges.append(.init(parameter: Spanned(parameter, word.span), low: low, high: high))
            } while reader.acceptMark(",")
            outline.secrets.append(.init(keyword: place, ranges: ranges))
        }
    }

    // MARK: property

    /// Reads a property; nothing if it cannot be read.
    mutating func property(_ statement: SyntaxStatement) -> PolicyOutline.Property? {
        var reader = StatementReader(statement, form: "property \"always redeemable\" always redeem allowed")
        do throws(Issue) {
            try Self.noBlock(statement)
            try reader.word("property")
            let name = try reader.text("the property's name in quotes")
            try reader.word("always")
            if reader.accept("redeem") {
                try reader.word("allowed")
                try reader.end()
                return .init(name: name, claim: .alwaysRedeemable)
            }
            guard reader.isMark("(") else {
                throw reader.unexpected("`redeem allowed` or `(rebalance due) implies …`", near: ["redeem"])
            }
            reader = reader.with(form: PolicyProperty.Claim.neverStuck.rawValue)
            try Self.words(&reader, ["(", "rebalance", "due", ")", "implies", "(", "some", "admissible", "trade", ")"])
            try reader.end()
            return .init(name: name, claim: .neverStuck)
        } catch {
            complain(error, about: statement)
            return nil
        }
    }

    private static func words(_ reader: inout StatementReader, _ words: [String]) throws(Issue) {
        for word in words {
            if word == "(" || word == ")" { try reader.mark(word) } else { try reader.word(word) }
        }
    }
}
