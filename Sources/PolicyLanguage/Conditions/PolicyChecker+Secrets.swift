import BigIntegers
import MarketData
import Rebalancing

/// What a `secret` statement hides, and that nothing in the open follows from it.
extension PolicyChecker {
    /// Where one asset's band in one regime comes from, before the regime's multiplier.
    struct BandSource {
        /// In parts per million of value.
        let trigger: ExactFraction
        /// A width of its own, for a destination that is one.
        let destination: ExactFraction?
        let kind: PolicyOutline.Destination
        /// The regime's multiplier.
        let factor: ExactFraction
        /// Whether the line speaks of this regime alone.
        let isOfRegime: Bool
        /// Whether a width is a fraction of the target.
        let isOfTarget: Bool
        let span: SourceSpan
    }

    /// The ranges that a `secret` statement gives, in parts per million.
    struct SecretRanges {
        var target: ClosedRange<Int64>?
        var bands: ClosedRange<Int64>?
        let keyword: SourceSpan
    }

    /// Refuses numbers in the open that follow from secret ones, and widths that cannot be committed to.
    mutating func checkLeaks(_ ranges: SecretRanges) {
        let known = issues.count
        for (name, place) in sharedNames(ranges) {
            report(
                .secretInTheOpen,
                place.open,
                "`\(name)` stands in the open here and in what is secret, so that it would show",
                help: "write the public number itself, or give it a `let` of its own",
                related: .init(span: place.secret, note: "what is secret")
            )
        }
        for sources in bandSources {
            for (index, source) in sources.enumerated() {
                guard let source, issues.count == known else { continue }
                checkBand(source, assets[index].symbol, ranges)
            }
        }
    }

    private mutating func checkBand(_ source: BandSource, _ asset: Spanned<String>, _ ranges: SecretRanges) {
        guard ranges.bands != nil else {
            guard ranges.target != nil, source.isOfTarget else { return }
            return report(
                .secretInTheOpen,
                source.span,
                "the band of `\(asset.value)` is a fraction of its secret target, so that the width would show it",
                help: "add `bands in 1pp..10pp` to `secret`, or write the width in pp"
            )
        }
        for width in [source.trigger, source.destination].compactMap({ $0 }) where width.denominator != 1 {
            return report(
                .notExact,
                source.span,
                "the band of `\(asset.value)` is \(PolicyText.points(width)): a secret width is a whole number of parts per million",
                help: "write the width in pp"
            )
        }
    }

    /// Names of values that stand both in what is secret and in what is not.
    private func sharedNames(_ ranges: SecretRanges) -> [(String, (open: SourceSpan, secret: SourceSpan))] {
        var hidden: [String: SourceSpan] = [:]
        var open: [(String, SourceSpan)] = []
        func note(_ operand: Spanned<PolicyOutline.Operand>?, isSecret: Bool) {
            guard let operand, case .name(let name) = operand.value else { return }
            if isSecret { hidden[name] = operand.span } else { open.append((name, operand.span)) }
        }
        for line in outline.targets.first?.lines ?? [] { note(line.weight, isSecret: ranges.target != nil) }
        for line in outline.bands.first?.lines ?? [] {
            switch line {
            case .multiplier(_, let factor): note(factor, isSecret: false)
            case .band(let band):
                note(band.trigger.amount, isSecret: ranges.bands != nil)
                if case .width(let width) = band.destination.value {
                    note(width.amount, isSecret: ranges.bands != nil)
                }
            }
        }
        for operand in outline.openOperands { note(operand, isSecret: false) }
        return open.compactMap { name, span in hidden[name].map { (name, (span, $0)) } }
    }

    /// What beside `secret` cannot be sealed; `nil` if all of it can.
    ///
    /// A list of what can be, on purpose: a rule that the language learns is refused here until the sealed form has a place for it.
    var unsealable: String? {
        if own.extends != nil { return "a policy that extends another" }
        if !outline.executions.isEmpty { return "`execute`" }
        for rule in outline.rebalance.first?.lines ?? [] {
            switch rule {
            case .drift, .every, .daily, .weekly, .monthly, .cooldown, .noTradeTest: break
            case .condition(let condition) where condition.value.isActedOnRisk: break
            case .condition(let condition): return "the trigger `\(condition.value)`"
            }
        }
        for limit in outline.limits.first?.lines ?? [] {
            switch limit {
            case .turnoverPerDay, .turnoverPerRebalance, .trade, .smallestTrade, .cost, .slippageBucket: break
            case .turnoverPerWindow: return "a turnover over a window that rolls"
            case .positions: return "a limit on positions"
            }
        }
        for requirement in outline.requirements.first?.lines ?? [] {
            switch requirement.subject.value {
            case .weight, .concentration: break
            case .figure where requirement.isActedOnRisk || requirement.isActedOnPositions: break
            case .figure(let figure): return "a requirement over `\(figure)`"
            }
        }
        return nil
    }

    /// The sealed form of the mandates; `nil` without a `secret` statement, and where its form would not be the policy.
    func secrets(of mandates: [Mandate]) -> PolicySecrets? {
        guard let ranges = secretRanges, unsealable == nil else { return nil }
        var layout = SecretLayout(ranges: ranges, assets: assets.map(\.symbol.value))
        let targets = ranges.target.map { range in
            assets.map { layout.add("target(\($0.symbol.value))", $0.weight ?? 0, in: range) }
        }
        var bands: [[SecretParameters.Band]] = []
        for (regime, sources) in bandSources.enumerated() {
            let label = labels.isEmpty ? nil : labels[regime].value
            bands.append(
                sources.enumerated().compactMap { index, source in source.map { layout.band($0, index, in: label) } }
            )
        }
        let parameters = layout.parameters
        do throws(MandateError) {
            var sealed: [Mandate] = []
            for (mandate, bands) in zip(mandates, bands) {
                let secrets = try SecretParameters(
                    parameters: parameters,
                    targets: targets,
                    bands: ranges.bands == nil ? nil : bands
                )
                let form = try mandate.sealed(by: secrets)
                // Whatever a sealed form would leave out makes it another policy.
                guard try form.opened(with: layout.values) == mandate else { return nil }
                sealed.append(form)
            }
            return PolicySecrets(mandates: sealed, values: layout.values)
        } catch {
            return nil
        }
    }
}

/// Numbers the parameters of a policy: targets, then triggers and destinations in the order in which they are met.
private struct SecretLayout {
    let ranges: PolicyChecker.SecretRanges
    let assets: [String]
    private(set) var parameters: [SecretParameters.Parameter] = []
    private(set) var values: [Int64] = []
    private var known: [String: Int] = [:]

    init(ranges: PolicyChecker.SecretRanges, assets: [String]) {
        self.ranges = ranges
        self.assets = assets
    }

    mutating func add(_ name: String, _ value: Int64, in range: ClosedRange<Int64>) -> Int {
        if let index = known[name] { return index }
        known[name] = parameters.count
        parameters.append(.init(name: name, range: range))
        values.append(value)
        return parameters.count - 1
    }

    mutating func band(_ source: PolicyChecker.BandSource, _ asset: Int, in label: String?) -> SecretParameters.Band {
        let range = ranges.bands ?? 0...0
        let place = source.isOfRegime ? label.map { " in \($0)" } ?? "" : ""
        func value(_ width: ExactFraction?) -> Int64 { Int64(width?.numerator.description ?? "") ?? 0 }
        guard ranges.bands != nil else {
            return .init(trigger: .init(0, times: source.factor), destination: .fixed(ExactFraction(0)))
        }
        let trigger = add("trigger(\(assets[asset])\(place))", value(source.trigger), in: range)
        let destination: SecretParameters.Destination
        switch source.kind {
        case .target: destination = .fixed(ExactFraction(BigInteger(Int(Mandate.defaultRoundingTolerance.value))))
        case .edge: destination = .secret(.init(trigger, times: source.factor))
        case .halfway: destination = .secret(.init(trigger, times: source.factor * ExactFraction(1, over: 2)))
        case .width:
            let own = add("destination(\(assets[asset])\(place))", value(source.destination), in: range)
            destination = .secret(.init(own, times: source.factor))
        }
        return .init(trigger: .init(trigger, times: source.factor), destination: destination)
    }
}
