import BigIntegers
public import MarketData
public import Rebalancing
import Ristretto
import ZeroKnowledge

/// Makes attestations for one vault.
public struct AttestationProver: Sendable {
    let policy: CompiledPolicy
    private let identity: VaultIdentity
    let signer: Signer
    private let vaultSecret: [UInt8]
    let parameters: ParameterOpening?
    private let entropy: @Sendable (Int) -> [UInt8]

    /// Creates a prover.
    ///
    /// - Parameters:
    ///   - policy: What is proved.
    ///   - identity: Which vault.
    ///   - signer: Whose signature.
    ///   - vaultSecret: Keys the blindings, so that weak entropy alone does not open them.
    ///   - parameters: Opens the commitments of a sealed policy; rebalances and holds under one need it.
    ///   - entropy: That many random bytes from the system.
    public init(
        policy: CompiledPolicy,
        identity: VaultIdentity,
        signer: Signer,
        vaultSecret: [UInt8],
        parameters: ParameterOpening? = nil,
        entropy: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.policy = policy
        self.identity = identity
        self.signer = signer
        self.vaultSecret = vaultSecret
        self.parameters = parameters
        self.entropy = entropy
    }

    /// Where a chain stands: its last attestation, and the opening of that attestation's commitments.
    public struct Head: Sendable {
        /// The last attestation.
        public let attestation: Attestation
        /// The opening of its commitments after.
        public let opening: VaultOpening

        /// Creates a head.
        public init(attestation: Attestation, opening: VaultOpening) {
            self.attestation = attestation
            self.opening = opening
        }

        /// Time of the last rebalance, else of genesis, for the next attestation.
        public var lastRebalance: Timestamp { attestation.lastRebalanceForNext }
    }

    /// The public circumstances of a decision.
    public struct Moment: Sendable {
        /// When.
        public let time: Timestamp
        /// Index of the regime's label.
        public let regime: Int
        /// Digest of the candles through ``time``.
        public let candles: ContentDigest
        /// One price an asset.
        public let prices: [Price]
        /// The other inputs that the policy calls for.
        public let inputs: [PublicInput]
        /// What the market says of risk, over the windows that the policy looks back over.
        public let risk: MarketRisk

        /// Creates the circumstances.
        public init(
            time: Timestamp,
            regime: Int,
            candles: ContentDigest,
            prices: [Price],
            inputs: [PublicInput] = [],
            risk: MarketRisk = .none
        ) {
            self.risk = risk
            self.time = time
            self.regime = regime
            self.candles = candles
            self.prices = prices
            self.inputs = inputs
        }
    }

    /// Opens the vault with these quantities.
    ///
    /// - Throws: ``AttestationError/wrongLength(field:got:expected:)`` unless there is one quantity and one price an asset.
    public func genesis(at moment: Moment, quantities: [Quantity]) throws(AttestationError) -> Head {
        try check(moment, quantities: quantities)
        let opening = draw(
            previous: .zero,
            quantities: quantities,
            carried: policy.carriesTurnover ? .zero : nil,
            slippage: policy.carriesBucket ? .zero : nil
        )
        let statement = self.statement(
            .genesis,
            moment,
            previous: nil,
            ground: .none,
            after: opening
        )
        return try seal(
            statement,
            at: moment,
            committed: opening.values + opening.carriedValues,
            blindings: opening.blindings + opening.carriedBlindings,
            opening: opening
        )
    }

    /// Proves a rebalance to these quantities.
    ///
    /// - Throws: ``AttestationError/notSatisfied(kind:reason:)`` if the policy does not allow it.
    public func rebalance(
        after head: Head,
        at moment: Moment,
        quantities: [Quantity]
    ) throws(AttestationError) -> Head {
        guard let mandate = policy.mandate(moment.regime) else {
            throw .notSatisfied(kind: .rebalance, reason: "no such regime")
        }
        let before = head.opening
        try check(moment, quantities: quantities)
        try check(moment, quantities: before.quantities)
        let sameDay = mandate.variant(lastRebalance: head.lastRebalance, time: moment.time).sameDay
        let carried = before.carried.map { carried in
            (sameDay ? carried : .zero)
                + mandate.twiceTurnover(from: before.quantities, to: quantities, prices: moment.prices)
        }
        let slippage = before.slippage.flatMap { slippage in
            mandate.bucketAfter(
                slippage,
                from: before.quantities,
                to: quantities,
                prices: moment.prices,
                elapsed: mandate.bucketElapsed(since: head.lastRebalance, at: moment.time)
            )
        }
        let opening = draw(
            previous: head.attestation.digest,
            quantities: quantities,
            carried: carried,
            slippage: slippage
        )
        let statement = self.statement(.rebalance, moment, previous: head, ground: .none, after: opening)
        let carriedValues = before.carriedValues + opening.carriedValues
        let carriedBlindings = before.carriedBlindings + opening.carriedBlindings
        return try seal(
            statement,
            at: moment,
            committed: before.values + opening.values + carriedValues,
            blindings: before.blindings + opening.blindings + carriedBlindings,
            opening: opening
        )
    }

    /// Proves, or for a public ground states, that the vault rightly held.
    public func hold(after head: Head, at moment: Moment, ground: HoldGround) throws(AttestationError) -> Head {
        let opening = head.opening
        if ground != .halted { try check(moment, quantities: opening.quantities) }
        let statement = self.statement(.hold, moment, previous: head, ground: ground, after: nil)
        return try seal(
            statement,
            at: moment,
            committed: opening.values + opening.carriedValues,
            blindings: opening.blindings + opening.carriedBlindings,
            opening: opening
        )
    }

    /// Proves a deposit or a withdrawal: every quantity moves in one direction, and the owner agrees.
    ///
    /// - Parameters:
    ///   - head: Where the chain stands.
    ///   - time: When, between two decisions.
    ///   - candles: Digest of the candles through that time.
    ///   - quantities: What the vault holds afterwards.
    ///   - owner: Signs for the owner whose key genesis fixed.
    /// - Throws: ``AttestationError/notSatisfied(kind:reason:)`` if the change is a trade: up in one asset, down in another.
    public func flow(
        after head: Head,
        at time: Timestamp,
        candles: ContentDigest,
        quantities: [Quantity],
        owner: Signer
    ) throws(AttestationError) -> Head {
        let before = head.opening
        for count in [quantities.count, before.quantities.count] where count != policy.assets.count {
            throw .wrongLength(field: "quantities", got: count, expected: policy.assets.count)
        }
        let opening = draw(
            previous: head.attestation.digest,
            quantities: quantities,
            carried: before.carried,
            keepingBlinding: before.carriedBlinding,
            slippage: before.slippage,
            keepingSlippageBlinding: before.slippageBlinding
        )
        let moment = Moment(time: time, regime: 0, candles: candles, prices: [])
        let statement = self.statement(
            .flow,
            moment,
            previous: head,
            ground: .none,
            after: opening
        )
        return try seal(
            statement,
            at: moment,
            committed: before.values + opening.values,
            blindings: before.blindings + opening.blindings,
            opening: opening,
            owner: owner
        )
    }

    // MARK: Parts

    private func check(_ moment: Moment, quantities: [Quantity]) throws(AttestationError) {
        guard policy.mandate(moment.regime) != nil else {
            throw .unprovable(reason: "the policy has no regime number \(moment.regime)")
        }
        for (field, got) in [("quantities", quantities.count), ("prices", moment.prices.count)]
        where got != policy.assets.count {
            throw .wrongLength(field: field, got: got, expected: policy.assets.count)
        }
    }

    private func statement(
        _ kind: AttestationKind,
        _ moment: Moment,
        previous: Head?,
        ground: HoldGround,
        after: VaultOpening?
    ) -> Statement {
        let last = previous?.attestation
        let before = last?.statement.after ?? []
        let carriedBefore = last?.statement.carriedAfter ?? []
        return Statement(
            kind: kind,
            vault: last?.statement.vault ?? identity.vault(policy: policy),
            // A chain of 2⁶⁴ attestations has no next number, and its verifier refuses the one that wraps around.
            sequence: (last?.statement.sequence).map { $0 &+ 1 } ?? 0,
            previous: last?.digest ?? .zero,
            time: moment.time,
            previousTime: last?.statement.time ?? moment.time,
            lastRebalance: previous?.lastRebalance ?? moment.time,
            policy: policy.digest,
            regime: UInt8(clamping: moment.regime),
            candles: moment.candles,
            prices: moment.prices,
            ground: ground,
            before: before,
            after: after?.commitments() ?? before,
            carriedBefore: carriedBefore,
            carriedAfter: after?.carriedCommitments() ?? carriedBefore,
            inputs: ground == .halted ? [] : policy.inputs(of: kind).compactMap { moment.input($0) }
        )
    }

    /// Proves and signs. Takes the secret arrays over and erases them: every owner of such an array does, so that the last one
    /// erases the memory itself and not a copy.
    private func seal(
        _ statement: Statement,
        at moment: Moment,
        committed: consuming [Scalar],
        blindings: consuming [Scalar],
        opening: VaultOpening,
        owner: Signer? = nil
    ) throws(AttestationError) -> Head {
        defer {
            committed.erase()
            blindings.erase()
        }
        var proof: [UInt8] = []
        if statement.isProved {
            guard
                let template = policy.template(
                    statement.kind,
                    regime: Int(statement.regime),
                    lastRebalance: statement.lastRebalance,
                    time: statement.time
                )
            else {
                throw .notSatisfied(kind: statement.kind, reason: "the policy allows none at this moment")
            }
            try append(to: &committed, &blindings, for: statement.kind)
            let built = try CircuitSynthesis.build(
                template,
                prices: statement.prices,
                matrices: template.publicNumbers(of: statement, risk: moment.risk),
                committed: committed
            )
            proof = try statement.proof(over: built, template.digest, blindings: blindings)
        }
        let signature = try signer.signature(over: Attestation.signedBytes(statement, proof))
        var consent: Attestation.Countersignature?
        if let owner {
            consent = Attestation.Countersignature(
                ownerKey: owner.publicKey,
                signature: try owner.signature(over: Attestation.countersignedBytes(statement, proof))
            )
        }
        let attestation = Attestation(
            statement: statement,
            operatorKey: signer.publicKey,
            identity: statement.kind == .genesis ? identity : nil,
            proof: proof,
            signature: signature,
            countersignature: consent
        )
        return Head(attestation: attestation, opening: opening)
    }

    /// Appends the openings of the policy's own commitments, where the circuit reads them.
    private func append(
        to committed: inout [Scalar],
        _ blindings: inout [Scalar],
        for kind: AttestationKind
    ) throws(AttestationError) {
        guard policy.sealed != nil, kind.readsParameters else { return }
        guard let parameters else {
            throw .notSatisfied(kind: kind, reason: "the openings of the policy's secret parameters are not at hand")
        }
        Self.append(parameters.scalars, to: &committed)
        Self.append(parameters.blindings, to: &blindings)
    }

    /// Appends without leaving a shorter copy behind, as growth in place would.
    private static func append(_ more: [Scalar], to scalars: inout [Scalar]) {
        var longer: [Scalar] = []
        longer.reserveCapacity(scalars.count + more.count)
        longer += scalars
        longer += more
        scalars.erase()
        scalars = longer
    }

    /// A fresh blinding for every commitment, traded or not, from a transcript keyed with the vault secret, the previous
    /// attestation, index, value and system entropy.
    ///
    /// - Parameter keepingBlinding: The carried value's blinding where it is copied and not drawn.
    func draw(
        previous: ContentDigest,
        quantities: [Quantity],
        carried: Scalar?,
        keepingBlinding kept: Scalar? = nil,
        slippage: Scalar? = nil,
        keepingSlippageBlinding keptSlippage: Scalar? = nil
    ) -> VaultOpening {
        func blinding(_ index: Int, _ value: Scalar) -> Scalar {
            var transcript = MerlinTranscript(label: "ballast blindings v1")
            transcript.append("previous", previous.bytes)
            transcript.append("index", UInt64(index))
            var randomness = transcript.makeRandomness(
                rekeyed: [("vault secret", vaultSecret), ("value", value.bytes)],
                entropy: entropy(32)
            )
            return randomness.scalar()
        }
        return VaultOpening(
            quantities: quantities,
            blindings: quantities.enumerated().map { blinding($0.offset, Scalar($0.element.units)) },
            carried: carried,
            carriedBlinding: carried.map { kept ?? blinding(quantities.count, $0) },
            slippage: slippage,
            slippageBlinding: slippage.map { keptSlippage ?? blinding(quantities.count + 1, $0) }
        )
    }
}

extension Attestation {
    /// What the next statement names as the time of the last rebalance.
    public var lastRebalanceForNext: Timestamp {
        statement.kind == .rebalance ? statement.time : statement.lastRebalance
    }
}
