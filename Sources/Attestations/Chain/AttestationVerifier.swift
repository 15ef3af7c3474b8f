public import MarketData
public import Rebalancing
public import Ristretto

/// The pure check of attestations: policy, regime and prices are arguments, nothing is fetched.
///
/// Checks come in a fixed order and all that can be made are made; the first failure is the one a report names.
public struct AttestationVerifier: Sendable {
    let policy: CompiledPolicy
    let circuits = CircuitCatalog()
    private let trustedOperator: [UInt8]?
    /// What the chain has fixed before the attestation to check.
    public var standing = ChainStanding()
    /// The owner's public key, once the chain's genesis was seen: flows are checked against it.
    public var owner: [UInt8]? {
        get { standing.owner }
        set { standing.owner = newValue }
    }
    /// How many policies the verifier has beside this one, for the message where none fits.
    public var otherPolicyCount = 0

    /// How far ahead of the verifier's clock a decision may lie, in milliseconds.
    public static let largestLead: Int64 = 60_000

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - policy: The policy, compiled by the verifier itself.
    ///   - trustedOperator: The operator's public key, if it is known from elsewhere.
    public init(policy: CompiledPolicy, trustedOperator: [UInt8]? = nil) {
        self.policy = policy
        self.trustedOperator = trustedOperator
    }

    /// What the verifier computed by itself from model and candles for the statement's time.
    public struct Expectation: Sendable {
        /// Index of the regime's label.
        public let regime: Int
        /// Digest of the candles.
        public let candles: ContentDigest
        /// One price an asset.
        public let prices: [Price]
        /// The other inputs, as far as the verifier can compute them.
        public let inputs: [PublicInput]
        /// What breakers and oracle say; `nil` where the policy has none.
        public let safeguards: SafeguardVerdict?
        /// What the market says of risk, over the windows that the policy looks back over.
        public let risk: MarketRisk

        /// Creates an expectation; the covariance's digest follows from the market's risk.
        public init(
            regime: Int,
            candles: ContentDigest,
            prices: [Price],
            inputs: [PublicInput] = [],
            safeguards: SafeguardVerdict? = nil,
            risk: MarketRisk = .none
        ) {
            self.risk = risk
            self.regime = regime
            self.candles = candles
            self.prices = prices
            self.inputs = inputs + (risk == .none ? [] : [PublicInput(.covariance, risk.digest)])
            self.safeguards = safeguards
        }
    }

    /// Checks one attestation.
    ///
    /// - Parameters:
    ///   - attestation: What to check.
    ///   - predecessor: The attestation before it, if at hand.
    ///   - expectation: What market data say about its time.
    ///   - now: The verifier's clock.
    public func checks(
        of attestation: Attestation,
        after predecessor: Attestation?,
        expecting expectation: Expectation,
        now: Timestamp
    ) -> [AttestationCheck] {
        var (checks, question) = checksBeforeProof(
            of: attestation,
            after: predecessor,
            expecting: expectation,
            now: now
        )
        if let question { checks.append(question.answer()) }
        return checks
    }

    /// All checks but the last, the proof's, and what the proof has to answer; `nil` where its statement has no form.
    func checksBeforeProof(
        of attestation: Attestation,
        after predecessor: Attestation?,
        expecting expectation: Expectation,
        now: Timestamp
    ) -> (checks: [AttestationCheck], question: ProofQuestion?) {
        let statement = attestation.statement
        let shape = shapeCheck(attestation)
        let ofPolicy = policyCheck(statement)
        // A statement of another policy need not have this one's form: what is missing is said first.
        guard case .passed = shape.outcome else { return (ofPolicy.outcome == .passed ? [shape] : [ofPolicy], nil) }
        var checks = [shape, ofPolicy]
        checks.append(identityCheck(attestation, predecessor))
        checks += chainChecks(attestation, predecessor)
        checks.append(
            .require(
                statement.time <= now.adding(milliseconds: Self.largestLead),
                "time not in the future",
                "decided at \(statement.time), and now is \(now)"
            )
        )
        checks.append(
            .require(
                statement.candles == (statement.readsCandles ? expectation.candles : .zero),
                "market data",
                statement.readsCandles
                    ? "the candles through \(statement.time) are not those the decision was made on"
                    : "it reads no market, and names candles"
            )
        )
        if statement.readsPrices {
            checks.append(pricesCheck(statement, expectation))
            checks.append(
                .require(
                    Int(statement.regime) == expectation.regime,
                    "regime",
                    "attested \(label(Int(statement.regime))), the model says \(label(expectation.regime))"
                )
            )
            checks.append(groundCheck(statement, expectation))
            checks += safeguardChecks(statement, expectation)
        }
        checks += amendChecks(attestation, after: predecessor) + haltChecks(attestation, after: predecessor)
        if let check = guardianCheck(attestation) { checks.append(check) }
        checks += resetChecks(attestation, expectation)
        checks += statement.inputs.filter { _ in statement.readsPrices }.map { input in
            .require(
                expectation.inputs.contains(input),
                "\(input.name)",
                "it is not the one that follows from what is at hand"
            )
        }
        checks.append(commitmentsCheck(statement))
        checks.append(signatureCheck(attestation))
        if let consent = attestation.countersignature { checks += ownerChecks(consent, attestation) }
        return (checks, question(of: attestation, risk: expectation.risk))
    }

    /// The circuit that the attestation's proof is about; `nil` where public data alone decide, or none is allowed.
    public func template(of statement: Statement) -> CircuitTemplate? {
        guard statement.isProved else { return nil }
        return policy.template(
            statement.kind,
            regime: Int(statement.regime),
            lastRebalance: statement.lastRebalance,
            time: statement.time
        )
    }

    // MARK: Single checks

    func shapeCheck(_ attestation: Attestation) -> AttestationCheck {
        let statement = attestation.statement
        let count = policy.assets.count
        let carried = policy.carriedCount
        let isGenesis = statement.kind == .genesis
        let fits =
            statement.prices.count == (statement.readsPrices ? count : 0) && statement.after.count == count
            && statement.carriedAfter.count == carried && fitsBefore(statement, count: count, carried: carried)
            && statement.inputs.map(\.name) == inputNames(of: attestation)
            && (attestation.identity != nil) == isGenesis && (statement.ground == .none) == (statement.kind != .hold)
            && (attestation.countersignature != nil) == statement.kind.needsOwner
            && (attestation.appointed == nil || statement.kind == .amend)
            && Int(statement.regime) < (statement.readsPrices ? policy.mandates.count : 1)
            && attestation.operatorKey.count == 32
            && attestation.signature.count == 64
        return .require(
            fits,
            "form",
            "the parts of this \(statement.kind) do not fit a policy of \(count) assets and \(policy.mandates.count) regimes"
        )
    }

    private func identityCheck(_ attestation: Attestation, _ predecessor: Attestation?) -> AttestationCheck {
        let statement = attestation.statement
        if let trustedOperator, attestation.operatorKey != trustedOperator {
            return AttestationCheck("vault", .failed("signed by another operator than the one given"))
        }
        if let identity = attestation.identity {
            return .require(
                identity.operatorKey == attestation.operatorKey && identity.vault(policy: policy) == statement.vault,
                "vault",
                "the vault id does not follow from nonce, keys, policy and assets"
            )
        }
        guard let predecessor else {
            return AttestationCheck("vault", .unchecked("the vault id rests on a genesis that is not at hand"))
        }
        return .require(
            predecessor.statement.vault == statement.vault && predecessor.operatorKey == attestation.operatorKey,
            "vault",
            "another vault or operator than its predecessor's"
        )
    }

    private func chainChecks(_ attestation: Attestation, _ predecessor: Attestation?) -> [AttestationCheck] {
        let statement = attestation.statement
        if statement.kind == .genesis {
            let begins =
                statement.sequence == 0 && statement.previous == .zero && statement.previousTime == statement.time
                && statement.lastRebalance == statement.time
            return [.require(begins, "chain", "a genesis has sequence 0, no predecessor and its own time throughout")]
        }
        guard let predecessor else {
            return ["chain", "range of the commitments before", "time of the last rebalance", "carried turnover"].map {
                AttestationCheck($0, .unchecked("its predecessor is not at hand"))
            }
        }
        let last = predecessor.statement
        let (next, overflow) = last.sequence.addingReportingOverflow(1)
        return [
            policyCheck(statement, after: last),
            .require(
                !overflow && statement.sequence == next,
                "sequence",
                "number \(statement.sequence) after \(last.sequence)"
            ),
            .require(
                statement.previous == predecessor.digest,
                "chain",
                "it names another predecessor than number \(last.sequence) of this chain"
            ),
            .require(
                statement.previousTime == last.time && last.time < statement.time,
                "time order",
                "decided at \(statement.time) after \(last.time), naming \(statement.previousTime)"
            ),
            .require(
                statement.lastRebalance == predecessor.lastRebalanceForNext,
                "time of the last rebalance",
                "it says \(statement.lastRebalance), the chain says \(predecessor.lastRebalanceForNext)"
            ),
            .require(
                statement.before == last.after,
                "commitments before",
                "they are not the commitments that number \(last.sequence) ended with"
            ),
            .require(
                statement.carriedBefore == last.carriedAfter,
                "carried turnover",
                "it is not what number \(last.sequence) carried out"
            ),
            gridCheck(statement),
        ].compactMap { $0 }
    }

    private func gridCheck(_ statement: Statement) -> AttestationCheck? {
        let inForce = statement.kind == .amend ? standing.policy : policy
        guard let step = inForce?.attestEvery else { return nil }
        let gap = gap(before: statement)
        return .require(
            gap == nil,
            "time grid",
            "no decision at \(gap?.text ?? ""): the policy attests every \(step / 1000) s"
        )
    }

    private func pricesCheck(_ statement: Statement, _ expectation: Expectation) -> AttestationCheck {
        let wrong = policy.assets.indices.first { index in
            !expectation.prices.indices.contains(index) || statement.prices[index] != expectation.prices[index]
        }
        guard let wrong else { return AttestationCheck("prices", .passed) }
        let expected = expectation.prices.indices.contains(wrong) ? "\(expectation.prices[wrong])" : "none"
        return AttestationCheck(
            "prices",
            .failed(
                "\(policy.assets[wrong]): attested \(statement.prices[wrong]), "
                    + "the \(policy.safeguards.oracle == nil ? "candles" : "market data") say \(expected)"
            )
        )
    }

    private func groundCheck(_ statement: Statement, _ expectation: Expectation) -> AttestationCheck {
        let verdict = expectation.safeguards ?? .clear
        let cooldown = verdict.cooldown(policy.mandates[Int(statement.regime)].cooldown)
        let elapsed = statement.time.milliseconds(since: statement.lastRebalance)
        switch (statement.kind, statement.ground) {
        case (.rebalance, _):
            return .require(
                elapsed >= cooldown,
                "cooldown",
                "\(elapsed / 1000) s after the last rebalance, and the policy asks for \(cooldown / 1000) s"
            )
        case (.hold, .cooldown):
            return .require(
                elapsed < cooldown,
                "cooldown",
                "\(elapsed / 1000) s have passed since the last rebalance: the cooldown of \(cooldown / 1000) s is over"
            )
        default:
            return AttestationCheck("cooldown", .passed)
        }
    }

    private func commitmentsCheck(_ statement: Statement) -> AttestationCheck {
        switch statement.kind {
        case .genesis:
            return AttestationCheck("commitments", .passed)
        case .amend:
            return AttestationCheck("commitments", .passed)
        case .hold, .halt, .resume:
            return .require(
                statement.before == statement.after && statement.carriedBefore == statement.carriedAfter,
                "commitments",
                "a \(statement.kind) changes nothing, and these changed"
            )
        case .flow:
            let stale = zip(statement.before, statement.after).contains { $0 == $1 }
            return .require(
                !stale && statement.carriedBefore == statement.carriedAfter,
                "commitments",
                stale
                    ? "a commitment was not drawn anew, which shows what was not moved"
                    : "a flow leaves the carried state as it is, and this one changed it"
            )
        case .rebalance:
            let stale = zip(
                statement.before + statement.carriedBefore,
                statement.after + statement.carriedAfter
            ).contains { $0 == $1 }
            return .require(!stale, "commitments", "a commitment was not drawn anew, which shows what was not traded")
        }
    }

    private func signatureCheck(_ attestation: Attestation) -> AttestationCheck {
        .require(
            Signer.isValid(
                attestation.signature,
                over: attestation.signedBytes,
                publicKey: attestation.operatorKey
            ),
            "signature",
            "it is not the operator's over this statement and proof"
        )
    }

    /// The owner's consent: by the key that genesis fixed, over this very statement and proof.
    private func ownerChecks(
        _ consent: Attestation.Countersignature,
        _ attestation: Attestation
    ) -> [AttestationCheck] {
        [
            owner.map {
                .require(
                    consent.ownerKey == $0 && $0.contains { $0 != 0 },
                    "owner key",
                    "countersigned by another key than the owner's, which genesis fixed"
                )
            } ?? AttestationCheck("owner key", .unchecked("the genesis that fixed it is not at hand")),
            .require(
                Signer.isValid(
                    consent.signature,
                    over: Attestation.countersignedBytes(attestation.statement, attestation.proof),
                    publicKey: consent.ownerKey
                ),
                "owner signature",
                "it is not the owner's over this statement and proof"
            ),
        ]
    }

    private func label(_ regime: Int) -> String {
        policy.mandates.indices.contains(regime) ? "`\(policy.mandates[regime].regime)`" : "number \(regime)"
    }
}

extension Statement {
    /// The statement's commitments in the order in which its circuit takes them; those of a policy follow, see
    /// ``CompiledPolicy/circuitCommitments(of:)``.
    public var circuitCommitments: [CompressedRistretto] {
        switch kind {
        case .hold: before + carriedBefore
        case .amend, .halt, .resume: []
        case .flow: before + after
        case .genesis, .rebalance: before + after + carriedBefore + carriedAfter
        }
    }
}
