package import Ristretto

/// The prover's secrets for the multipliers of one phase: wires, masks and blinding factors.
struct PhaseWitness {
    let left: SecretScalars
    let right: SecretScalars
    let output: SecretScalars
    let leftMask: SecretScalars
    let rightMask: SecretScalars
    let inputBlinding: Scalar
    let outputBlinding: Scalar
    let maskBlinding: Scalar
    private let short: ShortWires?

    /// Number of multipliers.
    var count: Int { left.values.count }

    /// A phase without multipliers: no masks, and all blinding factors zero.
    init() {
        let none = SecretScalars([])
        (left, right, output, leftMask, rightMask) = (none, none, none, none, none)
        (inputBlinding, outputBlinding, maskBlinding) = (.zero, .zero, .zero)
        short = nil
    }

    init(
        left: SecretScalars,
        right: SecretScalars,
        output: SecretScalars,
        short: ShortWires? = nil,
        drawingFrom randomness: inout TranscriptRandomness
    ) {
        self.short = short
        self.left = left
        self.right = right
        self.output = output
        inputBlinding = randomness.scalar()
        outputBlinding = randomness.scalar()
        maskBlinding = randomness.scalar()
        var (leftMask, rightMask): ([Scalar], [Scalar]) = ([], [])
        for _ in left.values.indices { leftMask.append(randomness.scalar()) }
        for _ in left.values.indices { rightMask.append(randomness.scalar()) }
        self.leftMask = SecretScalars(leftMask)
        self.rightMask = SecretScalars(rightMask)
    }

    /// A_I = ⟨a_L, G⟩ + ⟨a_R, H⟩ + i·B̃; A_O = ⟨a_O, G⟩ + o·B̃; S = ⟨s_L, G⟩ + ⟨s_R, H⟩ + s·B̃, in time that depends on
    /// the count alone; over the generators from index `start` on.
    func commitments(_ generators: ProverGenerators, from start: Int) -> R1CSProof.PhaseCommitments {
        // The wires of the lookup's digits are short and come last; a sum of short scalars costs a tenth.
        let shortStart = min(short?.firstGate ?? count, count)
        func wires(_ left: [Scalar], _ right: [Scalar], bits: Int) -> RistrettoPoint {
            let long = generators.commitment(left[..<shortStart], right.prefix(shortStart), from: start)
            if shortStart == count { return long }
            return long
                + generators.commitment(
                    left[shortStart...],
                    right.dropFirst(shortStart),
                    from: start + shortStart,
                    bits: bits
                )
        }
        let bits = short?.bits ?? 0
        let inputs = wires(left.values, right.values, bits: bits)
        let outputs = wires(output.values, [], bits: 2 * bits)
        let masks = generators.commitment(leftMask.values[...], rightMask.values[...], from: start)
        let compressed = RistrettoPoint.compress([
            inputs + PedersenGenerators.blindingMultiple(inputBlinding),
            outputs + PedersenGenerators.blindingMultiple(outputBlinding),
            masks + PedersenGenerators.blindingMultiple(maskBlinding),
        ])
        return R1CSProof.PhaseCommitments(inputs: compressed[0], outputs: compressed[1], masks: compressed[2])
    }
}

/// The vector polynomials l(X) = l1·X + l2·X² + l3·X³ and r(X) = r0 + r1·X + r3·X³ of the protocol.
///
/// l = (a_L + y⁻ⁱ·wR)·X + a_O·X² + s_L·X³ and r = (wO − yⁱ) + (yⁱ·a_R + wL)·X + yⁱ·s_R·X³, so that the coefficient of X²
/// in ⟨l, r⟩ holds exactly if all multipliers and all constraints hold.
struct VectorPolynomials {
    private let l1: SecretScalars
    private let l2: SecretScalars
    private let l3: SecretScalars
    private let r0: SecretScalars
    private let r1: SecretScalars
    private let r3: SecretScalars
    private let yPowerAfterLast: Scalar
    private let y: Scalar

    init(_ first: PhaseWitness, _ second: PhaseWitness, weights: CircuitWeights, y: Scalar) {
        let count = first.count + second.count
        let yInverse = y.invertedVartime()
        var (l1, r0, r1, r3): ([Scalar], [Scalar], [Scalar], [Scalar]) = ([], [], [], [])
        var (yPower, yInversePower) = (Scalar.one, Scalar.one)
        for i in 0..<count {
            let isFirst = i < first.count
            let (phase, j) = isFirst ? (first, i) : (second, i - first.count)
            l1.append(phase.left.values[j] + yInversePower * weights.right[i])
            r0.append(weights.output[i] - yPower)
            r1.append(yPower * phase.right.values[j] + weights.left[i])
            r3.append(yPower * phase.rightMask.values[j])
            yPower *= y
            yInversePower *= yInverse
        }
        self.y = y
        yPowerAfterLast = yPower
        self.l1 = SecretScalars(l1)
        l2 = SecretScalars(first.output.values + second.output.values)
        l3 = SecretScalars(first.leftMask.values + second.leftMask.values)
        self.r0 = SecretScalars(r0)
        self.r1 = SecretScalars(r1)
        self.r3 = SecretScalars(r3)
    }

    /// t₁, t₃, t₄, t₅, t₆ of t(X) = ⟨l(X), r(X)⟩; t₂ is what the statement fixes.
    var productCoefficients: [Scalar] {
        let (l1, l2, l3) = (l1.values, l2.values, l3.values)
        let (r0, r1, r3) = (r0.values, r1.values, r3.values)
        return [
            dotProduct(l1, r0),
            dotProduct(l2, r1) + dotProduct(l3, r0),
            dotProduct(l1, r3) + dotProduct(l3, r1),
            dotProduct(l2, r3),
            dotProduct(l3, r3),
        ]
    }

    /// l(x) and r(x); padding multipliers have l = 0 and r = −yⁱ.
    func values(at x: Scalar, paddedTo size: Int) -> (l: [Scalar], r: [Scalar]) {
        let xCubed = x.squared() * x
        var (l, r): ([Scalar], [Scalar]) = ([], [])
        l.reserveCapacity(size)
        r.reserveCapacity(size)
        for i in l1.values.indices {
            l.append(x * (l1.values[i] + x * (l2.values[i] + x * l3.values[i])))
            r.append(r0.values[i] + x * r1.values[i] + xCubed * r3.values[i])
        }
        var yPower = yPowerAfterLast
        while l.count < size {
            l.append(.zero)
            r.append(-yPower)
            yPower *= y
        }
        return (l, r)
    }
}

extension Prover {
    /// A_I, A_O and S of one phase and the coefficients of t(X): all that a prover computes on wires and masks before the
    /// inner-product argument. For the check of constant time.
    package static func secretCommitments(
        to left: [Scalar],
        _ right: [Scalar],
        drawingFrom randomness: inout TranscriptRandomness
    ) -> (commitments: [CompressedRistretto], coefficients: [Scalar], vectors: [Scalar]) {
        let witness = PhaseWitness(
            left: SecretScalars(left),
            right: SecretScalars(right),
            output: SecretScalars(zip(left, right).map { $0 * $1 }),
            drawingFrom: &randomness
        )
        let size = Circuit.paddedSize(left.count)
        let committed = witness.commitments(BulletproofGenerators.proverVectors(parties: 1, each: size), from: 0)
        let ones = Array(repeating: Scalar.one, count: left.count)
        let weights = CircuitWeights(left: ones, right: ones, output: ones, committed: [])
        let polynomials = VectorPolynomials(witness, PhaseWitness(), weights: weights, y: Scalar(3 as UInt64))
        let (l, r) = polynomials.values(at: Scalar(5 as UInt64), paddedTo: size)
        return ([committed.inputs, committed.outputs, committed.masks], polynomials.productCoefficients, l + r)
    }
}
