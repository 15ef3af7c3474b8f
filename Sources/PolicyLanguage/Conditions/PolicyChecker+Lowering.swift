import BigIntegers
import MarketData
import Rebalancing

/// Oracle and breakers in exact numbers: what engine and verifier read. Called only for what was found to be good.
extension PolicyChecker {
    /// The oracle's rule. Where nothing is said, one source; all of them must report; none may be ahead; any spread will do.
    mutating func lowered(_ settings: [PolicyOutline.OracleSetting]) -> OracleRule? {
        var (sources, quorum): (Int?, Int?)
        var (age, ahead, spread, outage): (Int64?, Int64?, Int64?, Int64?)
        for setting in settings {
            switch setting {
            case .sources(let count): sources = count.value
            case .quorum(let count): quorum = count.value
            case .median: break
            case .maximumAge(let operand): age = milliseconds(operand)
            case .maximumAhead(let operand): ahead = milliseconds(operand)
            case .maximumSpread(let operand): spread = resolve(operand)?.literal.partsPerMillion
            case .afterOutage(let operand): outage = milliseconds(operand)
            }
        }
        guard let age else { return nil }
        let count = sources ?? 1
        return OracleRule(
            sources: count,
            quorum: quorum ?? count,
            maximumAge: age,
            maximumAhead: ahead ?? 0,
            maximumSpread: spread,
            outageHold: outage ?? 0
        )
    }

    /// Takes a breaker.
    ///
    /// - Returns: A remark where this version would not follow it.
    mutating func lower(_ line: PolicyOutline.Breaker) -> Issue? {
        guard let condition = lowered(line.condition.value) else {
            return remark(line, "what it compares is not measured")
        }
        let action: CircuitBreaker.Action
        switch line.action {
        case .halt(let time?):
            guard let time = milliseconds(time) else { return nil }
            action = .halt(milliseconds: time)
        case .halt(nil): action = .haltUntilReset(guardians: line.guardians?.value ?? 1)
        case .slow(let factor): action = .slow(factor: Int64(factor.value))
        }
        let breaker = CircuitBreaker(name: line.name.value, action: action, condition: condition)
        breakers.append(breaker)
        if let reason = breaker.obstacle { return remark(line, reason) }
        if line.guardians != nil, breaker.guardians == nil {
            return remark(line, "it ends by itself: `reset by` belongs to a `halt` without a duration")
        }
        if let quote, condition.figures.contains(where: { $0.assets.contains(quote) }) {
            return remark(line, "\(quote) has no candles: its price is 1 by definition")
        }
        return nil
    }

    private func remark(_ line: PolicyOutline.Breaker, _ reason: String) -> Issue {
        Issue(
            .breakersBlock,
            line.name.span,
            "the breaker `\(Literal.shortened(line.name.value))` is understood but not yet acted on: \(reason)",
            help: "`policy compile` and `run` refuse the policy while it stands here: this version would not keep it"
        )
    }

    // MARK: Parts

    private mutating func milliseconds(_ operand: Spanned<PolicyOutline.Operand>) -> Int64? {
        duration(operand, "a duration", in: 0...Int64.max)
    }

    private mutating func lowered(_ condition: PolicyOutline.Condition) -> MarketCondition? {
        let measure = condition.figure.value.measure.value
        switch measure.kind {
        case .truth: return .oracleBad
        case .regime:
            guard case .operand(let operand)? = condition.yardstick, case .name(let label) = operand.value else {
                return nil
            }
            return .regime(label)
        default: break
        }
        guard let figure = lowered(condition.figure.value), let sign = condition.comparison,
            let comparison = MarketCondition.Comparison(rawValue: sign.rawValue)
        else { return nil }
        switch condition.yardstick {
        case .operand(let operand)?:
            return units(operand, of: measure).map { .compared(figure, comparison, .value($0)) }
        case .figure(let other)?: return lowered(figure, comparison, factor: 1_000_000, other.value)
        case .multiple(let factor, let other)?:
            guard let factor = resolve(factor)?.literal.partsPerMillion else { return nil }
            return lowered(figure, comparison, factor: factor, other.value)
        case nil: return nil
        }
    }

    /// A comparison with a multiple of another figure, or of the policy's smallest trade.
    private mutating func lowered(
        _ figure: MarketFigure,
        _ comparison: MarketCondition.Comparison,
        factor: Int64,
        _ other: PolicyOutline.Figure
    ) -> MarketCondition? {
        if other.measure.value == .smallestTrade {
            guard let smallest = limits.smallestTrade else { return nil }
            let (units, rest) = (BigInteger(smallest.units) * BigInteger(factor))
                .quotientAndRemainder(dividingBy: 1_000_000)
            return rest == 0 ? .compared(figure, comparison, .value(units)) : nil
        }
        return lowered(other).map { .compared(figure, comparison, .figure($0, factor: factor)) }
    }

    /// A figure, with what stands between its parentheses resolved; `nil` where no market gives it.
    mutating func lowered(_ figure: PolicyOutline.Figure) -> MarketFigure? {
        let arguments = figure.arguments
        func asset(_ place: Int) -> Asset? {
            guard arguments.indices.contains(place), case .name(let symbol) = arguments[place].value else { return nil }
            return assetIndices[symbol].flatMap { assets[$0].asset }
        }
        switch figure.measure.value {
        case .price: return asset(0).map { .price($0) }
        case .fall, .rise, .realizedVolatility:
            guard let asset = asset(0), arguments.count == 2, let window = milliseconds(arguments[1]) else {
                return nil
            }
            return switch figure.measure.value {
            case .fall: .fall(asset, window: window)
            case .rise: .rise(asset, window: window)
            default: .realizedVolatility(asset, window: window)
            }
        case .correlation:
            guard let one = asset(0), let other = asset(1), arguments.count == 3,
                let window = milliseconds(arguments[2])
            else { return nil }
            return .correlation(one, other, window: window)
        case .depth:
            guard let asset = asset(0), arguments.count == 2,
                let distance = resolve(arguments[1])?.literal.partsPerMillion
            else { return nil }
            return .depth(asset, distance: distance)
        case .p:
            guard case .name(let label)? = arguments.first?.value else { return nil }
            return .probability(regime: label)
        case .oracleAge: return .oracleAge
        case .oracleAhead: return .oracleAhead
        case .oracleSpread: return .oracleSpread
        case .oracleSources: return .oracleSources
        case .gas: return .gas
        case .elapsed: return .elapsed
        default: return nil
        }
    }

    /// A value in the unit that the figure's values count.
    mutating func units(_ operand: Spanned<PolicyOutline.Operand>, of measure: Measure) -> BigInteger? {
        switch measure.kind {
        case .duration: return milliseconds(operand).map { BigInteger($0) }
        case .money: return money(operand, "an amount").map { BigInteger($0.units) }
        default: return resolve(operand)?.literal.partsPerMillion.map { BigInteger($0) }
        }
    }
}
