import MarketData
import Rebalancing

extension PolicyChecker {
    mutating func checkQuote() {
        guard let symbol = single(outline.quotes, "quote", \.span) else { return }
        quote = asset(symbol)
    }

    private mutating func asset(_ symbol: Spanned<String>) -> Asset? {
        if let asset = try? Asset(symbol.value) { return asset }
        let text = Literal.shortened(symbol.value)
        let upper = symbol.value.uppercased()
        let help =
            (try? Asset(upper)) != nil
            ? "write `\(upper)`" : "a symbol is an upper-case letter and at most 15 of A-Z 0-9 . _ -"
        let replacement = (try? Asset(upper)) != nil ? upper : nil
        report(
            .badSymbol,
            symbol.span,
            "`\(text)` is not an asset's symbol",
            help: help,
            replacement: replacement
        )
        return nil
    }

    mutating func checkDefinitions() {
        for definition in outline.lets {
            let name = definition.name
            guard isFree(name, "value") else { continue }
            if let first = definitions[name.value] {
                let related = Issue.Related(span: first.name.span, note: "the first one")
                report(.repeatedName, name.span, "value `\(name.value)` is defined twice", related: related)
            } else {
                definitions[name.value] = definition
            }
        }
        definitionNames = Array(definitions.keys.sorted().prefix(256))
    }

    private mutating func isFree(_ name: Spanned<String>, _ kind: String) -> Bool {
        // A value is named where a figure may stand too.
        let isFigure = kind == "value" && Measure.firstWords.contains(name.value)
        guard isFigure || Vocabulary.reserved.contains(name.value) else { return true }
        let message = "`\(name.value)` is a word of the language and cannot name a \(kind)"
        report(.reservedName, name.span, message, help: "choose another name")
        return false
    }

    mutating func checkTargets() {
        guard let section = single(outline.targets, "target", \.keyword) else { return }
        var first: [String: SourceSpan] = [:]
        var complete = !section.isPartial
        for line in section.lines {
            if let earlier = first[line.asset.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, line.asset.span, "asset `\(line.asset.value)` stands twice", related: related)
                complete = false
                continue
            }
            first[line.asset.value] = line.asset.span
            let weight = line.weight.flatMap { fraction($0, "a target", in: 0...1_000_000) }
            let asset = asset(line.asset)
            complete = complete && weight != nil
            assetIndices[line.asset.value] = assets.count
            // Uses of `BTC` mean the asset that was declared as `btc`, and need no complaint of their own.
            if asset == nil { assetIndices[line.asset.value.uppercased()] = assets.count }
            assets.append(TargetAsset(symbol: line.asset, asset: asset, weight: weight))
        }
        if section.lines.isEmpty, complete {
            return report(
                .targetSum,
                section.keyword,
                "the policy holds no asset",
                help: "write lines such as `BTC 45%`"
            )
        }
        if assets.count > Mandate.mostAssets {
            let message = "\(assets.count) assets: at most \(Mandate.mostAssets) can be attested"
            report(.tooManyAssets, assets[Mandate.mostAssets].symbol.span, message)
        }
        let sum = assets.reduce(Int64(0)) { $0 + ($1.weight ?? 0) }
        if complete, sum != 1_000_000 {
            let gap = spelled(abs(1_000_000 - sum), .fraction)
            let help = sum < 1_000_000 ? "\(gap) is missing" : "\(gap) is too much"
            report(.targetSum, section.keyword, "targets sum to \(spelled(sum, .fraction)): expected 100%", help: help)
        }
    }

    mutating func checkGroups() {
        var first: [String: SourceSpan] = [:]
        for group in outline.groups {
            let name = group.name
            guard isFree(name, "group") else { continue }
            if let held = assetIndices[name.value].map({ assets[$0] }) {
                let related = Issue.Related(span: held.symbol.span, note: "the asset")
                report(.repeatedName, name.span, "group `\(name.value)` has the name of an asset", related: related)
                continue
            }
            if let definition = definitions[name.value] {
                let related = Issue.Related(span: definition.name.span, note: "the value")
                report(.repeatedName, name.span, "group `\(name.value)` has the name of a value", related: related)
                continue
            }
            if let earlier = first[name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, name.span, "group `\(name.value)` is declared twice", related: related)
                continue
            }
            first[name.value] = name.span
            var members: [Int] = []
            var seen: [String: SourceSpan] = [:]
            for member in group.members {
                if let earlier = seen[member.value] {
                    let related = Issue.Related(span: earlier, note: "the first one")
                    report(.repeatedName, member.span, "`\(member.value)` stands twice in the group", related: related)
                    continue
                }
                seen[member.value] = member.span
                if let index = index(of: member) { members.append(index) }
            }
            groups[name.value] = members.count == group.members.count && !members.isEmpty ? members.sorted() : []
        }
    }

    /// The place of an asset in the target, or nothing (then it was complained of, if the target could be read).
    mutating func index(of name: Spanned<String>, orGroup: Bool = false) -> Int? {
        if let index = assetIndices[name.value] { return index }
        guard !assets.isEmpty, outline.targets.first?.isPartial == false, isNewlyLost(name.value, .unknownAsset) else {
            return nil
        }
        let candidates =
            assets.prefix(256).filter { $0.asset != nil }.map(\.symbol.value) + (orGroup ? groups.keys.sorted() : [])
        let help = Suggestion.help(for: name.value, among: candidates, declared: "this policy declares")
        let what = orGroup ? "asset or group" : "asset"
        report(
            .unknownAsset,
            name.span,
            "unknown \(what) `\(Literal.shortened(name.value))`",
            help: help,
            replacement: Suggestion.nearest(to: name.value, among: candidates)
        )
        return nil
    }

    // MARK: Regimes

    mutating func checkRegimes() {
        repeated(outline.regimes, "regimes", { $0.rules.keyword })
        guard let section = outline.regimes.first else { return }
        var first: [String: SourceSpan] = [:]
        for label in section.labels {
            if let earlier = first[label.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, label.span, "regime `\(label.value)` stands twice", related: related)
            } else if isFree(label, "regime") {
                first[label.value] = label.span
                labels.append(label)
            }
        }
        if labels.count > Self.mostRegimes {
            let message = "\(labels.count) regimes: at most \(Self.mostRegimes) can be attested"
            report(.outOfRange, labels[Self.mostRegimes].span, message)
        }
        if let digest = section.digest {
            modelDigest = ContentDigest(hex: digest.value)
            if modelDigest == nil {
                let message = "a digest is 64 lower-case hexadecimal digits, got \(digest.value.utf8.count) characters"
                report(.badDigest, digest.span, message, help: "`sha256sum` of the model file prints it")
            }
        }
        checkThresholds(section.rules)
    }

    private mutating func checkThresholds(_ rules: PolicyOutline.Section<PolicyOutline.RegimeThreshold>) {
        var enters: [Int: (line: PolicyOutline.RegimeThreshold, parts: Int64)] = [:]
        var leaves: [Int: (line: PolicyOutline.RegimeThreshold, parts: Int64)] = [:]
        var named: Set<Int> = []
        var complete = !rules.isPartial
        for line in rules.lines {
            let parts = fraction(line.probability, "a probability", in: 1...999_999)
            guard let label = index(ofRegime: line.label) else {
                complete = false
                continue
            }
            if line.compared.value != line.label.value {
                let message =
                    "`\(line.edge.rawValue) \(line.label.value)` depends on `p(\(Literal.shortened(line.compared.value)))`"
                report(
                    .unknownRegime,
                    line.compared.span,
                    message,
                    help: "write `p(\(line.label.value))`",
                    replacement: line.label.value
                )
                complete = false
            }
            if let earlier = (line.edge == .enter ? enters : leaves)[label] {
                let related = Issue.Related(span: earlier.line.label.span, note: "the first one")
                let message = "`\(line.edge.rawValue) \(line.label.value)` stands twice"
                report(.repeatedSection, line.label.span, message, related: related)
                continue
            }
            named.insert(label)
            guard let parts else {
                complete = false
                continue
            }
            if line.edge == .enter { enters[label] = (line, parts) } else { leaves[label] = (line, parts) }
        }
        // Each regime takes part in one rule at most, however many there are.
        guard complete, labels.count <= Self.mostRegimes else { return }
        for label in named.sorted() {
            switch (enters[label], leaves[label]) {
            case (let enter?, let leave?):
                if leave.parts > enter.parts {
                    report(
                        .crossedThresholds,
                        leave.line.probability.span,
                        "`\(labels[label].value)` is left below a probability above the one at which it is entered",
                        help: "leave at \(spelled(enter.parts, .fraction)) or below",
                        related: .init(span: enter.line.probability.span, note: "entered above this")
                    )
                }
                regimeRules.append(
                    RegimeRule(
                        label: label,
                        enterAt: PartsPerMillion(enter.parts),
                        enterBars: enter.line.bars.value,
                        leaveBelow: PartsPerMillion(leave.parts),
                        leaveBars: leave.line.bars.value
                    )
                )
            case (let one?, nil), (nil, let one?):
                let other = one.line.edge == .enter ? "leave" : "enter"
                let name = labels[label].value
                let message = "`\(one.line.edge.rawValue) \(name)` has no `\(other) \(name)`"
                let sign = other == "leave" ? "< 40%" : "> 80%"
                let help = "add `\(other) \(name) when p(\(name)) \(sign) for 2 bars`"
                report(.crossedThresholds, one.line.label.span, message, help: help)
            case (nil, nil): break
            }
        }
        if named.count == labels.count, !labels.isEmpty {
            let help = "leave the usual regime without a rule: it holds while no other does"
            report(
                .noFallbackRegime,
                rules.keyword,
                "every regime has a rule, so none is left to fall back to",
                help: help
            )
        }
    }

    mutating func index(ofRegime name: Spanned<String>) -> Int? {
        if let index = labels.prefix(Self.mostRegimes).firstIndex(where: { $0.value == name.value }) { return index }
        if labels.count > Self.mostRegimes { return nil }
        if outline.isPartial, outline.regimes.isEmpty { return nil }
        guard isNewlyLost(name.value, .unknownRegime) else { return nil }
        let help =
            labels.isEmpty
            ? "the policy declares no regimes; add `regimes calm, storm from \"model.json\"`"
            : Suggestion.help(for: name.value, among: labels.map(\.value), declared: "this policy declares")
        report(
            .unknownRegime,
            name.span,
            "unknown regime `\(Literal.shortened(name.value))`",
            help: help,
            replacement: Suggestion.nearest(to: name.value, among: labels.map(\.value))
        )
        return nil
    }
}
