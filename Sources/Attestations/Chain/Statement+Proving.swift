import MarketData
import Ristretto
import ZeroKnowledge

extension Statement {
    /// The proof that the statement's claims hold of the values that its circuit was laid out with.
    ///
    /// - Parameters:
    ///   - built: The circuit and its values.
    ///   - digest: What the transcript names the circuit by.
    ///   - blindings: Those of the circuit's commitments, in its order; the caller erases them.
    /// - Throws: ``AttestationError/notSatisfied(kind:reason:)`` where there is none.
    func proof(
        over built: (circuit: Circuit, assignment: Assignment?),
        _ digest: ContentDigest,
        blindings: [Scalar]
    ) throws(AttestationError) -> [UInt8] {
        guard let assignment = built.assignment else {
            throw .notSatisfied(kind: kind, reason: "no values were given")
        }
        var transcript = transcript(circuit: digest)
        do {
            return try Prover.prove(
                circuit: built.circuit,
                assignment: assignment,
                blindings: blindings,
                transcript: &transcript
            ).bytes
        } catch {
            throw .notSatisfied(kind: kind, reason: "\(error)")
        }
    }
}
