extension PolicyOutline {
    /// A `test` block as its lines say it.
    struct Test: Sendable, Hashable {
        var name: Spanned<String>
        var facts: [Fact] = []
        var expectations: [Spanned<Expectation>] = []
        /// Whether a line could not be read.
        var isPartial = false
    }

    /// What a test takes as given.
    enum Fact: Sendable, Hashable {
        case regime(Spanned<String>)
        case weights(keyword: SourceSpanOnly, [Share])
        case prices(keyword: SourceSpanOnly, [Share])
        case value(keyword: SourceSpanOnly, Spanned<Operand>)
        case elapsed(keyword: SourceSpanOnly, Spanned<Operand>)
        case at(keyword: SourceSpanOnly, Spanned<String>)
        case turnover(keyword: SourceSpanOnly, Spanned<Operand>)
        case fee(keyword: SourceSpanOnly, Spanned<Operand>)
        /// A public figure with its value: `oracle age 4m`.
        case figure(Spanned<Figure>, Spanned<Operand>?)
    }

    /// An asset with its weight or price.
    struct Share: Sendable, Hashable {
        var asset: Spanned<String>
        var amount: Spanned<Operand>
    }

    /// What a test expects of the decision, or of the portfolio after it.
    enum Expectation: Sendable, Hashable {
        case hold(because: HoldCause?)
        case rebalance(because: [Reason])
        case weight(Spanned<String>, Bound)
        case turnover(Bound)
        /// A breaker of this name halts, or slows.
        case trips(Spanned<String>, Spanned<String>)
    }

    enum HoldCause: String, Sendable, Hashable, CaseIterable { case cooldown, bands, turnover, breaker, oracle, cost }

    enum Reason: Sendable, Hashable {
        case drift(Spanned<String>)
        case schedule
        case requirement(Spanned<String>)
        /// A figure of the vocabulary that a trigger compares.
        case figure(Spanned<Figure>)
    }

    enum Bound: Sendable, Hashable {
        case near(Spanned<Operand>, within: Spanned<Operand>)
        case compared(Requirement.Comparison, Spanned<Operand>)
    }
}
