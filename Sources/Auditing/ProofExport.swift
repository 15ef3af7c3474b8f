public import Attestations
import MarketData
public import Rebalancing
import Ristretto
public import ZeroKnowledge

/// Writes an attestation's proof for checkers that know nothing of Ballast.
public enum ProofExport {
    /// One `r1cs` item of a `zkvec/1` file: the circuit with the statement's prices filled in, the attestation's
    /// commitments and proof, and the statement as the transcript's prelude.
    ///
    /// - Parameters:
    ///   - attestation: What has the proof.
    ///   - name: The item's name.
    ///   - policy: What it is under.
    ///   - old: The policy in force before, for an amend.
    ///   - risk: What the market says of risk, where the policy's rules read it.
    /// - Returns: `nil` if the attestation has no proof, because public data alone decide.
    /// - Throws: `AttestationError` if the policy has no circuit for this statement, or the proof cannot be read.
    public static func proofVectors(
        of attestation: Attestation,
        name: String,
        policy: CompiledPolicy,
        amending old: CompiledPolicy? = nil,
        risk: MarketRisk = .none
    ) throws(AttestationError) -> String? {
        guard let claim = try claim(of: attestation, policy, amending: old, risk) else { return nil }
        return ProofVectorFile.text(
            name: name,
            label: Statement.transcriptLabel,
            prelude: claim.prelude.map { .bytes(label: $0.label, $0.bytes) },
            circuit: claim.circuit,
            commitments: claim.commitments,
            proof: claim.proof
        )
    }

    /// The attestation's circuit in the iden3 tools' `.r1cs` format, its prices and its proof's own challenges filled in.
    ///
    /// - Parameters:
    ///   - attestation: What has the proof.
    ///   - policy: What it is under.
    ///   - old: The policy in force before, for an amend.
    ///   - risk: What the market says of risk, where the policy's rules read it.
    /// - Returns: `nil` if the attestation has no proof, because public data alone decide.
    /// - Throws: `AttestationError` if the policy has no circuit for this statement, or the proof cannot be read.
    public static func r1csFile(
        of attestation: Attestation,
        policy: CompiledPolicy,
        amending old: CompiledPolicy? = nil,
        risk: MarketRisk = .none
    ) throws(AttestationError) -> R1CSFile? {
        guard let claim = try claim(of: attestation, policy, amending: old, risk) else { return nil }
        var transcript = MerlinTranscript(label: Statement.transcriptLabel)
        for message in claim.prelude { transcript.append(message.label, message.bytes) }
        let circuit = claim.circuit
        do {
            let challenges = try Verifier.challenges(
                circuit: circuit,
                commitments: claim.commitments,
                proof: claim.proof,
                transcript: transcript
            )
            return try R1CSFile(circuit, challenges: challenges)
        } catch {
            throw .malformed(reason: "proof: \(error)")
        }
    }

    /// What an attestation's proof is about; `nil` where there is no proof.
    private static func claim(
        of attestation: Attestation,
        _ policy: CompiledPolicy,
        amending old: CompiledPolicy?,
        _ risk: MarketRisk
    ) throws(AttestationError) -> ProofClaim? {
        var verifier = AttestationVerifier(policy: policy)
        verifier.standing.policy = old
        return try verifier.claim(of: attestation, risk: risk)
    }
}
