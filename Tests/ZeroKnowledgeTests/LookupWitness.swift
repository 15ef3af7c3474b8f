import Ristretto

@testable import ZeroKnowledge

/// Committed values, each claimed to lie in one range.
struct LookupClaim {
    let values: [Scalar]
    let bits: Int
    let upperBound: RangeCheck.UpperBound

    func finished(digitBits: Int) throws -> (circuit: Circuit, assignment: Assignment?) {
        var system = ConstraintSystem(committedValues: values)
        for index in values.indices {
            system.checkRange(LinearCombination(.committed(index)), bits: bits, upperBound: upperBound)
        }
        return try system.finish(digitBits: digitBits)
    }

    func proveAndVerify(digitBits: Int) throws {
        let (circuit, assignment) = try finished(digitBits: digitBits)
        guard let assignment else { throw CircuitError.count }
        let blindings = values.indices.map { Scalar(UInt64($0 + 7)) }
        var transcript = MerlinTranscript(label: "lookup")
        let proof = try Prover.prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript
        )
        var verifying = MerlinTranscript(label: "lookup")
        try Verifier.verify(
            circuit: circuit,
            commitments: zip(values, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed },
            proof: R1CSProof(bytes: proof.bytes),
            transcript: &verifying
        )
    }
}

/// A hand-made witness of the lookup, honest or not, for a table of four entries.
struct LookupWitness {
    /// A wire of a second-phase multiplier that a false prover may set as it likes.
    enum FreeWire { case product, sum }

    let values: [Scalar]
    let slots: [Scalar]
    let counts: [Scalar]
    private var free: (wire: FreeWire, pair: Int)?

    init(values: [Scalar], slots: [Scalar], counts: [Scalar]? = nil) {
        self.values = values
        self.slots = slots
        self.counts = counts ?? tally(slots, entries: 4)
    }

    /// The same witness whose prover pretends that the slots of one pair are zeros counted in the table.
    func claiming(_ wire: FreeWire, ofPair pair: Int) -> LookupWitness {
        var counted = slots
        counted[2 * pair] = .zero
        counted[2 * pair + 1] = .zero
        var witness = LookupWitness(values: values, slots: slots, counts: tally(counted, entries: 4))
        witness.free = (wire, pair)
        return witness
    }

    /// Whether the verifier accepts what a prover without scruples makes of the witness.
    func isAccepted(by circuit: Circuit) throws -> Bool {
        let first = slots + counts
        let pairs = slots.count / 2
        let (slots, free) = (slots, free)
        let assignment = Assignment(
            committed: values,
            left: stride(from: 0, to: first.count, by: 2).map { first[$0] },
            right: stride(from: 1, to: first.count, by: 2).map { first[$0] }
        ) { challenges in
            let alpha = challenges[0]
            var (left, right): ([Scalar], [Scalar]) = ([], [])
            for pair in 0..<pairs {
                let (d, e) = (slots[2 * pair], slots[2 * pair + 1])
                let (product, sum) = ((alpha - d) * (alpha - e), alpha + alpha - d - e)
                // What two zero digits give, and thus what the table can answer.
                let pretended = (alpha + alpha) * (alpha * alpha).inverted()
                if let free, free.pair == pair {
                    left.append(pretended)
                    right.append(free.wire == .product ? sum * pretended.inverted() : product)
                } else {
                    left.append(sum * product.inverted())
                    right.append(product)
                }
            }
            return (left, right)
        }
        let blindings = values.indices.map { Scalar(UInt64($0 + 7)) }
        var transcript = MerlinTranscript(label: "lookup")
        let proof = try Prover.prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .proved
        )
        var verifying = MerlinTranscript(label: "lookup")
        do throws(VerificationError) {
            try Verifier.verify(
                circuit: circuit,
                commitments: zip(values, blindings).map {
                    PedersenCommitment.commit(value: $0, blinding: $1).compressed
                },
                proof: proof,
                transcript: &verifying
            )
            return true
        } catch {
            return false
        }
    }
}

/// How often each table entry stands among `slots`.
func tally(_ slots: [Scalar], entries: UInt64) -> [Scalar] {
    (0..<entries).map { entry in Scalar(UInt64(slots.filter { $0 == Scalar(entry) }.count)) }
}

/// 2^exponent.
func powerOfTwo(_ exponent: Int) -> Scalar {
    var power = Scalar.one
    for _ in 0..<exponent { power += power }
    return power
}
