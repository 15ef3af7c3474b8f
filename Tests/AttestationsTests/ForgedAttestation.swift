import MarketData
import Rebalancing
import Ristretto
import Testing

@testable import Attestations
@testable import ZeroKnowledge

/// An operator who fills a circuit's wires as it likes, proves what comes of it, and signs.
///
/// Everything beside the proof is in order: keys, chain, times, market. So what refuses a forgery is the proof alone.
struct ForgedAttestation {
    let policy: CompiledPolicy
    var operatedBy = TestSigner()
    var risk = MarketRisk.none

    /// What a statement claims of openings that need not satisfy anything.
    ///
    /// - Parameters:
    ///   - statement: Its commitments are replaced by those of the values.
    ///   - values: In the circuit's order; the policy's own parameters are not among them.
    ///   - blindings: One a value.
    ///   - lie: Alters the wires that follow from the values, digits included.
    ///   - choosing: Fills the gadgets' wires; digits then follow from what these come to.
    func attestation(
        _ statement: Statement,
        values: [Scalar],
        blindings: [Scalar],
        identity: VaultIdentity? = nil,
        owner: TestSigner? = nil,
        lie: (inout CircuitTrial.Wires) -> Void = { _ in },
        choosing: ((inout FalseWitness) -> Void)? = nil
    ) throws -> Attestation {
        var statement = statement
        commit(
            &statement,
            to: zip(values, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
        )
        let template = try #require(
            policy.template(
                statement.kind,
                regime: Int(statement.regime),
                lastRebalance: statement.lastRebalance,
                time: statement.time
            )
        )
        var system = try CircuitSynthesis.layOut(
            template,
            prices: statement.prices,
            matrices: template.publicNumbers(of: statement, risk: risk),
            committed: values
        )
        if let choosing {
            var witness = try FalseWitness(system, of: template)
            choosing(&witness)
            system = witness.laidOut
        }
        let (circuit, laidOut) = try system.finish(digitBits: template.digitBits, falseWitness: .proved)
        let assignment = try #require(laidOut)
        var wires = CircuitTrial.Wires(assignment)
        lie(&wires)
        var transcript = statement.transcript(circuit: template.digest)
        let proof = try Prover.prove(
            circuit: circuit,
            assignment: Assignment(
                committed: values,
                left: wires.left,
                right: wires.right,
                secondPhase: assignment.secondPhase
            ),
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .proved
        ).bytes
        return Attestation(
            statement: statement,
            operatorKey: operatedBy.publicKey,
            identity: identity,
            proof: proof,
            signature: try operatedBy.signer.signature(over: Attestation.signedBytes(statement, proof)),
            countersignature: try owner.map { owner in
                .init(
                    ownerKey: owner.publicKey,
                    signature: try owner.signer.signature(over: Attestation.countersignedBytes(statement, proof))
                )
            }
        )
    }

    /// Puts commitments where the circuit's order has them.
    private func commit(_ statement: inout Statement, to points: [CompressedRistretto]) {
        let (count, carried) = (policy.assets.count, policy.carriedCount)
        var rest = points[...]
        func take(_ number: Int) -> [CompressedRistretto] {
            defer { rest = rest.dropFirst(number) }
            return Array(rest.prefix(number))
        }
        switch statement.kind {
        case .genesis: (statement.after, statement.carriedAfter) = (take(count), take(carried))
        case .flow: (statement.before, statement.after) = (take(count), take(count))
        case .hold:
            (statement.before, statement.carriedBefore) = (take(count), take(carried))
            (statement.after, statement.carriedAfter) = (statement.before, statement.carriedBefore)
        default:
            (statement.before, statement.after) = (take(count), take(count))
            (statement.carriedBefore, statement.carriedAfter) = (take(carried), take(carried))
        }
    }
}

extension AttestationProver.Head {
    /// What a circuit takes of a rebalance from another head to this one, in its order.
    func openings(after previous: AttestationProver.Head) -> (values: [Scalar], blindings: [Scalar]) {
        (
            previous.opening.values + opening.values + previous.opening.carriedValues + opening.carriedValues,
            previous.opening.blindings + opening.blindings + previous.opening.carriedBlindings
                + opening.carriedBlindings
        )
    }
}
