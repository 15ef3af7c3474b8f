/// What an attestation attests: the kind of event in a vault's life.
public enum AttestationKind: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// The vault opens: its first commitments are in range and nothing is carried yet.
    case genesis = 0
    /// A warranted, compliant, limited and conserved rebalance.
    case rebalance = 1
    /// No trade, for a reason that policy allows.
    case hold = 2
    /// A deposit or a withdrawal that the owner countersigned: every asset moves in one direction only.
    case flow = 3

    /// The name in files and file names.
    public var name: String {
        switch self {
        case .genesis: "genesis"
        case .rebalance: "rebalance"
        case .hold: "hold"
        case .flow: "flow"
        }
    }

    /// The kind of this name.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }

    /// The name.
    public var description: String { name }

    /// Whether an event of this kind is a decision under the policy, made on prices in a regime.
    ///
    /// What is paid in or out is the owner's business: the policy has no say in it, and its circuit is the same under
    /// every policy.
    public var isDecision: Bool { self != .flow }
}

/// Why a vault held, as far as the statement says.
public enum HoldGround: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Not a hold.
    case none = 0
    /// Everything is in order, or a limit is used up; the proof hides which.
    case proved = 1
    /// The policy's cooldown after the last rebalance has not passed: recomputed from public times.
    case cooldown = 2
    /// A circuit breaker halts trading: recomputed from the candles.
    case breaker = 3
    /// The oracle is bad, or was so recently: recomputed from the signed reports.
    case oracle = 4

    /// The name in files.
    public var name: String {
        switch self {
        case .none: "none"
        case .proved: "proved"
        case .cooldown: "cooldown"
        case .breaker: "breaker"
        case .oracle: "oracle"
        }
    }

    /// Whether public data alone decide it, so that a hold on it carries no proof.
    public var isPublic: Bool { self == .cooldown || isOfSafeguards }

    /// Whether a breaker or the oracle gives it.
    var isOfSafeguards: Bool { self == .breaker || self == .oracle }

    /// The ground of this name.
    public init?(name: String) {
        guard let ground = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = ground
    }

    /// The name.
    public var description: String { name }
}
