public import Attestations
import Ristretto
import ZeroKnowledge

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
        policy: CompiledPolicy
    ) throws(AttestationError) -> String? {
        let statement = attestation.statement
        guard statement.ground != .cooldown else { return nil }
        guard let template = AttestationVerifier(policy: policy).template(of: statement) else {
            throw .unprovable(reason: "the policy allows no such \(statement.kind) at this moment")
        }
        let circuit = try template.circuit(prices: statement.prices)
        let proof: R1CSProof
        do {
            proof = try R1CSProof(bytes: attestation.proof)
        } catch {
            throw .malformed(reason: "proof: \(error)")
        }
        return ProofVectorFile.text(
            name: name,
            label: Statement.transcriptLabel,
            prelude: statement.prelude(circuit: template.digest).map { .bytes(label: $0.label, $0.bytes) },
            circuit: circuit,
            commitments: statement.circuitCommitments,
            proof: proof
        )
    }
}
