/// `test` blocks: `given` lines describe a state, `expect` lines what is decided in it.
extension OutlineReader {
    private static let factWords = ["weights", "prices", "value", "elapsed", "at", "turnover", "fee"]
    private static let givenForm = "given calm, weights BTC 50%, USD 50%"
    private static let expectForm = "expect rebalance because drift(BTC)"

    /// Reads a test; nothing if it has no name.
    mutating func test(_ statement: SyntaxStatement) -> PolicyOutline.Test? {
        var reader = StatementReader(statement, form: "test \"name\" {")
        do throws(Issue) {
            try reader.word("test")
            var test = PolicyOutline.Test(name: try reader.text("the test's name in quotes"))
            try reader.end()
            guard let block = statement.block else {
                throw Issue(
                    .unexpected,
                    reader.here,
                    "expected `{` before the end of the line",
                    help: "write `test \"name\" {`"
                )
            }
            for line in block.statements where !(line.tokens.isEmpty && line.block == nil) {
                do throws(Issue) {
                    try Self.line(line, of: &test)
                } catch {
                    complain(error, about: line)
                    test.isPartial = true
                }
            }
            return test
        } catch {
            complain(error, about: statement)
            return nil
        }
    }

    private static func line(_ line: SyntaxStatement, of test: inout PolicyOutline.Test) throws(Issue) {
        try noBlock(line)
        var reader = StatementReader(line, form: line.keyword == "expect" ? expectForm : givenForm)
        let keyword = try reader.choice(["given", "expect"], "`given` or `expect`")
        if keyword.value == "given" {
            repeat { test.facts.append(try fact(&reader)) } while reader.acceptMark(",")
            try reader.end()
        } else {
            let start = reader.index
            let expectation = try expectation(&reader)
            test.expectations.append(Spanned(expectation, reader.span(from: start)))
            try reader.end()
        }
    }

    // MARK: given

    private static func fact(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Fact {
        guard let token = reader.current, token.kind == .word, factWords.contains(token.text) else {
            if let token = reader.current, token.kind == .word, Measure.firstWords.contains(token.text) {
                let figure = try figure(&reader)
                let isTruth = figure.value.measure.value.kind == .truth
                return .figure(figure, isTruth ? nil : try reader.operand("its value"))
            }
            let what = "a regime, `weights`, `prices`, `value`, `elapsed`, `at`, `turnover` or `fee`"
            return .regime(try reader.name(what))
        }
        let place = PolicyOutline.SourceSpanOnly(token.span)
        _ = reader.accept(token.text)
        switch token.text {
        case "weights": return .weights(keyword: place, try shares(&reader, "a fraction such as `45%`"))
        case "prices": return .prices(keyword: place, try shares(&reader, "a price such as `40_000`"))
        case "value": return .value(keyword: place, try reader.operand("an amount such as `100_000 USD`"))
        case "elapsed": return .elapsed(keyword: place, try reader.operand("a duration such as `6h`"))
        case "turnover": return .turnover(keyword: place, try reader.operand("a fraction such as `10%`"))
        case "fee": return .fee(keyword: place, try reader.operand("a fraction such as `10bps`"))
        default: return .at(keyword: place, try reader.text("a time in quotes such as \"2024-02-01T00:00:00Z\""))
        }
    }

    /// `BTC 50%, ETH 50%`, up to a comma that begins another fact.
    private static func shares(
        _ reader: inout StatementReader,
        _ what: String
    ) throws(Issue) -> [PolicyOutline.Share] {
        var shares: [PolicyOutline.Share] = []
        repeat {
            let asset = try reader.name("an asset")
            shares.append(.init(asset: asset, amount: try reader.operand(what)))
        } while reader.acceptListComma(before: factWords)
        return shares
    }

    // MARK: expect

    private static func expectation(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Expectation {
        let words = ["hold", "rebalance", "weight", "turnover", "halt", "slow"]
        let keyword = try reader.choice(words, "`hold`, `rebalance`, `halt`, `slow`, `weight(…)` or `turnover`")
        switch keyword.value {
        case "hold":
            guard reader.accept("because") else { return .hold(because: nil) }
            let causes = PolicyOutline.HoldCause.allCases.map(\.rawValue)
            let cause = try reader.choice(causes, "`cooldown`, `bands`, `turnover`, `breaker` or `oracle`")
            return .hold(because: PolicyOutline.HoldCause(rawValue: cause.value))
        case "rebalance":
            var reasons: [PolicyOutline.Reason] = []
            if reader.accept("because") {
                repeat { reasons.append(try reason(&reader)) } while reader.acceptMark(",")
            }
            return .rebalance(because: reasons)
        case "halt", "slow":
            reader = reader.with(form: "expect \(keyword.value) \"crash\"")
            return .trips(keyword, try reader.text("a breaker's name in quotes"))
        case "weight":
            reader = reader.with(form: "expect weight(BTC) = 49% within 1bps")
            try reader.mark("(")
            let subject = try reader.name("an asset or a group")
            try reader.mark(")")
            return .weight(subject, try bound(&reader))
        default:
            reader = reader.with(form: "expect turnover <= 5%")
            return .turnover(try bound(&reader))
        }
    }

    private static func reason(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Reason {
        if reader.current?.kind == .string { return .requirement(try reader.text("a requirement's name")) }
        if reader.accept("schedule") { return .schedule }
        try reader.word("drift", among: "`drift(…)`, `schedule` or a requirement's name in quotes")
        try reader.mark("(")
        let asset = try reader.name("an asset")
        try reader.mark(")")
        return .drift(asset)
    }

    private static func bound(_ reader: inout StatementReader) throws(Issue) -> PolicyOutline.Bound {
        if reader.acceptMark("=") {
            let value = try reader.operand("a fraction such as `49%`")
            try reader.word("within")
            return .near(value, within: try reader.operand("a fraction such as `1bps`"))
        }
        guard let token = reader.current, let comparison = PolicyOutline.Requirement.Comparison(rawValue: token.text)
        else { throw reader.unexpected("`=`, `<=`, `>=`, `<` or `>`") }
        try reader.mark(token.text)
        return .compared(comparison, try reader.operand("a fraction such as `49%`"))
    }
}

extension StatementReader {
    /// Takes a comma if another member of the same list follows it: a word that begins none of `facts`, and a value.
    fileprivate mutating func acceptListComma(before facts: [String]) -> Bool {
        var ahead = self
        guard ahead.acceptMark(","), let token = ahead.current, token.kind == .word, !facts.contains(token.text),
            !Measure.firstWords.contains(token.text),
            ahead.accept(token.text), let value = ahead.current, value.kind == .number || value.kind == .word
        else { return false }
        return acceptMark(",")
    }

    /// A word, with a longer list of what might stand there for the message.
    fileprivate mutating func word(_ word: String, among what: String) throws(Issue) {
        guard accept(word) else { throw unexpected(what, near: [word, "schedule"]) }
    }
}
