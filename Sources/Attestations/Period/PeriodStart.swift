public import MarketData

/// How a vault stood when a period that does not begin with its genesis began: who may sign for it, and whether it was halted.
///
/// Each part is checked by itself: the identity against the vault id, an appointment against the owner's signature, a halt against
/// the guardians' where they ordered it. That nothing else happened in between is the operator's word, which the report's
/// signature covers; the chain from its genesis on shows it.
public struct PeriodStart: Sendable, Hashable {
    /// What the vault id follows from, beside ``policy`` and its assets.
    public let identity: VaultIdentity
    /// The policy that the vault opened under.
    public let policy: ContentDigest
    /// The amend that appointed the guardians in office; `nil` where they are those of the genesis.
    public let appointment: Attestation?
    /// The halt that the vault was under; `nil` where it was under none.
    public let halt: Attestation?

    init(identity: VaultIdentity, policy: ContentDigest, appointment: Attestation?, halt: Attestation?) {
        self.identity = identity
        self.policy = policy
        self.appointment = appointment
        self.halt = halt
    }

    /// Gathers what the chain before a period has fixed.
    ///
    /// - Parameter history: The chain up to the period, in order; of kinds that fix nothing any may be left out.
    /// - Returns: `nil` without a genesis.
    public init?(history: [Attestation]) {
        guard let genesis = history.first, let identity = genesis.identity else { return nil }
        self.init(
            identity: identity,
            policy: genesis.statement.policy,
            appointment: history.last { $0.appointed != nil },
            halt: history.last { $0.statement.kind == .halt || $0.statement.kind == .resume }
                .flatMap { $0.statement.kind == .halt ? $0 : nil }
        )
    }

    /// The guardians in office.
    var guardians: GuardianSet? { appointment?.appointed ?? identity.guardians }

    var messages: [(label: String, bytes: [UInt8])] {
        func carried(_ label: String, _ attestation: Attestation?) -> [(label: String, bytes: [UInt8])] {
            guard let attestation else { return [(label + " count", [0])] }
            return [(label + " count", [1]), (label, attestation.digest.bytes)]
                + StepEvidence(of: attestation).messages(attestation.statement.kind)
                + [("operator signature", attestation.signature)]
        }
        return StepEvidence.messages(identity) + [("genesis policy", policy.bytes)]
            + carried("appointment", appointment) + carried("halt", halt)
    }

    /// What is checked of it, before any step.
    ///
    /// - Parameters:
    ///   - first: The period's first statement.
    ///   - operatorKey: The report's.
    ///   - policies: What the verifier has.
    func checks(
        before first: Statement,
        operatorKey: [UInt8],
        policies: [CompiledPolicy]
    ) -> [AttestationCheck] {
        var checks = [vaultCheck(first, operatorKey, policies)]
        if let appointment {
            checks.append(check(appointment, .amend, named: "guardians", before: first, operatorKey))
            checks.append(appointmentCheck(appointment))
        }
        if let halt {
            checks.append(check(halt, .halt, named: "halts", before: first, operatorKey))
            checks.append(orderCheck(halt))
        }
        if let guardians, guardians.keys.contains(operatorKey) {
            checks.append(AttestationCheck("guardians", .failed("the operator is one of them")))
        }
        return checks
    }

    private func vaultCheck(
        _ first: Statement,
        _ operatorKey: [UInt8],
        _ policies: [CompiledPolicy]
    ) -> AttestationCheck {
        guard identity.operatorKey == operatorKey else {
            return AttestationCheck("vault", .failed("it was opened by another operator than the one who signed this"))
        }
        guard let opening = policies.first(where: { $0.digest == policy }) else {
            let reason =
                "the vault id, and with it who the owner and the guardians are, rests on the policy of the genesis: give "
                + "the text of \(policy), too"
            return AttestationCheck("vault", .unchecked(reason))
        }
        return .require(
            identity.vault(policy: opening) == first.vault,
            "vault",
            "the vault id does not follow from nonce, keys, policy and assets"
        )
    }

    /// That an event from before the period is the operator's, of this vault, and lies before it.
    private func check(
        _ event: Attestation,
        _ kind: AttestationKind,
        named name: String,
        before first: Statement,
        _ operatorKey: [UInt8]
    ) -> AttestationCheck {
        let statement = event.statement
        // Under whatever policy it was: an event before the period has no more to fit than its own form.
        let isEvent =
            statement.kind == kind && statement.vault == first.vault && event.operatorKey == operatorKey
            && (kind == .amend || event.proof.isEmpty) && event.isSignedByItsOperator
        // The attestation right before the period is named by its first step.
        let isBefore =
            statement.sequence < first.sequence && statement.time < first.time
            && statement.time <= first.previousTime
            && (statement.sequence + 1 != first.sequence || event.digest == first.previous)
        return .require(
            isEvent && isBefore,
            name,
            isEvent
                ? "the \(kind) that it brings from before the period does not lie there"
                : "what it brings from before the period is no \(kind) of this vault, signed by its operator"
        )
    }

    private func appointmentCheck(_ amend: Attestation) -> AttestationCheck {
        guard let appointed = amend.appointed, let consent = amend.countersignature else {
            return AttestationCheck("guardians", .failed("an amend from before the period appoints none"))
        }
        let isConsented =
            consent.ownerKey == identity.ownerKey && consent.ownerKey.contains { $0 != 0 }
            && Signer.isValid(
                consent.signature,
                over: Attestation.countersignedBytes(amend.statement, amend.proof),
                publicKey: consent.ownerKey
            )
        return .require(
            isConsented && amend.statement.inputs.contains(PublicInput(.guardians, appointed.digest)),
            "guardians",
            "those in office are not those that the owner's signature appoints"
        )
    }

    private func orderCheck(_ halt: Attestation) -> AttestationCheck {
        guard let cause = halt.statement.cause else {
            return AttestationCheck("halts", .failed("the halt before the period has none of the causes there are"))
        }
        guard cause == .guardians else {
            return .require(
                halt.guardianSignatures.isEmpty,
                "halts",
                "a halt that guardians did not order bears no guardian's signature"
            )
        }
        guard let guardians else {
            return AttestationCheck("halts", .failed("the vault has no guardians who could have ordered the halt"))
        }
        let message = GuardianOrder.message(.halt, vault: halt.statement.vault, attestation: halt.statement.previous)
        let refusal = guardians.refusal(of: halt.guardianSignatures, under: message)
        return .require(refusal == nil, "halts", "the halt before the period: \(refusal ?? "")")
    }
}

extension PeriodReport {
    /// What is fixed before each step, as far as the report shows it.
    ///
    /// - Parameter policies: What the verifier has.
    package func standings(under policies: [CompiledPolicy]) -> [ChainStanding] {
        var standing = start.map { ChainStanding($0, before: steps[0]) } ?? ChainStanding()
        // No reset inside a period of version 1 can be shown, so that all its steps share the bound that its start has.
        if version == .sharesPolicy { standing = ChainStanding(resetNoLaterThan: steps[0].previousTime) }
        return steps.indices.map { index in
            let before = standing
            let step = attestation(index, ownedBy: standing.owner)
            standing.advance(past: step, under: policies.first { $0.digest == step.statement.policy })
            return before
        }
    }
}
