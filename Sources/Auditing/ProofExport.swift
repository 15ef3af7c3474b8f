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
    /// - Returns: `nil` if the attestation has no proof, because public data alone decide.
    /// - Throws: `AttestationError` if the policy has no circuit for this statement.
    public static func proofVectors(
        of attestation: Attestation,
        name: String,
        policy: CompiledPolicy,
        risk: MarketRisk = .none
    ) throws(AttestationError) -> String? {
        guard let claim = try claim(of: attestation, policy: policy, risk: risk) else { return nil }
        return ProofVectorFile.text(
            name: name,
            label: Statement.transcriptLabel,
            prelude: attestation.statement.prelude(circuit: claim.digest).map { .bytes(label: $0.label, $0.bytes) },
            circuit: claim.circuit,
            commitments: policy.circuitCommitments(of: attestation.statement),
            proof: claim.proof
        )
    }

    /// The attestation's circuit in the iden3 tools' `.r1cs` format, its prices and its proof's own challenges filled in.
    ///
    /// - Returns: `nil` if the attestation has no proof, because public data alone decide.
    /// - Throws: `AttestationError` if the policy has no circuit for this statement, or the proof cannot be read.
    public static func r1csFile(
        of attestation: Attestation,
        policy: CompiledPolicy,
        risk: MarketRisk = .none
    ) throws(AttestationError) -> R1CSFile? {
        guard let claim = try claim(of: attestation, policy: policy, risk: risk) else { return nil }
        var transcript = MerlinTranscript(label: Statement.transcriptLabel)
        for message in attestation.statement.prelude(circuit: claim.digest) {
            transcript.append(message.label, message.bytes)
        }
        do {
            let challenges = try Verifier.challenges(
                circuit: claim.circuit,
                commitments: policy.circuitCommitments(of: attestation.statement),
                proof: claim.proof,
                transcript: transcript
            )
            return try R1CSFile(claim.circuit, challenges: challenges)
        } catch {
            throw .malformed(reason: "proof: \(error)")
        }
    }

    /// What an attestation's proof is about, instantiated; `nil` where there is no proof.
    private static func claim(
        of attestation: Attestation,
        policy: CompiledPolicy,
        risk: MarketRisk
    ) throws(AttestationError) -> (circuit: Circuit, digest: ContentDigest, proof: R1CSProof)? {
        let statement = attestation.statement
        guard statement.kind != .amend || attestation.proof.isEmpty else {
            throw .unprovable(reason: "what an amend proves is about two policies, and one is given")
        }
        guard statement.isProved else { return nil }
        guard let template = AttestationVerifier(policy: policy).template(of: statement) else {
            throw .unprovable(reason: "the policy allows no such \(statement.kind) at this moment")
        }
        let circuit = try template.circuit(
            prices: statement.prices,
            risk: risk,
            elapsed: template.mandate.bucketElapsed(since: statement.lastRebalance, at: statement.time)
        )
        do {
            return (circuit, template.digest, try R1CSProof(bytes: attestation.proof))
        } catch {
            throw .malformed(reason: "proof: \(error)")
        }
    }
}
