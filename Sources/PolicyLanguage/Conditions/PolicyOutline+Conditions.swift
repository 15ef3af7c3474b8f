extension PolicyOutline {
    /// A figure with its arguments: `fall(BTC, 1h)`.
    struct Figure: Sendable, Hashable {
        var measure: Spanned<Measure>
        var arguments: [Spanned<Operand>]
        var moment: Moment?

        /// The state that a figure of the portfolio is taken in, where the text says one.
        enum Moment: String, Sendable, Hashable { case before, after }
    }

    /// What a figure is compared with.
    enum Yardstick: Sendable, Hashable {
        case operand(Spanned<Operand>)
        case figure(Spanned<Figure>)
        /// `3 x smallest trade`.
        case multiple(Spanned<Operand>, of: Spanned<Figure>)
    }

    /// `fall(BTC, 1h) > 12%`, or a figure that is true or false by itself.
    struct Condition: Sendable, Hashable {
        var figure: Spanned<Figure>
        var comparison: Sign?
        var yardstick: Yardstick?

        enum Sign: String, Sendable, Hashable {
            case atMost = "<="
            case atLeast = ">="
            case below = "<"
            case above = ">"
            case equal = "="
        }
    }

    /// One setting of the `oracle` block.
    enum OracleSetting: Sendable, Hashable {
        case sources(Spanned<Int>)
        case quorum(Spanned<Int>)
        case median(SourceSpanOnly)
        case maximumAge(Spanned<Operand>)
        case maximumAhead(Spanned<Operand>)
        case maximumSpread(Spanned<Operand>)
        case afterOutage(Spanned<Operand>)
    }

    /// One line of the `breakers` block.
    struct Breaker: Sendable, Hashable {
        var name: Spanned<String>
        var action: Action
        var condition: Spanned<Condition>
        /// How many guardians together reset it.
        var guardians: Spanned<Int>?

        enum Action: Sendable, Hashable {
            case halt(Spanned<Operand>?)
            case slow(Spanned<Int>)
        }
    }

    /// One setting of the `execute` block.
    enum ExecutionSetting: Sendable, Hashable {
        case venues([Spanned<String>])
        case protection(Spanned<Protection>)
        case childSize(ChildSize, SourceSpanOnly)
        case settlement(Spanned<Operand>, isWhole: Bool)

        enum Protection: String, Sendable, Hashable, CaseIterable {
            case `public`
            case privateMempool = "private mempool"
            case batchAuction = "batch auction"
        }

        enum ChildSize: Sendable, Hashable {
            case sandwichSafe
            case amount(Spanned<Operand>)
        }
    }

    /// What a `secret` statement hides, and the range it is proved to lie in.
    struct Secret: Sendable, Hashable {
        var keyword: SourceSpanOnly
        var ranges: [Range]

        struct Range: Sendable, Hashable {
            var parameter: Spanned<Parameter>
            var low: Spanned<Operand>
            var high: Spanned<Operand>
        }

        enum Parameter: String, Sendable, Hashable, CaseIterable { case target, bands }
    }

    /// Whether its `secret` statement hides the targets.
    var hidesTargets: Bool { secrets.first?.ranges.contains { $0.parameter.value == .target } == true }

    /// A `property` block: a claim about every state, which analysis answers.
    struct Property: Sendable, Hashable {
        var name: Spanned<String>
        var claim: PolicyProperty.Claim
    }
}
