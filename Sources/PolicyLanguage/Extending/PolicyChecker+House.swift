import BigIntegers
import MarketData
import Rebalancing

/// Whether a policy that extends another adds and tightens only.
///
/// Inheritance leaves little to check: what is not said again is the house's own. What is said again is compared on the
/// exact values of both; see the decision record on extending for why this order and no other.
extension PolicyChecker {
    /// Compares what `policy` says anew with what the house says.
    mutating func checkTightens(_ policy: Policy, _ house: LoadedHouse, rules: [Mandate]) {
        let comparison = HouseComparison(own: own, policy: policy, house: house.policy, rules: rules)
        for issue in comparison.issues { issues.append(issue) }
    }

    /// What needs no values: statements that the house alone may make.
    ///
    /// - Returns: The policy's own statements without those, so that nothing else is said because of them.
    mutating func checkFixed(_ house: LoadedHouse) -> PolicyOutline {
        let theirs = house.policy.outline
        var kept = own
        func second(_ span: SourceSpan, _ note: String) -> Issue.Related {
            .init(span: span, note: note, source: house.policy.source)
        }
        if let quote = own.quotes.first, let fixed = theirs.quotes.first, quote != fixed {
            let related = second(fixed.span, "the house counts in this")
            report(
                .loosens,
                quote.span,
                "the house counts in \(fixed.value)",
                help: "remove the line",
                related: related
            )
            kept.quotes = []
        }
        if let regimes = own.regimes.first, let fixed = theirs.regimes.first {
            let related = second(fixed.rules.keyword, "the house's regimes")
            report(
                .loosens,
                regimes.rules.keyword,
                "the regimes, their model and their thresholds are the house's",
                help: "remove the section: it is inherited",
                related: related
            )
            kept.regimes = []
        }
        guard let target = own.targets.first, let fixed = theirs.targets.first, target != fixed, !target.isPartial
        else {
            return kept
        }
        let (names, held) = (target.lines.map(\.asset.value), fixed.lines.map(\.asset.value))
        if names != held {
            let message = "the house holds \(held.joined(separator: ", ")), in this order"
            let related = second(fixed.keyword, "the house's assets")
            report(.loosens, target.keyword, message, help: "list the same assets", related: related)
            kept.targets = []
        } else if !theirs.opens.contains(where: { $0.value == "target" }) {
            let related = second(fixed.keyword, "the house's targets")
            let help = "remove the section, or write `open target` in the house policy"
            report(.loosens, target.keyword, "the targets are the house's", help: help, related: related)
            kept.targets = []
        }
        return kept
    }
}

/// The comparison itself, over a policy that has no error of its own.
private struct HouseComparison {
    /// What the policy itself says, without what it inherits.
    let own: PolicyOutline
    let policy: Policy
    let house: Policy
    /// The house's mandates over the policy's targets.
    let rules: [Mandate]

    private var theirs: PolicyOutline { house.outline }

    var issues: [Issue] { limits + bands + requirements + times + oracle + venues }

    private func looser(
        _ span: SourceSpan,
        _ what: String,
        _ place: SourceSpan?,
        help: String = "a policy that extends another may tighten, never loosen"
    ) -> Issue {
        Issue(
            .loosens,
            span,
            what,
            help: help,
            related: place.map { .init(span: $0, note: "the house's", source: house.source) }
        )
    }

    // MARK: limits

    private var limits: [Issue] {
        guard let mine = policy.mandates.first?.limits, let base = rules.first?.limits else { return [] }
        return (own.limits.first?.lines ?? []).compactMap { line -> Issue? in
            let key = PolicyOutline.key(line)
            let place = theirs.limits.first?.lines.first { PolicyOutline.key($0) == key }?.span
            let isLooser: Bool
            switch line {
            case .turnoverPerDay: isLooser = Self.exceeds(mine.turnoverPerDay, base.turnoverPerDay)
            case .turnoverPerRebalance: isLooser = Self.exceeds(mine.turnoverPerRebalance, base.turnoverPerRebalance)
            case .cost: isLooser = mine.costCeiling > base.costCeiling
            case .trade(let name, _):
                let asset = policy.assets.first { $0.symbol == name.value }
                guard let asset, let cap = base.largestTrades[asset] else { return nil }
                isLooser = mine.largestTrades[asset].map { $0 > cap } ?? true
            case .smallestTrade:
                guard mine.smallestTrade != base.smallestTrade else { return nil }
                let message = "another smallest trade than the house's"
                let help =
                    "a larger one widens every destination by it, a smaller one allows trades that the house does not"
                return looser(line.span, message, place, help: help)
            case .turnoverPerWindow, .slippageBucket, .positions:
                guard let before = theirs.limits.first?.lines.first(where: { PolicyOutline.key($0) == key }),
                    before != line
                else { return nil }
                return looser(line.span, "`\(key)` is the house's", place, help: "remove the line: it is inherited")
            }
            return isLooser ? looser(line.span, "the limit `\(key)` is looser than the house's", place) : nil
        }
    }

    private static func exceeds(_ mine: PartsPerMillion?, _ base: PartsPerMillion?) -> Bool {
        guard let base else { return false }
        return mine.map { $0 > base } ?? true
    }

    // MARK: bands

    private var bands: [Issue] {
        guard let section = own.bands.first else { return [] }
        for (mandate, rule) in zip(policy.mandates, rules) {
            for (index, asset) in mandate.assets.enumerated() {
                let (mine, base) = (mandate.bands[index], rule.bands[index])
                let isWider = base.trigger.map { edge in mine.trigger.map { edge < $0 } ?? true } ?? false
                guard isWider || base.destination < mine.destination else { continue }
                let what = isWider ? "trigger" : "destination"
                let (width, limit) =
                    isWider
                    ? (mine.trigger ?? mine.destination, base.trigger ?? base.destination)
                    : (mine.destination, base.destination)
                let place = mandate.regime == Policy.onlyRegime ? "" : " in \(mandate.regime)"
                let message =
                    "the \(what) of `\(asset)`\(place) is wider than the house's: \(PolicyText.points(width)) against "
                    + PolicyText.points(limit)
                return [
                    looser(
                        line(of: asset.symbol, mandate.regime, section) ?? section.keyword,
                        message,
                        theirBand(asset.symbol, mandate.regime)
                    )
                ]
            }
        }
        return []
    }

    /// The line that decides an asset's band in a regime.
    private func line(
        of asset: String,
        _ regime: String,
        _ section: PolicyOutline.Section<PolicyOutline.Band>
    ) -> SourceSpan? {
        let order: [(PolicyOutline.Band) -> SourceSpan?] = [
            {
                if case .band(let line) = $0, line.asset?.value == asset, line.regime?.value == regime {
                    line.subject
                } else {
                    nil
                }
            },
            { if case .multiplier(let name, _) = $0, name.value == regime { name.span } else { nil } },
            {
                if case .band(let line) = $0, line.asset?.value == asset, line.regime == nil {
                    line.subject
                } else {
                    nil
                }
            },
            { if case .band(let line) = $0, line.asset == nil { line.subject } else { nil } },
        ]
        for find in order {
            if let span = section.lines.lazy.compactMap(find).first { return span }
        }
        return nil
    }

    private func theirBand(_ asset: String, _ regime: String) -> SourceSpan? {
        theirs.bands.first.flatMap { line(of: asset, regime, $0) ?? $0.keyword }
    }

    // MARK: require

    private var requirements: [Issue] {
        let lines = theirs.requirements.first?.lines ?? []
        let base = Dictionary(lines.map { ($0.name.value, $0) }) { first, _ in first }
        return (own.requirements.first?.lines ?? []).compactMap { line in
            guard let before = base[line.name.value], before != line else {
                return nil
            }
            let name = Literal.shortened(line.name.value)
            guard line.subject == before.subject, line.comparison == before.comparison else {
                return looser(
                    line.name.span,
                    "`\(name)` is another rule than the house's",
                    before.name.span,
                    help: "give it another name"
                )
            }
            if let regime = line.regime, before.regime != line.regime {
                let message = "`\(name)` holds in \(regime.value) alone, and the house's in more"
                return looser(regime.span, message, before.name.span)
            }
            guard let mine = value(line.bound.value, policy.outline), let theirs = value(before.bound.value, theirs)
            else {
                return nil
            }
            let isUpper = line.comparison.value == .atMost || line.comparison.value == .below
            guard isUpper ? mine > theirs : mine < theirs else { return nil }
            return looser(line.bound.span, "`\(name)` is looser than the house's", before.bound.span)
        }
    }

    private func value(_ operand: PolicyOutline.Operand, _ outline: PolicyOutline) -> Int64? {
        switch operand {
        case .literal(let literal): literal.partsPerMillion ?? literal.milliseconds
        case .name(let name):
            outline.lets.first { $0.name.value == name }?.value.flatMap {
                $0.value.partsPerMillion ?? $0.value.milliseconds
            }
        }
    }

    // MARK: Times

    private var times: [Issue] {
        var issues: [Issue] = []
        for rule in own.rebalance.first?.lines ?? [] {
            guard case .cooldown(let keyword, _) = rule, let base = rules.first,
                policy.mandates[0].cooldown != base.cooldown
            else { continue }
            let place = theirs.rebalance.first?.lines.lazy.compactMap { rule -> SourceSpan? in
                if case .cooldown(let keyword, _) = rule { keyword.span } else { nil }
            }.first
            let message = "another cooldown than the house's"
            let help = "a longer one leaves undone what the house holds due, a shorter one trades sooner than it allows"
            issues.append(looser(keyword.span, message, place ?? theirs.rebalance.first?.keyword, help: help))
        }
        issues += excuses
        if let attest = own.attests.first, let mine = policy.attestEvery, let base = house.attestEvery, base % mine != 0
        {
            let message = "not every instant of the house's attestations is one of these"
            let help = "attest every \(DurationText.short(base)), or a whole part of it"
            issues.append(looser(attest.span, message, theirs.attests.first?.span, help: help))
        }
        return issues
    }

    /// An excuse leaves undone what the house holds due, unless the house knows it and is no stricter.
    private var excuses: [Issue] {
        (own.rebalance.first?.lines ?? []).compactMap { rule -> Issue? in
            guard case .noTradeTest(let test) = rule, let mine = policy.mandates.first?.noTrade else { return nil }
            let base = rules.first?.noTrade
            if let base, mine.isNoLooser(than: base) { return nil }
            let place = theirs.rebalance.first?.lines.lazy.compactMap { rule -> SourceSpan? in
                if case .noTradeTest(let test) = rule { test.place.span } else { nil }
            }.first
            return looser(
                test.place.span,
                base == nil
                    ? "the house makes what is due, whatever it costs" : "another test of cost than the house's",
                place ?? theirs.rebalance.first?.keyword,
                help: base == nil ? "remove the line" : "say it as the house does, with at most its cost"
            )
        }
    }

    // MARK: oracle and execute

    private var oracle: [Issue] {
        guard let section = own.oracles.first, let base = theirs.oracles.first else { return [] }
        return base.lines.compactMap { setting in
            let again = section.lines.first { Self.name($0) == Self.name(setting) }
            guard let again else {
                let message = "`\(Self.name(setting))` of the house's oracle is left out"
                return looser(section.keyword, message, base.keyword, help: "say it again, or remove the block")
            }
            guard isLooser(again, than: setting) else { return nil }
            return looser(section.keyword, "`\(Self.name(setting))` is looser than the house's", base.keyword)
        }
    }

    private static func name(_ setting: PolicyOutline.OracleSetting) -> String {
        switch setting {
        case .sources: "sources"
        case .quorum: "quorum"
        case .median: "median"
        case .maximumAge: "max age"
        case .maximumAhead: "max ahead"
        case .maximumSpread: "max spread"
        case .afterOutage: "after outage hold"
        }
    }

    private func isLooser(_ mine: PolicyOutline.OracleSetting, than base: PolicyOutline.OracleSetting) -> Bool {
        switch (mine, base) {
        case (.sources(let mine), .sources(let base)), (.quorum(let mine), .quorum(let base)):
            mine.value < base.value
        case (.maximumAge(let mine), .maximumAge(let base)), (.maximumAhead(let mine), .maximumAhead(let base)),
            (.maximumSpread(let mine), .maximumSpread(let base)):
            (value(mine.value, policy.outline) ?? .max) > (value(base.value, theirs) ?? .max)
        case (.afterOutage(let mine), .afterOutage(let base)):
            (value(mine.value, policy.outline) ?? 0) < (value(base.value, theirs) ?? 0)
        default: false
        }
    }

    private var venues: [Issue] {
        guard let section = own.executions.first, let base = theirs.executions.first else { return [] }
        var issues: [Issue] = []
        for setting in base.lines {
            switch setting {
            case .venues(let allowed):
                let mine = section.lines.lazy.compactMap { setting -> [Spanned<String>]? in
                    if case .venues(let names) = setting { names } else { nil }
                }.first
                for venue in mine ?? [] where !allowed.contains(venue) {
                    let message = "the house does not send orders to `\(venue.value)`"
                    issues.append(looser(venue.span, message, allowed.first?.span))
                }
                if mine == nil {
                    issues.append(looser(section.keyword, "the house's `venues` are left out", base.keyword))
                }
            default:
                guard !section.lines.contains(setting) else { continue }
                let help = "say it as the house does, or remove the block"
                issues.append(
                    looser(
                        section.keyword,
                        "a setting of the house's `execute` is left out or another",
                        base.keyword,
                        help: help
                    )
                )
            }
        }
        return issues
    }
}

extension PolicyOutline.Limit {
    /// Where it stands.
    var span: SourceSpan {
        switch self {
        case .turnoverPerDay(let place, let amount), .turnoverPerRebalance(let place, let amount),
            .smallestTrade(let place, let amount), .cost(let place, let amount):
            place.span.union(amount.span)
        case .trade(let name, let amount): name.span.union(amount.span)
        case .turnoverPerWindow(let place, _, _), .slippageBucket(let place, _, _), .positions(let place, _): place.span
        }
    }
}
