import BigIntegers
import MarketData
import Rebalancing

/// Resolves the names of an outline, checks its types and its meaning, and lowers it to mandates.
///
/// A part that was wrong is left out of later checks, so that one mistake is reported once.
struct PolicyChecker {
    var issues: [Issue] = []
    /// What is understood but not acted on, as it was reported.
    var notes: [Issue] = []
    /// The statements in force: the file's own, on top of those it inherits.
    private(set) var outline: PolicyOutline
    /// What the file itself says.
    let own: PolicyOutline
    let tree: SyntaxTree

    // Resolved by the stages, in this order.
    var quote: Asset?
    var assets: [TargetAsset] = []
    var groups: [String: [Int]] = [:]
    var definitions: [String: PolicyOutline.Definition] = [:]
    /// Names of the definitions in order, as many as a suggestion looks at.
    var definitionNames: [String] = []
    /// Names that were not found and are reported: each once, however often it is used.
    private var lost: Set<String> = []
    /// The place of each asset in the target.
    var assetIndices: [String: Int] = [:]
    var labels: [Spanned<String>] = []
    var regimeRules: [RegimeRule] = []
    var modelDigest: ContentDigest?
    var bandsByRegime: [[ToleranceBand?]] = []
    /// Where each of the bands comes from, in the same order.
    var bandSources: [[BandSource?]] = []
    var secretRanges: SecretRanges?
    var triggersOnDrift = false
    var schedules: [Schedule] = []
    var cooldown: Int64 = 0
    var limits = CheckedLimits()
    var requirements: [CheckedRequirement] = []
    var furtherTriggers: [Requirement] = []
    var noTrade: NoTradeRule?
    var attestEvery: Int64?
    var breakers: [CircuitBreaker] = []
    var oracleRule: OracleRule?
    var tests: [PolicyTest] = []
    var properties: [PolicyProperty] = []

    /// The statement carries the regime's index in one byte.
    static let mostRegimes = 255

    /// One line of `target`.
    struct TargetAsset {
        let symbol: Spanned<String>
        let asset: Asset?
        /// Parts per million; absent if it could not be resolved.
        let weight: Int64?
    }

    struct CheckedLimits {
        var turnoverPerRebalance: Int64?
        var turnoverPerDay: Int64?
        var largestTrades: [Asset: Money] = [:]
        var smallestTrade: Money?
        var slippageBucket: SlippageBucket?
        var cost: Int64?
    }

    struct CheckedRequirement {
        let requirement: Requirement
        /// Index into the labels; the rule holds in all of them if it names none.
        let regime: Int?
    }

    init(_ outline: PolicyOutline, _ tree: SyntaxTree) {
        self.outline = outline
        own = outline
        self.tree = tree
    }

    /// Runs every stage; the policy, if nothing was wrong.
    ///
    /// - Parameters:
    ///   - errors: The errors of reading, in any order.
    ///   - house: The policy that this one extends.
    mutating func run(after errors: [Issue], house: LoadedHouse? = nil) -> Policy? {
        if let house {
            outline = checkFixed(house).merged(onto: house.relocated)
        }
        guard let mandates = checkAll(errors) else { return nil }
        let secrets = secrets(of: mandates)
        if secrets == nil, let ranges = secretRanges, unsealable == nil {
            // Never in the open instead: what cannot be sealed is not acted on.
            noteNotActedOn(.secretParameters, ranges.keyword, "`secret` beside these rules is")
        }
        guard let policy = policy(mandates, house, secrets) else { return nil }
        if let house {
            checkTightens(policy, house, rules: policy.house?.mandates ?? [])
            guard !issues.contains(where: { $0.code.severity == .error }) else { return nil }
        }
        return policy
    }

    /// Runs every stage; the mandates, if nothing was wrong.
    private mutating func checkAll(_ errors: [Issue]) -> [Mandate]? {
        checkQuote()
        checkDefinitions()
        checkTargets()
        checkGroups()
        checkRegimes()
        // Beyond what can be attested nothing more is said: the work would grow with the product of the numbers.
        guard assets.count <= Mandate.mostAssets, labels.count <= Self.mostRegimes else { return nil }
        checkBands()
        checkLimits()
        checkRequirements()
        checkRebalance()
        checkAttest()
        checkSafeguards()
        checkProperties()
        checkTests(afterErrors: errors.contains { $0.span.lowerBound < firstTest })
        checkUnused()
        guard errors.isEmpty, !issues.contains(where: { $0.code.severity == .error }) else { return nil }
        return lower()
    }

    /// What the house demands of this policy's assets and targets.
    private func houseMandates(_ house: LoadedHouse) -> [Mandate] {
        guard !own.targets.isEmpty else { return house.policy.mandates }
        var rules = house.relocated
        rules.targets = outline.targets
        rules.lets = outline.lets
        rules.tests = []
        var checker = PolicyChecker(rules, tree)
        return checker.checkAll([]) ?? house.policy.mandates
    }

    /// Where the first test stands: errors above it are the policy's own.
    private var firstTest: Int { outline.tests.map(\.name.span.lowerBound).min() ?? .max }

    // MARK: Parts

    /// Whether an unknown name is met for the first time; a misspelt declaration is one mistake, not one a use.
    mutating func isNewlyLost(_ name: String, _ kind: PolicyDiagnosticCode) -> Bool {
        lost.insert("\(kind.rawValue) \(name)").inserted
    }

    mutating func report(
        _ code: PolicyDiagnosticCode,
        _ span: SourceSpan,
        _ message: String,
        help: String? = nil,
        related: Issue.Related? = nil,
        replacement: String? = nil
    ) {
        // What is inherited cannot be mended where it is inherited.
        let replacement = span == own.extends?.span ? nil : replacement
        issues.append(Issue(code, span, message, help: help, related: related, replacement: replacement))
    }

    /// The only section of its kind; further ones are reported and read no more.
    mutating func single<Part>(_ parts: [Part], _ name: String, _ span: (Part) -> SourceSpan) -> Part? {
        guard let first = parts.first else {
            if !outline.isPartial {
                let help = name == "quote" ? "add `quote USD`" : "add `\(name) { … }`"
                report(.missingSection, outline.name.span, "the policy has no `\(name)`", help: help)
            }
            return nil
        }
        repeated(parts, name, span)
        return first
    }

    mutating func repeated<Part>(_ parts: [Part], _ name: String, _ span: (Part) -> SourceSpan) {
        guard let first = parts.first else { return }
        for part in parts.dropFirst() {
            let related = Issue.Related(span: span(first), note: "the first one")
            report(.repeatedSection, span(part), "`\(name)` stands twice", help: "keep one of them", related: related)
        }
    }

    /// The mandates of all regimes; called only if nothing was wrong.
    private mutating func lower() -> [Mandate]? {
        guard let quote, let cost = limits.cost else { return nil }
        let held = assets.compactMap(\.asset)
        do throws(MandateError) {
            let targets = try TargetWeights(assets.map { PartsPerMillion($0.weight ?? 0) })
            let limits = TradingLimits(
                turnoverPerRebalance: limits.turnoverPerRebalance.map { PartsPerMillion($0) },
                turnoverPerDay: limits.turnoverPerDay.map { PartsPerMillion($0) },
                largestTrades: limits.largestTrades,
                smallestTrade: limits.smallestTrade,
                slippageBucket: limits.slippageBucket,
                costCeiling: PartsPerMillion(cost)
            )
            var mandates: [Mandate] = []
            for (index, bands) in bandsByRegime.enumerated() {
                mandates.append(
                    try Mandate(
                        regime: labels.isEmpty ? Policy.onlyRegime : labels[index].value,
                        assets: held,
                        quote: quote,
                        targets: targets,
                        bands: bands.compactMap { $0 },
                        triggersOnDrift: triggersOnDrift,
                        schedules: schedules,
                        cooldown: cooldown,
                        limits: limits,
                        requirements: requirements.filter { $0.regime == nil || $0.regime == index }.map(\.requirement),
                        furtherTriggers: furtherTriggers,
                        noTrade: noTrade
                    )
                )
            }
            return mandates
        } catch {
            // The stages above leave nothing for the mandate to refuse; if one is forgotten, the person still learns of it.
            report(.nothingTriggers, outline.name.span, "\(error)")
            return nil
        }
    }

    private func policy(_ mandates: [Mandate], _ house: LoadedHouse?, _ secrets: PolicySecrets?) -> Policy? {
        guard let quote else { return nil }
        return Policy(
            source: tree.source,
            outline: outline,
            houses: house.map { [$0.policy] } ?? [],
            house: house.map {
                HousePolicy(source: $0.policy.source, name: $0.policy.name, mandates: houseMandates($0))
            },
            quote: quote,
            assets: assets.compactMap(\.asset),
            modelDigest: modelDigest,
            regimeRules: regimeRules,
            attestEvery: attestEvery,
            mandates: mandates,
            safeguards: Safeguards(breakers: breakers, oracle: oracleRule),
            tests: tests,
            properties: properties,
            secrets: secrets,
            unsupported: tree.source.locate(notes)
        )
    }

    private mutating func checkAttest() {
        repeated(outline.attests, "attest", \.span)
        guard let interval = outline.attests.first else { return }
        attestEvery = duration(interval, "the interval of attestations", in: 60_000...31_622_400_000)
    }

    private mutating func checkProperties() {
        let lines = LineTable(tree.source.text)
        var names: [String: SourceSpan] = [:]
        for property in outline.properties {
            let name = property.name
            if let earlier = names[name.value] {
                let related = Issue.Related(span: earlier, note: "the first one")
                let message = "property `\(Literal.shortened(name.value))` stands twice"
                report(.repeatedName, name.span, message, related: related)
                continue
            }
            names[name.value] = name.span
            properties.append(
                PolicyProperty(name: name.value, claim: property.claim, line: lines.place(name.span).line)
            )
        }
    }

    /// Names that nothing uses; silent where a name was not found, for that may be the use.
    private mutating func checkUnused() {
        let lost: Set<PolicyDiagnosticCode> = [.unknownAsset, .unknownValue, .unknownRegime]
        guard !issues.contains(where: { lost.contains($0.code) || $0.code.isSyntaxError }), !outline.isPartial else {
            return
        }
        var uses: [String: Int] = [:]
        for token in tree.tokens where token.kind == .word { uses[token.text, default: 0] += 1 }
        let names = own.groups.map { ("group", $0.name) } + own.lets.map { ("value", $0.name) }
        for (kind, name) in names where uses[name.value] == 1 {
            report(.unusedName, name.span, "nothing uses the \(kind) `\(name.value)`", help: "remove it")
        }
    }
}
