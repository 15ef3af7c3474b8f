import CanonicalJSON
import Rebalancing

/// Hover and completion: what words mean, and which may stand here.
extension PolicyDocument {
    // MARK: Hover

    /// What the word at an offset means, who sees it and how it is proved; `null` where nothing is known of it.
    func hover(at offset: Int) -> JSONValue {
        guard let token = token(at: offset), let text = meaning(of: token) else { return .null }
        return [
            "contents": ["kind": "markdown", "value": .string(text)],
            "range": positions.range(token.span),
        ]
    }

    private func meaning(of token: SyntaxToken) -> String? {
        if let policy = check.policy, let text = declared(token, policy) { return text }
        guard token.kind == .word else { return nil }
        if let measure = measure(at: token) {
            return
                "**\(measure.form)**: \(measure.meaning)\n\n_\(measure.kind.phrase); \(measure.visibility.rawValue), from "
                + "\(measure.source.phrase)_"
        }
        return Self.glossary[token.text].map { "**\(token.text)**: \($0)" }
    }

    /// The figure that a word belongs to, alone or with its neighbour.
    private func measure(at token: SyntaxToken) -> Measure? {
        let tokens = tree.tokens
        guard let index = tokens.firstIndex(where: { $0.span == token.span }) else { return nil }
        let word = OutlineReader.base(token.text)
        let after = index + 1 < tokens.count ? "\(word) \(tokens[index + 1].text)" : word
        let before = index > 0 ? "\(OutlineReader.base(tokens[index - 1].text)) \(word)" : word
        return Measure(rawValue: after) ?? Measure(rawValue: before) ?? Measure(rawValue: word)
    }

    private func declared(_ token: SyntaxToken, _ policy: Policy) -> String? {
        let outline = policy.outline
        if token.kind == .word, let group = outline.groups.first(where: { $0.name.value == token.text }) {
            return "**\(token.text)**: the group of \(group.members.map(\.value).joined(separator: ", "))"
        }
        if token.kind == .word, let value = outline.lets.first(where: { $0.name.value == token.text })?.value {
            return "**\(token.text)** = \(value.value)"
        }
        if token.kind == .word, policy.regimes.contains(token.text) {
            return "**\(token.text)**: a regime of the model, calmest first: \(policy.regimes.joined(separator: ", "))"
        }
        let title: String
        switch token.kind {
        case .word: title = "bands: \(token.text)"
        case .string: title = "require \(token.text)"
        default: return nil
        }
        let others = token.kind == .string ? ["breakers \(token.text)"] : []
        let rules = PolicyExplanation(of: policy).rules
        guard let rule = rules.first(where: { $0.title == title || others.contains($0.title) }) else { return nil }
        let widths = rule.widths.map {
            "- in \($0.regime): trades beyond \($0.trigger), back to within \($0.destination)"
        }
        let cost = cost(rule.title, policy).map { "; \($0) multipliers of the proof" } ?? ""
        return
            ([rule.sentence, ""] + widths + ["", "_\(rule.visibility.rawValue); \(rule.evidence.rawValue)\(cost)_"])
            .joined(separator: "\n")
    }

    /// The words of the language in a sentence each.
    private static let glossary: [String: String] = [
        "policy": "what a portfolio should look like, when it is brought back, and what must never happen",
        "quote": "the currency that prices and money are counted in; held as cash if it is in `target`",
        "target": "the weights to hold; they sum to 100%",
        "group": "a name for several assets, for `weight(…)`",
        "let": "a name for a value",
        "regimes": "the moods of the market, calmest first, as the model finds them",
        "enter": "the regime begins after its probability was above this for so many bars",
        "leave": "the regime ends after its probability was below this for so many bars",
        "bands": "how far each weight may stray, and how far it is brought back",
        "each": "every asset without a line of its own",
        "trigger": "a drift strictly beyond this makes a rebalance due",
        "edge": "brought back to the band's edge: as wide as the trigger",
        "halfway": "brought back to half the trigger",
        "rebalance": "when a rebalance is due",
        "drift": "a weight's distance from its target, in points of portfolio value; private",
        "band": "the trigger of the asset's band, in the regime of the moment",
        "unless": "what is due is left where no exchange of assets saves more risk than it costs",
        "benefit":
            "the risk that an exchange of assets saves over the horizon, by the covariance of the window; private",
        "aversion": "how much variance a year counts against cost: 3 if it is left out",
        "cooldown": "no rebalance earlier than this after the last one",
        "limits": "what one rebalance, or one day of them, may do at most",
        "turnover": "half the sum of all changes in value, cash included, of the portfolio's value; private",
        "cost": "what a rebalance may lose, of its turnover; also what an operator could take each time",
        "trade": "the largest trade of one asset in one rebalance",
        "smallest": "trades are nothing or at least this",
        "require": "what must hold after every rebalance; broken before, it is a reason for one",
        "weight": "an asset's or group's part of the portfolio's value; private",
        "concentration": "the sum of the squared weights: 1 for a single asset; private",
        "attest": "how often a proof is made that the policy was kept",
        "test": "a state, and what is expected of the decision in it; no part of what the policy demands",
        "given": "the state of a test: regime, weights, prices, value, elapsed, at, turnover, fee",
        "property": "a claim about every state, which analysis answers; no part of what the policy demands",
        "extends": "the house policy whose rules hold here too; they may be added to and tightened, never loosened",
        "open": "what the policies that extend this one may choose anew",
        "oracle": "how prices are signed, and which are refused",
        "breakers": "what stops or slows trading; seen by everyone when it trips, so it reads public figures alone",
        "execute": "where and how orders are sent",
        "secret": "what stays hidden, and the range it is proved to lie in",
        "halt": "nothing is traded for so long, or while the condition holds",
        "slow": "the cooldown is so many times as long",
        "slippage": "what rebalances lose fills a bucket, which drains at a constant rate",
        "expect": "what a test claims: `hold`, `rebalance`, a weight or the turnover",
    ]

    // MARK: Completion

    /// The words that may stand at an offset.
    func completions(at offset: Int) -> JSONValue {
        let (blocks, line) = surroundings(of: offset)
        var items: [JSONValue] = []
        var seen: Set<String> = []
        for (word, kind) in words(blocks, line) where seen.insert(word).inserted {
            var members = [JSONMember("label", .string(word)), JSONMember("kind", .integer(kind.rawValue))]
            let first = word.split(separator: " ").first.map(String.init) ?? word
            if let text = Self.glossary[first] { members.append(JSONMember("documentation", .string(text))) }
            items.append(.object(members))
        }
        return .array(items)
    }

    /// Kinds of items, as the protocol numbers them.
    private enum ItemKind: Int { case variable = 6, keyword = 14, snippet = 15 }

    private func words(_ blocks: [String], _ line: [String]) -> [(String, ItemKind)] {
        let keywords = { (words: [String]) in words.map { ($0, ItemKind.keyword) } }
        let forms = { (words: [String]) in words.map { ($0, ItemKind.snippet) } }
        let names = { (words: [String]) in words.map { ($0, ItemKind.variable) } }
        let isStart = line.isEmpty
        switch blocks.last {
        case nil:
            if line.first == "property" { return forms(PolicyProperty.Claim.allCases.map(\.rawValue)) }
            return keywords(["policy", "test", "property"])
        case "policy":
            if isStart { return keywords(Vocabulary.sectionList) }
            return line.first == "attest" ? keywords(["every"]) : []
        case "target", "group": return names(assets)
        case "regimes":
            return isStart ? keywords(["enter", "leave"]) : names(regimes) + keywords(["when", "p", "for", "bars"])
        case "bands":
            if isStart { return keywords(["each", "in"]) + names(assets) }
            if line.first == "in" { return names(regimes) + keywords(["x"]) }
            return keywords(["trigger", "to", "edge", "halfway", "target", "of", "in"]) + names(regimes)
        case "rebalance":
            if isStart {
                return forms([
                    "when any drift > band", "or any drift > band", "or every month on day 1 at 00:00 UTC",
                    "or every 30d", "or tracking error(60d) > 4%/yr", "unless cost > benefit",
                    "unless cost > benefit(60d) over 30d at risk aversion 3",
                    "cooldown 6h",
                ])
            }
            return keywords(["any", "drift", "band", "every", "day", "week", "month", "on", "at", "UTC"])
        case "limits":
            if isStart {
                return forms([
                    "turnover <= 20% per day", "turnover <= 20% per rebalance", "cost <= 35bps per rebalance",
                    "smallest trade 250 \(quote)",
                ]) + forms(assets.map { "trade(\($0)) <= 50_000 \(quote)" })
            }
            return keywords(["per", "day", "rebalance", "trade"]) + names(assets + values + [quote])
        case "require": return keywords(["weight", "concentration", "in"]) + names(assets + groups + values + regimes)
        case "oracle":
            return forms([
                "sources 3, quorum 2, median", "max age 3m", "max ahead 60s", "max spread 80bps",
                "after outage hold 1h",
            ])
        case "breakers":
            let figures = Measure.allCases.filter { $0.visibility == .public }.map(\.form)
            return line.contains("when")
                ? forms(figures) : keywords(["halt", "slow", "when", "reset", "by", "of", "guardians"])
        case "execute":
            if isStart {
                return forms([
                    "venues uniswap.v3, curve", "protect batch auction", "child size sandwich safe",
                    "settle within 2m, all or nothing",
                ])
            }
            return line.first == "venues" ? names(PolicyChecker.venues) : []
        case "test":
            if isStart { return keywords(["given", "expect"]) }
            if line.first == "given" {
                return names(regimes + assets)
                    + keywords(["weights", "prices", "value", "elapsed", "at", "turnover", "fee"])
            }
            return keywords(["hold", "rebalance", "because", "drift", "schedule", "weight", "turnover", "within"])
                + names(assets + groups + values + requirements.map { "\"\($0)\"" })
        default: return []
        }
    }

    // Read from the outline, so that a policy with errors still completes.
    private var outline: PolicyOutline? { OutlineReader(tree).outline }
    private var assets: [String] { outline?.targets.first?.lines.map(\.asset.value) ?? [] }
    private var groups: [String] { outline?.groups.map(\.name.value) ?? [] }
    private var values: [String] { outline?.lets.map(\.name.value) ?? [] }
    private var regimes: [String] { outline?.regimes.first?.labels.map(\.value) ?? [] }
    private var requirements: [String] { outline?.requirements.first?.lines.map(\.name.value) ?? [] }
    private var quote: String { outline?.quotes.first?.value ?? "USD" }
}
