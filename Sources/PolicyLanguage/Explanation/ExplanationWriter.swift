import BigIntegers
import MarketData
import Rebalancing

/// Finds the words for each rule of a policy.
struct ExplanationWriter {
    let policy: Policy
    let mandate: Mandate

    init(_ policy: Policy) {
        self.policy = policy
        mandate = policy.mandates[0]
    }

    // MARK: Summary

    var summary: [String] {
        let targets = zip(policy.assets, mandate.targets.weights).map { "\($1) \($0)" }
        var sentences = [
            "\"\(policy.name)\", version \(policy.version), counts in \(policy.quote) and aims at \(Self.list(targets))."
        ]
        if let house = policy.house { sentences.append("It keeps the rules of \"\(house.name)\", or tighter ones.") }
        if policy.regimes.isEmpty {
            sentences.append("It knows no market regimes: its bands are always the same.")
        } else {
            let model = policy.modelPath.map { " by the model \($0)" } ?? ""
            sentences.append(
                "It tells \(policy.regimes.count) market regimes apart\(model): \(Self.list(policy.regimes))."
            )
        }
        let triggers = triggerWords
        sentences.append(
            "It rebalances \(triggers.isEmpty ? "only to mend a broken requirement" : Self.list(triggers, "or"))."
        )
        sentences += noTradeRules.map(\.sentence)
        if mandate.cooldown > 0 {
            sentences.append("It then rests for at least \(DurationText.words(mandate.cooldown)).")
        }
        let limits = limitRules.map(\.sentence)
        if !limits.isEmpty { sentences.append(contentsOf: limits) }
        sentences += requirementRules.map(\.sentence)
        if policy.secrets != nil {
            let ranges = policy.outline.secrets.first?.ranges ?? []
            let what = ranges.map { $0.parameter.value == .target ? "targets" : "bands" }
            sentences.append("Its \(Self.list(what)) are secret: it is run and verified in its sealed form alone.")
        }
        if !policy.unsupported.isEmpty {
            sentences.append(
                "\(policy.unsupported.count) of its statements are understood but not yet acted on, so it cannot be run."
            )
        }
        return sentences
    }

    private var triggerWords: [String] {
        (mandate.triggersOnDrift ? ["when a weight drifts out of its band"] : [])
            + mandate.furtherTriggers.map { "when \($0.name)" } + mandate.schedules.map(\.words)
    }

    // MARK: Rules

    var rules: [PolicyExplanation.Rule] {
        [targetRule] + regimeRules + policy.assets.indices.map(bandRule) + triggerRules + limitRules + requirementRules
            + attestRules + SafeguardExplanation(policy).rules
    }

    private var targetRule: PolicyExplanation.Rule {
        let weights = zip(policy.assets, mandate.targets.weights).map { "target(\($0)) = \($1.value)/1000000" }
        return rule(
            "target",
            "The weights to hold; a rebalance moves each asset towards its target and not past it, 10 bps of value for rounding.",
            ["sold only above its target, bought only below it"] + weights,
            .private,
            .proved
        )
    }

    private var regimeRules: [PolicyExplanation.Rule] {
        guard !policy.regimes.isEmpty else { return [] }
        let thresholds = policy.regimeRules.map { rule in
            let label = policy.regimes[rule.label]
            return
                "\(label) begins after p(\(label)) > \(rule.enterAt) for \(Self.count(rule.enterBars, "bar")) and ends after "
                + "p(\(label)) < \(rule.leaveBelow) for \(Self.count(rule.leaveBars, "bar"))"
        }
        let sentence =
            thresholds.isEmpty
            ? "The regime is the one the model finds, with the model's own hysteresis."
            : "The regime is the one the model finds; the policy says when the regimes it names begin and end."
        let digest = policy.modelDigest.map { ["the model file has the SHA-256 digest \($0)"] } ?? []
        return [
            rule(
                "regimes \(policy.regimes.joined(separator: ", "))",
                sentence,
                thresholds + digest,
                .public,
                .recomputed
            )
        ]
    }

    private func bandRule(_ index: Int) -> PolicyExplanation.Rule {
        let asset = policy.assets[index]
        let target = mandate.targets.weights[index]
        var obligations: [String] = []
        var widths: [PolicyExplanation.Width] = []
        for mandate in policy.mandates {
            let band = mandate.bands[index]
            let trigger = band.trigger.map { PolicyText.points($0) } ?? "any width"
            let destination = PolicyText.points(band.destination)
            widths.append(.init(regime: mandate.regime, trigger: trigger, destination: destination))
            if let width = band.trigger {
                obligations.append("triggers in \(mandate.regime): \(Self.drift(asset, target, width, ">"))")
            }
            let scale = band.destination.denominator * 1_000_000
            let slack = mandate.limits.smallestTrade.map { " + \(scale)·(\($0) \(policy.quote))" } ?? ""
            let end = Self.drift(asset, target, band.destination, "≤")
            obligations.append("ends in \(mandate.regime): \(end)\(slack), unless a limit is used up")
        }
        return PolicyExplanation.Rule(
            title: "bands: \(asset)",
            sentence:
                "\(asset) may stray from \(target) of value by its band; a rebalance leaves every asset inside its destination.",
            obligations: obligations,
            widths: widths,
            visibility: .private,
            evidence: .proved
        )
    }

    private var triggerRules: [PolicyExplanation.Rule] {
        var rules: [PolicyExplanation.Rule] = []
        if mandate.triggersOnDrift {
            let sentence = "A drift strictly beyond its band makes a rebalance due; the proof does not say which."
            rules.append(
                rule("rebalance: any drift > band", sentence, ["some trigger above holds before"], .private, .proved)
            )
        }
        for schedule in mandate.schedules {
            let sentence = "A rebalance is due \(schedule.words)."
            rules.append(rule("rebalance: \(schedule.title)", sentence, [schedule.condition], .public, .recomputed))
        }
        rules += riskTriggerRules + noTradeRules
        if mandate.cooldown > 0 {
            let words = DurationText.words(mandate.cooldown)
            let sentence = "No rebalance within \(words) of the last one."
            let title = "rebalance: cooldown \(DurationText.short(mandate.cooldown))"
            rules.append(rule(title, sentence, ["t − t_trade ≥ \(mandate.cooldown) ms"], .public, .recomputed))
        }
        return rules
    }

    private var limitRules: [PolicyExplanation.Rule] {
        let limits = mandate.limits
        var rules: [PolicyExplanation.Rule] = []
        if let turnover = limits.turnoverPerRebalance {
            let form = "1000000·Σ|Δvalue| ≤ 2·\(turnover.value)·V⁻"
            let sentence = "One rebalance turns over at most \(turnover) of the portfolio's value."
            rules.append(rule("limits: turnover per rebalance", sentence, [form], .private, .proved))
        }
        if let turnover = limits.turnoverPerDay {
            let form = "1000000·A⁺ ≤ 2·\(turnover.value)·V⁻, A⁺ = Σ|Δvalue| + A⁻ of the same UTC day"
            let sentence = "The rebalances of one UTC day turn over at most \(turnover) of the portfolio's value."
            rules.append(rule("limits: turnover per day", sentence, [form], .private, .proved))
        }
        if let bucket = limits.slippageBucket {
            let forms = [
                "A⁺ = max(0, A⁻ − \(bucket.capacity.value)·10⁻⁶·V⁻·Δt/\(bucket.refill) ms) + max(0, V⁻ − V⁺)",
                "1000000·A⁺ ≤ \(bucket.capacity.value)·V⁻",
            ]
            let sentence =
                "What rebalances lose fills a bucket of \(bucket.capacity) of the portfolio's value, which drains at a constant "
                + "rate; none is made that would overflow it."
            rules.append(rule("limits: slippage", sentence, forms, .private, .proved))
        }
        for (asset, largest) in limits.largestTrades.sorted(by: { $0.key < $1.key }) {
            let sentence = "One rebalance trades at most \(largest) \(policy.quote) of \(asset)."
            let form = "|Δvalue(\(asset))| ≤ \(largest) \(policy.quote)"
            rules.append(rule("limits: trade(\(asset))", sentence, [form], .private, .proved))
        }
        if let smallest = limits.smallestTrade {
            let sentence =
                "A trade is at least \(smallest) \(policy.quote), or is not made; a weight within one such trade of "
                + "its destination counts as inside."
            let form = "|Δvalue(A)| = 0 or |Δvalue(A)| ≥ \(smallest) \(policy.quote), for every A but \(policy.quote)"
            rules.append(rule("limits: smallest trade", sentence, [form], .private, .proved))
        }
        let cost = limits.costCeiling
        let form = "|V⁻ − V⁺|·2·1000000 ≤ \(cost.value)·Σ|Δvalue|, at the prices of the statement"
        let sentence =
            "A rebalance costs at most \(cost) of what it turns over; an operator can lose up to that each time."
        rules.append(rule("limits: cost", sentence, [form], .private, .proved))
        return rules
    }

    private var requirementRules: [PolicyExplanation.Rule] {
        (policy.outline.requirements.first?.lines ?? []).compactMap { line in
            let place = line.regime.map { ", in \($0.value)" } ?? ""
            let bound = value(line.bound.value)
            let sign = line.comparison.value.rawValue
            let name = line.name.value
            switch line.subject.value {
            case .figure(let figure):
                if let rule = positionsRule(line) { return rule }
                guard line.isActedOnRisk, let measure = figure.riskMeasure else { return nil }
                let sentence =
                    "After every rebalance\(place), \(measure) is at most \(bound); a breach makes a rebalance due."
                let form = form(measure, "≤", bound)
                return rule("require \"\(name)\"", sentence, form, .private, .proved)
            case .concentration:
                let form = "1000000·Σv² ≤ \(bound.partsPerMillion ?? 0)·(Σv)², v = ⌊value ÷ 2^s⌋"
                let sentence = "After every rebalance\(place), the sum of the squared weights is at most \(bound)."
                return rule("require \"\(name)\"", sentence, [form], .private, .proved)
            case .weight(let subject):
                let words = ["<=": "at most", ">=": "at least", "<": "below", ">": "above"][sign] ?? sign
                let members = policy.outline.groups.first { $0.name.value == subject.value }?.members.map(\.value)
                let who = members.map { "\(subject.value) (\(Self.list($0)))" } ?? subject.value
                let verb = members == nil ? "weighs" : "together weigh"
                let sum = (members ?? [subject.value]).map { "value(\($0))" }.joined(separator: " + ")
                let comparison = ["<=": "≤", ">=": "≥"][sign] ?? sign
                let left = members.map { $0.count > 1 ? "(\(sum))" : sum } ?? sum
                let form = "1000000·\(left) \(comparison) \(bound.partsPerMillion ?? 0)·V"
                let sentence =
                    "After every rebalance\(place), \(who) \(verb) \(words) \(bound); a breach makes a rebalance due."
                return rule("require \"\(name)\"", sentence, [form], .private, .proved)
            }
        }
    }

    private var attestRules: [PolicyExplanation.Rule] {
        guard let interval = policy.attestEvery else {
            let sentence = "The policy sets no grid of attestations, so nothing claims that due trades were made."
            return [rule("attest", sentence, [], .public, .notProved)]
        }
        let sentence =
            "One attestation every \(DurationText.period(interval)); a missing one is a failure that the report names."
        return [rule("attest every \(DurationText.short(interval))", sentence, [], .public, .recomputed)]
    }

    // MARK: Parts

    func value(_ operand: PolicyOutline.Operand) -> Literal {
        switch operand {
        case .literal(let literal): literal
        case .name(let name):
            policy.outline.lets.first { $0.name.value == name }?.value?.value
                ?? Literal(significand: 0, places: 0, unit: .none)
        }
    }

    func rule(
        _ title: String,
        _ sentence: String,
        _ obligations: [String],
        _ visibility: PolicyExplanation.Visibility,
        _ evidence: PolicyExplanation.Evidence
    ) -> PolicyExplanation.Rule {
        .init(
            title: title,
            sentence: sentence,
            obligations: obligations,
            widths: [],
            visibility: visibility,
            evidence: evidence
        )
    }

    /// |10⁶·value − target·V| against a width, cross-multiplied by the width's denominator.
    private static func drift(
        _ asset: Asset,
        _ target: PartsPerMillion,
        _ width: ExactFraction,
        _ sign: String
    ) -> String {
        let factor = width.denominator == 1 ? "" : "\(width.denominator)·"
        return "\(factor)|1000000·value(\(asset)) − \(target.value)·V| \(sign) \(width.numerator)·V"
    }

    private static func list(_ words: [String], _ conjunction: String = "and") -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension Schedule {
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// When it is due, in words.
    fileprivate var words: String {
        switch self {
        case .every(let milliseconds): "\(DurationText.words(milliseconds)) after the last rebalance"
        case .daily(let minute): "every day at \(Self.clock(minute)) UTC"
        case .weekly(let weekday, let minute):
            "every \(Self.weekdays[max(0, min(6, weekday - 1))]) at \(Self.clock(minute)) UTC"
        case .monthly(let day, let minute): "on day \(day) of every month at \(Self.clock(minute)) UTC"
        }
    }

    fileprivate var title: String {
        switch self {
        case .every(let milliseconds): "every \(DurationText.short(milliseconds))"
        case .daily: "every day"
        case .weekly: "every week"
        case .monthly: "every month"
        }
    }

    fileprivate var condition: String {
        switch self {
        case .every(let milliseconds): "t − t_trade ≥ \(milliseconds) ms"
        case .daily, .weekly, .monthly: "a scheduled instant lies in (t_trade, t]"
        }
    }

    private static func clock(_ minute: Int) -> String {
        let hour = minute / 60
        let rest = minute % 60
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
}
