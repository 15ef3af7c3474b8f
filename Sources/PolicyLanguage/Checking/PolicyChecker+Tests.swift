import BigIntegers
import MarketData
import Rebalancing

extension PolicyChecker {
    /// Resolves the `test` blocks; a test that is wrong refuses the policy, for it would say nothing.
    ///
    /// Nothing is said of tests while the policy itself is wrong: they would repeat its mistakes.
    mutating func checkTests(afterErrors: Bool) {
        guard !afterErrors, !issues.contains(where: { $0.code.severity == .error }) else { return }
        var names: [String: SourceSpan] = [:]
        for test in outline.tests {
            if let earlier = names[test.name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                let message = "test `\(Literal.shortened(test.name.value))` stands twice"
                report(.repeatedName, test.name.span, message, related: related)
                continue
            }
            names[test.name.value] = test.name.span
            if test.name.value.allSatisfy(\.isWhitespace) {
                report(.unexpected, test.name.span, "a test needs a name")
            }
            guard !test.isPartial else { continue }
            if test.expectations.isEmpty {
                let help = "add `expect hold` or `expect rebalance`"
                report(.emptyTest, test.name.span, "this test expects nothing", help: help)
            }
            check(test)
        }
    }

    private mutating func check(_ test: PolicyOutline.Test) {
        var given = GivenState(prices: Array(repeating: .one, count: assets.count), elapsed: cooldown)
        var places: [String: SourceSpan] = [:]
        for fact in test.facts { take(fact, into: &given, &places) }
        for (asset, price) in given.priced where given.figures[.price(asset)] == nil {
            given.figures[.price(asset)] = FigureValue(given: BigInteger(price.units), for: .price(asset))
        }
        let isSkipped = test.expectations.contains { expectation in
            guard case .trips(_, let name) = expectation.value else { return false }
            return !breakers.contains { $0.name == name.value }
        }
        let expectations = test.expectations.compactMap { expectation in
            claim(expectation.value).map { PolicyTest.Expectation(span: expectation.span, claim: $0) }
        }
        let weights = given.weights ?? assets.map { $0.weight ?? 0 }
        if let place = places["turnover"] { checkTurnover(place, given, places) }
        tests.append(
            PolicyTest(
                name: test.name.value,
                regime: given.regime,
                isSkipped: isSkipped,
                span: test.name.span,
                weights: weights,
                prices: given.prices,
                value: given.value,
                time: given.time,
                elapsed: given.elapsed,
                turnover: given.turnover,
                fee: given.fee,
                figures: given.figures,
                isOracleBad: given.isOracleBad,
                expectations: expectations
            )
        )
    }

    // MARK: given

    private struct GivenState {
        var regime: Int?
        var weights: [Int64]?
        var prices: [Price]
        var value = PolicyTest.defaultValue
        var time = PolicyTest.defaultTime
        var elapsed: Int64
        var turnover: Int64 = 0
        var fee = PartsPerMillion.zero
        /// Prices that the test gives by name.
        var priced: [(asset: Asset, price: Price)] = []
        var figures: [MarketFigure: FigureValue] = [:]
        var isOracleBad = false
    }

    private mutating func take(
        _ fact: PolicyOutline.Fact,
        into given: inout GivenState,
        _ places: inout [String: SourceSpan]
    ) {
        switch fact {
        case .regime(let name):
            guard isFirst("regime", name.span, &places) else { return }
            given.regime = index(ofRegime: name)
        case .weights(let keyword, let shares):
            guard isFirst("weights", keyword.span, &places) else { return }
            given.weights = weights(shares, keyword.span)
        case .prices(let keyword, let shares):
            guard isFirst("prices", keyword.span, &places) else { return }
            for (index, share) in indexed(shares) {
                guard let price = price(share.amount) else { continue }
                given.prices[index] = price
                if let asset = assets[index].asset { given.priced.append((asset, price)) }
                if assets[index].asset == quote, price != .one {
                    let message = "the quote currency costs 1 of itself"
                    report(.impossibleState, share.amount.span, message, help: "remove its price")
                }
            }
        case .value(let keyword, let amount):
            guard isFirst("value", keyword.span, &places) else { return }
            given.value = money(amount, "the portfolio's value") ?? given.value
        case .elapsed(let keyword, let operand):
            guard isFirst("elapsed", keyword.span, &places) else { return }
            given.elapsed =
                duration(operand, "the time since the last rebalance", in: 0...315_360_000_000) ?? given.elapsed
        case .at(let keyword, let text):
            guard isFirst("at", keyword.span, &places) else { return }
            if let time = try? Timestamp(text.value) {
                given.time = time
            } else {
                let message = "`\(Literal.shortened(text.value))` is not a time"
                report(.impossibleState, text.span, message, help: "write `\"2024-02-01T00:00:00Z\"`")
            }
        case .turnover(let keyword, let operand):
            guard isFirst("turnover", keyword.span, &places) else { return }
            given.turnover = fraction(operand, "the day's turnover", in: 0...10_000_000) ?? 0
        case .fee(let keyword, let operand):
            guard isFirst("fee", keyword.span, &places) else { return }
            given.fee = PartsPerMillion(fraction(operand, "a fee", in: 0...1_000_000) ?? 0)
        case .figure(let figure, let value): self.given(figure, value, into: &given, &places)
        }
    }

    /// A public figure of a moment, with its value.
    private mutating func given(
        _ figure: Spanned<PolicyOutline.Figure>,
        _ value: Spanned<PolicyOutline.Operand>?,
        into given: inout GivenState,
        _ places: inout [String: SourceSpan]
    ) {
        guard isFirst("`\(figure.value)`", figure.span, &places) else { return }
        let measure = figure.value.measure.value
        guard measure.visibility == .public else {
            let message = "`\(figure.value)` follows from weights and prices, and is not given"
            return report(.impossibleState, figure.span, message, help: "give `weights` and `prices`")
        }
        let known = issues.count
        check(figure, in: nil)
        if let value { checkBound(value, of: measure) }
        guard !hasErrors(since: known) else { return }
        if measure == .oracleBad { given.isOracleBad = true }
        if let value, let lowered = lowered(figure.value), let units = units(value, of: measure) {
            given.figures[lowered] = FigureValue(given: units, for: lowered)
        }
    }

    private mutating func isFirst(_ name: String, _ span: SourceSpan, _ places: inout [String: SourceSpan]) -> Bool {
        guard let earlier = places[name] else {
            places[name] = span
            return true
        }
        let related = Issue.Related(span: earlier, note: "the first one")
        report(.repeatedSection, span, "this test gives its \(name) twice", help: "keep one of them", related: related)
        return false
    }

    /// The assets of a list with their places in the target, each once.
    private mutating func indexed(_ shares: [PolicyOutline.Share]) -> [(index: Int, share: PolicyOutline.Share)] {
        var seen: [String: SourceSpan] = [:]
        var found: [(index: Int, share: PolicyOutline.Share)] = []
        for share in shares {
            if let earlier = seen[share.asset.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                let message = "`\(Literal.shortened(share.asset.value))` stands twice in the list"
                report(.repeatedName, share.asset.span, message, related: related)
                continue
            }
            seen[share.asset.value] = share.asset.span
            if let index = index(of: share.asset) { found.append((index, share)) }
        }
        return found
    }

    private mutating func weights(_ shares: [PolicyOutline.Share], _ keyword: SourceSpan) -> [Int64]? {
        var weights = Array(repeating: Int64(0), count: assets.count)
        let listed = indexed(shares)
        var isComplete = listed.count == shares.count
        for (index, share) in listed {
            guard let weight = fraction(share.amount, "a weight", in: 0...1_000_000) else {
                isComplete = false
                continue
            }
            weights[index] = weight
        }
        guard isComplete else { return nil }
        let sum = weights.reduce(0, +)
        if sum != 1_000_000 {
            let gap = spelled(abs(1_000_000 - sum), .fraction)
            let help = "\(gap) is \(sum < 1_000_000 ? "missing" : "too much"); an asset that is not listed weighs 0%"
            let message = "the weights sum to \(spelled(sum, .fraction)): expected 100%"
            report(.impossibleState, keyword, message, help: help)
        }
        return weights
    }

    /// A price: a plain number or an amount of the quote currency, for one whole unit.
    private mutating func price(_ operand: Spanned<PolicyOutline.Operand>) -> Price? {
        guard let value = resolve(operand) else { return nil }
        let literal = value.literal
        let amount: Money?
        if case .none = literal.unit {
            let unit = Literal.Unit.currency(quote?.symbol ?? "")
            amount = Literal(significand: literal.significand, places: literal.places, unit: unit).money
        } else {
            amount = money(operand, "a price")
            if amount == nil { return nil }
        }
        guard let amount, let units = UInt64(exactly: amount.units), let price = Price(units: units) else {
            let message =
                "`\(literal)` is not a price: expected 0.00000001 to 184 billion, at most 8 digits of it behind the point"
            report(.impossibleState, value.span, message, related: value.related)
            return nil
        }
        return price
    }

    /// A turnover carried into the test must be one that the policy counts, of the same day.
    private mutating func checkTurnover(_ place: SourceSpan, _ given: GivenState, _ places: [String: SourceSpan]) {
        if limits.turnoverPerDay == nil {
            let message = "the policy limits no turnover per day, so none is counted"
            report(.impossibleState, place, message, help: "remove it")
        } else if given.time.adding(milliseconds: -given.elapsed).dayNumber != given.time.dayNumber, given.turnover > 0
        {
            let related = places["elapsed"].map { Issue.Related(span: $0, note: "this long ago") }
            let message = "the last rebalance was on an earlier day, so nothing is turned over yet today"
            report(.impossibleState, place, message, help: "give `elapsed 1h`", related: related)
        }
    }

    // MARK: expect

    private mutating func claim(_ expectation: PolicyOutline.Expectation) -> PolicyTest.Claim? {
        switch expectation {
        case .hold(let cause): return .hold(because: cause)
        case .rebalance(let reasons):
            let resolved = reasons.compactMap { reason($0) }
            return resolved.count == reasons.count ? .rebalance(because: resolved) : nil
        case .weight(let name, let bound):
            let members = groups[name.value] ?? index(of: name, orGroup: true).map { [$0] }
            guard let members, !members.isEmpty, let bound = self.bound(bound, "a weight") else { return nil }
            return .weight(name: name.value, members: members, bound)
        case .trips(let action, let name):
            checkBreaker(name, action)
            return action.value == "slow" ? .slow(name.value) : .halt(name.value)
        case .turnover(let bound):
            return self.bound(bound, "a turnover").map { .turnover($0) }
        }
    }

    /// A breaker of this name must stand in the policy, and do what the test expects of it.
    private mutating func checkBreaker(_ name: Spanned<String>, _ action: Spanned<String>) {
        let lines = outline.breakers.first?.lines ?? []
        guard let breaker = lines.first(where: { $0.name.value == name.value }) else {
            let names = lines.map(\.name.value)
            report(
                .unknownBreaker,
                name.span,
                "unknown breaker `\(Literal.shortened(name.value))`",
                help: Suggestion.help(for: name.value, among: names, declared: "this policy has"),
                replacement: Suggestion.nearest(to: name.value, among: names).map { "\"\($0)\"" }
            )
            return
        }
        var word = "slow"
        if case .halt = breaker.action { word = "halt" }
        guard word != action.value else { return }
        report(
            .unknownBreaker,
            action.span,
            "the breaker `\(Literal.shortened(name.value))` does not \(action.value)",
            help: "write `\(word)`",
            related: .init(span: breaker.name.span, note: "this one"),
            replacement: word
        )
    }

    private mutating func reason(_ reason: PolicyOutline.Reason) -> PolicyTest.Reason? {
        switch reason {
        case .schedule: return .schedule
        case .drift(let name):
            return index(of: name).flatMap { assets[$0].asset }.map { .drift($0) }
        case .requirement(let name):
            let names = outline.requirements.first?.lines.map(\.name.value) ?? []
            if names.contains(name.value) { return .requirement(name.value) }
            if outline.requirements.first?.isPartial != true {
                let help = Suggestion.help(for: name.value, among: names, declared: "this policy requires")
                let message = "unknown requirement `\(Literal.shortened(name.value))`"
                let nearest = Suggestion.nearest(to: name.value, among: names).map { "\"\($0)\"" }
                report(.unknownValue, name.span, message, help: help, replacement: nearest)
            }
            return nil
        }
    }

    private mutating func bound(_ bound: PolicyOutline.Bound, _ what: String) -> PolicyTest.Bound? {
        switch bound {
        case .compared(let comparison, let operand):
            return fraction(operand, what, in: 0...1_000_000).map { .compared(comparison, $0) }
        case .near(let operand, let within):
            let value = fraction(operand, what, in: 0...1_000_000)
            let distance = fraction(within, "a distance", in: 0...1_000_000)
            guard let value, let distance else { return nil }
            return .near(value, within: distance)
        }
    }
}
