public import MarketData
public import Rebalancing
public import Ristretto
package import ZeroKnowledge

/// The public side of a policy's secret parameters: a commitment to each, and one proof about all of them.
///
/// The proof says that every parameter lies in its range, that the targets sum to one and that no destination is wider than
/// its trigger. Its transcript covers the document that the commitments stand in, so that neither can be moved to another.
public struct SealedParameters: Sendable, Hashable {
    /// SHA-256 of the sealed policy's canonical bytes without the proof.
    public let document: ContentDigest
    /// One Pedersen commitment a parameter, in the order of the mandates' parameters.
    public let commitments: [CompressedRistretto]
    /// The proof; ``CompiledPolicy`` verifies it.
    public let proof: [UInt8]

    /// Takes commitments and proof as they were read.
    public init(document: ContentDigest, commitments: [CompressedRistretto], proof: [UInt8]) {
        self.document = document
        self.commitments = commitments
        self.proof = proof
    }

    /// Proves what has to be proved of the opening's parameters.
    ///
    /// - Parameters:
    ///   - opening: The parameters.
    ///   - mandates: One a regime, all with the same parameters.
    ///   - document: SHA-256 of the document that the opening's commitments stand in.
    /// - Throws: ``AttestationError/sealBroken(reason:)`` if a parameter is not what it should be.
    public init(
        proving opening: ParameterOpening,
        of mandates: [Mandate],
        in document: ContentDigest
    ) throws(AttestationError) {
        let claims = try ParameterClaims(mandates)
        var values = opening.scalars
        var blindings = opening.blindings
        defer {
            values.erase()
            blindings.erase()
        }
        let built = try claims.build(committed: values)
        guard let assignment = built.assignment else { throw .sealBroken(reason: "no values were given") }
        var transcript = Self.transcript(document: document, claims: claims)
        do {
            self.init(
                document: document,
                commitments: opening.commitments(),
                proof: try Prover.prove(
                    circuit: built.circuit,
                    assignment: assignment,
                    blindings: blindings,
                    transcript: &transcript
                ).bytes
            )
        } catch {
            throw .sealBroken(reason: "\(error)")
        }
    }

    /// The claims of the seal over any values as a prover lays them out, whose range checks have no digits yet.
    ///
    /// Time depends on the mandates alone.
    package static func system(of mandates: [Mandate], over values: [Scalar]) throws(AttestationError)
        -> ConstraintSystem
    {
        try ParameterClaims(mandates).system(committed: values)
    }

    /// Whether the opening is of these commitments.
    func isOpened(by opening: ParameterOpening) -> Bool {
        opening.count == commitments.count && opening.commitments() == commitments
    }

    /// Refuses mandates with secret parameters and no seal, a seal without any, and a seal that does not hold.
    static func check(_ sealed: SealedParameters?, of mandates: [Mandate]) throws(AttestationError) {
        let isSecret = mandates.contains { $0.secrets != nil }
        guard let sealed else {
            guard !isSecret else { throw .sealBroken(reason: "there is none") }
            return
        }
        guard isSecret else { throw .sealBroken(reason: "the policy has no secret parameters") }
        try sealed.verify(mandates)
    }

    private func verify(_ mandates: [Mandate]) throws(AttestationError) {
        let claims = try ParameterClaims(mandates)
        let circuit = try claims.build(committed: nil).circuit
        guard commitments.count == circuit.committedCount else {
            throw .wrongLength(field: "commitments", got: commitments.count, expected: circuit.committedCount)
        }
        // Neither would make a false proof true; both would show what the seal is there to hide.
        guard !commitments.contains(where: { $0.bytes.allSatisfy { $0 == 0 } }) else {
            throw .sealBroken(reason: "a commitment is the identity, which commits to 0 in the open")
        }
        guard Set(commitments).count == commitments.count else {
            throw .sealBroken(reason: "two commitments are the same, which shows that two parameters are")
        }
        var transcript = Self.transcript(document: document, claims: claims)
        do {
            try Verifier.verify(
                circuit: circuit,
                commitments: commitments,
                proof: try R1CSProof(bytes: proof),
                transcript: &transcript
            )
        } catch {
            throw .sealBroken(reason: "\(error)")
        }
    }

    private static func transcript(document: ContentDigest, claims: ParameterClaims) -> MerlinTranscript {
        var transcript = MerlinTranscript(label: "ballast sealed policy v1")
        transcript.append("document", document.bytes)
        transcript.append("claims", Array(claims.text.utf8))
        return transcript
    }

    /// What the policy's digest covers of the seal: the document, and each commitment with its name and range.
    func lines(_ secrets: SecretParameters?) -> [String] {
        ["sealed \(document)"]
            + zip(secrets?.parameters ?? [], commitments).enumerated().map { index, item in
                let (parameter, commitment) = item
                let digits = ContentDigest(bytes: commitment.bytes)?.description ?? ""
                return "secret[\(index)] \(CircuitText.quoted(parameter.name)) in \(parameter.range.lowerBound)"
                    + "..\(parameter.range.upperBound) ppm, commitment \(digits)"
            }
    }
}

extension CompiledPolicy {
    /// The mandates that an engine decides by: those of a sealed policy with its secret parameters put in.
    ///
    /// - Parameter opening: Opens the policy's commitments; `nil` for a policy without any.
    /// - Throws: ``AttestationError/otherParameters`` if the opening is missing or another policy's.
    public func openedMandates(_ opening: ParameterOpening?) throws(AttestationError) -> [Mandate] {
        guard let sealed else { return mandates }
        guard let opening, sealed.isOpened(by: opening) else { throw .otherParameters }
        do {
            return try mandates.map { (mandate) throws(MandateError) in try mandate.opened(with: opening.values) }
        } catch {
            throw .sealBroken(reason: error.description)
        }
    }

    /// The commitments in the order in which the statement's circuit takes them: the statement's, then the policy's own.
    public func circuitCommitments(of statement: Statement) -> [CompressedRistretto] {
        statement.circuitCommitments + (statement.kind.readsParameters ? sealed?.commitments ?? [] : [])
    }
}
