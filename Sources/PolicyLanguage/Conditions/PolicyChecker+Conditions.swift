import MarketData

extension PolicyChecker {
    /// Where a condition stands: what it may read there.
    enum ConditionPlace {
        /// A trigger of `rebalance`: private figures stay hidden in the proof.
        case trigger
        /// A breaker: what trips it is seen by everyone.
        case breaker
    }

    /// Checks names, types, sources and visibility of a condition; whether nothing was wrong with it.
    mutating func checks(_ condition: Spanned<PolicyOutline.Condition>, in place: ConditionPlace) -> Bool {
        let known = issues.count
        let left = condition.value.figure
        check(left, in: place)
        switch condition.value.yardstick {
        case nil: break
        case .operand(let operand)?:
            if checkBound(operand, of: left.value.measure.value) { checkFires(condition) }
        case .figure(let right)?:
            check(right, in: place)
            compareKinds(left, right)
        case .multiple(let factor, let right)?:
            if let value = resolve(factor) { _ = partsPerMillion(value, .number, "a factor", in: 1...1_000_000_000) }
            check(right, in: place)
            compareKinds(left, right)
        }
        return !hasErrors(since: known)
    }

    /// Whether an error was reported since there were `count` issues. A warning is no reason to pass over what is not acted on.
    func hasErrors(since count: Int) -> Bool { issues[count...].contains { $0.code.severity == .error } }

    /// A share of something lies between nothing and all of it: beyond, a condition says nothing.
    private mutating func checkFires(_ condition: Spanned<PolicyOutline.Condition>) {
        let (measure, sign) = (condition.value.figure.value.measure.value, condition.value.comparison)
        guard [.weight, .fall, .p, .concentration].contains(measure),
            case .operand(let operand)? = condition.value.yardstick,
            let bound = resolve(operand)?.literal.partsPerMillion
        else { return }
        let (isLeast, isMost) = (bound == 0, bound >= 1_000_000)
        if sign == .above && isMost || sign == .below && isLeast {
            report(.neverFires, condition.span, "`\(condition.value)` is never true", help: "choose a value in between")
        } else if sign == .atLeast && isLeast || sign == .atMost && isMost {
            report(
                .alwaysHolds,
                condition.span,
                "`\(condition.value)` is always true",
                help: "choose a value in between"
            )
        }
    }

    /// Checks one figure and its arguments.
    mutating func check(_ figure: Spanned<PolicyOutline.Figure>, in place: ConditionPlace?) {
        let measure = figure.value.measure.value
        if let moment = figure.value.moment, measure.visibility == .public || moment == .after && place != nil {
            let message =
                measure.visibility == .public
                ? "`\(measure.rawValue)` is the same before and after a rebalance"
                : "`when` reads the state before a rebalance"
            let help = "write `\(measure.rawValue)`"
            report(.misplacedMoment, figure.value.measure.span, message, help: help, replacement: measure.rawValue)
        }
        if [.volatility, .trackingError].contains(measure) {
            checkWindow(of: figure.value)
        } else {
            for (argument, parameter) in zip(figure.value.arguments, measure.parameters) { check(argument, parameter) }
        }
        if place == .breaker, measure.visibility == .private {
            let message =
                "`\(figure.value)` is private: a breaker is seen when it trips, and would tell of the holdings"
            let help = "read prices, regime, depth or time here; private figures belong into `rebalance` or `require`"
            return report(.privateBreaker, figure.span, message, help: help)
        }
        if place != nil { checkSource(figure) }
        if [.fall, .rise, .realizedVolatility, .price].contains(measure), let name = figure.value.arguments.first,
            let quote, case .name(let symbol) = name.value, symbol == quote.symbol
        {
            let message = "the price of `\(quote)` is 1 by definition, so this never changes"
            report(.neverFires, figure.span, message, help: "name another asset")
        }
    }

    private mutating func check(_ argument: Spanned<PolicyOutline.Operand>, _ parameter: Measure.Parameter) {
        switch parameter {
        case .window: _ = duration(argument, "a window", in: 60_000...315_360_000_000)
        case .distance: _ = fraction(argument, "a distance from the price", in: 1...500_000)
        case .asset, .holding, .regime:
            guard case .name(let name) = argument.value else {
                let message = "expected \(parameter.phrase), got a value"
                return report(.wrongUnit, argument.span, message)
            }
            let word = Spanned(name, argument.span)
            switch parameter {
            case .regime: _ = index(ofRegime: word)
            case .holding where groups[name] != nil: break
            default: _ = index(of: word, orGroup: parameter == .holding)
            }
        }
    }

    /// Every figure of a `when` comes from somewhere that the policy names; each source is missed once.
    private mutating func checkSource(_ figure: Spanned<PolicyOutline.Figure>) {
        guard !outline.isPartial else { return }
        let source = figure.value.measure.value.source
        let help: String
        switch source {
        // A figure of the model names a regime, and is missed with it.
        case .holdings, .clock, .model: return
        case .oracle:
            guard outline.oracles.isEmpty else { return }
            help = "add `oracle { sources 3, quorum 2, median; max age 3m }`"
        case .venues:
            let namesVenues = outline.executions.contains { section in
                section.isPartial || section.lines.contains { if case .venues = $0 { true } else { false } }
            }
            guard !namesVenues else { return }
            help = "add `execute { venues uniswap.v3, curve }`"
        case .limits:
            guard limits.smallestTrade == nil, outline.limits.first?.isPartial != true else { return }
            help = "add `smallest trade 250 \(quote?.symbol ?? "USD")` to `limits`"
        }
        guard isNewlyLost(source.phrase, .noSource) else { return }
        let message = "`\(figure.value)` comes from \(source.phrase), and the policy names none"
        report(.noSource, figure.span, message, help: help)
    }

    // MARK: Types

    /// Checks a value that a figure is compared with; whether it is good.
    @discardableResult
    mutating func checkBound(_ operand: Spanned<PolicyOutline.Operand>, of measure: Measure) -> Bool {
        let what = "what `\(measure.rawValue)` is compared with"
        switch measure.kind {
        case .truth: return true
        case .regime:
            guard case .name(let name) = operand.value else {
                report(.wrongUnit, operand.span, "\(what) is a regime, got a value")
                return false
            }
            return index(ofRegime: Spanned(name, operand.span)) != nil
        case .duration: return duration(operand, what, in: 1...315_360_000_000) != nil
        case .money: return money(operand, what) != nil
        case .fraction: return fraction(operand, what, in: 0...Self.largest(measure)) != nil
        case .number, .rate, .points:
            guard let value = resolve(operand) else { return false }
            if measure.kind == .points, value.literal.kind == .fraction {
                let points = value.literal.partsPerMillion.map { spelled($0, .points) }
                let message =
                    "`\(value.literal)` compared with points of portfolio value: `%` is relative here"
                report(
                    .ambiguousPercent,
                    value.span,
                    message,
                    help: points.map { "write `\($0)`" },
                    related: value.related,
                    replacement: points
                )
                return false
            }
            let kind: Literal.Kind = measure.kind == .number ? .number : measure.kind == .rate ? .rate : .points
            return partsPerMillion(value, kind, what, in: 0...Self.largest(measure)) != nil
        }
    }

    /// The largest value that a figure of this kind can sensibly be compared with, in parts per million.
    private static func largest(_ measure: Measure) -> Int64 {
        switch measure {
        case .weight, .fall, .p, .concentration, .correlation, .drift, .oracleSpread: 1_000_000
        case .positions, .oracleSources: 64_000_000
        default: 100_000_000
        }
    }

    private mutating func compareKinds(
        _ left: Spanned<PolicyOutline.Figure>,
        _ right: Spanned<PolicyOutline.Figure>
    ) {
        let (one, other) = (left.value.measure.value.kind, right.value.measure.value.kind)
        guard one != other else { return }
        let message = "`\(left.value)` is \(one.phrase), compared with \(other.phrase): `\(right.value)`"
        let related = Issue.Related(span: left.span, note: one.phrase)
        report(.wrongUnit, right.span, message, help: "compare what is of one type", related: related)
    }
}

// MARK: - Words

extension PolicyOutline.Operand: CustomStringConvertible {
    var description: String {
        switch self {
        case .literal(let literal): literal.description
        case .name(let name): Literal.shortened(name)
        }
    }
}

extension PolicyOutline.Figure: CustomStringConvertible {
    /// As it is written.
    var description: String {
        let prefix = moment.map { "\($0.rawValue)." } ?? ""
        let list = arguments.map { $0.value.description }.joined(separator: ", ")
        return prefix + measure.value.rawValue + (arguments.isEmpty ? "" : "(\(list))")
    }
}

extension PolicyOutline.Condition: CustomStringConvertible {
    /// As it is written.
    var description: String {
        guard let comparison, let yardstick else { return figure.value.description }
        let right =
            switch yardstick {
            case .operand(let operand): operand.value.description
            case .figure(let figure): figure.value.description
            case .multiple(let factor, let figure): "\(factor.value) x \(figure.value)"
            }
        return "\(figure.value) \(comparison.rawValue) \(right)"
    }

    /// Every figure in it.
    var figures: [PolicyOutline.Figure] {
        switch yardstick {
        case nil, .operand?: [figure.value]
        case .figure(let right)?, .multiple(_, let right)?: [figure.value, right.value]
        }
    }

    /// Private if one of its figures is.
    var visibility: PolicyExplanation.Visibility {
        figures.contains { $0.measure.value.visibility == .private } ? .private : .public
    }
}
