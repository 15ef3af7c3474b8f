import Rebalancing
import ZeroKnowledge

/// Amends: what is copied, what is proved, and who agreed.
extension AttestationVerifier {
    /// What the proof of an amend is about.
    ///
    /// Where the old policy is not at hand, or cannot be amended to this one, the check `amendment` says so.
    func amendQuestion(of attestation: Attestation) -> ProofQuestion {
        let (statement, proof) = (attestation.statement, attestation.proof)
        guard let old = standing.policy, let amendment = try? PolicyAmendment(from: old, to: policy) else {
            guard !proof.isEmpty else { return .decided(AttestationCheck("proof", .passed)) }
            return .decided(AttestationCheck("proof", .unchecked("the policy that it amends is not at hand")))
        }
        guard let circuit = amendment.circuit else {
            let reason = "copies decide this amend, and so it has none"
            return .decided(.require(proof.isEmpty, "proof", reason))
        }
        guard !proof.isEmpty else {
            let reason =
                "an amend that leaves assets out, or counts anew, has to prove what it does, and this one does not"
            return .decided(AttestationCheck("proof", .failed(reason)))
        }
        guard amendment.fits(statement) else {
            return .decided(AttestationCheck("proof", .failed("its commitments are not those that it speaks about")))
        }
        do {
            let built = try circuit.build(committed: nil).circuit
            return .open(
                ProofClaim(
                    statement,
                    circuit: built,
                    digest: circuit.digest,
                    amendment.circuitCommitments(of: statement),
                    try R1CSProof(bytes: proof)
                )
            )
        } catch {
            return .decided(ProofClaim.refusal(of: statement, error))
        }
    }
}
