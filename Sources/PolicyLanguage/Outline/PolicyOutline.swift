/// A policy as its statements say it, before names are resolved and units checked.
///
/// Two outlines are equal if they mean the same, wherever their words stand; what could not be read is absent and its
/// section is marked `isPartial`, so that nothing is called missing that is merely misspelt.
struct PolicyOutline: Sendable, Hashable {
    var name: Spanned<String>
    var version: Spanned<Int>
    /// The path of the policy that this one extends.
    var extends: Spanned<String>?
    var quotes: [Spanned<String>] = []
    var targets: [Section<Target>] = []
    var groups: [Group] = []
    var lets: [Definition] = []
    var regimes: [Regimes] = []
    var bands: [Section<Band>] = []
    var rebalance: [Section<Rule>] = []
    var limits: [Section<Limit>] = []
    var requirements: [Section<Requirement>] = []
    var attests: [Spanned<Operand>] = []
    var oracles: [Section<OracleSetting>] = []
    var breakers: [Section<Breaker>] = []
    var executions: [Section<ExecutionSetting>] = []
    var secrets: [Secret] = []
    /// What the policies that extend this one may choose anew.
    var opens: [Spanned<String>] = []
    var tests: [Test] = []
    var properties: [Property] = []
    /// Whether a statement of the policy could not be read at all.
    var isPartial = false
    /// Whether the policy that it extends could not be read, so that any name may be one of its.
    var lacksHouse = false

    /// A block of one kind of line.
    struct Section<Line: Sendable & Hashable>: Sendable, Hashable {
        var keyword: SourceSpan
        var lines: [Line] = []
        var isPartial = false

        static func == (left: Section, right: Section) -> Bool {
            left.lines == right.lines && left.isPartial == right.isPartial
        }

        func hash(into hasher: inout Hasher) { hasher.combine(lines) }
    }

    /// A value, or the name of one.
    enum Operand: Sendable, Hashable {
        case literal(Literal)
        case name(String)
    }

    struct Target: Sendable, Hashable {
        var asset: Spanned<String>
        /// Absent if it could not be read.
        var weight: Spanned<Operand>?
    }

    struct Group: Sendable, Hashable {
        var name: Spanned<String>
        var members: [Spanned<String>]
    }

    struct Definition: Sendable, Hashable {
        var name: Spanned<String>
        /// Absent if it could not be read.
        var value: Spanned<Literal>?
    }

    struct Regimes: Sendable, Hashable {
        var labels: [Spanned<String>]
        var model: Spanned<String>
        var digest: Spanned<String>?
        var rules: Section<RegimeThreshold>
    }

    struct RegimeThreshold: Sendable, Hashable {
        enum Edge: String, Sendable, Hashable { case enter, leave }

        var edge: Edge
        var label: Spanned<String>
        var compared: Spanned<String>
        var probability: Spanned<Operand>
        var bars: Spanned<Int>
    }

    enum Band: Sendable, Hashable {
        case band(BandLine)
        case multiplier(regime: Spanned<String>, factor: Spanned<Operand>)
    }

    struct BandLine: Sendable, Hashable {
        /// Absent for `each`.
        var asset: Spanned<String>?
        var subject: SourceSpan
        var trigger: Width
        var destination: Spanned<Destination>
        var regime: Spanned<String>?

        static func == (left: BandLine, right: BandLine) -> Bool {
            left.asset == right.asset && left.trigger == right.trigger && left.destination == right.destination
                && left.regime == right.regime
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(asset)
            hasher.combine(trigger)
        }
    }

    /// Points of portfolio value, or a fraction of the asset's target.
    struct Width: Sendable, Hashable {
        var amount: Spanned<Operand>
        var isOfTarget: Bool
    }

    enum Destination: Sendable, Hashable {
        case target, edge, halfway
        case width(Width)
    }

    enum Rule: Sendable, Hashable {
        case drift(SourceSpanOnly)
        case every(Spanned<Operand>)
        case daily(Spanned<Int>)
        case weekly(weekday: Int, Spanned<Int>)
        case monthly(day: Int, Spanned<Int>)
        case cooldown(keyword: SourceSpanOnly, Spanned<Operand>)
        /// A trigger over figures of the vocabulary.
        case condition(Spanned<Condition>)
        /// `unless cost > benefit`.
        case noTradeTest(NoTradeTest)
    }

    enum Limit: Sendable, Hashable {
        case turnoverPerDay(keyword: SourceSpanOnly, Spanned<Operand>)
        case turnoverPerRebalance(keyword: SourceSpanOnly, Spanned<Operand>)
        case trade(Spanned<String>, Spanned<Operand>)
        case smallestTrade(keyword: SourceSpanOnly, Spanned<Operand>)
        case cost(keyword: SourceSpanOnly, Spanned<Operand>)
        /// `turnover <= 40% per 7d`, over a window that rolls.
        case turnoverPerWindow(SourceSpanOnly, Spanned<Operand>, window: Spanned<Operand>)
        /// `slippage bucket 1% refilled over 7d`.
        case slippageBucket(SourceSpanOnly, Spanned<Operand>, refill: Spanned<Operand>)
        /// `positions <= 5`.
        case positions(SourceSpanOnly, Spanned<Int>)
    }

    struct Requirement: Sendable, Hashable {
        enum Subject: Sendable, Hashable {
            /// An asset or a group.
            case weight(Spanned<String>)
            case concentration
            /// Another figure of the vocabulary.
            case figure(Figure)
        }

        enum Comparison: String, Sendable, Hashable {
            case atMost = "<="
            case atLeast = ">="
            case below = "<"
            case above = ">"
        }

        var name: Spanned<String>
        var subject: Spanned<Subject>
        var comparison: Spanned<Comparison>
        var bound: Spanned<Operand>
        var regime: Spanned<String>?
    }

    /// A place that takes no part in comparisons.
    struct SourceSpanOnly: Sendable, Hashable {
        var span: SourceSpan

        init(_ span: SourceSpan) { self.span = span }

        static func == (left: SourceSpanOnly, right: SourceSpanOnly) -> Bool { true }

        func hash(into hasher: inout Hasher) {}
    }
}
