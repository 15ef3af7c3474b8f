import BigIntegers
public import MarketData
public import Rebalancing
package import Ristretto
public import ZeroKnowledge

/// A circuit for one kind of attestation in one regime, with coefficients that are still polynomials in the prices.
///
/// Instantiation is a pure function of template and statement (prices, and the covariance where rules read it); the policy's digest covers the
/// template's ``text``.
public struct CircuitTemplate: Sendable, Hashable {
    /// The kind it proves.
    public let kind: AttestationKind
    /// The mandate it was compiled from.
    public let mandate: Mandate
    /// The public flags that choose among a kind's circuits.
    public let variant: Variant
    /// Digit size of the lookup range checks, in bits: chosen by padded size, then part of the template.
    public let digitBits: Int
    /// Multipliers of the instantiated circuit.
    public let multiplierCount: Int
    /// SHA-256 of ``text``.
    public let digest: ContentDigest
    let steps: [CircuitStep]

    /// Public facts about the moment that decide which obligations apply.
    public struct Variant: Sendable, Hashable {
        /// The last rebalance was on the same UTC day, so that its turnover still counts.
        public let sameDay: Bool
        /// A schedule was due.
        public let scheduleDue: Bool

        /// Creates a variant.
        public init(sameDay: Bool, scheduleDue: Bool) {
            self.sameDay = sameDay
            self.scheduleDue = scheduleDue
        }
    }

    /// Compiles the circuit of a kind.
    ///
    /// - Throws: ``AttestationError/unprovable(reason:)`` if a form is too wide for the group.
    package init(kind: AttestationKind, mandate: Mandate, variant: Variant) throws(AttestationError) {
        let own =
            switch kind {
            case .genesis: Self.genesisSteps(mandate)
            case .rebalance: Self.rebalanceSteps(mandate, variant: variant)
            case .hold: try Self.holdSteps(mandate, variant: variant)
            case .flow: Self.flowSteps(mandate)
            // Public data decide these: no circuit of them is ever asked for.
            case .amend, .halt, .resume: [CircuitStep]()
            }
        let steps = Self.secretShares(own) + own
        let layout = CommittedLayout(kind: kind, mandate: mandate)
        let cost = try CircuitSynthesis.cost(of: steps, layout: layout, mandate: mandate)
        self.kind = kind
        self.mandate = mandate
        self.variant = variant
        self.steps = steps
        digitBits = cost.digitBits
        multiplierCount = cost.multiplierCount
        let text = CircuitText(mandate: mandate).lines(
            kind: kind,
            variant: variant,
            steps: steps,
            digitBits: digitBits,
            multiplierCount: multiplierCount,
            layout: layout
        )
        self.text = text.joined(separator: "\n") + "\n"
        digest = ContentDigest(hashing: Array(self.text.utf8))
    }

    /// The template in mathematics, one step a line: what the policy's digest covers and `Circuits/` shows.
    public let text: String

    /// The order in which commitments enter the circuit.
    var layout: CommittedLayout { CommittedLayout(kind: kind, mandate: mandate) }
}

/// The order of a circuit's commitments: quantities before, quantities after, carried before, carried after, and last the
/// policy's secret parameters.
///
/// Genesis has only the after side. A hold copies its commitments byte for byte, so each enters once, as "before". A flow
/// copies the carried state, which its circuit does not read.
struct CommittedLayout: Sendable, Hashable {
    let assetCount: Int
    let hasBefore: Bool
    let hasAfter: Bool
    /// How many values are carried: the day's turnover, the slippage bucket, those of them that the mandate limits, in this order.
    let carriedCount: Int
    private let bucketPlace: Int
    /// How many secret parameters follow the rest: what a policy's bands and targets say enters no genesis and no flow.
    let parameterCount: Int

    init(kind: AttestationKind, mandate: Mandate) {
        assetCount = mandate.assets.count
        hasBefore = kind != .genesis
        hasAfter = kind != .hold
        carriedCount = kind.isDecision ? mandate.carriedCount : 0
        bucketPlace = mandate.carriesTurnover ? 1 : 0
        parameterCount = kind.readsParameters ? mandate.secrets?.parameters.count ?? 0 : 0
    }

    func before(_ asset: Int) -> Int { asset }
    func after(_ asset: Int) -> Int { (hasBefore ? assetCount : 0) + asset }
    var carriedBefore: Int { assetCount * ((hasBefore ? 1 : 0) + (hasAfter ? 1 : 0)) }
    var carriedAfter: Int { carriedBefore + (hasBefore ? carriedCount : 0) }
    var bucketBefore: Int { carriedBefore + bucketPlace }
    var bucketAfter: Int { carriedAfter + bucketPlace }
    /// The commitments of the state; the policy's own follow them.
    private var stateCount: Int {
        carriedBefore + carriedCount * ((hasBefore ? 1 : 0) + (hasAfter ? 1 : 0))
    }
    func parameter(_ index: Int) -> Int { stateCount + index }
    var count: Int { stateCount + parameterCount }
}

extension CircuitTemplate {
    /// The circuit with these prices filled in, the market's risk where its rules read it, and how long the bucket drained.
    ///
    /// - Parameters:
    ///   - prices: One an asset.
    ///   - risk: What the market says of risk.
    ///   - elapsed: Milliseconds that the slippage bucket drained for: `Mandate.bucketElapsed(since:at:)`.
    /// - Throws: ``AttestationError/wrongLength(field:got:expected:)`` if there is not one price an asset,
    ///   ``AttestationError/unprovable(reason:)`` if a rule looks back farther than the market's risk does.
    public func circuit(
        prices: [Price],
        risk: MarketRisk = .none,
        elapsed: Int64 = 0
    ) throws(AttestationError) -> Circuit {
        try CircuitSynthesis.build(
            self,
            prices: prices,
            matrices: CircuitMatrices(mandate, of: risk, elapsed: elapsed),
            committed: nil
        ).circuit
    }

    /// The circuit over committed values as a prover lays it out, whose range checks have no digits yet.
    ///
    /// Time depends on the template alone.
    package func system(
        prices: [Price],
        risk: MarketRisk = .none,
        elapsed: Int64 = 0,
        committed: [Scalar]
    ) throws(AttestationError) -> ConstraintSystem {
        try CircuitSynthesis.layOut(
            self,
            prices: prices,
            matrices: CircuitMatrices(mandate, of: risk, elapsed: elapsed),
            committed: committed
        )
    }

    /// What its coefficients take from a statement's moment beside prices.
    func publicNumbers(of statement: Statement, risk: MarketRisk) -> CircuitMatrices {
        guard kind.isDecision else { return .none }
        let elapsed = mandate.bucketElapsed(since: statement.lastRebalance, at: statement.time)
        return CircuitMatrices(mandate, of: readsRisk ? risk : .none, elapsed: elapsed)
    }

    /// Whether its coefficients take figures of the market's covariance.
    var readsRisk: Bool {
        steps.contains { step in
            switch step {
            case .riskSquares, .unlessNotWorthIt: true
            default: false
            }
        }
    }
}
