import BigIntegers
import MarketData
import Rebalancing

extension PolicyChecker {
    // MARK: limits

    mutating func checkLimits() {
        repeated(outline.limits, "limits", \.keyword)
        let section = outline.limits.first
        var places: [String: SourceSpan] = [:]
        for line in section?.lines ?? [] { checkLimit(line, &places) }
        if places["cost"] == nil, section?.isPartial != true, !outline.isPartial || section != nil {
            let span = section?.keyword ?? outline.name.span
            let limit = "cost <= 35bps per rebalance"
            let help = section == nil ? "add `limits { \(limit) }`" : "add `\(limit)`"
            report(
                .missingCost,
                span,
                "the policy has no ceiling on cost, so a rebalance could lose anything",
                help: help
            )
        }
        if let single = limits.turnoverPerRebalance, let day = limits.turnoverPerDay, single > day,
            let span = places["turnover per rebalance"]
        {
            let related = places["turnover per day"].map { Issue.Related(span: $0, note: "this one is tighter") }
            report(.limitNeverBinds, span, "the limit per rebalance never binds", help: "remove it", related: related)
        }
    }

    private mutating func checkLimit(_ line: PolicyOutline.Limit, _ places: inout [String: SourceSpan]) {
        switch line {
        case .turnoverPerDay(let keyword, let amount):
            guard isFirst("turnover per day", keyword.span, &places) else { return }
            limits.turnoverPerDay = turnover(amount)
        case .turnoverPerRebalance(let keyword, let amount):
            guard isFirst("turnover per rebalance", keyword.span, &places) else { return }
            limits.turnoverPerRebalance = turnover(amount)
        case .cost(let keyword, let amount):
            guard isFirst("cost", keyword.span, &places) else { return }
            limits.cost = fraction(amount, "the cost ceiling", in: 1...1_000_000)
        case .smallestTrade(let keyword, let amount):
            guard isFirst("smallest trade", keyword.span, &places) else { return }
            limits.smallestTrade = money(amount, "the smallest trade")
            for (asset, largest) in limits.largestTrades.sorted(by: { $0.key < $1.key }) {
                compareTrades(asset, largest, places["trade(\(asset))"] ?? keyword.span, places["smallest trade"])
            }
        case .trade(let name, let amount):
            guard isFirst("trade(\(name.value))", name.span, &places) else { return }
            let largest = money(amount, "the largest trade")
            guard let index = index(of: name), let asset = assets[index].asset, let largest else { return }
            limits.largestTrades[asset] = largest
            compareTrades(asset, largest, name.span, places["smallest trade"])
        case .turnoverPerWindow(let place, let amount, let window):
            guard isFirst("turnover per window", place.span, &places) else { return }
            let parts = turnover(amount)
            let time = duration(window, "a window", in: 3_600_000...31_622_400_000)
            if parts != nil, time != nil {
                noteNotActedOn(.furtherLimit, place.span, "a limit over a rolling window is")
            }
        case .slippageBucket(let place, let amount, let refill):
            guard isFirst("slippage", place.span, &places) else { return }
            let parts = fraction(amount, "the slippage bucket", in: 1...1_000_000)
            let time = duration(refill, "the time to refill", in: 3_600_000...31_622_400_000)
            if let parts, let time { limits.slippageBucket = .init(capacity: PartsPerMillion(parts), refill: time) }
        case .positions(let place, let count):
            guard isFirst("positions", place.span, &places) else { return }
            if !assets.isEmpty, count.value >= assets.count {
                let message = "the policy holds \(assets.count) assets, so this limit never binds"
                report(.limitNeverBinds, count.span, message, help: "remove it")
            }
            noteNotActedOn(.furtherLimit, place.span, "a limit on positions is")
        }
    }

    private mutating func isFirst(_ name: String, _ span: SourceSpan, _ places: inout [String: SourceSpan]) -> Bool {
        if let earlier = places[name] {
            let related = Issue.Related(span: earlier, note: "the first one")
            report(
                .repeatedSection,
                span,
                "the limit `\(name)` stands twice",
                help: "keep one of them",
                related: related
            )
            return false
        }
        places[name] = span
        return true
    }

    private mutating func turnover(_ amount: Spanned<PolicyOutline.Operand>) -> Int64? {
        guard let parts = fraction(amount, "a turnover limit", in: 1...10_000_000) else { return nil }
        if parts >= 1_000_000 {
            let message = "turnover never exceeds 100% of the portfolio, so this limit never binds"
            report(.limitNeverBinds, amount.span, message, help: "choose less than 100%, or remove it")
        }
        return parts
    }

    private mutating func compareTrades(_ asset: Asset, _ largest: Money, _ span: SourceSpan, _ other: SourceSpan?) {
        guard let smallest = limits.smallestTrade, largest < smallest, asset != quote else { return }
        let related = other.map { Issue.Related(span: $0, note: "the smallest") }
        report(
            .impossibleTrade,
            span,
            "no trade of `\(asset)` is possible: the largest is below the smallest",
            related: related
        )
    }

    // MARK: rebalance

    mutating func checkRebalance() {
        guard let section = single(outline.rebalance, "rebalance", \.keyword) else { return }
        var drift: SourceSpan?
        var pause: SourceSpan?
        var test: SourceSpan?
        for rule in section.lines {
            switch rule {
            case .drift(let place):
                if let drift {
                    let related = Issue.Related(span: drift, note: "the first one")
                    report(.repeatedSection, place.span, "`any drift > band` stands twice", related: related)
                }
                drift = drift ?? place.span
                triggersOnDrift = true
            case .every(let operand):
                if let interval = duration(operand, "an interval", in: 60_000...315_360_000_000) {
                    schedules.append(.every(milliseconds: interval))
                }
            case .daily(let minute): schedules.append(.daily(minuteOfDay: minute.value))
            case .weekly(let weekday, let minute):
                schedules.append(.weekly(weekday: weekday, minuteOfDay: minute.value))
            case .monthly(let day, let minute): schedules.append(.monthly(day: day, minuteOfDay: minute.value))
            case .cooldown(let keyword, let operand):
                if let pause {
                    let related = Issue.Related(span: pause, note: "the first one")
                    report(.repeatedSection, keyword.span, "`cooldown` stands twice", related: related)
                    continue
                }
                pause = keyword.span
                cooldown = duration(operand, "a cooldown", in: 1_000...315_360_000_000) ?? 0
            case .condition(let condition):
                if checks(condition, in: .trigger) {
                    if let trigger = riskTrigger(condition.value) {
                        furtherTriggers.append(trigger)
                        continue
                    }
                    noteNotActedOn(.furtherTrigger, condition.span, "this trigger is")
                }
            case .noTradeTest(let line):
                if let test {
                    let related = Issue.Related(span: test, note: "the first one")
                    report(.repeatedSection, line.place.span, "`unless cost > benefit` stands twice", related: related)
                    continue
                }
                test = line.place.span
                check(line)
            }
        }
        let unread = section.isPartial || issues.contains { $0.code == .unknownValue }
        if !triggersOnDrift, schedules.isEmpty, furtherTriggers.isEmpty, !unread, !requiresSomethingEverywhere {
            let help = "add `when any drift > band` or `when every 30d`"
            report(.nothingTriggers, section.keyword, "nothing ever makes a rebalance due", help: help)
        }
        let shortest = schedules.map(\.shortestPeriod).min()
        if let pause, let shortest, cooldown > shortest {
            let message =
                "the cooldown of \(DurationText.short(cooldown)) outlasts the schedule of \(DurationText.short(shortest))"
            report(.cooldownOutlasts, pause, message, help: "scheduled rebalances inside it are skipped")
        }
    }

    private var requiresSomethingEverywhere: Bool {
        outline.requirements.first?.isPartial == true
            || (0..<max(1, labels.count)).allSatisfy { regime in
                requirements.contains { $0.regime == nil || $0.regime == regime }
            }
    }

    // MARK: require

    mutating func checkRequirements() {
        repeated(outline.requirements, "require", \.keyword)
        var names: [String: SourceSpan] = [:]
        for line in outline.requirements.first?.lines ?? [] {
            if let earlier = names[line.name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, line.name.span, "requirement \(quoted(line.name)) stands twice", related: related)
                continue
            }
            names[line.name.value] = line.name.span
            if line.name.value.allSatisfy(\.isWhitespace) {
                report(.unexpected, line.name.span, "a requirement needs a name")
            }
            let regime = line.regime.map { index(ofRegime: $0) }
            switch line.subject.value {
            case .weight(let name): checkWeight(line, name, regime: regime)
            case .concentration: checkConcentration(line, regime: regime)
            case .figure(let figure): checkFigure(line, figure, regime: regime)
            }
        }
    }

    /// A requirement over another figure of the vocabulary: typed, and understood.
    private mutating func checkFigure(_ line: PolicyOutline.Requirement, _ figure: PolicyOutline.Figure, regime: Int??)
    {
        let known = issues.count
        let measure = figure.measure.value
        if measure.visibility == .public {
            let help = "a rule about the market belongs into `rebalance` or `breakers`"
            return report(
                .publicRequirement,
                line.subject.span,
                "no trade can change `\(figure)`, so it cannot be required of a portfolio",
                help: help
            )
        }
        check(Spanned(figure, line.subject.span), in: nil)
        checkBound(line.bound, of: measure)
        guard !hasErrors(since: known), regime != .some(.none) else { return }
        if measure == .positions, lowersPositions(line, regime: regime ?? nil) { return }
        if let requirement = riskRequirement(line, figure) {
            requirements.append(CheckedRequirement(requirement: requirement, regime: regime ?? nil))
            return
        }
        noteNotActedOn(.furtherRequirement, line.name.span.union(line.bound.span), "this requirement is")
    }

    private func quoted(_ name: Spanned<String>) -> String { "`\(Literal.shortened(name.value))`" }

    private mutating func checkWeight(
        _ line: PolicyOutline.Requirement,
        _ name: Spanned<String>,
        regime: Int??
    ) {
        let bound = fraction(line.bound, "a weight", in: 0...1_000_000)
        var members = groups[name.value]
        if members == nil {
            guard !outline.isPartial || assetIndices[name.value] != nil else { return }
            members = index(of: name, orGroup: true).map { [$0] }
        }
        guard let members, !members.isEmpty, let bound, regime != .some(.none) else { return }
        let share = WeightBound(comparison: line.comparison.value, bound: bound)
        // The whole portfolio weighs 100%, whatever happens.
        let range: ClosedRange<Int64> = members.count == assets.count ? 1_000_000...1_000_000 : 0...1_000_000
        if !share.holds(range.lowerBound), !share.holds(range.upperBound) {
            return report(.impossibleRequirement, line.name.span, "no portfolio meets \(quoted(line.name))")
        }
        if share.holds(range.lowerBound), share.holds(range.upperBound) {
            report(.alwaysHolds, line.name.span, "every portfolio meets \(quoted(line.name))", help: "remove it")
        }
        let weights = members.map { assets[$0].weight }
        if weights.allSatisfy({ $0 != nil }) {
            let sum = weights.reduce(Int64(0)) { $0 + ($1 ?? 0) }
            if !share.holds(sum), let first = members.first {
                let what = "weight(\(name.value)) \(line.comparison.value.rawValue) \(spelled(bound, .fraction))"
                report(
                    .targetViolates,
                    line.name.span,
                    "the target violates \(quoted(line.name)): \(what), but its target is \(spelled(sum, .fraction))",
                    help: "change the target or the requirement",
                    related: .init(span: assets[first].symbol.span, note: "the target")
                )
            }
        }
        let inside = Set(members)
        let coefficients = assets.indices.map { share.coefficient(isMember: inside.contains($0)) }
        requirements.append(
            CheckedRequirement(
                requirement: Requirement(
                    name: line.name.value,
                    predicate: .nonNegative(coefficients: coefficients, constant: share.isStrict ? -1 : 0)
                ),
                regime: regime ?? nil
            )
        )
    }

    private mutating func checkConcentration(_ line: PolicyOutline.Requirement, regime: Int??) {
        guard let value = resolve(line.bound),
            let bound = partsPerMillion(value, .number, "the concentration limit", in: 1...1_000_000),
            regime != .some(.none)
        else { return }
        let complete =
            !assets.isEmpty && assets.allSatisfy { $0.weight != nil } && outline.targets.first?.isPartial == false
        if complete, bound < 1_000_000, bound * Int64(assets.count) < 1_000_000 {
            let help = "of \(assets.count) assets, the index is at least 1/\(assets.count)"
            return report(.impossibleRequirement, line.name.span, "no portfolio meets \(quoted(line.name))", help: help)
        }
        if bound == 1_000_000 {
            report(.alwaysHolds, line.name.span, "every portfolio meets \(quoted(line.name))", help: "remove it")
        }
        if complete {
            let squares = assets.reduce(Int64(0)) { $0 + ($1.weight ?? 0) * ($1.weight ?? 0) }
            if squares > bound * 1_000_000 {
                let index = spelled((squares + 999_999) / 1_000_000, .number)
                report(
                    .targetViolates,
                    line.name.span,
                    "the target violates \(quoted(line.name)): its concentration is \(index)",
                    help: "change the target or the requirement",
                    related: outline.targets.first.map { .init(span: $0.keyword, note: "the target") }
                )
            }
        }
        requirements.append(
            CheckedRequirement(
                requirement: Requirement(
                    name: line.name.value,
                    predicate: .concentration(atMost: PartsPerMillion(bound))
                ),
                regime: regime ?? nil
            )
        )
    }
}

/// A bound on the weight of some assets, as a linear form over all of them.
struct WeightBound {
    let comparison: PolicyOutline.Requirement.Comparison
    /// Parts per million.
    let bound: Int64

    func holds(_ weight: Int64) -> Bool {
        switch comparison {
        case .atMost: weight <= bound
        case .atLeast: weight >= bound
        case .below: weight < bound
        case .above: weight > bound
        }
    }

    var isStrict: Bool { comparison == .below || comparison == .above }

    /// Of an asset's value in bound·V − 10⁶·Σ values, or its negative for a lower bound.
    func coefficient(isMember: Bool) -> BigInteger {
        let room = BigInteger(Int(bound - (isMember ? 1_000_000 : 0)))
        return comparison == .atMost || comparison == .below ? room : -room
    }
}

extension Schedule {
    /// The shortest time between two instants at which it is due, in milliseconds.
    var shortestPeriod: Int64 {
        switch self {
        case .every(let milliseconds): milliseconds
        case .daily: 86_400_000
        case .weekly: 604_800_000
        case .monthly: 2_419_200_000
        }
    }
}
