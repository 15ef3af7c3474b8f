import Ristretto
import TestSupport
import Testing

@testable import ZeroKnowledge

@Suite("Constraint systems")
struct ConstraintSystemTests {
    @Test("prove a product of committed values, and no other")
    func provesProducts() throws {
        let claim = ProductClaim()
        try claim.verify(claim.prove())
        let lie = ProductClaim(product: 43)
        #expect(throws: ProvingError.unsatisfied(constraint: 2)) { try lie.prove() }
        let proof = try lie.prove(falseWitness: .proved)
        #expect(throws: VerificationError.equation) { try lie.verify(proof) }
    }

    @Test("are refused when any one byte of the proof is altered, or the statement")
    func refusesEveryAlteredByte() throws {
        let claim = ProductClaim()
        let bytes = try claim.prove().bytes
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1 << UInt8(index % 8)
            #expect(throws: VerificationError.self) { try claim.verify(R1CSProof(bytes: altered)) }
        }
        #expect(throws: VerificationError.equation) { try claim.verify(R1CSProof(bytes: bytes), label: "other") }
    }

    @Test("refuse the second encoding of a one-phase proof")
    func refusesSecondEncoding() throws {
        let bytes = try ProductClaim().prove().bytes
        let second = [1] + bytes[1...96] + [UInt8](repeating: 0, count: 96) + bytes[97...]
        #expect(throws: VerificationError.secondEncoding) { try R1CSProof(bytes: Array(second)) }
        #expect(throws: VerificationError.version(got: 2)) { try R1CSProof(bytes: [2] + Array(bytes[1...])) }
        #expect(throws: VerificationError.length(got: 0)) { try R1CSProof(bytes: []) }
    }

    @Test("refuse impossible circuits before they make anything of the claimed size")
    func refusesHostileCircuits() throws {
        let claim = ProductClaim()
        let proof = try claim.prove()
        func error(_ change: (inout Circuit) -> Void) -> VerificationError? {
            var circuit = claim.circuit
            change(&circuit)
            do throws(VerificationError) {
                try claim.verify(proof, against: circuit)
                return nil
            } catch {
                return error
            }
        }
        #expect(error { _ in } == nil)
        for count in [-1, Int.min] { #expect(error { $0.firstPhase.multiplierCount = count } == .circuit(.count)) }
        let limit = BulletproofGenerators.maximumChainLength
        #expect(error { $0.firstPhase.multiplierCount = .max } == .multiplierCount(got: .max, limit: limit))
        #expect(error { $0.firstPhase.multiplierCount = limit } == .rounds(got: 0, expected: 17))
        #expect(error { $0.committedCount = 4 } == .commitmentCount(got: 3, expected: 4))
        #expect(error { $0.committedCount = -1 } == .commitmentCount(got: 3, expected: -1))
        for variable in [Variable.left(1), .right(-1), .output(.max), .committed(3), .committed(.min)] {
            let row = LinearCombination(variable)
            #expect(error { $0.firstPhase.constraints[1] = row } == .circuit(.variable(constraint: 1)))
        }
        let second = { (coefficient: ChallengeCoefficient, count: Int) in
            Circuit.SecondPhase(
                challengeLabels: ["c"],
                multiplierCount: count,
                constraints: [ChallengeCombination(terms: [.init(.one, coefficient)])]
            )
        }
        #expect(error { $0.secondPhase = second(.constant(.zero), .max) } == .circuit(.count))
        #expect(error { $0.secondPhase = second(.constant(.zero), -1) } == .circuit(.count))
        let two = ChallengePolynomial([.init(.one, exponents: [0, 1])])
        #expect(error { $0.secondPhase = second(.polynomial(two), 0) } == .circuit(.challenge(constraint: 5)))
        let vanishing = ChallengePolynomial([.init(.one, exponents: [.max]), .init(-.one, exponents: [.max])])
        let quotient = ChallengeCoefficient.quotient(numerator: two, denominator: vanishing)
        #expect(error { $0.secondPhase = second(quotient, 0) } == .circuit(.zeroDenominator(constraint: 5)))
    }

    @Test("refuse assignments and blindings of another circuit")
    func proverComparesCounts() throws {
        let claim = ProductClaim()
        func error(_ circuit: Circuit, _ blindings: Int) -> ProvingError? {
            var transcript = MerlinTranscript(label: "product")
            do throws(ProvingError) {
                _ = try Prover.prove(
                    circuit: circuit,
                    assignment: claim.assignment,
                    blindings: Array(repeating: .one, count: blindings),
                    transcript: &transcript
                )
                return nil
            } catch {
                return error
            }
        }
        var wider = claim.circuit
        wider.firstPhase.multiplierCount = 2
        #expect(error(claim.circuit, 2) == .blindingCount(got: 2, expected: 3))
        #expect(error(wider, 3) == .assignmentCount(got: 1, expected: 2))
        wider.secondPhase = Circuit.SecondPhase(challengeLabels: [], multiplierCount: 1, constraints: [])
        wider.firstPhase.multiplierCount = 1
        #expect(error(wider, 3) == .assignmentCount(got: 0, expected: 1))
    }

    @Test("joined are one proof of both, over commitments that they share", arguments: [42, 43] as [UInt64])
    func joined(product: UInt64) throws {
        /// 6·7 = c and 0 ≤ c < 2⁶, over b, c and a at other places.
        func part(_ values: [Scalar]?) -> ConstraintSystem {
            var part = values.map { ConstraintSystem(committedValues: $0) } ?? ConstraintSystem(committedCount: 2)
            let (_, _, output) = part.multiply(
                LinearCombination(.committed(0)),
                LinearCombination(constant: Scalar(UInt64(7)))
            )
            part.constrain(LinearCombination(output) - LinearCombination(.committed(1)))
            part.checkRange(LinearCombination(output), bits: 6, upperBound: .exact)
            return part
        }
        let values = [product, 6, 42].map { Scalar($0) }
        func whole(_ values: [Scalar]?) throws -> (circuit: Circuit, assignment: Assignment?) {
            var whole = values.map { ConstraintSystem(committedValues: $0) } ?? ConstraintSystem(committedCount: 3)
            whole.append(part(values.map { [$0[1], $0[2]] }), committedAt: [1, 2])
            whole.append(part(values.map { [$0[1], $0[0]] }), committedAt: [1, 0])
            return try whole.finish(digitBits: 3)
        }
        let built = try whole(values)
        #expect(built.circuit == (try whole(nil).circuit))
        let blindings = [5, 6, 7].map { Scalar(UInt64($0)) }
        var transcript = MerlinTranscript(label: "joined")
        let proof = try Prover.prove(
            circuit: built.circuit,
            assignment: try #require(built.assignment),
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .proved
        )
        transcript = MerlinTranscript(label: "joined")
        let commitments = zip(values, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
        let check = Result { () throws(VerificationError) in
            try Verifier.verify(
                circuit: built.circuit,
                commitments: commitments,
                proof: proof,
                transcript: &transcript
            )
        }
        if product == 42 { try check.get() } else { #expect(throws: VerificationError.equation) { try check.get() } }
    }

    @Test("bind the challenges' polynomials: a shuffle passes, another multiset does not")
    func provesShuffles() throws {
        let inputs = [3, 1, 2].map { Scalar(UInt64($0)) }
        for (outputs, isShuffle) in [([2, 3, 1], true), ([2, 3, 3], false)] {
            let values = inputs + outputs.map { Scalar(UInt64($0)) }
            #expect(try ShuffleClaim(values: values).isAccepted() == isShuffle)
        }
    }
}

/// Committed a, b and c with a·b = c.
struct ProductClaim {
    let circuit: Circuit
    let assignment: Assignment
    private let values: [Scalar]
    private let blindings = [Scalar(UInt64(5)), Scalar(UInt64(6)), Scalar(UInt64(7))]

    init(product: UInt64 = 42) {
        values = [Scalar(UInt64(6)), Scalar(UInt64(7)), Scalar(product)]
        var rows = [
            LinearCombination(.committed(0)) - LinearCombination(.left(0)),
            LinearCombination(.committed(1)) - LinearCombination(.right(0)),
            LinearCombination(.committed(2)) - LinearCombination(.output(0)),
        ]
        rows.append(LinearCombination(.left(0)) - LinearCombination(constant: Scalar(UInt64(6))))
        rows.append(LinearCombination())
        circuit = Circuit(committedCount: 3, firstPhase: .init(multiplierCount: 1, constraints: rows))
        assignment = Assignment(committed: values, left: [values[0]], right: [values[1]])
    }

    func prove(falseWitness: Prover.FalseWitness = .refused) throws(ProvingError) -> R1CSProof {
        var transcript = MerlinTranscript(label: "product")
        return try Prover.prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript,
            falseWitness: falseWitness
        )
    }

    var commitments: [CompressedRistretto] {
        zip(values, blindings).map { PedersenCommitment.commit(value: $0, blinding: $1).compressed }
    }

    func verify(
        _ proof: R1CSProof,
        against other: Circuit? = nil,
        label: String = "product"
    ) throws(VerificationError) {
        var transcript = MerlinTranscript(label: label)
        try Verifier.verify(
            circuit: other ?? circuit,
            commitments: commitments,
            proof: proof,
            transcript: &transcript
        )
    }
}

/// Six committed values: the last three are the first three in some order, because Π(xᵢ − α) agree.
struct ShuffleClaim {
    let values: [Scalar]

    var circuit: Circuit {
        let minusAlpha = ChallengeCoefficient.polynomial(.init([.init(-.one, exponents: [1])]))
        var rows: [ChallengeCombination] = []
        func input(_ wire: Variable, _ committed: Int) -> ChallengeCombination {
            ChallengeCombination(terms: [
                .init(.committed(committed), .constant(.one)), .init(.one, minusAlpha), .init(wire, .constant(-.one)),
            ])
        }
        func equal(_ first: Variable, _ second: Variable) -> ChallengeCombination {
            ChallengeCombination(terms: [.init(first, .constant(.one)), .init(second, .constant(-.one))])
        }
        for side in 0..<2 {
            rows += [input(.left(2 * side), 3 * side), input(.right(2 * side), 3 * side + 1)]
            rows += [equal(.output(2 * side), .left(2 * side + 1)), input(.right(2 * side + 1), 3 * side + 2)]
        }
        rows.append(equal(.output(1), .output(3)))
        return Circuit(
            committedCount: 6,
            firstPhase: .init(multiplierCount: 0, constraints: []),
            secondPhase: .init(challengeLabels: ["alpha"], multiplierCount: 4, constraints: rows)
        )
    }

    func isAccepted() throws -> Bool {
        let values = values
        let assignment = Assignment(committed: values, left: [], right: []) { challenges in
            let shifted = values.map { $0 - challenges[0] }
            return (
                [shifted[0], shifted[0] * shifted[1], shifted[3], shifted[3] * shifted[4]],
                [shifted[1], shifted[2], shifted[4], shifted[5]]
            )
        }
        let blindings = values.indices.map { Scalar(UInt64($0 + 11)) }
        var transcript = MerlinTranscript(label: "shuffle")
        let proof = try Prover.prove(
            circuit: circuit,
            assignment: assignment,
            blindings: blindings,
            transcript: &transcript,
            falseWitness: .proved
        )
        var verifying = MerlinTranscript(label: "shuffle")
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
