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
    /// Another policy, and with it perhaps another model or list of assets, that the owner countersigned: nothing moves.
    case amend = 4
    /// The vault stops rebalancing, for a stated cause.
    case halt = 5
    /// The vault goes on after a halt.
    case resume = 6

    /// The name in files and file names.
    public var name: String {
        switch self {
        case .genesis: "genesis"
        case .rebalance: "rebalance"
        case .hold: "hold"
        case .flow: "flow"
        case .amend: "amend"
        case .halt: "halt"
        case .resume: "resume"
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
    public var isDecision: Bool { self == .genesis || self == .rebalance || self == .hold }

    /// Whether there is a circuit of it; the others are decided by public data and signatures.
    public var hasCircuit: Bool { isDecision || self == .flow }

    /// Whether the owner's countersignature belongs to it.
    public var needsOwner: Bool { self == .flow || self == .amend }

    /// Whether it may stand at an instant of the policy's time grid: a decision, or a halt, which says why there is none.
    ///
    /// Anything else there would stand in the place of a decision.
    public var standsOnGrid: Bool { isDecision || self == .halt }

    /// Whether its circuit reads targets and bands, and with them a policy's secret parameters.
    var readsParameters: Bool { self == .rebalance || self == .hold }
}

/// Why a vault held, as far as the statement says.
public enum HoldGround: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Not a hold.
    case none = 0
    /// Everything is in order, or a limit is used up; the proof hides which.
    case proved = 1
    /// The policy's cooldown after the last rebalance has not passed: recomputed from public times.
    case cooldown = 2
    /// The vault is halted: recomputed from the chain.
    case halted = 3
    /// A circuit breaker halts trading: recomputed from the candles.
    case breaker = 4
    /// The oracle is bad, or was so recently: recomputed from the signed reports.
    case oracle = 5

    /// The name in files.
    public var name: String {
        switch self {
        case .none: "none"
        case .proved: "proved"
        case .cooldown: "cooldown"
        case .halted: "halted"
        case .breaker: "breaker"
        case .oracle: "oracle"
        }
    }

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
