import MarketData
package import Rebalancing
package import Ristretto
package import ZeroKnowledge

/// What the check of an attestation's proof comes to before any group element is computed.
enum ProofQuestion: Sendable {
    /// Public data decided it.
    case decided(AttestationCheck)
    /// The proof has to be verified.
    case open(ProofClaim)

    /// The check's outcome, from this proof alone.
    func answer() -> AttestationCheck {
        switch self {
        case .decided(let check): return check
        case .open(let claim):
            do throws(VerificationError) {
                var transcript = claim.transcript
                try Verifier.verify(
                    circuit: claim.circuit,
                    commitments: claim.commitments,
                    proof: claim.proof,
                    transcript: &transcript
                )
                return claim.check(nil)
            } catch {
                return claim.check(error)
            }
        }
    }
}

/// A proof with the circuit, the commitments and the transcript that it is about.
package struct ProofClaim: Sendable {
    private let statement: Statement
    private let source: Source
    private let digest: ContentDigest
    /// In the circuit's order.
    package let commitments: [CompressedRistretto]
    /// The proof.
    package let proof: R1CSProof
    let transcript: MerlinTranscript

    /// Where the circuit comes from.
    private enum Source: Sendable {
        case pattern(CircuitPattern, CircuitMatrices)
        case whole(Circuit)
    }

    /// Takes a statement whose prices are as many as the template's assets, or none where it reads none, and all matrices
    /// that the template reads.
    ///
    /// - Parameter commitments: In the circuit's order.
    init(
        _ statement: Statement,
        _ template: CircuitTemplate,
        _ pattern: CircuitPattern,
        _ matrices: CircuitMatrices,
        _ commitments: [CompressedRistretto],
        _ proof: R1CSProof
    ) {
        source = .pattern(pattern, matrices)
        self.statement = statement
        self.commitments = commitments
        self.proof = proof
        digest = template.digest
        transcript = statement.transcript(circuit: digest)
    }

    /// Takes a statement with a circuit that no price enters.
    init(
        _ statement: Statement,
        circuit: Circuit,
        digest: ContentDigest,
        _ commitments: [CompressedRistretto],
        _ proof: R1CSProof
    ) {
        source = .whole(circuit)
        self.statement = statement
        self.commitments = commitments
        self.proof = proof
        self.digest = digest
        transcript = statement.transcript(circuit: digest)
    }

    /// The circuit, with the statement's prices filled in anew at every call.
    package var circuit: Circuit {
        switch source {
        case .pattern(let pattern, let matrices): pattern.circuit(prices: statement.prices, matrices: matrices)
        case .whole(let circuit): circuit
        }
    }

    /// What enters the transcript before the proof's first message.
    package var prelude: [(label: String, bytes: [UInt8])] { statement.prelude(circuit: digest) }

    /// The check that reports what verification said.
    func check(_ error: VerificationError?) -> AttestationCheck {
        guard let error else { return AttestationCheck("proof", .passed) }
        return ProofClaim.refusal(of: statement, error)
    }

    static func refusal(of statement: Statement, _ reason: some Error) -> AttestationCheck {
        AttestationCheck("proof", .failed("it does not prove this \(statement.kind): \(reason)"))
    }
}

extension AttestationVerifier {
    /// What an attestation's proof is about, for whoever checks it by other means; `nil` where public data alone decide.
    ///
    /// - Throws: ``AttestationError/unprovable(reason:)`` where the policy, or for an amend both policies, ask for no such proof.
    package func claim(of attestation: Attestation, risk: MarketRisk) throws(AttestationError) -> ProofClaim? {
        if let reason = shapeCheck(attestation).refusal { throw .unprovable(reason: reason) }
        switch question(of: attestation, risk: risk) {
        case .open(let claim): return claim
        case .decided(let check):
            if let reason = check.refusal { throw .unprovable(reason: reason) }
            return nil
        }
    }

    /// What an attestation of the right form has to prove.
    func question(of attestation: Attestation, risk: MarketRisk) -> ProofQuestion {
        let statement = attestation.statement
        if statement.kind == .amend { return amendQuestion(of: attestation) }
        guard statement.isProved else {
            let reason = "public data decide this \(statement.kind), and so it has none"
            return .decided(.require(attestation.proof.isEmpty, "proof", reason))
        }
        guard let template = template(of: statement) else {
            let reason = "the policy allows no such \(statement.kind) at this moment"
            return .decided(AttestationCheck("proof", .failed(reason)))
        }
        let matrices = template.publicNumbers(of: statement, risk: risk)
        if template.readsRisk, !matrices.isComplete(for: template.mandate) {
            let reason = "the covariance that its rules are measured with is not at hand"
            return .decided(AttestationCheck("proof", .failed(reason)))
        }
        do {
            let pattern = try circuits.pattern(of: template)
            let commitments = policy.circuitCommitments(of: statement)
            let proof = try R1CSProof(bytes: attestation.proof)
            return .open(ProofClaim(statement, template, pattern, matrices, commitments, proof))
        } catch {
            return .decided(ProofClaim.refusal(of: statement, error))
        }
    }
}

extension AttestationCheck {
    /// Why it did not pass; `nil` where it did.
    fileprivate var refusal: String? {
        switch outcome {
        case .passed: nil
        case .failed(let reason), .unchecked(let reason): reason
        }
    }
}
