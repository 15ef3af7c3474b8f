public import Ristretto

/// Makes proofs about circuits.
public enum Prover {
    /// Proves knowledge of openings and wires that satisfy `circuit`.
    ///
    /// All masks and blinding factors are drawn from the transcript keyed with the committed values, their blinding factors
    /// and the system's entropy. Up to the inner-product argument, whose vectors are no secrets, time depends on the
    /// circuit alone.
    ///
    /// - Parameters:
    ///   - circuit: What is claimed.
    ///   - assignment: The secret values, from ``ConstraintSystem/finish(digitBits:)``.
    ///   - blindings: The blinding factor of each commitment.
    ///   - transcript: Must already hold the statement and a digest of the circuit; afterwards it covers the proof.
    /// - Returns: The proof. The commitments it speaks about are those of `assignment`'s values under `blindings`.
    /// - Throws: ``ProvingError/unsatisfied(constraint:)`` rather than a proof that cannot verify.
    public static func prove(
        circuit: Circuit,
        assignment: Assignment,
        blindings: [Scalar],
        transcript: inout MerlinTranscript
    ) throws(ProvingError) -> R1CSProof {
        try prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .refused
        )
    }

    /// What to do with an assignment that does not satisfy the circuit.
    package enum FalseWitness {
        /// Throw.
        case refused
        /// Go on as a dishonest prover would; for tests of the verifier.
        case proved
    }

    /// As the public prover; tests may let it lie.
    package static func prove(
        circuit: Circuit,
        assignment: Assignment,
        blindings: [Scalar],
        transcript: inout MerlinTranscript,
        falseWitness: FalseWitness
    ) throws(ProvingError) -> R1CSProof {
        let size = try sizes(circuit, assignment, blindings)
        let commitments = zip(assignment.committed.values, blindings).map {
            PedersenCommitment.commit(value: $0, blinding: $1).compressed
        }
        transcript.startConstraintSystemProof(commitments: commitments)
        var randomness = transcript.makeRandomness(
            rekeyed: assignment.committed.values.map { ("v", $0.bytes) } + blindings.map { ("v_blinding", $0.bytes) },
            entropy: systemEntropy()
        )

        let generators = BulletproofGenerators.proverVectors(parties: 1, each: size)
        let first = PhaseWitness(
            left: assignment.left,
            right: assignment.right,
            output: assignment.output,
            short: falseWitness == .refused ? assignment.short : nil,
            drawingFrom: &randomness
        )
        let firstCommitments = first.commitments(generators, from: 0)
        transcript.append("A_I1", firstCommitments.inputs)
        transcript.append("A_O1", firstCommitments.outputs)
        transcript.append("S1", firstCommitments.masks)

        let challenges = transcript.startSecondPhase(of: circuit)
        let secondConstraints: [LinearCombination]
        do throws(CircuitError) {
            secondConstraints = try circuit.secondPhaseConstraints(at: challenges)
        } catch {
            throw .circuit(error)
        }
        let second = try secondWitness(circuit, assignment, challenges, drawingFrom: &randomness)
        if falseWitness == .refused {
            try circuit.checkSatisfied(by: assignment, second, secondConstraints: secondConstraints)
        }
        let firstCount = first.count
        let secondCommitments =
            second.count == 0
            ? R1CSProof.PhaseCommitments.none : second.commitments(generators, from: firstCount)
        transcript.append("A_I2", secondCommitments.inputs)
        transcript.append("A_O2", secondCommitments.outputs)
        transcript.append("S2", secondCommitments.masks)
        let y = transcript.challengeScalar("y")
        let z = transcript.challengeScalar("z")

        let weights = circuit.weights(z: z, secondConstraints: secondConstraints)
        let polynomials = VectorPolynomials(first, second, weights: weights, y: y)
        var tau: [Scalar] = []
        defer { tau.erase() }
        let t = polynomials.productCoefficients.map { coefficient in
            tau.append(randomness.scalar())
            return PedersenCommitment.commit(value: coefficient, blinding: tau[tau.count - 1]).compressed
        }
        for (label, point) in zip(R1CSProof.tLabels, t) { transcript.append(label, point) }
        let u = transcript.challengeScalar("u")
        let x = transcript.challengeScalar("x")

        let (l, r) = polynomials.values(at: x, paddedTo: size)
        let tX = dotProduct(l, r)
        let t2Blinding = dotProduct(weights.committed, blindings)
        let tXBlinding = x * (tau[0] + x * (t2Blinding + x * (tau[1] + x * (tau[2] + x * (tau[3] + x * tau[4])))))
        let eBlinding =
            x
            * ((first.inputBlinding + u * second.inputBlinding)
                + x
                * ((first.outputBlinding + u * second.outputBlinding)
                    + x * (first.maskBlinding + u * second.maskBlinding)))
        transcript.append("t_x", tX)
        transcript.append("t_x_blinding", tXBlinding)
        transcript.append("e_blinding", eBlinding)
        let w = transcript.challengeScalar("w")

        let gWeights = (0..<size).map { $0 < firstCount ? .one : u }
        let hWeights = zip(gWeights, powers(of: y.invertedVartime(), count: size)).map { $0 * $1 }
        let argument = InnerProductProver.prove(
            a: l,
            b: r,
            generators: generators,
            gWeights: gWeights,
            hWeights: hWeights,
            q: RistrettoPoint.multiplyBase(w),
            transcript: &transcript
        )
        return R1CSProof(
            firstPhase: firstCommitments,
            secondPhase: secondCommitments,
            t: t,
            tX: tX,
            tXBlinding: tXBlinding,
            eBlinding: eBlinding,
            innerProduct: argument
        )
    }

    /// Compares all counts; returns the padded number of multipliers.
    private static func sizes(
        _ circuit: Circuit,
        _ assignment: Assignment,
        _ blindings: [Scalar]
    ) throws(ProvingError) -> Int {
        do throws(CircuitError) { try circuit.check() } catch { throw .circuit(error) }
        guard let count = circuit.multiplierCount else { throw .circuit(.count) }
        let limit = BulletproofGenerators.maximumChainLength
        guard count <= limit else { throw .multiplierCount(got: count, limit: limit) }
        guard blindings.count == circuit.committedCount else {
            throw .blindingCount(got: blindings.count, expected: circuit.committedCount)
        }
        guard assignment.committed.values.count == circuit.committedCount else {
            throw .assignmentCount(got: assignment.committed.values.count, expected: circuit.committedCount)
        }
        for wires in [assignment.left, assignment.right, assignment.output]
        where wires.values.count != circuit.firstPhase.multiplierCount {
            throw .assignmentCount(got: wires.values.count, expected: circuit.firstPhase.multiplierCount)
        }
        return Circuit.paddedSize(count)
    }

    private static func secondWitness(
        _ circuit: Circuit,
        _ assignment: Assignment,
        _ challenges: [Scalar],
        drawingFrom randomness: inout TranscriptRandomness
    ) throws(ProvingError) -> PhaseWitness {
        guard let phase = circuit.secondPhase, phase.multiplierCount > 0 else { return PhaseWitness() }
        guard let (left, right) = assignment.secondPhase(challenges) else { throw .unusableChallenge }
        for wires in [left, right] where wires.count != phase.multiplierCount {
            throw .assignmentCount(got: wires.count, expected: phase.multiplierCount)
        }
        return PhaseWitness(
            left: SecretScalars(left),
            right: SecretScalars(right),
            output: SecretScalars(zip(left, right).map { $0 * $1 }),
            drawingFrom: &randomness
        )
    }
}
