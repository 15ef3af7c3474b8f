import MarketData

/// The checks that rest on what the chain has fixed: policy, owner, guardians, halts.
extension AttestationVerifier {
    /// The names of inputs that a statement of this kind carries.
    func inputNames(of attestation: Attestation) -> [PublicInput.Name] {
        switch attestation.statement.kind {
        case .amend: attestation.appointed == nil ? [] : [.guardians]
        case .halt: [.cause]
        case .resume: [.halt]
        case .hold where attestation.statement.ground == .halted: []
        case .genesis, .rebalance, .hold, .flow: policy.inputs(of: attestation.statement.kind)
        }
    }

    /// Whether it is under this verifier's policy, which a chain that was amended is not throughout.
    func policyCheck(_ statement: Statement) -> AttestationCheck {
        .require(
            statement.policy == policy.digest,
            "policy and model",
            "the attestation is of policy \(statement.policy), "
                + (otherPolicyCount > 0
                    ? "and none of the \(otherPolicyCount + 1) given is: give its text, too"
                    : "this one is \(policy.digest): text, model or version differ, or it was amended: give each policy")
        )
    }

    /// Whether the commitments before are as many as the policy that they were made under has; an amend's are asked for later,
    /// against that policy.
    func fitsBefore(_ statement: Statement, count: Int, carried: Int) -> Bool {
        switch statement.kind {
        case .genesis: statement.before.isEmpty && statement.carriedBefore.isEmpty
        case .amend: statement.carriedBefore.count <= 2
        case .rebalance, .hold, .flow, .halt, .resume:
            statement.before.count == count && statement.carriedBefore.count == carried
        }
    }

    /// That the policy is the chain's, unless an amend says otherwise.
    func policyCheck(_ statement: Statement, after last: Statement) -> AttestationCheck? {
        guard statement.kind != .amend else { return nil }
        return .require(
            statement.policy == last.policy,
            "policy of the chain",
            "number \(last.sequence) is under \(last.policy), and no amend passed the vault to \(statement.policy)"
        )
    }

    /// What an amend changes, and that nothing else moves.
    func amendChecks(_ attestation: Attestation, after predecessor: Attestation?) -> [AttestationCheck] {
        let statement = attestation.statement
        guard statement.kind == .amend else { return [] }
        guard let predecessor else {
            return [AttestationCheck("amendment", .unchecked("its predecessor is not at hand"))]
        }
        guard let old = standing.policy, old.digest == predecessor.statement.policy else {
            let reason =
                "the policy that it amends is not at hand: give the text of \(predecessor.statement.policy), too"
            return [AttestationCheck("amendment", .failed(reason))]
        }
        var checks: [AttestationCheck] = []
        do throws(AttestationError) {
            let amendment = try PolicyAmendment(from: old, to: policy)
            checks.append(
                .require(
                    amendment.commitments(statement.before) == statement.after
                        && amendment.carriedCommitments(statement.carriedBefore) == statement.carriedAfter,
                    "amendment",
                    "an amend copies every commitment, and these are not the copies"
                )
            )
        } catch {
            checks.append(AttestationCheck("amendment", .failed(error.description)))
        }
        if let appointed = attestation.appointed {
            checks.append(appointmentCheck(appointed, attestation))
        } else {
            checks.append(
                .require(old.digest != policy.digest, "change", "it changes neither the policy nor the guardians")
            )
        }
        return checks
    }

    /// That new guardians are those that the statement covers, and not appointed over the heads of those who stopped the vault.
    private func appointmentCheck(_ appointed: GuardianSet, _ attestation: Attestation) -> AttestationCheck {
        let isCovered = attestation.statement.inputs.contains(PublicInput(.guardians, appointed.digest))
        if isCovered, standing.halt != nil, standing.guardians != nil {
            return AttestationCheck("guardians", .failed("guardians are not replaced while the vault is halted"))
        }
        return independence(appointed, attestation)
            ?? .require(isCovered, "guardians", "they are not those that the statement covers")
    }

    /// That the guardians fixed at genesis are others than the operator.
    func guardianCheck(_ attestation: Attestation) -> AttestationCheck? {
        attestation.identity?.guardians.flatMap { independence($0, attestation) }
    }

    private func independence(_ guardians: GuardianSet, _ attestation: Attestation) -> AttestationCheck? {
        guardians.keys.contains(attestation.operatorKey)
            ? AttestationCheck("guardians", .failed("the operator is one of them")) : nil
    }

    /// That a halted vault does not rebalance, and that halts and resumptions are in order.
    func haltChecks(_ attestation: Attestation, after predecessor: Attestation?) -> [AttestationCheck] {
        let statement = attestation.statement
        switch statement.kind {
        case .genesis, .flow, .amend: return []
        case .hold where statement.ground != .halted: return []
        case .hold, .rebalance, .halt, .resume: break
        }
        guard standing.knowsHalts else {
            return [AttestationCheck("halts", .unchecked("the chain from its genesis on is not at hand"))]
        }
        switch statement.kind {
        case .rebalance:
            let since = standing.halt.map { "\($0.time)" } ?? ""
            return [.require(standing.halt == nil, "halts", "the vault is halted since \(since)")]
        case .hold:
            return [.require(standing.halt != nil, "halts", "it pleads a halt, and the vault is under none")]
        case .halt: return orderedHaltChecks(attestation)
        case .resume: return resumptionChecks(attestation)
        case .genesis, .flow, .amend: return []
        }
    }

    private func orderedHaltChecks(_ attestation: Attestation) -> [AttestationCheck] {
        let statement = attestation.statement
        guard let cause = statement.cause else {
            return [AttestationCheck("cause", .failed("it is none of those that a halt can have"))]
        }
        var checks = [AttestationCheck.require(standing.halt == nil, "halts", "the vault is halted already")]
        if cause != .guardians {
            checks.append(
                .require(
                    attestation.guardianSignatures.isEmpty,
                    "guardians",
                    "a halt that guardians did not order bears no guardian's signature"
                )
            )
        } else {
            // Which is the predecessor's digest, or `chain` says so.
            checks.append(orderCheck(.halt, attestation, about: statement.previous))
        }
        return checks
    }

    private func resumptionChecks(_ attestation: Attestation) -> [AttestationCheck] {
        guard let halt = standing.halt else {
            return [AttestationCheck("halts", .failed("the vault is under no halt that it could end"))]
        }
        let named = AttestationCheck.require(
            attestation.statement.inputs.contains(PublicInput(.halt, halt.digest)),
            "halts",
            "it names another halt than the one that the vault is under, \(halt.digest)"
        )
        guard standing.guardians != nil else {
            return [
                named,
                .require(
                    attestation.guardianSignatures.isEmpty,
                    "guardians",
                    "the vault has none, and signatures stand here"
                ),
            ]
        }
        return [named, orderCheck(.resume, attestation, about: halt.digest)]
    }

    private func orderCheck(
        _ action: GuardianOrder.Action,
        _ attestation: Attestation,
        about subject: ContentDigest
    ) -> AttestationCheck {
        guard let guardians = standing.guardians else {
            return AttestationCheck("guardians", .failed("the vault has none who could order it"))
        }
        let message = GuardianOrder.message(action, vault: attestation.statement.vault, attestation: subject)
        let refusal = guardians.refusal(of: attestation.guardianSignatures, under: message)
        return .require(refusal == nil, "guardians", refusal ?? "")
    }
}
