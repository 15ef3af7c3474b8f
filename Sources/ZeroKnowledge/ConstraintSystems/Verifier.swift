public import Ristretto

/// Checks proofs about circuits.
public enum Verifier {
    /// Checks that whoever made `proof` knew openings of `commitments` that satisfy `circuit`.
    ///
    /// The proof does not bind the circuit by itself: the caller's transcript must hold the statement and a digest of the
    /// circuit. Total: any proof and any circuit are answered, and nothing of the circuit's claimed size is made before the
    /// proof's own length confirms it.
    ///
    /// - Parameters:
    ///   - circuit: What was claimed.
    ///   - commitments: V, as many as the circuit speaks about.
    ///   - proof: The proof.
    ///   - transcript: The transcript that the prover had before the proof; afterwards it covers the proof.
    /// - Throws: The check that failed.
    /// - Complexity: One multiscalar multiplication of 2N + O(m + log N) points, N the padded number of multipliers.
    public static func verify(
        circuit: Circuit,
        commitments: [CompressedRistretto],
        proof: R1CSProof,
        transcript: inout MerlinTranscript
    ) throws(VerificationError) {
        let equation = try equation(circuit, commitments, proof, &transcript, joinedBy: .fromTranscript)
        guard equation.holds else { throw .equation }
    }

    /// The second phase's challenges of a proof: where its circuit's coefficients are polynomials in them, these are the values.
    ///
    /// The proof itself is not checked.
    ///
    /// - Parameters: As ``verify(circuit:commitments:proof:transcript:)``.
    /// - Throws: ``VerificationError/identityPoint(_:)`` where a first message is no message.
    public static func challenges(
        circuit: Circuit,
        commitments: [CompressedRistretto],
        proof: R1CSProof,
        transcript: MerlinTranscript
    ) throws(VerificationError) -> [Scalar] {
        var transcript = transcript
        return try transcript.absorbFirstPhase(of: proof, circuit, commitments)
    }

    /// The whole proof as one linear relation.
    ///
    /// Two equations are joined by a random factor r: the one of t(x), and the inner-product argument over P. With
    /// f = 1 for first-phase gates and u for all others, weights wL, wR, wO, wV, wc of the constraints and s of the
    /// argument: A_I1: x; A_O1: x²; S1: x³; the second phase's three times u; V: wV·r·x²; T_k: r·xᵏ;
    /// B: w(t_x − ab) + r(x²(wc + δ) − t_x) with δ = ⟨y⁻ⁱ·wR, wL⟩; B̃: −ẽ − r·t̃_x; Gᵢ: f(x·y⁻ⁱ·wR − a·sᵢ);
    /// Hᵢ: f(y⁻ⁱ(x·wL + wO − b·s_(N−1−i)) − 1).
    static func equation(
        _ circuit: Circuit,
        _ commitments: [CompressedRistretto],
        _ proof: R1CSProof,
        _ transcript: inout MerlinTranscript,
        joinedBy joiningFactor: JoiningFactor
    ) throws(VerificationError) -> VerificationEquation {
        let (count, size) = try sizes(circuit, commitments, proof)
        let firstCount = circuit.firstPhase.multiplierCount

        let phaseChallenges = try transcript.absorbFirstPhase(of: proof, circuit, commitments)
        transcript.append("A_I2", proof.secondPhase.inputs)
        transcript.append("A_O2", proof.secondPhase.outputs)
        transcript.append("S2", proof.secondPhase.masks)
        let y = transcript.challengeScalar("y")
        let z = transcript.challengeScalar("z")
        for (label, point) in zip(R1CSProof.tLabels, proof.t) { try transcript.appendHiding(label, point) }
        let u = transcript.challengeScalar("u")
        let x = transcript.challengeScalar("x")
        transcript.append("t_x", proof.tX)
        transcript.append("t_x_blinding", proof.tXBlinding)
        transcript.append("e_blinding", proof.eBlinding)
        let w = transcript.challengeScalar("w")
        let folding = try proof.innerProduct.verificationScalars(size: size, transcript: &transcript)
        let r = joiningFactor.value(transcript, proof.innerProduct)

        let weights: CircuitWeights
        do throws(CircuitError) {
            let secondConstraints = try circuit.secondPhaseConstraints(at: phaseChallenges)
            weights = circuit.weights(z: z, secondConstraints: secondConstraints)
        } catch {
            throw .circuit(error)
        }

        let (a, b) = (proof.innerProduct.a, proof.innerProduct.b)
        let yInverse = y.invertedVartime()
        var yPower = Scalar.one
        var delta = Scalar.zero
        var (g, h): ([Scalar], [Scalar]) = ([], [])
        g.reserveCapacity(size)
        h.reserveCapacity(size)
        for i in 0..<size {
            var gWeight = -a * folding.s[i]
            var hWeight = -b * folding.s[size - 1 - i]
            if i < count {
                let scaledRight = yPower * weights.right[i]
                delta += scaledRight * weights.left[i]
                gWeight += x * scaledRight
                hWeight += x * weights.left[i] + weights.output[i]
            }
            hWeight = yPower * hWeight - .one
            g.append(i < firstCount ? gWeight : u * gWeight)
            h.append(i < firstCount ? hWeight : u * hWeight)
            yPower *= yInverse
        }

        let xSquared = x.squared()
        let value = w * (proof.tX - a * b) + r * (xSquared * (weights.constant + delta) - proof.tX)
        var equation = VerificationEquation(
            parties: 1,
            value: value,
            blinding: -proof.eBlinding - r * proof.tXBlinding,
            g: g,
            h: h
        )
        try equation.add(proof.firstPhase, x: x, factor: .one, phase: 1)
        try equation.add(proof.secondPhase, x: x, factor: u, phase: 2)
        for (commitment, weight) in zip(commitments, weights.committed) {
            equation.add(weight * r * xSquared, try commitment.decoded("V"))
        }
        // T₂ is missing: the verifier knows it from the commitments.
        var rPower = r * x
        for (index, point) in proof.t.enumerated() {
            equation.add(rPower, try point.decoded(R1CSProof.tLabels[index]))
            rPower *= index == 0 ? xSquared : x
        }
        for (round, (left, right)) in zip(proof.innerProduct.left, proof.innerProduct.right).enumerated() {
            equation.add(folding.squares[round], try left.decoded("L"))
            equation.add(folding.inverseSquares[round], try right.decoded("R"))
        }
        return equation
    }

    /// Everything about sizes, before anything of that size is made.
    private static func sizes(
        _ circuit: Circuit,
        _ commitments: [CompressedRistretto],
        _ proof: R1CSProof
    ) throws(VerificationError) -> (count: Int, size: Int) {
        guard commitments.count == circuit.committedCount else {
            throw .commitmentCount(got: commitments.count, expected: circuit.committedCount)
        }
        guard let count = circuit.multiplierCount else { throw .circuit(.count) }
        let limit = BulletproofGenerators.maximumChainLength
        guard count <= limit else { throw .multiplierCount(got: count, limit: limit) }
        let size = Circuit.paddedSize(count)
        try proof.innerProduct.checkRounds(size: size)
        do throws(CircuitError) { try circuit.check() } catch { throw .circuit(error) }
        return (count, size)
    }
}

extension VerificationEquation {
    fileprivate mutating func add(
        _ phase: R1CSProof.PhaseCommitments,
        x: Scalar,
        factor: Scalar,
        phase number: Int
    ) throws(VerificationError) {
        let fx = factor * x
        add(fx, try phase.inputs.decoded("A_I\(number)"))
        add(fx * x, try phase.outputs.decoded("A_O\(number)"))
        add(fx * x * x, try phase.masks.decoded("S\(number)"))
    }
}

extension MerlinTranscript {
    /// The first messages of an R1CS proof, up to the number of commitments.
    mutating func startConstraintSystemProof(commitments: [CompressedRistretto]) {
        append("dom-sep", "r1cs v1".utf8)
        for commitment in commitments { append("V", commitment) }
        append("m", UInt64(commitments.count))
    }

    /// Everything up to the second phase's challenges, which are returned.
    fileprivate mutating func absorbFirstPhase(
        of proof: R1CSProof,
        _ circuit: Circuit,
        _ commitments: [CompressedRistretto]
    ) throws(VerificationError) -> [Scalar] {
        startConstraintSystemProof(commitments: commitments)
        try appendHiding("A_I1", proof.firstPhase.inputs)
        try appendHiding("A_O1", proof.firstPhase.outputs)
        try appendHiding("S1", proof.firstPhase.masks)
        return startSecondPhase(of: circuit)
    }

    /// Separates one phase from two, and draws the second phase's challenges.
    mutating func startSecondPhase(of circuit: Circuit) -> [Scalar] {
        guard let secondPhase = circuit.secondPhase else {
            append("dom-sep", "r1cs-1phase".utf8)
            return []
        }
        append("dom-sep", "r1cs-2phase".utf8)
        return secondPhase.challengeLabels.map { challengeScalar($0) }
    }
}

extension Circuit {
    /// The next power of two: the size of the inner-product argument over `multiplierCount` multipliers, 1 for none.
    static func paddedSize(_ multiplierCount: Int) -> Int {
        multiplierCount <= 1 ? 1 : 1 << (Int.bitWidth - (multiplierCount - 1).leadingZeroBitCount)
    }
}
