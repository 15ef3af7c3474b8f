public import Attestations
import MarketData
import Rebalancing
public import PolicyLanguage
public import Regimes

extension CompiledPolicy {
    /// Compiles a checked policy against the model it names: the step that operator and verifier each do for themselves.
    ///
    /// - Parameters:
    ///   - policy: The policy.
    ///   - model: The model.
    ///   - sources: The price sources that the policy's oracle trusts; `nil` for a policy without an oracle.
    /// - Throws: ``PolicyCompilationError`` if the model does not fit the policy or a rule cannot be proved yet.
    public init(
        _ policy: Policy,
        model: RegimeModel,
        sources: OracleSources? = nil
    ) throws(PolicyCompilationError) {
        if let first = policy.unsupported.first { throw .unsupported(first) }
        guard policy.secrets == nil else { throw .unsealed(path: policy.source.path) }
        try self.init(studying: policy, model: model, sources: sources)
    }

    /// Compiles a checked policy as if its secret parameters were public: for studies, which prove nothing.
    ///
    /// - Throws: ``PolicyCompilationError`` if the model does not fit the policy or a rule cannot be proved yet.
    package init(
        studying policy: Policy,
        model: RegimeModel,
        sources: OracleSources? = nil
    ) throws(PolicyCompilationError) {
        if let first = policy.unsupported.first { throw .unsupported(first) }
        try policy.checkFits(model)
        do {
            try self.init(
                name: policy.name,
                version: policy.version,
                mandates: policy.mandates,
                regimeRules: policy.regimeRules.map(\.canonicalText),
                attestEvery: policy.attestEvery,
                modelDigest: model.digest,
                safeguards: policy.safeguards,
                sources: policy.safeguards.oracle == nil ? nil : sources
            )
        } catch {
            throw .unprovable(error)
        }
    }

    /// Compiles a sealed policy against the model it names; the proof about its secret parameters is verified here.
    ///
    /// - Parameters:
    ///   - sealed: The policy's public form.
    ///   - model: The model.
    ///   - sources: The price sources that the policy's oracle trusts; `nil` for a policy without an oracle.
    /// - Throws: ``PolicyCompilationError`` if the model is another, or the seal does not hold.
    public init(
        _ sealed: SealedPolicy,
        model: RegimeModel,
        sources: OracleSources? = nil
    ) throws(PolicyCompilationError) {
        guard sealed.modelDigest == model.digest else {
            throw .anotherModel(got: model.digest.description, expected: sealed.modelDigest.description)
        }
        guard sealed.regimes.isEmpty || sealed.regimes == model.labels else {
            throw .otherLabels(got: sealed.regimes, expected: model.labels)
        }
        try Policy.checkGrid(sealed.attestEvery, bar: model.bar)
        do {
            try self.init(
                name: sealed.name,
                version: sealed.version,
                mandates: sealed.mandates,
                regimeRules: sealed.regimeRules.map(\.canonicalText),
                attestEvery: sealed.attestEvery,
                modelDigest: model.digest,
                sealed: sealed.sealedParameters,
                safeguards: sealed.safeguards,
                sources: sealed.safeguards.oracle == nil ? nil : sources
            )
        } catch {
            throw .unprovable(error)
        }
    }
}

extension RegimeRule {
    /// The rule as the policy's digest covers it.
    fileprivate var canonicalText: String {
        "\(label): enter at \(enterAt.value) ppm for \(enterBars), leave below \(leaveBelow.value) ppm for \(leaveBars)"
    }

    /// The rule as the regime filter takes it.
    fileprivate var hysteresis: HysteresisRule {
        HysteresisRule(
            label: label,
            enterAt: Double(enterAt.value) / 1_000_000,
            enterBars: enterBars,
            leaveBelow: Double(leaveBelow.value) / 1_000_000,
            leaveBars: leaveBars
        )
    }
}

extension Policy {
    /// The policy's enter and leave rules as the regime filter takes them.
    public var hysteresisRules: [HysteresisRule] { regimeRules.map(\.hysteresis) }

    /// Refuses a model that the policy does not go with.
    func checkFits(_ model: RegimeModel) throws(PolicyCompilationError) {
        if let digest = modelDigest, digest != model.digest {
            throw .anotherModel(got: model.digest.description, expected: digest.description)
        }
        if let diagnostic = checkLabels(of: model.labels) { throw .labels(diagnostic) }
        try Self.checkGrid(attestEvery, bar: model.bar)
    }

    /// Refuses a grid whose instants are no closes of the model's bar.
    fileprivate static func checkGrid(_ grid: Int64?, bar: Int64) throws(PolicyCompilationError) {
        if let grid, grid < bar || grid % bar != 0 { throw .gridBetweenBars(grid: grid, bar: bar) }
    }
}

extension SealedPolicy {
    /// The policy's enter and leave rules as the regime filter takes them.
    public var hysteresisRules: [HysteresisRule] { regimeRules.map(\.hysteresis) }
}

/// Why a policy cannot be compiled into circuits.
public enum PolicyCompilationError: Error, Sendable, CustomStringConvertible {
    /// The policy uses something that this version understands but cannot act on.
    case unsupported(PolicyDiagnostic)
    /// The policy names the digest of another model.
    case anotherModel(got: String, expected: String)
    /// The model's labels are not the policy's.
    case labels(PolicyDiagnostic)
    /// The policy has secret parameters, which are sealed before anything is proved about them.
    case unsealed(path: String)
    /// The model's labels are not the sealed policy's.
    case otherLabels(got: [String], expected: [String])
    /// Attestations are made at closes of the model's bar, and the policy asks for others.
    case gridBetweenBars(grid: Int64, bar: Int64)
    /// A rule cannot be turned into a circuit.
    case unprovable(AttestationError)

    /// The message for the person at the prompt.
    public var description: String {
        switch self {
        case .unsupported(let diagnostic), .labels(let diagnostic): diagnostic.description
        case .anotherModel(let got, let expected):
            "the policy names the model \(expected.prefix(16))…, and the one given is \(got.prefix(16))…"
        case .unsealed(let path):
            "\(path) has secret parameters: seal it first (`ballast policy seal \(path)`), then give the sealed policy"
        case .otherLabels(let got, let expected):
            "the sealed policy knows the regimes \(got.joined(separator: ", ")), and the model \(expected.joined(separator: ", "))"
        case .gridBetweenBars(let grid, let bar):
            "the policy attests every \(grid / 1000) s, but decisions stand at closes of the model's bar of \(bar / 1000) s: "
                + "write a whole multiple of the bar"
        case .unprovable(let error): error.description
        }
    }
}
