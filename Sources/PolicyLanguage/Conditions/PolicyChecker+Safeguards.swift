import BigIntegers
import MarketData
import Rebalancing

/// The blocks `oracle`, `breakers`, `execute` and `secret`; `execute` is understood and checked, but not yet acted on.
extension PolicyChecker {
    /// Marks what is good but not acted on. Where something is wrong with it, that is said instead.
    mutating func noteNotActedOn(_ code: PolicyDiagnosticCode, _ span: SourceSpan, _ subject: String) {
        let help = "`policy compile` and `run` refuse the policy while it stands here: this version would not keep it"
        let issue = Issue(code, span, "\(subject) understood but not yet acted on", help: help)
        issues.append(issue)
        notes.append(issue)
    }

    mutating func checkSafeguards() {
        checkOracle()
        checkExecution()
        checkBreakers()
        checkSecret()
    }

    /// Runs `body` on a section and notes the section if nothing in it was wrong.
    private mutating func noting<Line>(
        _ section: PolicyOutline.Section<Line>,
        _ code: PolicyDiagnosticCode,
        _ name: String,
        _ body: (inout PolicyChecker) -> Void
    ) {
        let known = issues.count
        body(&self)
        if !hasErrors(since: known), !section.isPartial { noteNotActedOn(code, section.keyword, "`\(name)` is") }
    }

    /// Whether a setting stands for the first time.
    private mutating func isFirstSetting(
        _ name: String,
        _ span: SourceSpan,
        _ places: inout [String: SourceSpan]
    ) -> Bool {
        if let earlier = places[name] {
            let related = Issue.Related(span: earlier, note: "the first one")
            report(.repeatedSection, span, "`\(name)` stands twice", help: "keep one of them", related: related)
            return false
        }
        places[name] = span
        return true
    }

    // MARK: oracle

    private mutating func checkOracle() {
        repeated(outline.oracles, "oracle", \.keyword)
        guard let section = outline.oracles.first else { return }
        let known = issues.count
        checkOracle(section)
        if !hasErrors(since: known), !section.isPartial { oracleRule = lowered(section.lines) }
    }

    private mutating func checkOracle(_ section: PolicyOutline.Section<PolicyOutline.OracleSetting>) {
        var places: [String: SourceSpan] = [:]
        var (sources, quorum): (Spanned<Int>?, Spanned<Int>?)
        for setting in section.lines {
            switch setting {
            case .sources(let count):
                if isFirstSetting("sources", count.span, &places) { sources = count }
            case .quorum(let count):
                if isFirstSetting("quorum", count.span, &places) { quorum = count }
            case .median(let place): _ = isFirstSetting("median", place.span, &places)
            case .maximumAge(let operand):
                guard isFirstSetting("max age", operand.span, &places) else { continue }
                _ = duration(operand, "the largest age", in: 1_000...604_800_000)
            case .maximumAhead(let operand):
                guard isFirstSetting("max ahead", operand.span, &places) else { continue }
                _ = duration(operand, "the largest lead", in: 0...3_600_000)
            case .maximumSpread(let operand):
                guard isFirstSetting("max spread", operand.span, &places) else { continue }
                _ = fraction(operand, "the largest spread", in: 1...500_000)
            case .afterOutage(let operand):
                guard isFirstSetting("after outage hold", operand.span, &places) else { continue }
                _ = duration(operand, "the rest after an outage", in: 1_000...2_678_400_000)
            }
        }
        if let quorum, quorum.value > sources?.value ?? 1 {
            report(
                .impossibleQuorum,
                quorum.span,
                "a quorum of \(quorum.value) of \(sources?.value ?? 1) can never be met",
                help: sources == nil ? "say how many `sources` there are" : "lower the quorum or add sources",
                related: sources.map { .init(span: $0.span, note: "the sources") }
            )
        }
        if places["max age"] == nil, !section.isPartial {
            let message = "the oracle has no `max age`, so prices of any age would do"
            report(.missingSection, section.keyword, message, help: "add `max age 3m`")
        }
    }

    // MARK: breakers

    private mutating func checkBreakers() {
        repeated(outline.breakers, "breakers", \.keyword)
        guard let section = outline.breakers.first else { return }
        var names: [String: SourceSpan] = [:]
        let before = issues.count
        var remarks: [Issue] = []
        for breaker in section.lines {
            let known = issues.count
            let name = Literal.shortened(breaker.name.value)
            if let earlier = names[breaker.name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, breaker.name.span, "breaker `\(name)` stands twice", related: related)
            }
            names[breaker.name.value] = names[breaker.name.value] ?? breaker.name.span
            if breaker.name.value.allSatisfy(\.isWhitespace) {
                report(.unexpected, breaker.name.span, "a breaker needs a name")
            }
            switch breaker.action {
            case .halt(let time?):
                _ = duration(time, "a halt", in: 60_000...31_622_400_000)
            case .halt(nil): break
            case .slow(let factor):
                if cooldown == 0, outline.rebalance.first?.isPartial == false {
                    let message = "`slow` multiplies the cooldown, and the policy has none"
                    report(.idleMultiplier, factor.span, message, help: "add `cooldown 6h` to `rebalance`")
                }
            }
            _ = checks(breaker.condition, in: .breaker)
            if !hasErrors(since: known), let remark = lower(breaker) { remarks.append(remark) }
        }
        // Where something is wrong with the block, that is said first.
        guard !hasErrors(since: before), !section.isPartial else { return }
        issues += remarks
        notes += remarks
    }

    // MARK: execute

    /// Venues that orders can be sent to.
    static let venues = ["uniswap.v2", "uniswap.v3", "curve", "balancer", "cow", "book"]
    /// Those of them that trade in batches.
    private static let auctions: Set<String> = ["cow"]

    private mutating func checkExecution() {
        repeated(outline.executions, "execute", \.keyword)
        guard let section = outline.executions.first else { return }
        noting(section, .executeBlock, "execute") { checker in
            var places: [String: SourceSpan] = [:]
            var venues: [Spanned<String>]?
            var protection: Spanned<PolicyOutline.ExecutionSetting.Protection>?
            for setting in section.lines {
                switch setting {
                case .venues(let names):
                    guard let first = names.first, checker.isFirstSetting("venues", first.span, &places) else {
                        continue
                    }
                    venues = checker.known(names)
                case .protection(let mode):
                    if checker.isFirstSetting("protect", mode.span, &places) { protection = mode }
                case .childSize(let size, let place):
                    guard checker.isFirstSetting("child size", place.span, &places) else { continue }
                    if case .amount(let operand) = size { _ = checker.money(operand, "the size of a child order") }
                case .settlement(let operand, _):
                    guard checker.isFirstSetting("settle", operand.span, &places) else { continue }
                    _ = checker.duration(operand, "the time to settle", in: 1_000...86_400_000)
                }
            }
            guard let protection, protection.value == .batchAuction, let venues, let first = venues.first,
                !venues.contains(where: { Self.auctions.contains($0.value) })
            else { return }
            checker.report(
                .unprotectable,
                protection.span,
                "none of the venues trades in batch auctions",
                help: "add `cow` to `venues`, or write `protect private mempool`",
                related: .init(span: venues.reduce(first.span) { $0.union($1.span) }, note: "the venues")
            )
        }
    }

    /// The venues if all of them are known, each once.
    private mutating func known(_ names: [Spanned<String>]) -> [Spanned<String>]? {
        var seen: [String: SourceSpan] = [:]
        var isGood = true
        for name in names {
            if let earlier = seen[name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                report(.repeatedName, name.span, "venue `\(name.value)` stands twice", related: related)
            }
            seen[name.value] = seen[name.value] ?? name.span
            guard !Self.venues.contains(name.value) else { continue }
            isGood = false
            report(
                .unknownVenue,
                name.span,
                "unknown venue `\(Literal.shortened(name.value))`",
                help: Suggestion.help(for: name.value, among: Self.venues, declared: "orders can be sent to"),
                replacement: Suggestion.nearest(to: name.value, among: Self.venues)
            )
        }
        return isGood ? names : nil
    }

    // MARK: secret

    private mutating func checkSecret() {
        repeated(outline.secrets, "secret", { $0.keyword.span })
        guard let secret = outline.secrets.first else { return }
        let known = issues.count
        var places: [String: SourceSpan] = [:]
        var ranges = SecretRanges(keyword: secret.keyword.span)
        for range in secret.ranges {
            let name = range.parameter.value.rawValue
            guard isFirstSetting(name, range.parameter.span, &places) else { continue }
            let (low, high): (Int64?, Int64?)
            switch range.parameter.value {
            case .target:
                low = fraction(range.low, "the range of targets", in: 0...1_000_000)
                high = fraction(range.high, "the range of targets", in: 0...1_000_000)
            case .bands:
                low = points(range.low)
                high = points(range.high)
            }
            guard let low, let high else { continue }
            guard low < high else {
                let related = Issue.Related(span: range.low.span, note: "the lower end")
                report(.emptyRange, range.high.span, "the range of \(name) is empty", related: related)
                continue
            }
            switch range.parameter.value {
            case .target:
                ranges.target = low...high
                checkTargets(in: low...high, range)
            case .bands:
                ranges.bands = low...high
                checkBands(in: low...high, range)
            }
        }
        guard !hasErrors(since: known) else { return }
        checkLeaks(ranges)
        secretRanges = ranges
        if let subject = unsealable, !hasErrors(since: known) {
            noteNotActedOn(.secretParameters, secret.keyword.span, "`secret` beside \(subject) is")
        }
    }

    private mutating func points(_ operand: Spanned<PolicyOutline.Operand>) -> Int64? {
        resolve(operand).flatMap { partsPerMillion($0, .points, "the range of bands", in: 0...1_000_000) }
    }

    private mutating func checkTargets(in range: ClosedRange<Int64>, _ place: PolicyOutline.Secret.Range) {
        for asset in assets {
            guard let weight = asset.weight, !range.contains(weight) else { continue }
            outside("the target of `\(asset.symbol.value)` is \(spelled(weight, .fraction))", asset.symbol.span, place)
        }
    }

    /// Before the multiplier of a regime, which is public: what is committed to is the width as the line gives it.
    private mutating func checkBands(in range: ClosedRange<Int64>, _ place: PolicyOutline.Secret.Range) {
        let low = ExactFraction(BigInteger(Int(range.lowerBound)))
        let high = ExactFraction(BigInteger(Int(range.upperBound)))
        for (regime, sources) in bandSources.enumerated() where sources.count == assets.count {
            for (index, source) in sources.enumerated() {
                let widths = [("band", source?.trigger), ("destination", source?.destination)]
                for case (let what, let width?) in widths where width < low || high < width {
                    let name = assets[index].symbol
                    let condition = source?.isOfRegime == true ? " in \(labels[regime].value)" : ""
                    let text = PolicyText.points(width)
                    outside("the \(what) of `\(name.value)`\(condition) is \(text)", name.span, place)
                    return
                }
            }
        }
    }

    private mutating func outside(_ what: String, _ span: SourceSpan, _ place: PolicyOutline.Secret.Range) {
        report(
            .outsideSecretRange,
            place.low.span.union(place.high.span),
            "\(what), outside the range that is proved of it",
            help: "widen the range, or change the \(place.parameter.value == .target ? "target" : "band")",
            related: .init(span: span, note: "here")
        )
    }
}
