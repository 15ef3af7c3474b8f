public import MarketData
public import Rebalancing

/// A checked policy: what was written, resolved to mandates that the engine and the circuits read.
///
/// An instance is proof that its source has no error. Constructs that this version understands but does not act on are in
/// ``unsupported``; whoever acts on a policy refuses it while there are any.
public struct Policy: Sendable, Hashable {
    /// Where it was written.
    public let source: PolicySource
    /// The name in its header.
    public let name: String
    /// The version in its header, at least 1.
    public let version: Int
    /// What prices and money are counted in; held as cash if it is one of ``assets``.
    public let quote: Asset
    /// The assets held, in the order of the target.
    public let assets: [Asset]
    /// Labels of the regimes, calmest first; empty for a policy without regimes.
    public let regimes: [String]
    /// Path of the model file as written, relative to the policy's folder.
    public let modelPath: String?
    /// The digest that the model file must have, where the policy names one.
    public let modelDigest: ContentDigest?
    /// Thresholds for entering and leaving regimes, in order of their label.
    public let regimeRules: [RegimeRule]
    /// One attestation per instant of this grid, in milliseconds.
    public let attestEvery: Int64?
    /// One per regime, in their order; a single one, for ``onlyRegime``, if the policy has no regimes.
    public let mandates: [Mandate]
    /// Breakers and the oracle's rule, in exact numbers; ``unsupported`` names the breakers that are not acted on.
    public let safeguards: Safeguards
    /// The file's `test` blocks, in source order. They have no part in what the policy demands.
    public let tests: [PolicyTest]
    /// The file's `property` blocks, in source order. They have no part in what the policy demands.
    public let properties: [PolicyProperty]
    /// What its `secret` statement hides; `nil` if it has none, or one that is not acted on. Such a policy is sealed before
    /// anything is proved under it.
    public let secrets: PolicySecrets?
    /// What is understood but not yet acted on, as the warnings that the check gave.
    public let unsupported: [PolicyDiagnostic]

    /// The policy that this one extends, as it applies to it: what "never looser" is measured against.
    public let house: HousePolicy?

    /// The statements in force: the file's own on top of those it inherits.
    let outline: PolicyOutline
    /// The policy that this one extends, if it does.
    let houses: [Policy]

    /// The regime's label in the mandate of a policy without regimes.
    public static let onlyRegime = "any"

    /// Checks a source and takes the policy.
    ///
    /// - Parameters:
    ///   - source: The text, with the path that it was read from.
    ///   - loader: Reads the policy that this one extends.
    /// - Throws: All diagnostics, if one of them is an error.
    public init(checking source: PolicySource, loading loader: PolicyLoader = .none) throws(PolicyDiagnostics) {
        let check = Policy.check(source, loading: loader)
        guard let policy = check.policy else { throw PolicyDiagnostics(check.diagnostics) }
        self = policy
    }

    /// Checks a source; total on any text.
    ///
    /// - Parameters:
    ///   - source: The text, with the path that it was read from.
    ///   - loader: Reads the policy that this one extends; without one, a policy that extends another is refused.
    public static func check(_ source: PolicySource, loading loader: PolicyLoader = .none) -> PolicyCheck {
        check(source, loading: loader, chain: [PolicyPath.normalized(source.path)])
    }

    /// - Parameter chain: Paths of the policies that are being read, this one the last.
    static func check(_ source: PolicySource, loading loader: PolicyLoader, chain: [String]) -> PolicyCheck {
        let tree = SyntaxTree(parsing: source)
        let reader = OutlineReader(tree)
        var issues = reader.issues
        var policy: Policy?
        if let outline = reader.outline {
            var checker = PolicyChecker(outline, tree)
            var loaded: LoadedHouse?
            if let path = outline.extends {
                do throws(Issue) {
                    loaded = try LoadedHouse.load(path, from: source, loader, chain: chain)
                } catch {
                    issues.append(error)
                    // Nothing is called missing that the house may hold.
                    checker = PolicyChecker(outline.withoutHouse, tree)
                }
            }
            policy = checker.run(after: issues.filter { $0.code.severity == .error }, house: loaded)
            issues += checker.issues
        }
        return PolicyCheck(policy: policy, diagnostics: source.locate(issues))
    }

    init(
        source: PolicySource,
        outline: PolicyOutline,
        houses: [Policy],
        house: HousePolicy?,
        quote: Asset,
        assets: [Asset],
        modelDigest: ContentDigest?,
        regimeRules: [RegimeRule],
        attestEvery: Int64?,
        mandates: [Mandate],
        safeguards: Safeguards,
        tests: [PolicyTest],
        properties: [PolicyProperty],
        secrets: PolicySecrets?,
        unsupported: [PolicyDiagnostic]
    ) {
        self.source = source
        self.outline = outline
        self.houses = houses
        self.house = house
        name = outline.name.value
        version = outline.version.value
        self.quote = quote
        self.assets = assets
        regimes = outline.regimes.first?.labels.map(\.value) ?? []
        modelPath = outline.regimes.first?.model.value
        self.modelDigest = modelDigest
        self.regimeRules = regimeRules
        self.attestEvery = attestEvery
        self.mandates = mandates
        self.safeguards = safeguards
        self.tests = tests
        self.properties = properties
        self.secrets = secrets
        self.unsupported = unsupported
    }

    /// The model's path relative to where the policy's own path is relative to.
    public var resolvedModelPath: String? { modelPath.map { source.resolve($0) } }

    /// What the policy demands in one regime.
    ///
    /// - Precondition: `index` is one of ``mandates``' indices; for a policy without regimes, 0.
    public func mandate(inRegime index: Int) -> Mandate { mandates[index] }

    /// Compares the policy's regimes with those of a model, both calmest first.
    ///
    /// - Returns: The error E0111 at the policy's list if they differ; nothing if they agree or the policy has no regimes.
    public func checkLabels(of modelLabels: [String]) -> PolicyDiagnostic? {
        guard let section = outline.regimes.first, regimes != modelLabels,
            let first = section.labels.first, let last = section.labels.last
        else { return nil }
        let model = modelLabels.joined(separator: ", ")
        let issue = Issue(
            .labelMismatch,
            first.span.union(last.span),
            "the model's regimes, calmest first, are \(model)",
            help: "write `regimes \(model) from \"\(section.model.value)\"`, or train a model with these labels"
        )
        return source.locate([issue]).first
    }
}

/// When a regime is entered and left.
public struct RegimeRule: Sendable, Hashable {
    /// The regime's index in the policy's list.
    public let label: Int
    /// Entered after its probability was strictly above this …
    public let enterAt: PartsPerMillion
    /// … for so many bars.
    public let enterBars: Int
    /// Left after its probability was strictly below this …
    public let leaveBelow: PartsPerMillion
    /// … for so many bars.
    public let leaveBars: Int

    /// Creates a rule; it is checked where it meets a model.
    public init(
        label: Int,
        enterAt: PartsPerMillion,
        enterBars: Int,
        leaveBelow: PartsPerMillion,
        leaveBars: Int
    ) {
        self.label = label
        self.enterAt = enterAt
        self.enterBars = enterBars
        self.leaveBelow = leaveBelow
        self.leaveBars = leaveBars
    }
}

/// What a check found: the policy if nothing refuses it, and every diagnostic in source order.
public struct PolicyCheck: Sendable, Hashable {
    /// The checked policy; `nil` if there is an error.
    public let policy: Policy?
    /// Errors and warnings, in source order.
    public let diagnostics: [PolicyDiagnostic]

    /// Whether one of the diagnostics is an error.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
