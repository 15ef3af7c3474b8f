public import Attestations
import Ristretto
import ZeroKnowledge

/// Writes an attestation's proof for checkers that know nothing of Ballast.
public enum ProofExport {
    /// One `r1cs` item of a `zkvec/1` file: the circuit with the statement's prices filled in, the attestation's
    /// commitments and proof, and the statement as the transcript's prelude.
    ///
    /// - Returns: `nil` if the attestation has no proof, because public data alone decide.
    /// - Throws: ``AttestationError`` if the policy has no circuit for this statement.
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
        return ProofVectorFile.text(
            name: name,
            label: Statement.transcriptLabel,
            prelude: statement.prelude(circuit: template.digest),
            circuit: circuit,
            commitments: statement.circuitCommitments,
            proof: attestation.proof
        )
    }
}
