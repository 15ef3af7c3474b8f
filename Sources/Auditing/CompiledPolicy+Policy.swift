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
        if let digest = policy.modelDigest, digest != model.digest {
            throw .anotherModel(got: model.digest.description, expected: digest.description)
        }
        if let diagnostic = policy.checkLabels(of: model.labels) { throw .labels(diagnostic) }
        if let grid = policy.attestEvery, grid < model.bar || grid % model.bar != 0 {
            throw .gridBetweenBars(grid: grid, bar: model.bar)
        }
        let rules = policy.regimeRules.map { rule in
            "\(rule.label): enter at \(rule.enterAt.value) ppm for \(rule.enterBars), "
                + "leave below \(rule.leaveBelow.value) ppm for \(rule.leaveBars)"
        }
        do {
            try self.init(
                name: policy.name,
                version: policy.version,
                mandates: policy.mandates,
                regimeRules: rules,
                attestEvery: policy.attestEvery,
                modelDigest: model.digest,
                safeguards: policy.safeguards,
                sources: policy.safeguards.oracle == nil ? nil : sources
            )
        } catch {
            throw .unprovable(error)
        }
    }
}

extension Policy {
    /// The policy's enter and leave rules as the regime filter takes them.
    public var hysteresisRules: [HysteresisRule] {
        regimeRules.map { rule in
            HysteresisRule(
                label: rule.label,
                enterAt: Double(rule.enterAt.value) / 1_000_000,
                enterBars: rule.enterBars,
                leaveBelow: Double(rule.leaveBelow.value) / 1_000_000,
                leaveBars: rule.leaveBars
            )
        }
    }
}

/// Why a policy cannot be compiled into circuits.
public enum PolicyCompilationError: Error, Sendable, CustomStringConvertible {
    /// The policy uses something that this version understands but cannot act on.
    case unsupported(PolicyDiagnostic)
    /// The policy names the digest of another model.
    case anotherModel(got: String, expected: String)
    /// The model's labels are not the policy's.
    case labels(PolicyDiagnostic)
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
        case .gridBetweenBars(let grid, let bar):
            "the policy attests every \(grid / 1000) s, but decisions stand at closes of the model's bar of \(bar / 1000) s: "
                + "write a whole multiple of the bar"
        case .unprovable(let error): error.description
        }
    }
}
